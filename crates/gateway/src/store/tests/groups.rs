//! Group commit: one commit for all, and yet each for itself.

use super::*;

/// Runs `middle` in one group between two jobs that write a row each, and expects it to have no effect on them.
async fn check_alone<F>(middle: F) -> StoreErrorKind
where
    F: FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
{
    let directory = scratch();
    let store = open(&directory);
    let (gate, held) = hold_writer(&store);
    let first = begin(store.write(|tx| insert(tx, "0000000001")));
    let middle = begin(store.write(middle));
    let outside = directory.path().to_owned();
    let last = begin(store.write(move |tx| {
        insert(tx, "0000000003")?;
        let before_commit = seen_from_outside(&outside);
        Ok::<_, StoreError>((numbers(tx)?, before_commit))
    }));
    gate.open();

    held.await.unwrap();
    first.await.unwrap();
    let error = middle.await.unwrap_err();
    let (in_group, before_commit) = last.await.unwrap();
    assert_eq!(in_group, ["0000000001", "0000000003"]);
    assert!(before_commit.is_empty(), "the group was committed in parts");
    assert_eq!(durable(&store).await, in_group);
    assert!(store.failure().is_none());
    error.kind()
}

#[tokio::test]
async fn a_refusal_undoes_only_its_own_job() {
    let kind = check_alone(|tx| {
        insert(tx, "0000000002")?;
        Err(StoreError::statement("the work thinks better of it"))
    });
    assert_eq!(kind.await, StoreErrorKind::Statement);
}

#[tokio::test]
async fn a_panic_undoes_only_its_own_job() {
    let kind = check_alone(|tx| {
        insert(tx, "0000000002")?;
        panic!("a defect in the work");
    });
    assert_eq!(kind.await, StoreErrorKind::Panicked);
}

#[tokio::test]
async fn a_broken_constraint_undoes_only_its_own_job() {
    let kind = check_alone(|tx| {
        insert(tx, "0000000002")?;
        insert(tx, "0000000001")
    });
    assert_eq!(kind.await, StoreErrorKind::Unique);
}

#[tokio::test]
async fn no_answer_leaves_before_the_commit() {
    let directory = scratch();
    let store = open(&directory);
    let (gate, held) = hold_writer(&store);
    let mut done = begin(store.write(|tx| insert(tx, "0000000001")));
    let mut refused = begin(store.write(|tx| insert(tx, "0000000001")));
    let (last_gate, pass) = Gate::new();
    let last = begin(store.write(move |_| {
        pass();
        Ok::<_, StoreError>(())
    }));
    gate.open();
    last_gate.wait_until_entered();

    let mut context = Context::from_waker(Waker::noop());
    assert!(done.as_mut().poll(&mut context).is_pending());
    assert!(refused.as_mut().poll(&mut context).is_pending(), "this refusal rests on an uncommitted row");
    assert!(durable(&store).await.is_empty());

    last_gate.open();
    held.await.unwrap();
    last.await.unwrap();
    done.await.unwrap();
    assert_eq!(refused.await.unwrap_err().kind(), StoreErrorKind::Unique);
    assert_eq!(durable(&store).await, ["0000000001"]);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let directory = scratch();
    let mut options = StoreOptions::new(directory.path());
    options.queue = 2;
    let store = Store::open(&options).unwrap();
    let (gate, held) = hold_writer(&store);
    let waiting = ["0000000001", "0000000002"].map(|number| begin(store.write(move |tx| insert(tx, number))));

    let refused = store.write(|tx| insert(tx, "0000000003")).await;
    assert_eq!(refused.unwrap_err().kind(), StoreErrorKind::Busy);
    assert!(durable(&store).await.is_empty(), "reads have a queue of their own");

    gate.open();
    held.await.unwrap();
    for write in waiting {
        write.await.unwrap();
    }
    store.write(|tx| insert(tx, "0000000003")).await.unwrap();
    assert_eq!(durable(&store).await.len(), 3);
}

#[tokio::test]
async fn more_than_a_group_is_served_in_several() {
    let directory = scratch();
    let store = open(&directory);
    let (gate, held) = hold_writer(&store);
    let writes: Vec<_> =
        (0..1_100).map(|n| begin(store.write(move |tx| insert(tx, &format!("{n:010}"))))).collect();
    gate.open();
    held.await.unwrap();
    for write in writes {
        write.await.unwrap();
    }
    assert_eq!(durable(&store).await.len(), 1_100);
}

#[tokio::test]
async fn work_goes_on_without_its_caller() {
    let directory = scratch();
    let store = open(&directory);
    let (gate, held) = hold_writer(&store);
    drop(begin(store.write(|tx| insert(tx, "0000000001"))));
    drop(begin(store.write(|_| -> Result<(), StoreError> { panic!("a defect that nobody waits for") })));
    drop(store.write(|tx| insert(tx, "0000000002"))); // never polled, so never queued
    gate.open();
    held.await.unwrap();
    store.write(|tx| insert(tx, "0000000003")).await.unwrap();
    assert_eq!(durable(&store).await, ["0000000001", "0000000003"]);
}
