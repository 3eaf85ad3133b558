//! Due work over a real store: in order, at its own time, once, and past what cannot be done.

use super::*;
use crate::{Options, demo};
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

/// 1 January 2028, nine in the morning in Bangkok.
const OPENING: &str = "2028-01-01T09:00:00+07:00";

/// A machine's clock that stands until it is moved.
struct ManualClock(AtomicI64);

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

async fn open() -> (Arc<Gateway>, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (reopen(&directory).await, directory)
}

async fn reopen(directory: &TempDir) -> Arc<Gateway> {
    let mut options = Options::new(directory.path());
    options.clock = Arc::new(ManualClock(AtomicI64::new(at(OPENING).as_microsecond())));
    Gateway::open(&options).await.unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl Gateway {
    async fn change(&self, sql: String) {
        let work = move |tx: &mut Tx<'_>| tx.execute(&sql, &[]);
        self.store.write::<_, StoreError, _>(work).await.unwrap();
    }

    async fn texts(&self, sql: &'static str) -> Vec<String> {
        self.store.read(move |tx| tx.query(sql, &[], |row| row.text(0))).await.unwrap_or_else(
            |error: StoreError| {
                panic!("{error}");
            },
        )
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let count = self.store.read(move |tx| tx.query_one(sql, &[], |row| row.int(0)));
        count.await.unwrap_or_else(|error: StoreError| panic!("{error}")).unwrap()
    }

    /// So many daily schedules of one baht, with as many due dates each, from 2 January on: `s0001`, `s0002` and so on.
    async fn plan_many(&self, schedules: u32, due_dates: u32) {
        let numbers =
            format!("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {schedules})");
        let (partner, token, creditor) = (demo::CLIENT_ID, demo::DRAWERS[0].token, demo::CREDITOR_ACCOUNT);
        self.change(format!(
            "{numbers} INSERT INTO schedule (id, partner, transaction_identification, token, creditor_account, amount,
                 reference_number1, frequency, start_date, number_of_occurrences, status, status_at, next_date,
                 created_at)
             SELECT printf('s%04d', i), '{partner}', 'x' || i, '{token}', '{creditor}', 100, 'REF', 'DAIL',
                 '2028-01-02', {due_dates}, 'SCHD', 0, '2028-01-02', 0 FROM n"
        ))
        .await;
        let due = at("2028-01-02T06:00:00+07:00").as_microsecond();
        self.change(format!(
            "INSERT INTO agenda (task, subject, due_at) SELECT 'schedule-run', id, {due} FROM schedule"
        ))
        .await;
    }
}

#[tokio::test]
async fn what_falls_due_on_the_way_is_done_in_order_and_at_its_own_time() {
    let (gateway, directory) = open().await;
    gateway.plan_many(3, 2).await;
    let target = at("2028-02-01T12:34:56+07:00");
    assert_eq!(gateway.advance_to(target).await.unwrap(), 6);
    assert_eq!(gateway.now(), target);
    let done = gateway.texts(
        "SELECT subject || ' ' || ((at - 1830294000000000) / 86400000000) || ' ' || ((at - 1830294000000000) % 86400000000)
         FROM event WHERE kind = 'schedule.executed' ORDER BY position",
    );
    // Counted from 06:00 of 1 January 2028 in Bangkok, in days and microseconds.
    assert_eq!(done.await, ["s0001 1 0", "s0002 1 0", "s0003 1 0", "s0001 2 0", "s0002 2 0", "s0003 2 0"]);
    assert_eq!(gateway.catch_up().await.unwrap(), 0);
    gateway.close().await.unwrap();
    assert_eq!(reopen(&directory).await.now(), target, "the clock is where it was left");
}

#[tokio::test]
async fn a_clock_that_is_set_back_or_to_the_same_time_does_no_work() {
    let (gateway, _directory) = open().await;
    gateway.plan_many(1, 1).await;
    gateway.set_clock(gateway.clock.shift_to(at("2028-01-02T06:00:00+07:00"))).await.unwrap();
    for target in ["2028-01-02T06:00:00+07:00", "2027-12-31T00:00:00+07:00"] {
        assert_eq!(gateway.advance_to(at(target)).await.unwrap(), 0);
        assert_eq!(gateway.now(), at(target));
    }
    assert_eq!(gateway.advance_to(at("2028-01-03T00:00:00+07:00")).await.unwrap(), 1);
}

