//! Slip verification: the gateway as the hub, as a bank that asks for its merchants, and as the banks that printed the slips.
//!
//! The three parts are those of `satang-slip-verification`; here they get their stores, their keys and the lines between them. A
//! merchant's question goes from the service bank to the hub and from the hub to the issuer as real HTTP requests to the
//! gateway's own address, each with its token and each answer signed, so that any of the parts can be played by somebody else.
//!
//! | file | what |
//! | --- | --- |
//! | `desk` | who asks, and what is answered |
//! | `parties` | the banks of the sandbox, and what they sign with |
//! | `player` | an issuer, and how it behaves |
//! | `operator` | who is asked about mobile numbers |
//! | `book` | records and slips that were seen |

mod address;
mod behaviour;
mod book;
mod desk;
mod keys;
mod line;
pub(crate) mod member;
pub(crate) mod merchant;
mod operator;
mod parties;
mod player;
mod vault;

pub(crate) use address::{FIRST_SEGMENT as ISSUERS, rewrite};
pub(crate) use behaviour::Behaviour;
pub(crate) use book::{ENDS, word};
pub(crate) use desk::{Desk, Played};
pub(crate) use parties::{Parties, SERVICE_BANK};

use crate::{
    callback::Courier,
    clock::SandboxClock,
    metrics::Metrics,
    store::{Store, StoreError, Tx},
};
use book::Book;
use jiff::civil::Date;
use line::{Line, Machine};
use member::KeptMember;
use operator::{OPERATOR, Operator};
use parties::Issuing;
use player::Player;
use satang_core::{Clock, Entropy, Incoming, Page, Refusal};
use satang_jose::{Error, KeySet};
use satang_schema::slip_verification::{BankCode, HubKeys, SlipToVerify, SlipVerdict};
use satang_slip_verification::interbank::{
    AnswerSigner, AnswerVerifier, Asked, Destination, HUB, Hub, HubSettings, IssuerHealth, Route, RouteTable,
    Service, ServiceBank, ServiceBankSettings, TokenSigner, TokenVerifier,
};
use satang_validation::Violations;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use vault::Vault;

/// Whether a merchant, a member of the hub or a bank that is played here goes by this name.
pub(crate) fn is_there(tx: &mut Tx<'_>, name: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM issuer WHERE bank = $1";
    let is_played = tx.query_one(sql, &[name.into()], |_| Ok(()))?.is_some();
    Ok(is_played || member::is_there(tx, name)? || merchant::is_there(tx, name)?)
}

/// What the parties need from the gateway.
pub(crate) struct Premises {
    pub(crate) store: Store,
    pub(crate) clock: Arc<SandboxClock>,
    pub(crate) machine: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) metrics: Option<Metrics>,
    /// To the gateway's own address.
    pub(crate) inside: Arc<dyn Courier>,
    /// To addresses that strangers chose.
    pub(crate) outside: Arc<dyn Courier>,
    /// The gateway's own address, without a slash at the end.
    pub(crate) own_url: String,
    /// Whether references of the fictional bank say what happens.
    pub(crate) obeys_magic: bool,
}

/// How many tokens of the hub each bank remembers at a time.
const MOST_TOKENS: usize = 100_000;

/// Hub, service bank and issuers.
pub(crate) struct Interbank {
    hub: Hub<Line, Book, Machine>,
    service_bank: ServiceBank<Line, Book, Machine>,
    /// The banks that are played here, by their codes.
    players: BTreeMap<BankCode, Player>,
    /// Who is asked about mobile numbers.
    operator: Operator,
    operator_code: BankCode,
    /// What verifies what the banks sign.
    signatures: BTreeMap<BankCode, KeySet>,
    premises: Premises,
    routes: Vec<(BankCode, Option<BankCode>)>,
    /// Members that are asked at an address of their own.
    outside: Mutex<BTreeSet<BankCode>>,
    /// Held by who changes members and banks, so that memory ends up as the store does.
    pub(crate) changing: tokio::sync::Mutex<()>,
}

