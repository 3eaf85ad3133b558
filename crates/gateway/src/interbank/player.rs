//! The banks that this gateway plays when the hub asks about a slip.

use super::{
    behaviour::{Behaviour, magic},
    line::Machine,
    vault::Vault,
};
use crate::fault::Aftermath;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use satang_core::{Incoming, Page, Refusal};
use satang_jose::{
    Content, Profile,
    SignatureAlgorithm::{Es256, Rs256},
    Signer, SigningKey,
};
use satang_schema::{
    decode,
    slip_verification::{BankCode, HubCode, HubStatus, TransRef, TransactionAnswer},
};
use satang_slip_verification::interbank::{AnswerSigner, Asked, Issuer, TokenVerifier};
use std::{
    fmt,
    sync::{PoisonError, RwLock},
};

const ISSUER_SIGNATURE: HeaderName = HeaderName::from_static("x-issuer-signature");

/// A bank, and how it behaves.
pub(super) struct Player {
    bank: BankCode,
    issuer: Issuer<Vault, Machine>,
    signer: Signer,
    behaviour: RwLock<Behaviour>,
    /// Whether references of the fictional bank say what happens.
    obeys_magic: bool,
}

impl Player {
    /// # Errors
    /// When the key cannot be used.
    pub(super) fn new(
        bank: &BankCode,
        key: &SigningKey,
        questions: TokenVerifier,
        (vault, machine): (Vault, Machine),
        behaviour: Behaviour,
    ) -> Result<Self, satang_jose::Error> {
        let obeys_magic = vault.obeys_magic;
        let answers = AnswerSigner::new(key)?;
        let profile = Profile::new([Rs256, Es256]).content(Content::DetachedUnencoded);
        Ok(Self {
            bank: bank.clone(),
            issuer: Issuer::new(bank.clone(), (questions, answers), (vault, machine)),
            signer: Signer::new(&profile, key)?,
            behaviour: RwLock::new(behaviour),
            obeys_magic,
        })
    }

    /// Answers the hub, as the bank behaves.
    pub(super) async fn answer(&self, request: &Incoming) -> Result<Page, Refusal> {
        let query = request.parts.uri.query().unwrap_or_default();
        let behaviour = self.behaviour_to(query);
        if let Behaviour::Slow(time) = behaviour {
            tokio::time::sleep(time).await;
        }
        let asked = Asked::new(&request.parts.headers, query.as_bytes());
        let honest = self.issuer.look_up_transaction(asked).await;
        // Nobody but the hub learns how the bank behaves.
        if honest.status() != StatusCode::OK {
            return Ok(honest);
        }
        match behaviour {
            Behaviour::Normal | Behaviour::Slow(_) => Ok(honest),
            Behaviour::Down => match request.parts.extensions.get::<Aftermath>() {
                Some(aftermath) => {
                    aftermath.drop_answer();
                    Ok(honest)
                }
                None => Err(Refusal::internal()),
            },
            Behaviour::BadSignature => Ok(forged(honest)),
            Behaviour::Garbage => Ok(honest.map(|_| Bytes::from_static(b"<html>Service Unavailable</html>"))),
            Behaviour::WrongReference => self.about_another(honest).ok_or_else(Refusal::internal),
            Behaviour::Code(HubCode::Found) => Ok(honest),
            Behaviour::Code(code) => Ok(saying(&code)),
        }
    }

    /// Behaves so from now on.
    pub(super) fn behave(&self, behaviour: Behaviour) {
        *self.behaviour.write().unwrap_or_else(PoisonError::into_inner) = behaviour;
    }

    fn behaviour_to(&self, query: &str) -> Behaviour {
        let mut members = form_urlencoded::parse(query.as_bytes());
        let reference = members.find(|(name, _)| name.eq_ignore_ascii_case("transRef"));
        let reference: Option<TransRef> = reference.and_then(|(_, text)| text.parse().ok());
        let asked_for = reference.filter(|_| self.obeys_magic).and_then(|it| magic(&self.bank, &it));
        let own = || self.behaviour.read().unwrap_or_else(PoisonError::into_inner).clone();
        asked_for.map_or_else(own, |(behaviour, _)| behaviour)
    }

    /// The same answer about another transaction, signed as it should be.
    fn about_another(&self, honest: Page) -> Option<Page> {
        let answer: TransactionAnswer = decode(honest.body()).ok()?;
        let Some(mut data) = answer.data else { return Some(honest) };
        let other = if data.trans_ref.as_str().starts_with('0') { "1" } else { "0" };
        let rest = data.trans_ref.as_str().get(1..)?;
        data.trans_ref = format!("{other}{rest}").parse().ok()?;
        let data = serde_json::to_string(&data).ok()?;
        let status = serde_json::to_string(&answer.status).ok()?;
        let signature = HeaderValue::from_str(&self.signer.sign(data.as_bytes()).ok()?).ok()?;
        let mut page = honest.map(|_| Bytes::from(format!(r#"{{"status":{status},"data":{data}}}"#)));
        page.headers_mut().insert(ISSUER_SIGNATURE, signature);
        Some(page)
    }
}

impl fmt::Debug for Player {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Player").field("bank", &self.bank).finish_non_exhaustive()
    }
}

/// The same answer with a signature that is well-formed and wrong: its first character is another.
fn forged(mut honest: Page) -> Page {
    let signature = honest.headers().get(ISSUER_SIGNATURE).and_then(|value| value.to_str().ok());
    let parts = signature.and_then(|text| text.rsplit_once('.'));
    let forged = parts.map(|(rest, signature)| {
        let other = if signature.starts_with('A') { 'B' } else { 'A' };
        format!("{rest}.{other}{}", signature.get(1..).unwrap_or_default())
    });
    if let Some(value) = forged.and_then(|forged| HeaderValue::try_from(forged).ok()) {
        honest.headers_mut().insert(ISSUER_SIGNATURE, value);
    }
    honest
}

/// An answer with this code and nothing else.
fn saying(code: &HubCode) -> Page {
    let status = HubStatus::new(code.clone());
    let body = serde_json::json!({ "status": status }).to_string();
    let mut page = Response::new(Bytes::from(body));
    *page.status_mut() = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::OK);
    page.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    page
}
