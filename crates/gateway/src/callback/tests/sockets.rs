//! The same over real sockets: a receiver that resets, hangs, drips, speaks nonsense, and is killed in the middle of it.

use super::*;
use satang_core::{Entropy as _, Kind, System};
use satang_transport::Courier as ByHttp;
use sha2::{Digest as _, Sha256};
use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

const EVENTS: usize = 120;

struct Http(ByHttp);

impl Courier for Http {
    fn carry(&self, request: Request<Bytes>) -> Delivery<'_> {
        Box::pin(async move {
            self.0.send(request).await.map_err(|error| match error.kind() {
                Kind::Connect => Undelivered::Connect,
                Kind::Timeout => Undelivered::Timeout,
                Kind::Configuration => Undelivered::Address,
                _ => Undelivered::Broken,
            })
        })
    }
}

/// What outlives a receiver's process.
#[derive(Default)]
struct Disk {
    /// How much is in the log, for those who wait for it.
    length: watch::Sender<usize>,
    seed: u64,
    healed: bool,
    log: Vec<String>,
    /// How often each event came: what makes it behave otherwise the next time.
    came: HashMap<String, u8>,
}

/// Starts a receiver's process. To abort the task is to kill it: the listener, all connections and what it knew are gone.
async fn launch(address: SocketAddr, disk: Arc<Mutex<Disk>>) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    let known: HashSet<String> = disk.lock().unwrap().log.iter().cloned().collect();
    let known = Arc::new(Mutex::new(known));
    let process = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            connections.spawn(answer(stream, Arc::clone(&disk), Arc::clone(&known)));
        }
    });
    (address, process)
}

async fn answer(mut stream: TcpStream, disk: Arc<Mutex<Disk>>, known: Arc<Mutex<HashSet<String>>>) {
    let Some(id) = request_id(&mut stream).await else { return };
    let die = {
        let mut disk = disk.lock().unwrap();
        let came = disk.came.entry(id.clone()).or_default();
        *came += 1;
        let digest = Sha256::digest(format!("{} {id} {}", disk.seed, disk.came[&id]));
        if disk.healed { u8::MAX } else { digest[0] % 100 }
    };
    let store = || {
        if known.lock().unwrap().insert(id.clone()) {
            let mut disk = disk.lock().unwrap();
            disk.log.push(id.clone());
            disk.length.send_replace(disk.log.len());
        }
    };
    let said: &[u8] = match die {
        0..=29 => b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n",
        30..=35 => return std::future::pending().await,
        40..=44 => {
            // Stored, and then the answer is lost.
            store();
            stream.set_zero_linger().unwrap();
            return;
        }
        45..=47 => b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n",
        48..=51 => b"HTTP/1.1 429 Slowly\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n",
        52..=53 => b"This is not HTTP\r\n\r\n",
        54..=55 => b"HTTP/1.1 307 There\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
        56..=58 => {
            store();
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\ndrip").await;
            return std::future::pending().await;
        }
        _ => {
            store();
            b"HTTP/1.1 204 Taken\r\n\r\n"
        }
    };
    let _ = stream.write_all(said).await;
}

/// Reads a whole request, and gives its `X-Client-Transaction-ID`.
async fn request_id(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let header = |name: &str| {
            head.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
        };
        if header("content-length:")?.parse::<usize>().ok()? <= body.len() {
            return header("x-client-transaction-id:");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_over_real_sockets() {
    let seed = std::env::var("SATANG_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| System.uuid().as_u64_pair().0 % 1_000_000);
    println!("SATANG_SEED={seed}");
    let disk = Arc::new(Mutex::new(Disk { seed, ..Disk::default() }));
    let (address, mut process) = launch("127.0.0.1:0".parse().unwrap(), Arc::clone(&disk)).await;
    let courier =
        ByHttp::builder().private_addresses(true).timeout(Duration::from_millis(400)).build().unwrap();
    let world = World::new(Arc::new(Http(courier))).await;
    world.agree("partner", &format!("http://{address}/hook"), CallbackProfile::StandardWebhooks).await;
    world.enqueue("partner", 0..EVENTS).await;

    let gateway = Arc::clone(&world.gateway);
    let delivering = tokio::spawn(async move { gateway.advance_to(start() + minutes(300)).await.unwrap() });
    let mut kills = 0;
    let mut length = disk.lock().unwrap().length.subscribe();
    for killed_at in [20, 50, 70] {
        length.wait_for(|length| *length >= killed_at).await.unwrap();
        process.abort();
        assert!(process.await.unwrap_err().is_cancelled());
        kills += 1;
        process = launch(address, Arc::clone(&disk)).await.1;
    }
    delivering.await.unwrap();

    let mut outcomes: HashMap<String, usize> = HashMap::new();
    for (status, end) in [("DELIVERED", "DELIVERED"), ("DEAD", "")] {
        for id in world.ids(status).await {
            let (_, _, attempts) = world.read(move |tx| read(tx, &id)).await.unwrap();
            on_schedule(&attempts);
            let last = attempts.last().unwrap();
            assert!(end.is_empty() || last.outcome == end);
            for attempt in &attempts {
                *outcomes.entry(attempt.outcome.clone()).or_default() += 1;
            }
        }
    }
    println!("{kills} kills, {outcomes:?}");
    for outcome in ["DELIVERED", "REFUSED", "GONE", "TIMEOUT", "BROKEN"] {
        assert!(outcomes.contains_key(outcome), "{outcome} did not happen");
    }
    disk.lock().unwrap().healed = true;
    // More than once, since on a busy machine a receiver may be too slow although nothing is wrong with it.
    for round in 1..10 {
        for id in world.ids("DEAD").await {
            assert!(world.replay(&id).await);
        }
        world.until(minutes(300 + 100 * round)).await;
    }
    assert_eq!(world.ids("DELIVERED").await.len(), EVENTS);
    let disk = disk.lock().unwrap();
    assert_eq!(disk.log.iter().collect::<HashSet<_>>().len(), EVENTS, "lost");
    assert_eq!(disk.log.len(), EVENTS, "each event has one effect");
}

/// Each pause is the schedule's, or the one that was asked for.
fn on_schedule(attempts: &[Attempted]) {
    for (pair, pause) in attempts.windows(2).zip([1, 5, 15, 60]) {
        let asked = if pair[0].http_status == Some(429) { 2 } else { 0 };
        assert_eq!(pair[1].at.duration_since(pair[0].at), minutes(pause.max(asked)), "{attempts:?}");
    }
}