impl Interbank {
    /// Wires the parties.
    ///
    /// # Errors
    /// When a key cannot be used.
    pub(crate) fn new(premises: Premises, parties: &Parties) -> Result<Self, Error> {
        let book = Book {
            store: premises.store.clone(),
            clock: Arc::clone(&premises.clock),
            metrics: premises.metrics.clone(),
        };
        let machine =
            Machine { clock: Arc::clone(&premises.machine), entropy: Arc::clone(&premises.entropy) };
        let hub_keys = keys::public(&parties.hub)?;

        let asks = (TokenSigner::new(HUB, &parties.hub)?, AnswerSigner::new(&parties.hub)?);
        let hub = Hub::new(asks, (book.clone(), machine.clone()), HubSettings::default())?;

        let line = Line::new(Arc::clone(&premises.inside), premises.own_url.clone());
        let asks = TokenSigner::new(SERVICE_BANK, &parties.service_bank.key)?;
        let believes = AnswerVerifier::new(hub_keys.clone())?;
        let (api_key, api_secret) = parties.service_bank.api.clone();
        let settings = ServiceBankSettings::new(api_key, api_secret);
        let service_bank =
            ServiceBank::new(line, (asks, believes), (book.clone(), machine.clone()), settings);

        let (mut players, mut signatures) = (BTreeMap::new(), BTreeMap::new());
        for Issuing { bank, key, behaviour } in &parties.issuers {
            let vault = Vault {
                bank: bank.clone(),
                store: premises.store.clone(),
                clock: Arc::clone(&premises.clock),
                obeys_magic: premises.obeys_magic,
            };
            let questions = TokenVerifier::new(HUB, bank.as_str(), hub_keys.clone(), MOST_TOKENS)?;
            let behaviour = if premises.obeys_magic { behaviour.clone() } else { Behaviour::Normal };
            let player = Player::new(bank, key, questions, (vault, machine.clone()), behaviour)?;
            players.insert(bank.clone(), player);
            signatures.insert(bank.clone(), keys::public(key)?);
        }

        let Issuing { bank: operator_code, key, .. } = &parties.operator;
        let line = Line::new(Arc::clone(&premises.inside), address::of(&premises.own_url, OPERATOR));
        hub.add_issuer(
            Service::NumberOwnership,
            operator_code.clone(),
            line,
            AnswerVerifier::new(keys::public(key)?)?,
        );
        let questions = TokenVerifier::new(HUB, OPERATOR, hub_keys, MOST_TOKENS)?;
        let operator = Operator::new(operator_code, key, questions, (premises.store.clone(), machine))?;

        let (routes, outside) = (parties.routes.clone(), Mutex::default());
        let operator_code = operator_code.clone();
        let changing = tokio::sync::Mutex::new(());
        let interbank = Self {
            hub,
            service_bank,
            players,
            operator,
            operator_code,
            signatures,
            premises,
            routes,
            outside,
            changing,
        };
        for bank in interbank.players.keys() {
            interbank.ask_played(bank)?;
        }
        for member in &parties.members {
            interbank.join(member)?;
        }
        for (bank, token) in &parties.used {
            interbank.hub.use_up(bank, *token);
        }
        interbank.route();
        Ok(interbank)
    }

    /// Asks the hub about a slip, for a merchant.
    ///
    /// # Errors
    /// [`Violations`] of a payload that is none.
    async fn verify_slip(&self, merchant: &str, slip: &SlipToVerify) -> Result<SlipVerdict, Violations> {
        self.service_bank.verify(merchant, slip).await
    }

    /// Answers a member as the hub.
    async fn verify_transaction(&self, request: &Incoming) -> Page {
        self.hub.verify_transaction(asked(request)).await
    }

    /// Answers a member as the hub, about a mobile number.
    async fn verify_number_ownership(&self, request: &Incoming) -> Page {
        self.hub.verify_number_ownership(asked(request)).await
    }

    /// The public keys of the hub.
    fn keys(&self) -> HubKeys {
        self.hub.keys().clone()
    }

    /// Answers the hub as the operator of this code.
    async fn confirm_number_ownership(&self, code: &BankCode, request: &Incoming) -> Result<Page, Refusal> {
        if *code != self.operator_code {
            return Err(Refusal::unknown_path());
        }
        Ok(self.operator.answer(request).await)
    }

