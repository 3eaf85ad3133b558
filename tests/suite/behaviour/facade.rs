//! What the facade makes of a gateway: plans that are carried out, and a history without gaps.

use super::{
    behaviour,
    world::{DEMO, Network, World, payment},
};
use jiff::SignedDuration;
use satang_core::Clock;
use satang_direct_debit::{
    Cancelled, Every, Plan, Scheduled, Timetable,
    wire::{Occurrences, ProcessingStatus, ScheduleFilter},
};
use satang_gateway::demo::{CREDITOR_ACCOUNT, DRAWERS};
use satang_schema::DateTime;
use std::collections::BTreeSet;

behaviour!(
    a_plan_is_accepted_once_carried_out_and_stopped,
    a_plan_that_cannot_be_is_an_error,
    a_history_is_whole_however_much_there_is,
);

fn plan(token: &str, baht: &str) -> Plan {
    let monthly =
        Timetable::times(Every::Month, "2026-03-31".parse().unwrap(), Occurrences::new(12).unwrap());
    let (creditor, payer) = (CREDITOR_ACCOUNT.parse().unwrap(), token.parse().unwrap());
    Plan::new(creditor, payer, baht.parse().unwrap(), "POLICY-7".parse().unwrap(), monthly)
}

async fn a_plan_is_accepted_once_carried_out_and_stopped(world: World<impl Network>) {
    let bank = world.bank(DEMO).await;
    let plan = plan(DRAWERS[0].token, "590.00");
    let Scheduled::Planned(planned) = bank.schedule(&plan).await.unwrap() else { panic!("not planned") };
    assert_eq!(planned.next_execution_date, "2026-03-31".parse().ok());
    let Scheduled::Planned(again) = bank.schedule(&plan).await.unwrap() else { panic!("not planned") };
    assert_eq!(again, planned);
    let id = plan.transaction_identification();
    let Scheduled::Planned(resolved) = bank.resolve_schedule(id).await else { panic!("not found") };
    assert_eq!(resolved, planned);

    world.gateway.advance_to("2026-05-01T00:00:00+07:00".parse().unwrap()).await.unwrap();
    // Access tokens do not live that long.
    let bank = world.bank(DEMO).await;
    let schedule = planned.schedule_identification;
    let filter = ScheduleFilter { schedule_identification: Some(schedule), ..ScheduleFilter::default() };
    let found = bank.schedules(&filter).await.unwrap().remove(0);
    let made: Vec<_> = found.executions.iter().map(|made| made.execution_date.to_string()).collect();
    assert_eq!(made, ["2026-03-31", "2026-04-30"]);
    assert_eq!(world.effects().await, 2);

    assert!(matches!(bank.cancel_schedule(schedule, None).await.unwrap(), Cancelled::Done));
    assert!(
        matches!(bank.cancel_schedule(schedule, None).await.unwrap(), Cancelled::Done),
        "no second effect"
    );
    let Scheduled::Planned(stopped) = bank.resolve_schedule(id).await else { panic!("not found") };
    assert_eq!(stopped.processing_status, ProcessingStatus::Cancelled);
    world.gateway.advance_to("2026-08-01T00:00:00+07:00".parse().unwrap()).await.unwrap();
    assert_eq!(world.effects().await, 2);
}

async fn a_plan_that_cannot_be_is_an_error(world: World<impl Network>) {
    let bank = world.bank(DEMO).await;
    let plan_of = |token: &str, baht: &str| plan(token, baht);
    let known = plan_of(DRAWERS[0].token, "590.00");
    assert!(matches!(bank.schedule(&known).await.unwrap(), Scheduled::Planned(_)));
    let other = plan_of(DRAWERS[0].token, "591.00").identified_by(known.transaction_identification());
    for (plan, code) in [
        (other, "SBX-4091"),
        (plan_of("a0000000-0000-4000-8000-0000000000ff", "590.00"), "SBX-4041"),
        (plan_of("a0000000-0000-4000-8000-00000000d001", "590.00"), "SBX-4092"),
    ] {
        let error = bank.schedule(&plan).await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{error}");
    }
}

async fn a_history_is_whole_however_much_there_is(world: World<impl Network>) {
    let bank = world.bank(DEMO).await;
    let start = world.clock.now();
    let mut made = BTreeSet::new();
    for number in 0..1_100 {
        let payment = payment("0.01");
        made.insert(payment.transaction_identification);
        bank.client().real_time_payment(&payment).await.unwrap();
        // Several in one moment.
        if number % 3 == 0 {
            world.clock.advance(SignedDuration::from_secs(1));
        }
    }
    let (from, until) = (DateTime::in_bangkok(start), DateTime::in_bangkok(world.clock.now()));
    let mut history = bank.history(from, until);
    let mut moments = Vec::new();
    while let Some(payment) = history.next().await {
        let payment = payment.unwrap();
        assert!(made.remove(&payment.transaction_identification), "told twice");
        moments.push(payment.create_date_time.timestamp());
    }
    assert!(made.is_empty(), "{} were not told", made.len());
    assert!(moments.is_sorted());
}
