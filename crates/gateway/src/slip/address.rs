//! The addresses of pictures of slips: for whoever has been given one, without a login.

use super::{find, picture};
use crate::{
    Gateway,
    page::{file, refuse_other_than_get},
    pepper::Pepper,
};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use satang_core::Refusal;
use satang_schema::slip_verification::{BankCode, TransRef};
use satang_slip_verification::interbank::KeptTransaction;
use subtle::ConstantTimeEq;

/// The first segment of the addresses.
pub(crate) const FIRST_SEGMENT: &str = "slip-pictures";

/// Where the picture of a slip is, on this server. Nobody can make such an address who does not have the store.
pub(crate) fn path(pepper: &Pepper, bank: &BankCode, reference: &TransRef) -> String {
    let (bank, reference) = (bank.as_str(), reference.as_str());
    let hash = pepper.hash(&["slip-picture", bank, reference]);
    let code: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("/{FIRST_SEGMENT}/{bank}/{reference}/{code}.png")
}

/// Answers at such an address. A slip that there is not, and one whose code is wrong, are answered alike.
pub(crate) async fn answer(gateway: &Gateway, method: &Method, asked: &str) -> Response<Bytes> {
    if let Some(refused) = refuse_other_than_get(method) {
        return refused;
    }
    let status = match slip(gateway, asked).await {
        Ok(Some(slip)) => match tokio::task::spawn_blocking(move || picture::draw(&slip)).await {
            Ok(Ok(drawn)) => return file(StatusCode::OK, "image/png", drawn),
            Ok(Err(error)) => {
                tracing::error!(%error, "a slip cannot be drawn");
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
        },
        Ok(None) => StatusCode::NOT_FOUND,
        Err(refusal) => refusal.status(),
    };
    file(status, "text/plain", Vec::new())
}

/// The slip of an address, if that is right.
async fn slip(gateway: &Gateway, asked: &str) -> Result<Option<KeptTransaction>, Refusal> {
    let mut segments = asked.split('/').skip(2);
    let mut next = || segments.next().unwrap_or_default();
    let (Ok(bank), Ok(reference)) = (next().parse(), next().parse()) else { return Ok(None) };
    let right = path(&gateway.pepper, &bank, &reference);
    if !bool::from(right.as_bytes().ct_eq(asked.as_bytes())) {
        return Ok(None);
    }
    gateway.store.read(move |tx| Ok(find(tx, &bank, &reference)?)).await
}
