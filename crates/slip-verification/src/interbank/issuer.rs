//! The issuer: the bank that printed the slip tells the hub what it knows of the transaction; the operator of a
//! mobile number tells it yes or no.

use super::{
    AnswerSigner, Asked, KeptTransaction, Question, Surroundings, TokenFault, TokenVerifier,
    exchange::{self, Fault, fault},
    token::Claimed,
};
use bytes::Bytes;
use http::Response;
use jiff::{Timestamp, ToSpan as _, tz::Offset};
use satang_schema::slip_verification::{
    BankCode, CitizenId, HubCode, MobileNumber, NumberOwnership, NumberOwnershipQuery, TransRef,
    TransactionQuery,
};
use std::{fmt, prelude::v1::*};

/// The transactions of a bank.
pub trait SlipStore: Send + Sync {
    /// The transaction of this reference.
    ///
    /// # Errors
    /// [`StoreFailure`] when it cannot be told whether there is one.
    fn find(
        &self,
        reference: &TransRef,
    ) -> impl Future<Output = Result<Option<KeptTransaction>, StoreFailure>> + Send;

    /// The time by which the days of a transaction are counted, where it is another than that of tokens: a
    /// simulation may be ahead of those who sign. It is not, unless this is written.
    fn now(&self) -> Option<Timestamp> {
        None
    }
}

/// The mobile numbers of an operator.
pub trait NumberBook: Send + Sync {
    /// Whether the operator has this number, and it is this citizen's. Takes as long for a number that it does not have
    /// as for one of somebody else.
    ///
    /// # Errors
    /// [`StoreFailure`] when it cannot be told.
    fn is_owner(
        &self,
        number: &MobileNumber,
        citizen: &CitizenId,
    ) -> impl Future<Output = Result<bool, StoreFailure>> + Send;
}

/// A store could not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreFailure;

impl fmt::Display for StoreFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store could not answer")
    }
}

impl std::error::Error for StoreFailure {}

/// Limits of an issuer of slips.
#[derive(Clone, Debug)]
pub struct IssuerSettings {
    /// For how many days after its own a transaction can be verified: 7, counted in days of Bangkok. A
    /// payment of 1 August is found on 8 August and not on 9 August. The number is public, that days are
    /// counted is inferred.
    pub days: i32,
    /// Banks whose books this one took over: their slips are its own. None, unless said otherwise.
    pub taken_over: Vec<BankCode>,
    /// Whether amounts are written as text, as one bank does in public: no. Every reader here takes both.
    pub text_amounts: bool,
}

impl Default for IssuerSettings {
    fn default() -> Self {
        Self { days: 7, taken_over: Vec::new(), text_amounts: false }
    }
}

/// A bank that answers the hub, when its store is a [`SlipStore`]; an operator of mobile numbers, when it is a
/// [`NumberBook`]. `bank` is then the operator's code in the table of the hub.
///
/// An unknown reference, one of another bank and one that is too old get the same answer: none of them tells
/// which references exist. Accounts and proxies are masked before they leave.
#[derive(Debug)]
pub struct Issuer<D, S> {
    bank: BankCode,
    tokens: TokenVerifier,
    answers: AnswerSigner,
    store: D,
    surroundings: S,
    settings: IssuerSettings,
}

impl<D, S: Surroundings> Issuer<D, S> {
    /// The bank of this code: takes the hub's questions under `tokens`, whose issuer is [`HUB`](super::HUB) and whose
    /// audience is the bank, and signs what it finds under `answers`.
    pub fn new(
        bank: BankCode,
        (tokens, answers): (TokenVerifier, AnswerSigner),
        (store, surroundings): (D, S),
    ) -> Self {
        Self { bank, tokens, answers, store, surroundings, settings: IssuerSettings::default() }
    }

    /// With these limits.
    #[must_use]
    pub fn with_settings(mut self, settings: IssuerSettings) -> Self {
        self.settings = settings;
        self
    }

    /// The hub's token first, so that nobody else learns what is wrong with a question.
    fn admit<Q: Question>(&self, asked: Asked<'_>) -> Result<Q, Fault> {
        let headers = asked.headers;
        if exchange::text(headers, &exchange::API_VERSION) != Some("1") {
            return Err(fault(HubCode::IssuerMissingApiVersion, "X-API-Version: expected 1"));
        }
        let version = exchange::certificate_version(headers);
        let missing =
            fault(HubCode::IssuerMissingCertificateVersion, "X-CRT-Version: expected 1 to 6 digits");
        let version = version.ok_or(missing)?;
        let question = Q::read(asked.content);
        let question = question.map_err(|why| Fault::unreadable(HubCode::IssuerMissingParameter, why))?;
        let unsigned = fault(HubCode::HubTokenSignature, "there is no token");
        let token = exchange::bearer(headers).ok_or(unsigned)?;
        // Its identifier is new for each attempt, and not that of the request.
        let claimed = Claimed { version, question: &question, id: None };
        self.tokens.verify(token, claimed, self.surroundings.now()).map_err(refused)?;
        Ok(question)
    }

