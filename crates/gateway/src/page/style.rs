//! The one stylesheet, under a path that names its content, so that browsers keep it and never an old one.

use super::secure;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

const STYLE: &str = include_str!("style.css");

static PATH: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::digest(STYLE);
    let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("/style/{name}.css")
});

/// Where the stylesheet is.
pub(super) fn path() -> &'static str {
    &PATH
}

/// Serves it.
pub(crate) fn answer(path: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    secure(response.headers_mut());
    if path != self::path() {
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    }
    *response.body_mut() = Bytes::from_static(STYLE.as_bytes());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}
