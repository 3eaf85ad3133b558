//! Twenty thousand events to receivers that do everything wrong: nothing is lost, and nothing is invented.
//!
//! `SATANG_SEED` repeats a run, `SATANG_CALLBACKS` makes it longer.

use super::*;
use crate::callback::attempt::RETRIES;
use satang_core::{Entropy as _, System};
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, HashSet};

const PARTNERS: usize = 20;

/// Receivers of all partners, as their operators would see them.
struct Receivers {
    seed: u64,
    /// Nothing goes wrong any more.
    healed: bool,
    now: Timestamp,
    seen: HashMap<String, Seen>,
    /// What each wrote to its disk: the effect of each event, in order.
    logs: Vec<Vec<String>>,
    /// What each remembers while it runs; gone when it is killed, and then read from the log.
    memories: Vec<HashSet<String>>,
    kills: usize,
}

/// What arrived for one event.
#[derive(Default)]
struct Seen {
    body: Bytes,
    attempts: Vec<(Timestamp, Fate)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Taken,
    Failed(u16),
    /// 429 or 503, with a pause in seconds.
    Pause(u16, i64),
    Gone,
    /// Whether the receiver had it in its log by then.
    Timeout(bool),
    Reset(bool),
    /// Nobody listens.
    Down,
}

impl Receivers {
    /// What a receiver does with an attempt follows from the seed, the event and the number of the attempt alone, so that
    /// a run can be repeated however its attempts are interleaved.
    fn fate(&self, id: &str, partner: usize, attempt: usize) -> Fate {
        if self.healed {
            return Fate::Taken;
        }
        let since = self.now.duration_since(start()).as_mins();
        // Every fifth partner has an outage of two hours, and one is never there.
        if partner == 7 || (partner.is_multiple_of(5) && (20..140).contains(&since)) {
            return Fate::Down;
        }
        let digest = Sha256::digest(format!("{} {id} {attempt}", self.seed));
        let [die, variant, pause, ..] = *digest else { unreachable!() };
        let percent = u32::from(die) * 256 + u32::from(variant);
        match percent * 1000 / 65_536 {
            0..=299 => Fate::Failed([500, 502, 504, 404, 302][usize::from(pause) % 5]),
            300..=399 => Fate::Timeout(pause % 2 == 0),
            400..=449 => Fate::Reset(pause % 2 == 0),
            450..=469 => Fate::Pause(if pause % 2 == 0 { 429 } else { 503 }, i64::from(pause) * 30),
            470..=474 => Fate::Gone,
            _ => Fate::Taken,
        }
    }

    fn take(&mut self, request: &Request<Bytes>) -> Result<Response<()>, Undelivered> {
        let id = request.headers()["x-client-transaction-id"].to_str().unwrap().to_owned();
        let partner: usize = request.uri().host().unwrap()[1..].split('.').next().unwrap().parse().unwrap();
        let attempt = self.seen.get(&id).map_or(0, |seen| seen.attempts.len());
        let fate = self.fate(&id, partner, attempt);
        let seen = self.seen.entry(id.clone()).or_default();
        if attempt == 0 {
            seen.body = request.body().clone();
        }
        assert_eq!(seen.body, request.body(), "another body under the same identifier");
        seen.attempts.push((self.now, fate));
        if matches!(fate, Fate::Taken | Fate::Timeout(true) | Fate::Reset(true))
            && self.memories[partner].insert(id.clone())
        {
            self.logs[partner].push(id);
        }
        // A reset after the event was stored is how a kill looks from here: the process is started again, and knows what
        // its log knows.
        if fate == Fate::Reset(true) {
            self.kills += 1;
            self.memories[partner] = self.logs[partner].iter().cloned().collect();
        }
        match fate {
            Fate::Taken => status(200),
            Fate::Failed(code) => status(code),
            Fate::Gone => status(410),
            Fate::Pause(code, seconds) => {
                Ok(Response::builder().status(code).header("retry-after", seconds).body(()).unwrap())
            }
            Fate::Timeout(_) => Err(Undelivered::Timeout),
            Fate::Reset(_) => Err(Undelivered::Broken),
            Fate::Down => Err(Undelivered::Connect),
        }
    }
}

/// The receivers behind a courier. The time of arrival is the sandbox's, as the gateway tells it.
struct Network {
    receivers: Mutex<Receivers>,
    gateway: std::sync::OnceLock<std::sync::Weak<Gateway>>,
}

impl Courier for Network {
    fn carry(&self, request: Request<Bytes>) -> Delivery<'_> {
        let now = self.gateway.get().and_then(std::sync::Weak::upgrade).unwrap().now();
        let mut receivers = self.receivers.lock().unwrap();
        receivers.now = now;
        let answer = receivers.take(&request);
        Box::pin(std::future::ready(answer))
    }
}

