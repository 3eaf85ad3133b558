//! The server as a whole: its store, its clock, its randomness.

use crate::{
    access::Sessions,
    agenda,
    callback::{Courier, Post, Stranded, WebhookSeed},
    clock::{self, SandboxClock},
    demo,
    fault::{self, Faults},
    interbank::{Interbank, Parties, Premises},
    ledger::LedgerError,
    metrics::Metrics,
    partner::{self, Agreement, NewPartner},
    pepper::Pepper,
    probe::Probe,
    site::Site,
    stamp_duty::Paths,
    store::{Store, StoreError, StoreErrorKind, StoreOptions, Tx},
    worker::DueWork,
};
use jiff::Timestamp;
use satang_core::{Clock, Entropy, Refusal, Router, System, direct_debit};
use satang_schema::DateTime;
use std::{fmt, path::PathBuf, sync::Arc};
use tokio::sync::Mutex;
use uuid::Uuid;

/// How a gateway is set up.
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// The directory of the store; created when missing.
    pub directory: PathBuf,
    /// Whether the [demo partner](demo) is there. It is, unless told otherwise.
    pub demo: bool,
    /// Whether operations that are signed by default must be. They must, unless told otherwise; a signature that is
    /// there is verified in any case.
    pub demand_signatures: bool,
    /// What an operator proves itself with at the [control API](crate::Control), which is off without it.
    pub admin_key: Option<String>,
    /// Where browsers and apps reach the gateway, without a slash at the end: what links to its own pages begin with.
    pub public_url: String,
    /// Whether real partners may rely on it: no demo partner, signatures demanded, no control API, no console, and
    /// callbacks to public https addresses only, whatever the other options say. A store with an active demo partner is
    /// refused. It is not, unless told otherwise.
    pub production: bool,
    /// Under which prefix of paths the Revenue Department is reached besides `/stamp`; empty for none.
    pub stamp_duty_prefix: String,
    /// Whether blanks before and after a signed form are overlooked. They are not, unless told otherwise.
    pub tolerate_blanks: bool,
    /// The largest body of a request, in bytes: 64 KiB unless told otherwise.
    pub body_limit: usize,
    /// Whether requests and commits are counted, and shown at `/metrics`. They are, unless told otherwise.
    pub metrics: bool,
    /// What time it is; the sandbox's own clock follows it until it is moved.
    pub clock: Arc<dyn Clock>,
    /// Where tokens and identifiers come from.
    pub entropy: Arc<dyn Entropy>,
    /// What carries callbacks to partners, and questions to banks outside. Without one, every attempt fails for want of a
    /// connection.
    pub courier: Arc<dyn Courier>,
    /// What carries questions to banks outside instead, which are asked often: one that keeps connections.
    pub outside: Option<Arc<dyn Courier>>,
    /// Where the gateway reaches itself, without a slash at the end: the banks that it plays ask each other over real
    /// connections.
    pub own_url: String,
    /// What carries questions to [`own_url`](Options::own_url). Without one, no slip can be verified.
    pub inside: Arc<dyn Courier>,
}

impl Options {
    /// A gateway with its store in `directory`, with the demo partner, and with the machine's clock and randomness.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            demo: true,
            demand_signatures: true,
            admin_key: None,
            public_url: "http://127.0.0.1:8700".into(),
            production: false,
            stamp_duty_prefix: "/rd-stamp-os9-service".into(),
            tolerate_blanks: false,
            body_limit: Router::<direct_debit::Server<Gateway>>::BODY_LIMIT,
            metrics: true,
            clock: Arc::new(System),
            entropy: Arc::new(System),
            courier: Arc::new(Stranded),
            outside: None,
            own_url: "http://127.0.0.1:8700".into(),
            inside: Arc::new(Stranded),
        }
    }
}

