//! The addresses from which papers are loaded (`requestType` 7): for whoever has the code of a payment, without a login.

use super::receipt;
use crate::{
    Gateway,
    page::{file, refuse_other_than_get},
    store::Tx,
};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use satang_core::Refusal;
use subtle::ConstantTimeEq;

/// The first segment of the addresses.
pub(crate) const FIRST_SEGMENT: &str = "stamp-papers";
pub(super) const FORM: &str = "form.pdf";
pub(super) const RECEIPT: &str = "receipt.pdf";
pub(super) const VERIFICATION: &str = "verification.txt";

/// Where a paper of an instrument is.
pub(super) fn of(public_url: &str, ref_no: &str, code: &str, name: &str) -> String {
    format!("{public_url}/{FIRST_SEGMENT}/{ref_no}/{code}/{name}")
}

/// Answers at such an address. What there is not, and what the code is wrong for, is answered alike.
pub(crate) async fn answer(gateway: &Gateway, method: &Method, path: &str) -> Response<Bytes> {
    if let Some(refused) = refuse_other_than_get(method) {
        return refused;
    }
    let mut segments = path.split('/').skip(2).map(str::to_owned);
    let (Some(ref_no), Some(code), Some(name), None) =
        (segments.next(), segments.next(), segments.next(), segments.next())
    else {
        return file(StatusCode::NOT_FOUND, "text/plain", Vec::new());
    };
    let media_type = if name == VERIFICATION { "text/plain; charset=utf-8" } else { "application/pdf" };
    let right = receipt::code(&gateway.pepper, &ref_no);
    if !bool::from(right.as_bytes().ct_eq(code.as_bytes())) {
        return file(StatusCode::NOT_FOUND, "text/plain", Vec::new());
    }
    let pepper = gateway.pepper.clone();
    let paper = move |tx: &mut Tx<'_>| receipt::paper(tx, &pepper, &ref_no, &name);
    match gateway.store.read::<_, Refusal, _>(paper).await {
        Ok(Some(paper)) => file(StatusCode::OK, media_type, paper),
        Ok(None) => file(StatusCode::NOT_FOUND, "text/plain", Vec::new()),
        Err(refusal) => file(refusal.status(), "text/plain", Vec::new()),
    }
}
