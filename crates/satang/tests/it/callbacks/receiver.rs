//! A receiver that a partner might run: it verifies, writes down what it takes before it says so, and takes nothing twice.

use crate::random::{Random, from_environment};
use satang_direct_debit::receiver::{Notice, Receiver, Unhandled};
use satang_gateway::demo;
use satang_transport::Server;
use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions},
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

/// How a receiver behaves.
#[derive(Clone, Copy)]
pub(super) enum Mood {
    /// It takes everything.
    Well,
    /// It fails at random, and always at some; what fails follows from the seed.
    Hostile(u64),
}

const LOG: &str = "SATANG_RECEIVER";
const ADDRESS: &str = "SATANG_RECEIVER_ADDRESS";
const SEED: &str = "SATANG_RECEIVER_SEED";

/// This test binary, receiving. It says where it listens, and then a line for each callback before that is answered.
pub(super) fn command(log: &Path, mood: Mood, address: SocketAddr) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "callbacks::receiver::in_a_child_process", "--nocapture"]);
    command.env(LOG, log).env(ADDRESS, address.to_string());
    if let Mood::Hostile(seed) = mood {
        command.env(SEED, seed.to_string());
    }
    command
}

/// What receivers have taken, in order.
pub(super) fn taken(log: &Path) -> Vec<String> {
    fs::read_to_string(log).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// What outlives the process, and what does not.
struct Books {
    log: File,
    known: HashSet<String>,
    /// Chooses what fails, if something does.
    random: Option<Random>,
}

impl Books {
    fn open(log: &Path, random: Option<Random>) -> Self {
        let known = taken(log).into_iter().collect();
        let log = OpenOptions::new().create(true).append(true).open(log).unwrap();
        Self { log, known, random }
    }

    /// Takes a callback: it is on the disk when this returns.
    fn take(&mut self, delivery: &str) -> Result<(), Unhandled> {
        if let Some(random) = &mut self.random {
            // One in sixteen is never taken, and one in four not this time.
            if delivery.ends_with('0') || random.up_to(4) == 1 {
                return Err(Unhandled::Failed);
            }
        }
        if self.known.insert(delivery.to_owned()) {
            // In one write, so that a kill leaves no half a line.
            self.log.write_all(format!("{delivery}\n").as_bytes()).unwrap();
            self.log.sync_data().unwrap();
        }
        Ok(())
    }
}

/// Not a test of its own: what [`command`] runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_child_process() {
    let Some(log) = std::env::var_os(LOG) else { return };
    let books = Mutex::new(Books::open(&PathBuf::from(log), from_environment(SEED).map(Random::new)));
    let handle = move |notice: Notice| {
        let taken = books.lock().unwrap().take(&notice.delivery);
        println!("{} {taken:?}", notice.delivery);
        std::future::ready(taken)
    };
    let receiver = Receiver::new(handle).signature_key(demo::SIGNATURE_KEY).unwrap();
    let server = Server::bind(std::env::var(ADDRESS).unwrap()).await.unwrap();
    println!("listening {}", server.local_addr().unwrap());
    server.serve(receiver, std::future::pending::<()>()).await;
}
