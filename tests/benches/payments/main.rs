//! How many signed, durable payments a second: the gateway, what it is made of, and what people use instead. And how
//! many inquiries, schedules, and questions between banks.
//!
//! `cargo xtask bench payments`, `cargo xtask bench operations` and `cargo xtask bench hub` run it. One load generator, on one thread of this process, drives every server,
//! each in a process of its own; all share the processors of this machine. Each order has a fresh identifier and
//! signature. Afterwards the gateway is killed, and its store must hold exactly the payments, or the schedules, that it
//! confirmed.

mod disk;
mod errand;
mod handlers;
mod hub;
mod load;
mod mocks;
mod operations;
mod order;
mod process;
mod processor;
mod report;
mod steps;
mod store_alone;

use clap::Parser;
use disk::Disk;
use errand::{Errand, PAID};
use load::{Figures, over_http};
use mocks::Stub;
use order::Cashier;
use process::Process;
use report::{Report, Subject};
use satang_core::direct_debit::{Client, REAL_TIME_PAYMENT};
use satang_gateway::{audit, store::Store};
use std::{
    error::Error,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    rc::Rc,
    time::Duration,
};
use steps::Steps;
use store_alone::StoreAlone;

/// How many connections, or tasks, there are at a time.
const LEVELS: [usize; 3] = [1, 16, 64];

