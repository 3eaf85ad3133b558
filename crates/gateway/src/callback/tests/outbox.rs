//! Lists and single callbacks.

use super::*;
use crate::callback::outbox::{Cursor, Filter, Status, list};

#[tokio::test]
async fn lists_are_filtered_and_go_on_where_they_stopped() {
    let world = World::new(Told::new(|request, _| {
        status(if request.uri().host() == Some("gone.example") { 410 } else { 200 })
    }))
    .await;
    world.add_partner("gone", "https://gone.example/").await;
    world.enqueue("partner", 0..5).await;
    world.enqueue("gone", 0..2).await;
    world.until(minutes(1)).await;
    world.enqueue("partner", 5..8).await;

    let all = Filter::default();
    let of =
        |partner: Option<&str>, status| Filter { partner: partner.map(str::to_owned), status, subject: None };
    for (filter, expected) in [
        (all.clone(), 10),
        (of(Some("partner"), None), 8),
        (of(Some("gone"), None), 2),
        (of(Some("stranger"), None), 0),
        (of(None, Some(Status::Pending)), 3),
        (of(None, Some(Status::Dead)), 2),
        (of(Some("partner"), Some(Status::Delivered)), 5),
        (of(Some("gone"), Some(Status::Delivered)), 0),
    ] {
        let name = format!("{filter:?}");
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let (filter, from) = (filter.clone(), after.clone());
            let page = world.read(move |tx| list(tx, &filter, from.as_ref(), 3)).await;
            let Some(last) = page.last() else { break };
            // As it travels in a URL, and back.
            after = Cursor::read(&last.cursor().to_text());
            found.extend(page);
        }
        assert_eq!(found.len(), expected, "{name}");
        let mut order: Vec<_> = found.iter().map(|one| (one.created_at, one.id.clone())).collect();
        let as_found = order.clone();
        order.sort_by(|a, b| b.cmp(a));
        order.dedup();
        assert_eq!(order, as_found, "{name}: each once, the newest first");
    }
    for wrong in ["", ".", "x.y", "7"] {
        assert_eq!(Cursor::read(wrong), None, "{wrong}");
    }
}

#[tokio::test]
async fn one_callback_is_shown_with_its_attempts() {
    let world = World::new(Told::new(|_, before| status(if before == 0 { 503 } else { 200 }))).await;
    world.enqueue("partner", 0..1).await;
    world.until(minutes(2)).await;
    let [id] = world.ids("DELIVERED").await.try_into().unwrap();
    let wanted = id.clone();
    let (listed, body, attempts) = world.read(move |tx| read(tx, &wanted)).await.unwrap();
    assert_eq!((listed.subject.as_str(), listed.operation.as_str()), ("partner-0", "registration_callback"));
    assert_eq!((listed.attempts, listed.round, listed.due_at), (2, 0, None));
    assert_eq!(listed.delivered_at, Some(start() + minutes(1)));
    assert_eq!(body, r#"{"journeyIdentifier":"partner-0","paymentTokenStatus":"ACTV"}"#);
    let attempts: Vec<_> = attempts.iter().map(|one| (one.number, one.round, one.http_status)).collect();
    assert_eq!(attempts, [(1, 0, Some(503)), (2, 0, Some(200))]);
    assert_eq!(world.read(|tx| read(tx, "nobody")).await, None);
}
