//! Faults strike the operations of slip verification as any other.

use super::till::{Bank, slip, verify};
use crate::behaviour::world::World;
use satang_schema::sandbox::{FaultKind, NewFault};

const REFERENCE: &str = "00111222233344ABCD12";

fn fault(kind: FaultKind, operation: &str, partner: Option<&str>) -> NewFault {
    NewFault {
        kind,
        delay_milliseconds: (kind == FaultKind::Delay).then(|| 1.try_into().unwrap()),
        status: (kind == FaultKind::Error).then(|| 500.try_into().unwrap()),
        bytes_per_second: None,
        partner: partner.map(|partner| partner.parse().unwrap()),
        operation: Some(operation.parse().unwrap()),
        times: Some(1.try_into().unwrap()),
    }
}

#[tokio::test]
async fn each_hop_can_be_made_to_fail_once() {
    let world = World::over_http().await;
    let control = world.control();
    use FaultKind::{Delay, DropAnswer, Error};
    for (kind, operation, partner, outcome) in [
        // Not signed by the hub, so nobody believes it.
        (Error, "verify_transaction", Some("004"), ("pending", "")),
        (DropAnswer, "verify_transaction", None, ("pending", "")),
        (Error, "look_up_transaction", Some("014"), ("pending", "8503")),
        (DropAnswer, "look_up_transaction", None, ("pending", "8503")),
        (Delay, "look_up_transaction", None, ("verified", "0000")),
        (Delay, "verify_slip", Some("demo-merchant"), ("verified", "0000")),
    ] {
        control.add_fault(&fault(kind, operation, partner)).await.unwrap();
        let struck = verify(&world, &slip("014", REFERENCE)).await;
        assert_eq!(struck.outcome(), outcome, "{kind} {operation}");
        let after = verify(&world, &slip("014", REFERENCE)).await;
        assert_eq!(after.outcome(), ("verified", "0000"), "{kind} {operation}: it struck once");
    }
    control.add_fault(&fault(Error, "verify_slip", Some("demo-merchant"))).await.unwrap();
    assert_eq!(verify(&world, &slip("014", REFERENCE)).await.status, 500);
    // Another member's fault is nobody else's.
    control.add_fault(&fault(Error, "verify_transaction", Some("901"))).await.unwrap();
    assert_eq!(verify(&world, &slip("014", REFERENCE)).await.outcome(), ("verified", "0000"));
    assert_eq!(Bank::demo().ask(&world, "014", REFERENCE).await.status, 500);
    assert!(control.add_fault(&fault(Error, "verify_slip", Some("nobody"))).await.is_err());
    world.audit().await;
}