#[derive(Parser)]
struct Arguments {
    /// The `satang` program, built for release
    #[arg(long)]
    gateway: Option<PathBuf>,
    /// Where npm has put the mock servers
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers"))]
    peers: PathBuf,
    /// Windows of half a second, to see that everything works; the figures mean little
    #[arg(long)]
    quick: bool,
    /// Fail when a mock server is missing or a goal is missed
    #[arg(long)]
    strict: bool,
    /// Other operations instead of payments
    #[arg(long)]
    operations: bool,
    /// The hub between banks instead of payments
    #[arg(long)]
    hub: bool,
    #[arg(long, hide = true)]
    serve_empty_handler: bool,
    #[arg(long, hide = true)]
    serve_issuer: Option<PathBuf>,
    #[arg(long, hide = true)]
    serve_proxy: Option<SocketAddr>,
    #[arg(long, hide = true, requires = "issuer")]
    serve_hub: Option<PathBuf>,
    /// Where the hub's issuer is
    #[arg(long, hide = true)]
    issuer: Option<SocketAddr>,
    /// Given by `cargo bench`, and not by `cargo test`, for which there is nothing to do here
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments {
        Arguments { serve_empty_handler: true, .. } => handlers::serve_empty_handler().map(|()| true),
        Arguments { serve_issuer: Some(parties), .. } => hub::servers::issuer(parties).map(|()| true),
        Arguments { serve_proxy: Some(to), .. } => hub::servers::proxy(*to).map(|()| true),
        Arguments { serve_hub: Some(parties), issuer: Some(issuer), .. } => {
            hub::servers::hub(parties, *issuer).map(|()| true)
        }
        Arguments { bench: false, .. } => Ok(true),
        Arguments { gateway: None, .. } => {
            Err("--gateway is missing: run `cargo xtask bench payments`".into())
        }
        Arguments { gateway: Some(gateway), operations: true, .. } => operations::run(&arguments, gateway),
        Arguments { gateway: Some(gateway), hub: true, .. } => hub::run(&arguments, gateway),
        Arguments { gateway: Some(gateway), .. } => run(&arguments, gateway),
    };
    match outcome {
        Ok(fine) if fine || !arguments.strict => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench payments: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures everything, prints the report, and tells whether it is complete and the goals are met.
fn run(arguments: &Arguments, gateway: &Path) -> Result<bool, Box<dyn Error>> {
    let scratch = Scratch::new()?;
    let pace = Pace::new(arguments.quick);
    let disk = Disk::below(scratch.path())?;

    let (paid, audit) = pace.gateway(gateway, &scratch.directory("gateway")?)?;
    let handler = process::this(|bench| bench.arg("--serve-empty-handler"))?;
    let empty = pace.loaded("empty handler", &handler, &cashier(Errand::Payment, &handler, "token")?)?;
    drop(handler);
    let alone = StoreAlone::open(&scratch.directory("store")?)?;
    let store =
        pace.subject("store alone", &LEVELS, |level, length| alone.load(level, length, most(level, length)))?;
    let stub = Stub { operation: &REAL_TIME_PAYMENT, answer: PAID };
    let mocks = pace.mocks(&arguments.peers, &scratch, &Errand::Payment, stub)?;
    eprintln!("steps ...");
    let steps = Steps::measure(&alone, pace.window / 10)?;

    let report = Report { disk, gateway: paid, empty, store, mocks, steps, audit };
    println!("{report}");
    Ok(report.is_fine())
}

/// Where stores and mock servers lie, on the disk and not in memory.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Result<Self, Box<dyn Error>> {
        Ok(Self(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// A new directory, however many were called so.
    fn directory(&self, name: &str) -> Result<PathBuf, Box<dyn Error>> {
        Ok(tempfile::Builder::new().prefix(name).tempdir_in(self.path())?.keep())
    }
}

/// How long to look, and how often.
struct Pace {
    warm_up: Duration,
    window: Duration,
}

impl Pace {
    /// Of each level, the window with the median rate is reported.
    const WINDOWS: usize = 3;

    fn new(quick: bool) -> Self {
        let [warm_up, window] = if quick { [100, 500] } else { [1500, 5000] };
        Self { warm_up: Duration::from_millis(warm_up), window: Duration::from_millis(window) }
    }

    /// The gateway, and whether its store holds what it has confirmed after it was killed.
    fn gateway(&self, program: &Path, data: &Path) -> Result<(Subject, String), Box<dyn Error>> {
        let gateway = process::gateway(program, data)?;
        let cashier = cashier(Errand::Payment, &gateway, &token(&gateway)?)?;
        let subject = self.loaded("gateway", &gateway, &cashier)?;
        gateway.kill()?;
        eprintln!("audit ...");
        let audit = load::on_this_thread(async {
            let store = Store::open_read_only(data)?;
            let audit = store.read(audit::run).await?;
            store.close().await.map(|()| audit)
        })??;
        let (confirmed, stored) = (subject.confirmed, audit.payments);
        if !audit.is_clean() || confirmed != stored {
            return Err(format!("{confirmed} payments confirmed, {stored} stored: {audit:?}").into());
        }
        Ok((
            subject,
            format!("killed, then audited: {confirmed} payments confirmed, {stored} stored, no findings"),
        ))
    }

    /// Each mock server that is there.
    fn mocks(
        &self,
        peers: &Path,
        scratch: &Scratch,
        errand: &Errand,
        stub: Stub<'_>,
    ) -> Result<[Subject; 2], Box<dyn Error>> {
        Ok([
            self.mock("Prism", errand, mocks::prism(peers, &scratch.directory("prism")?, stub))?,
            self.mock("WireMock", errand, mocks::wiremock(peers, &scratch.directory("wiremock")?, stub))?,
        ])
    }

    /// A mock server, if it is there. It gets time to compile what it runs often, as Java and JavaScript do.
    fn mock(
        &self,
        name: &'static str,
        errand: &Errand,
        started: Result<Process, Box<dyn Error>>,
    ) -> Result<Subject, Box<dyn Error>> {
        let process = match started {
            Ok(process) => process,
            Err(why) => {
                eprintln!("MISSING: {name}: {why}");
                return Ok(Subject::missing(name));
            }
        };
        let cashier = cashier(errand.clone(), &process, "token")?;
        over_http(process.server(), &cashier, LEVELS[2], self.warm_up * 8)
            .map_err(|error| format!("{name}: {error}"))?;
        self.loaded(name, &process, &cashier)
    }

    fn loaded(
        &self,
        name: &'static str,
        process: &Process,
        cashier: &Rc<Cashier>,
    ) -> Result<Subject, Box<dyn Error>> {
        self.subject(name, &LEVELS, |level, length| over_http(process.server(), cashier, level, length))
    }

    /// Warms up and measures each level.
    fn subject(
        &self,
        name: &'static str,
        levels: &[usize],
        mut load: impl FnMut(usize, Duration) -> Result<Figures, Box<dyn Error>>,
    ) -> Result<Subject, Box<dyn Error>> {
        let named = |error| format!("{name}: {error}");
        let mut subject = Subject::missing(name);
        for &level in levels {
            let warm_up = load(level, self.warm_up).map_err(named)?;
            subject.confirmed += warm_up.answered;
            let mut windows = Vec::new();
            for _ in 0..Self::WINDOWS {
                let figures = load(level, self.window).map_err(named)?;
                eprintln!("{name}, {level}: {:.0}/s", figures.rate());
                subject.confirmed += figures.answered;
                windows.push(figures);
            }
            subject.add(level, windows);
        }
        Ok(subject)
    }
}

/// Who writes the orders for a server.
fn cashier(errand: Errand, server: &Process, token: &str) -> Result<Rc<Cashier>, Box<dyn Error>> {
    Ok(Rc::new(Cashier::new(errand, token, &server.address.to_string())?))
}

/// An access token of the demo partner.
fn token(gateway: &Process) -> Result<String, Box<dyn Error>> {
    load::on_this_thread(async {
        let client = satang_transport::Client::builder(format!("http://{}", gateway.address)).build()?;
        store_alone::access_token(&Client::new(client)).await
    })?
}

/// More payments than a store makes in that time: one task by itself waits for a flush each time.
fn most(level: usize, length: Duration) -> usize {
    length.as_millis() as usize * if level == 1 { 12 } else { 36 }
}