#[tokio::test]
async fn a_frozen_clock_stays_frozen_and_a_running_one_running() {
    for frozen in [true, false] {
        let (gateway, _directory) = open().await;
        gateway.plan_many(1, 3).await;
        let frozen_at = frozen.then(|| gateway.now());
        gateway.set_clock(Shift { frozen_at, ..gateway.clock.shift() }).await.unwrap();
        let target = at("2028-02-01T00:00:00+07:00");
        gateway.advance_to(target).await.unwrap();
        assert_eq!(gateway.clock.shift().frozen_at, frozen.then_some(target));
        let on_disk = gateway.count("SELECT count(*) FROM clock WHERE frozen_at IS NOT NULL").await;
        assert_eq!(on_disk, i64::from(frozen));
    }
}

/// A process that dies on the way must not leave a clock that stands; who looks on sees it come along.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn progress_can_be_seen_and_the_clock_is_never_left_standing() {
    let (gateway, _directory) = open().await;
    gateway.plan_many(20, 20).await;
    let target = at("2028-03-01T00:00:00+07:00");
    let advance = tokio::spawn({
        let gateway = Arc::clone(&gateway);
        async move { gateway.advance_to(target).await }
    });
    let mut seen: Vec<Advance> = Vec::new();
    while !advance.is_finished() {
        let frozen = gateway.count("SELECT count(*) FROM clock WHERE frozen_at IS NOT NULL").await;
        assert_eq!(frozen, 0);
        seen.extend(gateway.advance_under_way());
    }
    assert_eq!(advance.await.unwrap().unwrap(), 400);
    assert_eq!(gateway.advance_under_way(), None);
    assert!(seen.iter().all(|it| it.from == at(OPENING) && it.target == target && it.done <= 400));
    let ascends = |pair: &[Advance]| pair[0].reached <= pair[1].reached && pair[0].done <= pair[1].done;
    assert!(seen.windows(2).all(ascends));
    assert!(seen.iter().any(|it| it.reached > it.from && it.done > 0), "{seen:?}");
}

#[tokio::test]
async fn an_advance_that_nobody_waits_for_is_finished_all_the_same() {
    let (gateway, _directory) = open().await;
    gateway.plan_many(10, 10).await;
    let target = at("2028-03-01T00:00:00+07:00");
    {
        let advance = std::pin::pin!(gateway.advance_to(target));
        // Polled once and dropped, as by a caller who hangs up.
        tokio::select! {
            biased;
            _ = advance => panic!("it cannot be finished yet"),
            () = tokio::task::yield_now() => {}
        }
    }
    // Who comes next waits for it.
    assert_eq!(gateway.catch_up().await.unwrap(), 0);
    assert_eq!(gateway.now(), target);
    assert_eq!(gateway.count("SELECT count(*) FROM execution").await, 100);
}

#[tokio::test]
async fn work_that_cannot_be_done_delays_nothing_else() {
    let (gateway, _directory) = open().await;
    gateway.plan_many(3, 2).await;
    // The first of all cannot be read, and nobody mends it for a month.
    gateway.change("UPDATE schedule SET start_date = 'never' WHERE id = 's0001'".into()).await;
    let done = gateway.advance_to(at("2028-02-01T00:00:00+07:00")).await.unwrap();
    let tries = gateway.count("SELECT failures FROM agenda WHERE subject = 's0001'").await;
    assert_eq!(i64::try_from(done).unwrap(), 4 + tries);
    assert!((30..40).contains(&tries), "about once a day: {tries}");
    assert_eq!(gateway.texts("SELECT DISTINCT status FROM schedule WHERE id > 's0001'").await, ["ACSC"]);
    // Mended, it is done, at last.
    gateway.change("UPDATE schedule SET start_date = '2028-01-02' WHERE id = 's0001'".into()).await;
    gateway.advance_to(at("2028-02-03T00:00:00+07:00")).await.unwrap();
    assert_eq!(gateway.count("SELECT occurrence FROM schedule WHERE id = 's0001'").await, 2);
    assert_eq!(gateway.texts("SELECT subject FROM agenda").await, [""; 0]);
}

