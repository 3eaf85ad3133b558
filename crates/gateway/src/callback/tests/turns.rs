//! One dead receiver holds up nobody else.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Notify, oneshot};

/// A receiver of the partner `dead` never answers until it is let go; all others answer at once.
#[derive(Default)]
struct OneIsDead {
    hanging: AtomicUsize,
    most_hanging: AtomicUsize,
    let_go: Notify,
}

impl Courier for Arc<OneIsDead> {
    fn carry(&self, request: Request<Bytes>) -> Delivery<'_> {
        Box::pin(async move {
            if request.uri().host() == Some("dead.example") {
                let hanging = self.hanging.fetch_add(1, Ordering::SeqCst) + 1;
                self.most_hanging.fetch_max(hanging, Ordering::SeqCst);
                self.let_go.notified().await;
                self.hanging.fetch_sub(1, Ordering::SeqCst);
                return Err(Undelivered::Timeout);
            }
            status(200)
        })
    }
}

#[tokio::test]
async fn a_dead_receiver_holds_up_nobody_else() {
    let courier = Arc::new(OneIsDead::default());
    let world = World::new(Arc::new(Arc::clone(&courier))).await;
    world.add_partner("dead", "https://dead.example/").await;
    world.enqueue("dead", 0..200).await;
    world.enqueue("partner", 0..200).await;

    let (stop, stopped) = oneshot::channel::<()>();
    let gateway = Arc::clone(&world.gateway);
    let working = tokio::spawn(gateway.work(async { drop(stopped.await) }));
    while world.ids("DELIVERED").await.len() < 200 {
        tokio::task::yield_now().await;
    }
    // Still so when something becomes due later, and the clock can be moved at any time.
    world.enqueue("partner", 200..250).await;
    world.gateway.wake();
    while world.ids("DELIVERED").await.len() < 250 {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.ids("PENDING").await.len(), 200, "all of the dead one's");
    assert_eq!(courier.most_hanging.load(Ordering::SeqCst), 16);

    // Who moves the clock waits for the attempts under way, not for the whole backlog.
    let gateway = Arc::clone(&world.gateway);
    let moving = tokio::spawn(async move { drop(gateway.post.alone().await) });
    while !moving.is_finished() {
        courier.let_go.notify_waiters();
        tokio::task::yield_now().await;
    }
    let tried = "SELECT count(*) FROM callback_attempt WHERE outcome = 'TIMEOUT'";
    let tried = world.read(move |tx| tx.query_one(tried, &[], |row| row.int(0))).await.unwrap();
    assert!((16..=32).contains(&tried), "{tried} attempts");

    stop.send(()).unwrap();
    while !working.is_finished() {
        courier.let_go.notify_waiters();
        tokio::task::yield_now().await;
    }
}