    /// Signs what was found.
    fn reply(&self, asked: Asked<'_>, outcome: Result<String, Fault>) -> Response<Bytes> {
        let (Fault { code, reason, detail }, data) = match outcome {
            Ok(data) => (fault(HubCode::Found, "Success"), Some(data)),
            Err(fault) => (fault, None),
        };
        let signature = data.as_ref().map(|data| self.answers.sign(data.as_bytes())).transpose();
        let Ok(signature) = signature else {
            let body = exchange::body(&HubCode::IssuerInternal, "the issuer could not sign its answer", None);
            return exchange::answer(&HubCode::IssuerInternal, body);
        };
        let body = exchange::body(&code, detail.as_deref().unwrap_or(reason), data.as_deref());
        let mut response = exchange::answer(&code, body);
        if let Some(id) = exchange::request_id(asked.headers) {
            let id = id.hyphenated().to_string();
            exchange::put(response.headers_mut(), exchange::REQUEST_ID, &id);
        }
        if let Some(signature) = signature {
            exchange::put(response.headers_mut(), exchange::ISSUER_SIGNATURE, &signature);
        }
        response
    }
}

/// What an issuer says that cannot tell.
const FAILED: Fault = fault(HubCode::IssuerInternal, "the issuer failed");

impl<D: SlipStore, S: Surroundings> Issuer<D, S> {
    /// Answers the hub's question about a transaction, which its query holds.
    pub async fn look_up_transaction(&self, asked: Asked<'_>) -> Response<Bytes> {
        let outcome = match self.admit(asked) {
            Ok(question) => self.look_up(&question).await,
            Err(fault) => Err(fault),
        };
        self.reply(asked, outcome)
    }

    /// The transaction as it leaves the bank: JSON, masked.
    async fn look_up(&self, question: &TransactionQuery) -> Result<String, Fault> {
        const UNKNOWN: Fault =
            fault(HubCode::NotFoundOrExpired, "the reference is not known, or older than it is kept");
        // A foreign reference is looked up as well, so that time does not tell it from an unknown one.
        let found = self.store.find(&question.trans_ref).await.map_err(|_| FAILED)?;
        let now = self.store.now().unwrap_or_else(|| self.surroundings.now());
        let found = found.filter(|kept| {
            self.is_own(&kept.sending_bank)
                && kept.sending_bank == question.sending_bank
                && kept.trans_ref == question.trans_ref
                && self.is_fresh(kept.at, now)
        });
        let mut data = found.ok_or(UNKNOWN)?.masked().map_err(|_| FAILED)?;
        if self.settings.text_amounts {
            data = data.with_text_amounts();
        }
        serde_json::to_string(&data).map_err(|_| FAILED)
    }

    fn is_own(&self, bank: &BankCode) -> bool {
        *bank == self.bank || self.settings.taken_over.contains(bank)
    }

    fn is_fresh(&self, at: Timestamp, now: Timestamp) -> bool {
        let day = |moment| Offset::constant(7).to_datetime(moment).date();
        let last = day(at).checked_add(self.settings.days.days());
        last.is_ok_and(|last| day(now) <= last)
    }
}

impl<D: NumberBook, S: Surroundings> Issuer<D, S> {
    /// Answers the hub's question about a mobile number, which its body holds. A number that the operator does not
    /// have, one of somebody else and one of another operator are all no.
    pub async fn confirm_number_ownership(&self, asked: Asked<'_>) -> Response<Bytes> {
        let outcome = match self.admit(asked) {
            Ok(question) => self.confirm(&question).await,
            Err(fault) => Err(fault),
        };
        self.reply(asked, outcome)
    }

    async fn confirm(&self, question: &NumberOwnershipQuery) -> Result<String, Fault> {
        let is_owner = self.store.is_owner(&question.mobile_number, &question.citizen_id).await;
        let is_owner = is_owner.map_err(|_| FAILED)? && question.provider == self.bank;
        let digest = question.subject().parse().map_err(|_| FAILED)?;
        let data = NumberOwnership { provider: question.provider.clone(), question: digest, is_owner };
        serde_json::to_string(&data).map_err(|_| FAILED)
    }
}

/// What a fault of the hub's token is called.
fn refused(found: TokenFault) -> Fault {
    match found {
        TokenFault::Expired => fault(HubCode::HubTokenExpired, "the token has expired, or lives too long"),
        TokenFault::Certificate => {
            fault(HubCode::HubCertificateVersion, "the token is signed under another certificate version")
        }
        TokenFault::Busy => fault(HubCode::IssuerInternal, "the issuer has too many questions at a time"),
        TokenFault::Replayed => fault(HubCode::HubTokenSignature, "the token was used before"),
        TokenFault::Question => fault(HubCode::HubTokenSignature, "the token is about another question"),
        TokenFault::Signature | TokenFault::Issuer | TokenFault::Audience | TokenFault::TracingId => {
            fault(HubCode::HubTokenSignature, "the token is not the hub's for this issuer")
        }
    }
}