#[tokio::test]
async fn work_that_is_changed_after_it_was_found_is_left_to_its_new_time() {
    let (gateway, _directory) = open().await;
    gateway.plan_many(1, 1).await;
    let now = at("2028-01-05T00:00:00+07:00");
    let found = move |tx: &mut Tx<'_>| agenda::due(tx, IN_STORE, 1, now);
    let found: Vec<Due> = gateway.store.read::<_, StoreError, _>(found).await.unwrap();
    gateway.change("UPDATE agenda SET due_at = due_at + 1000".into()).await;
    let [due] = <[Due; 1]>::try_from(found).unwrap();
    gateway.store.write(move |tx| perform(tx, &due, now)).await.unwrap();
    assert_eq!(gateway.count("SELECT count(*) FROM execution").await, 0);
    assert_eq!(gateway.count("SELECT count(*) FROM agenda").await, 1);
}

#[tokio::test]
async fn whoever_does_due_work_finds_what_was_planned_meanwhile() {
    let (gateway, _directory) = open().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = tokio::spawn(Arc::clone(&gateway).work(async { stopped.await.unwrap_or(()) }));
    gateway.plan_many(600, 1).await;
    gateway.set_clock(gateway.clock.shift_to(at("2028-01-02T06:00:00+07:00"))).await.unwrap();
    gateway.wake();
    let all_done = async {
        while gateway.count("SELECT count(*) FROM execution").await < 600 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), all_done).await.expect("it is done without being asked");
    stop.send(()).unwrap();
    worker.await.unwrap();
    assert_eq!(gateway.count("SELECT count(*) FROM agenda").await, 0);
}

#[tokio::test]
async fn a_store_that_is_closed_ends_the_work_with_an_error() {
    let (gateway, _directory) = open().await;
    gateway.plan_many(1, 1).await;
    gateway.close().await.unwrap();
    let error = gateway.advance_to(at("2028-02-01T00:00:00+07:00")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Closed);
    assert_eq!(gateway.advance_under_way(), None);
    assert_eq!(gateway.now(), at(OPENING), "and lets go of the clock");
}

/// `SATANG_RUNS=10000 cargo nextest run -p satang-gateway many_due_at_once --no-capture` says how long it takes.
#[allow(clippy::print_stdout)] // for whoever asks how long it takes
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_due_at_once_go_through_the_group_commit() {
    let runs = std::env::var("SATANG_RUNS").ok().map_or(1_000, |runs| runs.parse().unwrap());
    let (gateway, _directory) = open().await;
    gateway.plan_many(runs, 1).await;
    let began = std::time::Instant::now();
    let done = gateway.advance_to(at("2028-01-02T06:00:00+07:00")).await.unwrap();
    let took = began.elapsed().as_secs_f64();
    println!("{runs} runs due at one moment took {took:.2} s, {:.0} a second", f64::from(runs) / took);
    assert_eq!(done, u64::from(runs));
    assert_eq!(gateway.count("SELECT count(*) FROM payment WHERE status = 'ACSC'").await, i64::from(runs));
}

#[tokio::test]
async fn a_worker_that_is_told_to_stop_finishes_what_it_has_begun() {
    let (gateway, _directory) = open().await;
    gateway.plan_expiries(1_000).await;
    const LEFT: &str = "SELECT count(*) FROM agenda";
    let some_are_done = async { while gateway.count(LEFT).await == 1_000 {} };
    Arc::clone(&gateway).work(some_are_done).await;
    let left = gateway.count(LEFT).await;
    assert_eq!((1_000 - left) % 256, 0, "a batch that was begun is finished");
    assert_eq!(i64::try_from(gateway.catch_up().await.unwrap()).unwrap(), left);
    assert_eq!(gateway.count(LEFT).await, 0);
    gateway.close().await.unwrap();
}

impl Gateway {
    /// Plans the end of journeys that do not exist: work that is done as soon as it is struck off.
    async fn plan_expiries(&self, number: u32) {
        let due = at(OPENING);
        let plan = move |tx: &mut Tx<'_>| {
            (0..number).try_for_each(|it| agenda::plan(tx, Task::JourneyExpiry, &format!("j{it}"), due))
        };
        self.store.write::<_, StoreError, _>(plan).await.unwrap();
    }
}