/// Runs the systems: a handler for the routers of `satang_core`.
pub struct Gateway {
    pub(crate) store: Store,
    pub(crate) sessions: Sessions,
    pub(crate) demand_signatures: bool,
    pub(crate) public_url: String,
    pub(crate) production: bool,
    pub(crate) metrics: Option<Metrics>,
    pub(crate) probe: Probe,
    pub(crate) stamp_duty_paths: Paths,
    pub(crate) tolerate_blanks: bool,
    body_limit: usize,
    pub(crate) clock: Arc<SandboxClock>,
    /// What delivers callbacks.
    pub(crate) post: Post,
    pub(crate) pepper: Pepper,
    pub(crate) due_work: DueWork,
    /// Held by the operator who moves the clock.
    pub(crate) at_clock: Mutex<()>,
    pub(crate) faults: Faults,
    /// Held by who changes the faults, so that memory ends up as the store does.
    pub(crate) at_faults: Mutex<()>,
    pub(crate) admin_key: Option<String>,
    /// The gateway as hub and as banks.
    pub(crate) interbank: Interbank,
    entropy: Arc<dyn Entropy>,
}

impl Gateway {
    /// Opens the store and everything on it.
    ///
    /// # Errors
    /// As [`Store::open`]; [`DemoPartner`](StoreErrorKind::DemoPartner) when a gateway for production would have one.
    pub async fn open(options: &Options) -> Result<Arc<Self>, StoreError> {
        let metrics = options.metrics.then(|| Metrics::new(options.clock.now())).transpose();
        let metrics = metrics.inspect_err(|error| tracing::error!(%error, "there are no metrics"));
        let metrics = metrics.unwrap_or_default();
        let mut store = StoreOptions::new(&options.directory);
        store.figures = metrics.as_ref().map(Metrics::store);
        let store = Store::open(&store)?;
        let production = options.production;
        let mut fresh = [0; 32];
        options.entropy.fill(&mut fresh);
        // The store is ours alone, so nobody is at any work.
        let new_seed = WebhookSeed::random(&options.entropy);
        let machine_now = options.clock.now();
        let begin = move |tx: &mut Tx<'_>| {
            if production && demo::is_open(tx)? {
                return Err(StoreError::demo_partner());
            }
            agenda::free_all(tx)?;
            Ok((
                clock::load(tx)?,
                Pepper::load(tx, &fresh)?,
                fault::all(tx)?,
                new_seed.or_kept(tx, machine_now)?,
            ))
        };
        let (shift, pepper, faults, webhook_seed) = store.write::<_, StoreError, _>(begin).await?;
        let clock = Arc::new(SandboxClock::new(Arc::clone(&options.clock), shift));
        if options.demo && !production {
            let now = DateTime::in_bangkok(clock.now()).timestamp();
            let (id, pepper) = (options.entropy.uuid(), pepper.clone());
            match store.write(move |tx| demo::seed(tx, &pepper, id, now)).await {
                Ok(()) => {}
                Err(LedgerError::Store(error)) => return Err(error),
                Err(error) => tracing::warn!(%error, "there is no demo partner"),
            }
        }
        let interbank = interbank(options, &store, &clock, metrics.clone()).await?;
        let gateway = Self {
            store,
            sessions: Sessions::default(),
            demand_signatures: options.demand_signatures || production,
            public_url: options.public_url.clone(),
            production,
            metrics,
            probe: Probe::default(),
            stamp_duty_paths: Paths::new(&options.stamp_duty_prefix),
            tolerate_blanks: options.tolerate_blanks,
            body_limit: options.body_limit,
            clock,
            post: Post::new(Arc::clone(&options.courier), webhook_seed),
            pepper,
            due_work: DueWork::default(),
            at_clock: Mutex::new(()),
            faults: Faults::default(),
            at_faults: Mutex::new(()),
            admin_key: options.admin_key.clone().filter(|_| !production),
            interbank,
            entropy: Arc::clone(&options.entropy),
        };
        if !production {
            gateway.faults.replace(faults);
        }
        Ok(Arc::new(gateway))
    }

    /// Everything that the gateway serves: a `tower::Service` for browsers, partners and operators.
    #[must_use]
    pub fn site(self: &Arc<Self>) -> Site {
        Site::new(Arc::clone(self))
    }

    /// What operators ask for, and nothing else, for a listener of its own: `/healthz`, `/readyz` and `/metrics`.
    #[must_use]
    pub fn operations(self: &Arc<Self>) -> Site {
        Site::of_operations(Arc::clone(self))
    }

    /// The service that answers all partners.
    #[must_use]
    pub fn router(self: &Arc<Self>) -> Router<direct_debit::Server<Self>> {
        direct_debit::router(Arc::clone(self)).with_body_limit(self.body_limit)
    }

    /// The store, for auditors and for those who wait for its [failure](Store::failed).
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Admits a new partner.
    ///
    /// # Errors
    /// [`Unique`](StoreErrorKind::Unique) when the client id is taken, otherwise the store failed.
    pub async fn add_partner(&self, partner: NewPartner) -> Result<(), StoreError> {
        let now = self.now();
        self.store.write(move |tx| partner::insert(tx, &partner, now)).await
    }

    /// Writes down what a partner has agreed with the bank, in place of what it had before.
    ///
    /// # Errors
    /// [`Constraint`](StoreErrorKind::Constraint) when the partner or its account is unknown, otherwise the store
    /// failed.
    pub async fn agree(&self, client_id: &str, agreement: Agreement) -> Result<(), StoreError> {
        let client_id = client_id.to_owned();
        self.store.write(move |tx| partner::agree(tx, &client_id, &agreement)).await
    }

    /// A new identifier for something that is kept: a UUID of version 7, which begins with the time. What belongs
    /// together in time then stands together in the indexes, so that a commit changes fewer pages.
    pub(crate) fn reference(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// Finishes the work that is queued, and releases the store.
    ///
    /// # Errors
    /// The store had failed, or does now.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.store.close().await
    }
}

