//! Where merchants, members of the hub and the hub itself ask.

use super::merchant::{self, Merchant};
use crate::{Gateway, interbank::Interbank, partner::hash, store::StoreError, trace};
use http::{HeaderValue, header};
use jiff::Timestamp;
use satang_core::{
    Answered, Clock, Entropy, Host, Incoming, Page, Refusal, Router,
    operation::Envelope,
    slip_verification::{
        self as contract, CONFIRM_NUMBER_OWNERSHIP, CallbackHandler, Handler, HubKeys, LOOK_UP_TRANSACTION,
        Nothing, SlipToVerify, SlipVerdict, VERIFY_SLIP,
    },
};
use satang_schema::{krungsri::SandboxError, slip_verification::BankCode};
use std::{fmt, sync::Arc};

/// The bank that a question at an issuer's address is for: travels with the request, since the contract's path does not name it.
#[derive(Clone, Debug)]
pub(crate) struct Played(pub(crate) BankCode);

/// Answers everybody who asks about slips.
pub(crate) struct Desk {
    gateway: Arc<Gateway>,
}

/// Who asks, as far as that is known before the question is read.
#[derive(Debug)]
pub(crate) enum Caller {
    Merchant(Merchant),
    /// A bank or the hub, which proves itself by the question's token.
    Bank,
}

impl Desk {
    pub(crate) fn router(gateway: &Arc<Gateway>) -> Router<contract::Server<Self>> {
        contract::router(Arc::new(Self { gateway: Arc::clone(gateway) }))
    }

    pub(crate) fn issuers(gateway: &Arc<Gateway>) -> Router<contract::CallbackServer<Self>> {
        contract::callback_router(Arc::new(Self { gateway: Arc::clone(gateway) }))
    }

    fn interbank(&self) -> &Interbank {
        &self.gateway.interbank
    }

    /// The merchant whose key this is.
    async fn merchant(&self, request: &Incoming) -> Result<Merchant, Refusal> {
        let (scheme, key) =
            request.header("authorization").and_then(|header| header.split_once(' ')).ok_or_else(unknown)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(unknown());
        }
        let key = hash(key.trim().as_bytes());
        let found = self.gateway.store.read::<_, StoreError, _>(move |tx| merchant::find(tx, &key)).await?;
        found.ok_or_else(unknown)
    }

    /// Counts a question for a merchant, if it has one left today.
    async fn count(&self, merchant: &Merchant, now: Timestamp) -> Result<(), Refusal> {
        let counted = merchant.clone();
        let work = move |tx: &mut crate::store::Tx<'_>| merchant::count(tx, &counted, now);
        if merchant.daily_quota.is_none() {
            // Nobody is held to this number, so nobody waits for it.
            let begun = self.gateway.store.begin::<_, StoreError, _>(work);
            let _ = begun.inspect_err(|error| tracing::debug!(%error, "a question was not counted"));
            return Ok(());
        }
        if self.gateway.store.write::<_, StoreError, _>(work).await? {
            return Ok(());
        }
        let wait = HeaderValue::from(merchant::rest_of_day(now));
        let over = Refusal::of(&SandboxError::BUSY).saying("the merchant's questions of today are used up");
        Err(over.with_header(header::RETRY_AFTER, wait))
    }

    /// Takes a question back that was none.
    fn uncount(&self, merchant: Merchant, counted: Timestamp) {
        let work = move |tx: &mut crate::store::Tx<'_>| merchant::uncount(tx, &merchant, counted);
        let begun = self.gateway.store.begin::<_, StoreError, _>(work);
        let _ = begun.inspect_err(|error| tracing::debug!(%error, "a question was counted for nothing"));
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}

impl Clock for Desk {
    fn now(&self) -> Timestamp {
        self.gateway.now()
    }
}

impl Entropy for Desk {
    fn fill(&self, bytes: &mut [u8]) {
        self.gateway.fill(bytes);
    }
}

impl Host for Desk {
    type Caller = Caller;

    async fn admit(&self, request: &Incoming) -> Result<Caller, Refusal> {
        if *request.operation == VERIFY_SLIP {
            let merchant = self.merchant(request).await?;
            trace::called_by(&merchant.id);
            self.gateway.meet_faults(request, Some(&merchant.id)).await?;
            return Ok(Caller::Merchant(merchant));
        }
        // Whose faults these are is told before the token is looked at, which is good once.
        let bank = if [&LOOK_UP_TRANSACTION, &CONFIRM_NUMBER_OWNERSHIP].contains(&request.operation) {
            played(request).ok().map(|bank| bank.as_str().to_owned())
        } else if self.gateway.faults.any() {
            self.member(request).await?
        } else {
            None
        };
        self.gateway.meet_faults(request, bank.as_deref()).await?;
        Ok(Caller::Bank)
    }

    fn answered(&self, answered: &Answered<'_>) {
        self.gateway.answered(answered);
    }
}

impl Desk {
    /// The member whose API key is in the headers.
    async fn member(&self, request: &Incoming) -> Result<Option<String>, Refusal> {
        let Some(key) = request.header("api-key") else { return Ok(None) };
        let key = hash(key.as_bytes());
        let sql = "SELECT bank FROM hub_member WHERE key_hash = $1 AND left_at IS NULL";
        let work =
            move |tx: &mut crate::store::Tx<'_>| tx.query_one(sql, &[(&key).into()], |row| row.text(0));
        Ok(self.gateway.store.read::<_, StoreError, _>(work).await?)
    }
}

impl Handler for Desk {
    async fn verify_slip(&self, caller: Caller, request: SlipToVerify) -> Result<SlipVerdict, Refusal> {
        let Caller::Merchant(merchant) = caller else { return Err(unknown()) };
        let now = self.now();
        self.count(&merchant, now).await?;
        let verdict = self.interbank().verify_slip(&merchant.id, &request).await;
        verdict.map_err(|violations| {
            self.uncount(merchant, now);
            Refusal::invalid(Envelope::Problem, violations)
        })
    }

    async fn verify_transaction(&self, _: Caller, request: Incoming) -> Result<Page, Refusal> {
        Ok(self.interbank().verify_transaction(&request).await)
    }

    async fn verify_number_ownership(&self, _: Caller, request: Incoming) -> Result<Page, Refusal> {
        Ok(self.interbank().verify_number_ownership(&request).await)
    }

    async fn list_hub_keys(&self, _: Caller, _: Nothing) -> Result<HubKeys, Refusal> {
        Ok(self.interbank().keys())
    }
}

impl CallbackHandler for Desk {
    async fn look_up_transaction(&self, _: Caller, request: Incoming) -> Result<Page, Refusal> {
        self.interbank().look_up_transaction(played(&request)?, &request).await
    }

    async fn confirm_number_ownership(&self, _: Caller, request: Incoming) -> Result<Page, Refusal> {
        self.interbank().confirm_number_ownership(played(&request)?, &request).await
    }
}

/// Who is asked, by the address.
fn played(request: &Incoming) -> Result<&BankCode, Refusal> {
    let played = request.parts.extensions.get().map(|Played(bank)| bank);
    played.ok_or_else(Refusal::unknown_path)
}

fn unknown() -> Refusal {
    Refusal::of(&SandboxError::TOKEN)
        .saying("the merchant's key is missing or unknown")
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}
