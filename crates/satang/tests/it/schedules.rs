//! A year of schedules, with month ends and a leap day: each due date is made once, never before its time.
//!
//! The year passes in one process, and in another that is killed again and again while due dates are being made, and
//! that is sometimes away for days. Partners cancel meanwhile. What the tables say is then held against a calendar and
//! a judgement of our own, which share nothing with the gateway.
//!
//! More: `SATANG_SCHEDULED=100000 SATANG_CRASHES=500 cargo test -p satang --test it -- schedules:: --nocapture`;
//! `SATANG_SEED` repeats the schedules and the cancellations of a run.

mod calendar;
mod life;
mod plan;
mod verdict;

use crate::{
    books::Books,
    program::{Program, audit},
    random::{Random, from_environment, seed},
};
use jiff::{SignedDuration, Timestamp};
use plan::Plan;
use satang_gateway::store::{Store, StoreError, Tx};
use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use verdict::{Runs, examine};

/// How long the gateway may be away after a kill.
const LONGEST_ABSENCE_DAYS: u64 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_due_date_of_a_year_is_made_once_at_its_time() {
    let seed = seed();
    println!("seed {seed}");
    let plan = Plan::new(seed, from_environment("SATANG_SCHEDULED").unwrap_or(13_000));
    let directory = tempfile::tempdir().unwrap();
    let said = Arc::new(Mutex::new(Vec::new()));
    let began = Instant::now();
    let say = {
        let said = Arc::clone(&said);
        move |line: String| said.lock().unwrap().push(line)
    };
    life::live(directory.path(), &plan, plan::opening(), say).await;
    println!("the year took {:.1} s", began.elapsed().as_secs_f64());
    let said = said.lock().unwrap().clone();
    judge(directory.path(), &plan, &said, SignedDuration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_due_date_of_a_year_of_kills_is_made_once_and_never_early() {
    let seed = seed();
    println!("seed {seed}");
    let crashes = from_environment("SATANG_CRASHES").unwrap_or(20);
    let items = from_environment("SATANG_SCHEDULED").unwrap_or(3_000);
    let plan = Plan::new(seed, items);
    let mut random = Random::new(seed);
    let directory = tempfile::tempdir().unwrap();
    let mut machine_now = plan::opening();
    let mut said = Vec::new();
    let mut in_the_middle = 0;
    // So many steps on average that the kills are spread over the year.
    let longest_life = (2 * plan.steps().len() as u64 / crashes).max(1);
    for _ in 0..crashes {
        let mut child = Program::start(life::command(directory.path(), (seed, items), machine_now));
        let mut steps = random.up_to(longest_life);
        while steps > 0 {
            let Some(line) = child.line() else { break };
            steps -= u64::from(line.starts_with("step"));
        }
        let moment = Instant::now() + Duration::from_micros(random.up_to(30_000));
        while Instant::now() < moment {
            std::hint::spin_loop();
        }
        let ended = child.kill();
        assert!(!ended.errors.contains("panicked"), "{}", ended.errors);
        let was_killed = ended.was_killed();
        said.extend(ended.printed);
        if !was_killed {
            break;
        }
        let (now, due) = left_behind(directory.path(), machine_now).await;
        in_the_middle += u64::from(due > 0);
        if random.up_to(3) == 1 {
            machine_now += absence(now, &mut random);
        }
    }
    let ended = Program::start(life::command(directory.path(), (seed, items), machine_now)).wait();
    assert_eq!(ended.code(), Some(0), "{}", ended.everything());
    said.extend(ended.printed);
    println!("{crashes} kills, {in_the_middle} of them while due dates were open");
    let absence = SignedDuration::from_hours(24 * i64::try_from(LONGEST_ABSENCE_DAYS + 1).unwrap());
    judge(directory.path(), &plan, &said, absence).await;
    if crashes >= 12 {
        // Kills that all fell between the batches would have tested nothing.
        assert!(in_the_middle > 0);
    }
}

/// How long the gateway is away: not into or past the day on which a registration is suspended, nor past the year.
fn absence(now: Timestamp, random: &mut Random) -> SignedDuration {
    let away = SignedDuration::from_hours(24 * i64::try_from(random.up_to(LONGEST_ABSENCE_DAYS)).unwrap());
    let crosses = |moment: Timestamp| now < moment && moment <= now + away;
    let first_due_date = plan::opening() + SignedDuration::from_hours(24);
    let cannot = now < first_due_date || crosses(plan::suspension()) || crosses(plan::end());
    if cannot { SignedDuration::ZERO } else { away }
}

/// What time a gateway that was killed had, and how many due dates it had open.
async fn left_behind(directory: &Path, machine_now: Timestamp) -> (Timestamp, i64) {
    let read = move |tx: &mut Tx<'_>| {
        let offset =
            tx.query_one("SELECT offset_micros FROM clock", &[], |row| row.int(0))?.unwrap_or_default();
        let now = machine_now + SignedDuration::from_micros(offset);
        let sql = "SELECT count(*) FROM agenda WHERE task = 'schedule-run' AND due_at <= $1";
        let due = tx.query_one(sql, &[now.as_microsecond().into()], |row| row.int(0))?;
        Ok::<_, StoreError>((now, due.unwrap_or_default()))
    };
    let Ok(store) = Store::open_read_only(directory) else { return (machine_now, 0) };
    store.read(read).await.unwrap()
}

async fn judge(directory: &Path, plan: &Plan, said: &[String], latest: SignedDuration) {
    let verdict = examine(plan, said, &Runs::read(directory).await, &Books::read(directory).await, latest);
    println!("{verdict}");
    assert!(verdict.is_clean(), "{verdict:#?}");
    assert!(verdict.has_seen_everything(), "{verdict}");
    let audit = audit(directory);
    assert_eq!(audit.code(), Some(0), "{audit:?}");
}
