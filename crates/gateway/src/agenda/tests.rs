//! What is due when, in which order, and how it is found.

use super::*;
use crate::store::testing::MemoryStore;
use Task::{CallbackAttempt, JourneyExpiry, ScheduleRun};

const STORE: &[Task] = &[JourneyExpiry, ScheduleRun];

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// The subjects of what is due, in order.
fn due_now(store: &MemoryStore, tasks: &[Task], most: usize, now: i64) -> Vec<String> {
    let found = store.with(|tx| due(tx, tasks, most, at(now))).unwrap();
    found.into_iter().map(|due| due.subject).collect()
}

#[test]
fn due_work_comes_in_the_order_of_time_then_kind_then_name() {
    let store = MemoryStore::new();
    let planned = [
        (ScheduleRun, "b", 10),
        (ScheduleRun, "a", 10),
        (JourneyExpiry, "z", 10),
        (ScheduleRun, "first", 5),
        (ScheduleRun, "later", 11),
        (CallbackAttempt, "of another lane", 1),
    ];
    for (task, subject, due) in planned {
        store.with(|tx| plan(tx, task, subject, at(due))).unwrap();
    }
    assert_eq!(due_now(&store, STORE, 10, 10), ["first", "z", "a", "b"]);
    assert_eq!(due_now(&store, STORE, 3, 10), ["first", "z", "a"]);
    assert_eq!(due_now(&store, STORE, 10, 4), [""; 0]);
    assert_eq!(store.with(|tx| next(tx, STORE, at(0))).unwrap(), Some(at(5)));
    assert_eq!(store.with(|tx| next(tx, &[CallbackAttempt], at(0))).unwrap(), Some(at(1)));
}

#[test]
fn what_is_held_is_nobody_elses_until_the_lease_ends() {
    let store = MemoryStore::new();
    store.with(|tx| plan(tx, CallbackAttempt, "a", at(10))).unwrap();
    let hold = || store.with(|tx| hold(tx, CallbackAttempt, "a", at(60))).unwrap();
    let next = |machine_now| store.with(|tx| next(tx, &[CallbackAttempt], at(machine_now))).unwrap();
    hold();
    assert_eq!((next(59), next(60)), (None, Some(at(10))));
    store.with(free_all).unwrap();
    assert_eq!(next(0), Some(at(10)));
    hold();
    store.with(|tx| plan(tx, CallbackAttempt, "a", at(11))).unwrap();
    assert_eq!(next(0), Some(at(11)), "planned anew, it is free");
}

#[test]
fn work_of_a_newer_program_is_left_alone() {
    let store = MemoryStore::new();
    store.corrupt(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
         INSERT INTO agenda (task, subject, due_at) SELECT 'from-the-future', 'x' || i, 0 FROM n",
    );
    store.with(|tx| plan(tx, ScheduleRun, "ours", at(10))).unwrap();
    assert_eq!(store.with(|tx| next(tx, STORE, at(0))).unwrap(), Some(at(10)));
    assert_eq!(due_now(&store, STORE, 1, 10), ["ours"]);
}

#[test]
fn failed_work_is_put_off_longer_each_time() {
    let store = MemoryStore::new();
    store.with(|tx| plan(tx, ScheduleRun, "a", at(0))).unwrap();
    let mut now = at(0);
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let failed = store.with(|tx| due(tx, STORE, 1, now)).unwrap().remove(0);
        store.with(|tx| postpone(tx, &failed, now)).unwrap();
        let again = store.with(|tx| due_at(tx, ScheduleRun, "a")).unwrap().unwrap();
        pauses.push(again.duration_since(now).as_mins());
        now = again;
    }
    assert_eq!(pauses, [1, 4, 16, 64, 256, 1_024, 1_440, 1_440]);
    assert_eq!(pause(i64::MAX), SignedDuration::from_hours(24));
}

#[test]
fn a_failure_does_not_bring_back_what_was_struck_off_or_planned_anew() {
    let store = MemoryStore::new();
    store.with(|tx| plan(tx, ScheduleRun, "a", at(0))).unwrap();
    let failed = store.with(|tx| due(tx, STORE, 1, at(0))).unwrap().remove(0);
    store.with(|tx| plan(tx, ScheduleRun, "a", at(5))).unwrap();
    store.with(|tx| postpone(tx, &failed, at(9))).unwrap();
    assert_eq!(store.with(|tx| due_at(tx, ScheduleRun, "a")).unwrap(), Some(at(5)));
    store.with(|tx| strike(tx, ScheduleRun, "a")).unwrap();
    store.with(|tx| postpone(tx, &failed, at(9))).unwrap();
    assert_eq!(store.with(|tx| due_at(tx, ScheduleRun, "a")).unwrap(), None);
}

#[test]
fn what_is_due_between_two_ticks_of_the_clock_is_due_at_the_second() {
    for (micros, expected) in [(0, 0), (1, 1_000), (999, 1_000), (1_000, 1_000), (-1, 0), (-1_001, -1_000)] {
        assert_eq!(tick(Timestamp::from_microsecond(micros).unwrap()), expected, "{micros}");
    }
}

/// Whatever else is in the table, no search goes over it, and none sorts.
#[test]
fn the_index_serves_every_question() {
    let store = MemoryStore::new();
    for sql in [DUE, NEXT] {
        let parameters = [0_i64.into(), 0_i64.into()];
        let steps =
            store.with(|tx| tx.query(&format!("EXPLAIN QUERY PLAN {sql}"), &parameters, |row| row.text(3)));
        let steps = steps.unwrap();
        assert_eq!(steps.len(), 1, "{steps:?}");
        assert!(steps[0].contains("agenda_due (task=?"), "{steps:?}");
    }
}