/// The hub and the banks, with keys of their own, which are made when a store is first opened.
async fn interbank(
    options: &Options,
    store: &Store,
    clock: &Arc<SandboxClock>,
    metrics: Option<Metrics>,
) -> Result<Interbank, StoreError> {
    let (entropy, now) = (Arc::clone(&options.entropy), options.clock.now());
    let has_demo = options.demo && !options.production;
    let load = move |tx: &mut Tx<'_>| {
        let parties = Parties::load(tx, entropy.as_ref(), now)?;
        if has_demo {
            demo::seed_merchants(tx, now)?;
        }
        Ok(parties)
    };
    let parties = store.write::<_, StoreError, _>(load).await?;
    let premises = Premises {
        store: store.clone(),
        clock: Arc::clone(clock),
        machine: Arc::clone(&options.clock),
        entropy: Arc::clone(&options.entropy),
        metrics,
        inside: Arc::clone(&options.inside),
        outside: Arc::clone(options.outside.as_ref().unwrap_or(&options.courier)),
        own_url: options.own_url.clone(),
        obeys_magic: !options.production,
    };
    let unusable = |error| StoreError::statement(format!("a key of a party cannot be used: {error}"));
    Interbank::new(premises, &parties).map_err(unusable)
}

impl Clock for Gateway {
    /// To the millisecond, as answers show it: a time that a partner was told finds again what it stands for.
    fn now(&self) -> Timestamp {
        DateTime::in_bangkok(self.clock.now()).timestamp()
    }
}

impl Entropy for Gateway {
    fn fill(&self, bytes: &mut [u8]) {
        self.entropy.fill(bytes);
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("store", &self.store).finish_non_exhaustive()
    }
}

impl From<StoreError> for Refusal {
    /// What a partner learns of a failed store: whether it makes sense to come back, and nothing else.
    fn from(error: StoreError) -> Self {
        if error.kind() == StoreErrorKind::Busy {
            return Refusal::busy();
        }
        tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
        Refusal::internal()
    }
}
