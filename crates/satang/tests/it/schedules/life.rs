//! One life of a gateway: it submits what is not there yet, and moves the clock to the end of the year while partners
//! cancel. In this process, or in a child that can be killed.

use super::plan::{self, Plan};
use crate::random::from_environment;
use jiff::Timestamp;
use satang_core::{Clock, Error, direct_debit::Client, signature::Key};
use satang_direct_debit::wire::{ScheduleCancellation, ScheduleFilter};
use satang_gateway::{
    Gateway, Options, demo,
    store::{StoreError, Tx},
};
use satang_schema::ScheduleIdentification;
use satang_transport::{Credentials, Server};
use std::{
    collections::HashSet,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

type Bank = Client<satang_transport::Client>;

/// A machine's clock that stands: what passes is the sandbox's time.
struct Standing(Timestamp);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Lives until the end of the year. Says `step` before each move of the clock, and `cancelled` with the number of a
/// schedule and the time that the answer had.
pub(super) async fn live(
    directory: &Path,
    plan: &Plan,
    machine_now: Timestamp,
    say: impl Fn(String) + Clone,
) {
    let clock = Arc::new(Standing(machine_now));
    let mut options = Options::new(directory);
    options.clock = clock.clone();
    let gateway = Gateway::open(&options).await.unwrap();
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    tokio::spawn(server.serve(gateway.router(), std::future::pending::<()>()));
    let bank = bank(&url, clock);

    suspend_in_time(&gateway).await;
    gateway.catch_up().await.unwrap();
    submit(&gateway, &bank, plan).await;
    for (moment, cancelled) in plan.steps() {
        let cancelling = async {
            for number in cancelled {
                cancel(&bank, plan, number, &say).await;
            }
        };
        if moment > gateway.now() {
            say(format!("step {moment}"));
            let (_, done) = tokio::join!(cancelling, gateway.advance_to(moment));
            done.unwrap();
        } else {
            cancelling.await;
        }
        suspend_in_time(&gateway).await;
    }
    gateway.close().await.unwrap();
}

fn bank(url: &str, clock: Arc<Standing>) -> Bank {
    let client = satang_transport::Client::builder(url)
        .credentials(Credentials::new(demo::CLIENT_ID, demo::CLIENT_SECRET))
        .signature_key(Key::new(demo::SIGNATURE_KEY).unwrap())
        .clock(clock);
    Client::new(client.build().unwrap())
}

/// What the customer does at the bank, which no operation of the partner's can.
async fn suspend_in_time(gateway: &Gateway) {
    if gateway.now() < plan::suspension() {
        return;
    }
    let suspend = |tx: &mut Tx<'_>| {
        let token = demo::DRAWERS[plan::SUSPENDED].token;
        tx.execute("UPDATE registration SET status = 'SUSP' WHERE token = $1", &[token.into()])
    };
    gateway.store().write::<_, StoreError, _>(suspend).await.unwrap();
}

/// Submits what an earlier life has not.
async fn submit(gateway: &Gateway, bank: &Bank, plan: &Plan) {
    let known =
        |tx: &mut Tx<'_>| tx.query("SELECT transaction_identification FROM schedule", &[], |row| row.text(0));
    let known: Vec<String> = gateway.store().read::<_, StoreError, _>(known).await.unwrap();
    let known: HashSet<_> = known.into_iter().collect();
    for item in &plan.items {
        if !known.contains(&item.request.transaction_identification.to_string()) {
            bank.schedule_submission(&item.request).await.unwrap();
        }
    }
}

async fn cancel(bank: &Bank, plan: &Plan, number: usize, say: &impl Fn(String)) {
    let transaction_identification = Some(plan.items[number].request.transaction_identification);
    let filter = ScheduleFilter { transaction_identification, ..ScheduleFilter::default() };
    let found = patiently(|| bank.schedule_inquiry(&filter)).await.unwrap().schedule_information;
    let schedule_identification: ScheduleIdentification = found[0].schedule_identification;
    let request = ScheduleCancellation { schedule_identification, cancellation_reason: None };
    match patiently(|| bank.schedule_cancellation(&request)).await {
        Ok(cancelled) => say(format!("cancelled {number} {}", cancelled.status_date_time.timestamp())),
        Err(error) => assert_eq!(error.code(), Some("SBX-4092"), "{error}"),
    }
}

/// An access token lives half an hour, which may pass between getting and using it.
async fn patiently<T, F>(attempt: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    for _ in 0..1_000 {
        match attempt().await {
            Err(error) if error.code() == Some("SBX-4011") => {}
            outcome => return outcome,
        }
    }
    panic!("no access token lives long enough");
}

const DIRECTORY: &str = "SATANG_LIFE";
const SEED: &str = "SATANG_LIFE_SEED";
const ITEMS: &str = "SATANG_LIFE_ITEMS";
const MACHINE_NOW: &str = "SATANG_LIFE_MACHINE_NOW";

/// This test binary, running one life.
pub(super) fn command(directory: &Path, (seed, items): (u64, u64), machine_now: Timestamp) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "schedules::life::in_a_child_process", "--nocapture"]);
    command.env(DIRECTORY, directory).env(SEED, seed.to_string()).env(ITEMS, items.to_string());
    command.env(MACHINE_NOW, machine_now.as_second().to_string());
    command
}

/// Not a test of its own: what [`command`] runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_child_process() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let number = |name| from_environment(name).unwrap();
    let plan = Plan::new(number(SEED), number(ITEMS));
    let machine_now = Timestamp::from_second(i64::try_from(number(MACHINE_NOW)).unwrap()).unwrap();
    let directory: PathBuf = <OsStr as AsRef<Path>>::as_ref(&directory).to_owned();
    live(&directory, &plan, machine_now, |line| println!("{line}")).await;
}
