//! The OpenAPI documents, as they are published, and a page that shows them: both for everybody.
//!
//! Other origins may read the documents. The page is Swagger UI, which the gateway carries: it works on a machine without
//! a network, and may load nothing from one.

use crate::page::{NOTHING_FROM_ELSEWHERE, secure};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, LazyLock};
use utoipa_swagger_ui::{Config, SyntaxHighlight, Url};

/// A product's document.
struct Document {
    /// What the page calls it.
    title: &'static str,
    path: &'static str,
    text: &'static str,
}

/// All that are published: the only list of them.
const DOCUMENTS: [Document; 4] = [
    Document {
        title: "Krungsri Direct Debit",
        path: "/openapi/direct-debit.json",
        text: include_str!("documents/direct-debit.json"),
    },
    Document {
        title: "Revenue Department e-Stamp Duty",
        path: "/openapi/stamp-duty.json",
        text: include_str!("documents/stamp-duty.json"),
    },
    Document {
        title: "Slip Verification between Banks",
        path: "/openapi/slip-verification.json",
        text: include_str!("documents/slip-verification.json"),
    },
    Document {
        title: "Satang sandbox",
        path: "/openapi/sandbox.json",
        text: include_str!("documents/sandbox.json"),
    },
];

/// Serves `/openapi/`.
pub(crate) fn answer(path: &str, headers: &HeaderMap) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    let said = response.headers_mut();
    secure(said);
    said.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let Some(document) = DOCUMENTS.iter().find(|document| document.path == path) else {
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let digest = Sha256::digest(document.text);
    let tag: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    // Kept, but asked for again each time.
    said.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    said.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        said.insert(header::ETAG, tag);
    }
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok()).unwrap_or_default();
    if known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = Bytes::from_static(document.text.as_bytes());
    }
    response
}

/// What the page is told. Calls are not made from it: they are signed, which it cannot do.
static VIEWER: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let urls = DOCUMENTS.iter().map(|document| Url::new(document.title, document.path));
    let config = Config::new(urls)
        .validator_url("none")
        .supported_submit_methods(Vec::<String>::new())
        .deep_linking(true)
        .display_operation_id(true)
        .default_models_expand_depth(0)
        .with_syntax_highlight(SyntaxHighlight::default().activated(false));
    Arc::new(config)
});

/// Serves `/docs/`.
pub(crate) fn viewer(path: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    secure(response.headers_mut());
    let Some(file) = path.strip_prefix("/docs/") else {
        // The page names its parts relative to itself.
        *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/docs/"));
        return response;
    };
    let found = utoipa_swagger_ui::serve(file, Arc::clone(&VIEWER)).ok().flatten();
    let Some(file) = found.filter(|_| !file.ends_with(".map")) else {
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // It writes its styles into the page.
    let allowed =
        "script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";
    if let Ok(policy) = HeaderValue::from_str(&format!("{NOTHING_FROM_ELSEWHERE}; {allowed}")) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if let Ok(kind) = HeaderValue::from_str(&file.content_type) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if file.gzpipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    *response.body_mut() = Bytes::from(file.bytes.into_owned());
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeMap, fs, path::Path};

    #[test]
    fn the_committed_documents_are_served_byte_for_byte_and_no_others() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let committed: BTreeMap<_, _> = files
            .filter(|file| file.extension().is_some_and(|end| end == "json"))
            .map(|file| {
                (format!("/openapi/{}", file.file_name().unwrap().display()), fs::read(&file).unwrap())
            })
            .collect();
        let listed: BTreeMap<_, _> = DOCUMENTS
            .iter()
            .map(|document| {
                (document.path.to_owned(), answer(document.path, &HeaderMap::new()).body().to_vec())
            })
            .collect();
        assert!(committed == listed, "{:?} against {:?}", committed.keys(), listed.keys());
    }

    #[test]
    fn a_document_that_is_known_is_not_sent_again_and_other_origins_may_read_it() {
        let first = answer(DOCUMENTS[0].path, &HeaderMap::new());
        assert_eq!(first.headers()["access-control-allow-origin"], "*");
        let mut known = HeaderMap::new();
        known.insert(header::IF_NONE_MATCH, first.headers()["etag"].clone());
        let second = answer(DOCUMENTS[0].path, &known);
        assert_eq!((second.status(), second.body().len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(answer(DOCUMENTS[1].path, &known).status(), StatusCode::OK);
        assert_eq!(answer("/openapi/none.json", &known).status(), StatusCode::NOT_FOUND);
    }
}