    /// Answers the hub as the bank of this code.
    async fn look_up_transaction(&self, bank: &BankCode, request: &Incoming) -> Result<Page, Refusal> {
        self.players.get(bank).ok_or_else(Refusal::unknown_path)?.answer(request).await
    }

    /// Seats a member, and asks it about its own slips if it has an address.
    ///
    /// # Errors
    /// When a key of it cannot be used.
    pub(crate) fn join(&self, member: &KeptMember) -> Result<(), Error> {
        // Who is there already gets another seat.
        let seated = member.seated()?;
        if self.hub.replace_member(seated.clone()).is_err() {
            let joined = self.hub.join(seated);
            let _ = joined.inspect_err(|fault| tracing::error!(%fault, "a member could not join"));
        }
        let Some(url) = &member.issuer_url else { return self.ask_inside(&member.bank) };
        let line = Line::new(Arc::clone(&self.premises.outside), url.trim_end_matches('/'));
        for service in Service::ALL {
            self.hub.add_issuer(service, member.bank.clone(), line.clone(), member.signatures()?);
        }
        self.outside().insert(member.bank.clone());
        self.route();
        Ok(())
    }

    /// Lets a member go.
    ///
    /// # Errors
    /// None: the keys of a bank that is played have been used before.
    pub(crate) fn leave(&self, bank: &BankCode) -> Result<(), Error> {
        let left = self.hub.leave(bank);
        let _ = left.inspect_err(|fault| tracing::error!(%fault, "a member could not leave"));
        self.ask_inside(bank)
    }

    /// Lets a bank that is played here behave so from now on.
    pub(crate) fn behave(&self, bank: &BankCode, behaviour: Behaviour) {
        if let Some(player) = self.players.get(bank) {
            player.behave(behaviour);
        }
    }

    /// How the banks that the hub asks have been doing.
    pub(crate) fn health(&self) -> Vec<IssuerHealth> {
        self.hub.health()
    }

    /// Asks a bank at no address outside any more.
    fn ask_inside(&self, bank: &BankCode) -> Result<(), Error> {
        if self.outside().remove(bank) {
            self.hub.remove_issuer(Service::NumberOwnership, bank);
        }
        self.ask_played(bank)?;
        self.route();
        Ok(())
    }

    fn outside(&self) -> MutexGuard<'_, BTreeSet<BankCode>> {
        self.outside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks a bank that is played here at the gateway's own address; one that is not, no more.
    fn ask_played(&self, bank: &BankCode) -> Result<(), Error> {
        let Some(keys) = self.signatures.get(bank) else {
            self.hub.remove_issuer(Service::TransactionVerification, bank);
            return Ok(());
        };
        let line =
            Line::new(Arc::clone(&self.premises.inside), address::of(&self.premises.own_url, bank.as_str()));
        let signatures = AnswerVerifier::new(keys.clone())?;
        self.hub.add_issuer(Service::TransactionVerification, bank.clone(), line, signatures);
        Ok(())
    }

    /// Leads slips to the banks that can be asked, but for the exceptions.
    fn route(&self) {
        let outside = self.outside();
        let asked = self.players.keys().chain([&self.operator_code]).chain(outside.iter());
        let direct = asked.map(|bank| (bank, Some(bank)));
        let exceptions = self.routes.iter().map(|(bank, to)| (bank, to.as_ref()));
        let route = |(bank, to): (&BankCode, Option<&BankCode>)| Route {
            bank: bank.clone(),
            from: Date::MIN,
            until: None,
            to: to.map_or(Destination::SponsorUnsupported, |to| Destination::Bank(to.clone())),
        };
        self.hub.replace_routes(RouteTable::new(direct.chain(exceptions).map(route).collect()));
    }
}

impl fmt::Debug for Interbank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interbank").finish_non_exhaustive()
    }
}

/// A question as it arrived: the query of a GET, the body of anything else.
fn asked(request: &Incoming) -> Asked<'_> {
    let content = match request.parts.method {
        http::Method::GET => request.parts.uri.query().unwrap_or_default().as_bytes(),
        _ => &request.body,
    };
    Asked::new(&request.parts.headers, content)
}