/// When the attempts at an event must have been made, and how it must have ended, if receivers did this.
fn expected(queued: Timestamp, fates: &[Fate]) -> (Vec<Timestamp>, &'static str) {
    let (mut at, mut times) = (queued, Vec::new());
    for (tried, fate) in fates.iter().enumerate() {
        times.push(at);
        match fate {
            Fate::Taken => return (times, "DELIVERED"),
            Fate::Gone => return (times, "DEAD"),
            _ => {}
        }
        let Some(pause) = RETRIES.get(tried) else { return (times, "DEAD") };
        let asked = if let Fate::Pause(_, seconds) = fate { *seconds } else { 0 };
        at += SignedDuration::from_secs(asked).max(*pause);
    }
    (times, "PENDING")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_between_here_and_a_hostile_receiver() {
    let from_environment = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let seed = from_environment("SATANG_SEED").unwrap_or_else(|| System.uuid().as_u64_pair().0 % 1_000_000);
    let events =
        from_environment("SATANG_CALLBACKS").map_or(20_000, |events| usize::try_from(events).unwrap());
    println!("SATANG_SEED={seed}");
    let network = Arc::new(Network {
        receivers: Mutex::new(Receivers {
            seed,
            healed: false,
            now: start(),
            seen: HashMap::new(),
            logs: vec![Vec::new(); PARTNERS],
            memories: vec![HashSet::new(); PARTNERS],
            kills: 0,
        }),
        gateway: std::sync::OnceLock::new(),
    });
    let world = World::new(network.clone()).await;
    network.gateway.set(Arc::downgrade(&world.gateway)).unwrap();

    // In waves, so that first attempts, retries and outages meet.
    let waves = 10;
    for wave in 0..waves {
        let each = events / PARTNERS / waves;
        for partner in 0..PARTNERS {
            let name = format!("p{partner}");
            if wave == 0 {
                world.add_partner(&name, &format!("https://{name}.example/")).await;
            }
            world.enqueue(&name, wave * each..(wave + 1) * each).await;
        }
        world.until(minutes(i64::try_from(wave).unwrap() * 7 + 7)).await;
    }
    world.until(minutes(3 * 24 * 60)).await;

    let outcome = judge(&world, &network).await;
    println!("{outcome:?}");
    assert!(outcome.delivered > 0 && outcome.dead > 0 && outcome.kills > 0 && outcome.doubled > 0);

    // The receivers are mended, and what is dead is replayed.
    network.receivers.lock().unwrap().healed = true;
    for id in world.ids("DEAD").await {
        assert!(world.replay(&id).await);
    }
    world.gateway.catch_up().await.unwrap();
    assert_eq!(world.ids("DELIVERED").await.len(), outcome.events, "lost");
    let receivers = network.receivers.lock().unwrap();
    let effects: Vec<_> = receivers.logs.iter().flatten().collect();
    assert_eq!(effects.len(), outcome.events, "each event has one effect");
    assert_eq!(effects.into_iter().collect::<HashSet<_>>().len(), outcome.events);
}

#[derive(Debug, Default)]
struct Outcome {
    events: usize,
    attempts: usize,
    delivered: usize,
    dead: usize,
    /// Events that a receiver got again although it had them.
    doubled: usize,
    kills: usize,
}

/// Holds what the gateway says it did against what receivers saw, and both against the schedule.
async fn judge(world: &World, network: &Network) -> Outcome {
    let sql = "SELECT c.id, c.created_at, c.status, a.at FROM callback c
         LEFT JOIN callback_attempt a ON a.callback = c.id ORDER BY c.id, a.number";
    let rows = world
        .read(move |tx| {
            tx.query(sql, &[], |row| Ok((row.text(0)?, row.int(1)?, row.text(2)?, row.optional_int(3)?)))
        })
        .await;
    let mut stored: HashMap<String, (Timestamp, String, Vec<Timestamp>)> = HashMap::new();
    let moment = |micros| Timestamp::from_microsecond(micros).unwrap();
    for (id, created_at, status, at) in rows {
        let (_, _, times) = stored.entry(id).or_insert_with(|| (moment(created_at), status, Vec::new()));
        times.extend(at.map(moment));
    }
    let receivers = network.receivers.lock().unwrap();
    let mut outcome = Outcome { events: stored.len(), kills: receivers.kills, ..Outcome::default() };
    for (id, (queued, status, times)) in &stored {
        let seen = receivers.seen.get(id).unwrap_or_else(|| panic!("{id} was never sent"));
        let fates: Vec<Fate> = seen.attempts.iter().map(|(_, fate)| *fate).collect();
        let arrived: Vec<Timestamp> = seen.attempts.iter().map(|(at, _)| *at).collect();
        let (due, end) = expected(*queued, &fates);
        assert_eq!((&arrived, times, status.as_str()), (&due, &due, end), "{id}: {fates:?}");
        let taken =
            fates.iter().filter(|fate| matches!(fate, Fate::Taken | Fate::Timeout(true) | Fate::Reset(true)));
        outcome.doubled += usize::from(taken.count() > 1);
        outcome.attempts += fates.len();
        outcome.delivered += usize::from(end == "DELIVERED");
        outcome.dead += usize::from(end == "DEAD");
    }
    assert_eq!(receivers.seen.len(), stored.len(), "an event was invented");
    outcome
}
