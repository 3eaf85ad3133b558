//! A receiver of callbacks that is killed again and again (SIGKILL): each event takes effect once.
//!
//! The receiver is a process of its own with a log on the disk, and it also refuses whatever it does not like. The
//! gateway retries while the sandbox's time passes; what is dead in the end is replayed to a receiver that is well. Then the
//! log must hold each callback of the gateway's store once, and nothing else.
//!
//! More: `SATANG_CALLBACKS=20000 SATANG_CRASHES=200 cargo test -p satang --test it -- callbacks:: --nocapture`.

mod receiver;

use crate::{
    gateway_process::GatewayProcess,
    program::Program,
    random::{Random, from_environment, seed},
};
use receiver::{Mood, taken};
use satang_core::sandbox::{CallbackQuery, Client};
use satang_gateway::{
    demo,
    store::{Store, StoreError, Tx},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{collections::HashSet, net::SocketAddr, path::Path, sync::Arc};
use tokio::task::{JoinSet, spawn_blocking};

type Operator = Client<satang_transport::Client>;

/// How many registrations the events are of.
const REGISTRATIONS: u64 = 20;
/// The most callbacks that a receiver answers before it is killed.
const LONGEST_LIFE: u64 = 40;
/// What passes while receivers die: more than it takes until nothing is retried any more.
const STEPS: [&str; 9] = ["1m", "2m", "5m", "10m", "20m", "40m", "1h", "2h", "1d"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_callback_takes_effect_once_however_often_its_receiver_is_killed() {
    let (seed, events) = (seed(), from_environment("SATANG_CALLBACKS").unwrap_or(400));
    // Fewer than there are lives, so that no receiver waits in vain for what kills it.
    let kills = from_environment("SATANG_CRASHES").unwrap_or(10).min(events / LONGEST_LIFE);
    println!("seed {seed}");
    let directory = tempfile::tempdir().unwrap();
    let (log, data) = (directory.path().join("receiver.log"), directory.path().join("data"));
    let gateway = GatewayProcess::start(&data);
    let operator = Arc::new(operator(&gateway.base_url));

    let (first, address) = start(&log, Mood::Hostile(seed), "127.0.0.2:0".parse().unwrap());
    agree(&operator, address).await;
    let dying = spawn_blocking({
        let log = log.clone();
        move || die(first, address, &log, seed, kills)
    });
    make_events(&operator, events).await;
    for step in STEPS {
        advance(&operator, step).await;
    }
    drop(dying.await.unwrap());

    let (_well, _) = start(&log, Mood::Well, address);
    let dead = replay(&operator).await;
    assert_eq!(gateway.stop().code(), Some(0));
    let (sent, attempts) = sent(&data).await;
    println!("{} callbacks, {attempts} attempts, {kills} kills, {dead} dead until replayed", sent.len());
    let taken = taken(&log);
    assert_eq!(taken.len(), sent.len(), "each has one effect");
    assert_eq!(taken.into_iter().collect::<HashSet<_>>(), sent, "none is lost, none invented");
    assert!(u64::try_from(sent.len()).unwrap() >= events && kills > 0 && dead > 0, "too little was tested");
}

fn operator(url: &str) -> Operator {
    let client = satang_transport::Client::builder(url).bearer_token(demo::ADMIN_KEY).build();
    Client::new(client.unwrap())
}

/// Starts a receiver, and tells where it listens.
fn start(log: &Path, mood: Mood, address: SocketAddr) -> (Program, SocketAddr) {
    let mut program = Program::start(receiver::command(log, mood, address));
    loop {
        // What a test binary says of itself comes first.
        let line = program.line().expect("a receiver listens");
        if let Some(address) = line.strip_prefix("listening ") {
            let address = address.parse().unwrap();
            return (program, address);
        }
    }
}

/// Kills one receiver after the other, each in the middle of its work; the last lives.
fn die(first: Program, address: SocketAddr, log: &Path, seed: u64, kills: u64) -> Program {
    let (mut random, mut receiver) = (Random::new(seed), first);
    for life in 0..kills {
        for _ in 0..random.up_to(LONGEST_LIFE) {
            receiver.line().expect("a receiver ends only when it is killed");
        }
        let ended = receiver.kill();
        assert!(ended.was_killed(), "{}", ended.everything());
        (receiver, _) = start(log, Mood::Hostile(seed + life + 1), address);
    }
    receiver
}

async fn agree(operator: &Operator, address: SocketAddr) {
    let url = format!("http://{address}/called");
    let agreement = json!({ "registrationAccount": demo::CREDITOR_ACCOUNT, "callbackUrl": url });
    let change = json!({ "clientId": demo::CLIENT_ID, "agreement": agreement });
    operator.change_partner(&read(change)).await.unwrap();
}

/// Registers, suspends and resumes side by side: each is an event with a callback.
async fn make_events(operator: &Arc<Operator>, events: u64) {
    let mut working = JoinSet::new();
    for _ in 0..REGISTRATIONS {
        let operator = Arc::clone(operator);
        working.spawn(async move {
            let customer =
                json!({ "partner": demo::CLIENT_ID, "drawerAccountNumber": demo::DRAWERS[0].account });
            let registered = operator.register_at_branch(&read(customer)).await.unwrap();
            let change = read(json!({
                "registrationIdentification": registered.registration_identification
            }));
            for _ in 0..events.div_ceil(2 * REGISTRATIONS) {
                operator.suspend_registration(&change).await.unwrap();
                operator.resume_registration(&change).await.unwrap();
            }
        });
    }
    working.join_all().await;
}

async fn advance(operator: &Operator, duration: &str) {
    operator.advance_clock(&read(json!({ "duration": duration }))).await.unwrap();
}

/// Has everything sent again that is dead, until nothing is, and tells how much that was.
async fn replay(operator: &Operator) -> usize {
    let mut replayed = 0;
    for _ in 0..100 {
        let page: CallbackQuery = read(json!({ "status": "DEAD", "limit": 1000 }));
        let dead = operator.list_callbacks(&page).await.unwrap().callbacks;
        let page: CallbackQuery = read(json!({ "status": "PENDING", "limit": 1 }));
        let pending = operator.list_callbacks(&page).await.unwrap().callbacks;
        if dead.is_empty() && pending.is_empty() {
            return replayed;
        }
        replayed += dead.len();
        for callback in dead {
            let replay = json!({ "callbackIdentification": callback.callback_identification });
            operator.replay_callback(&read(replay)).await.unwrap();
        }
        advance(operator, "2h").await;
    }
    panic!("callbacks do not arrive at a receiver that is well");
}

/// The callbacks of a gateway that has stopped, and how many attempts it made at them.
async fn sent(data: &Path) -> (HashSet<String>, usize) {
    let store = Store::open_read_only(data).unwrap();
    let look = |tx: &mut Tx<'_>| {
        let sql = "SELECT id, attempts FROM callback";
        tx.query(sql, &[], |row| Ok((row.text(0)?, usize::try_from(row.int(1)?).unwrap_or_default())))
    };
    let rows = store.read::<_, StoreError, _>(look).await.unwrap();
    let attempts = rows.iter().map(|(_, attempts)| attempts).sum();
    (rows.into_iter().map(|(id, _)| id).collect(), attempts)
}

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}
