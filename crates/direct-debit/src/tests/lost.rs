//! Whatever becomes of the calls, nothing is done twice, and what is told is true.

use super::bank::{Bank, Fate, PLAN, SCHEDULE, TOKEN, all_fates, date};
use crate::{
    Cancelled, DirectDebit, Doubt, Error, Every, Patience, Plan, Scheduled, Timetable, wire::Occurrences,
};
use pollster::block_on;
use std::time::Duration;

/// Two inquiries.
fn facade(bank: &Bank) -> DirectDebit<Bank> {
    DirectDebit::new(bank.clone()).with_patience(Patience::new([Duration::ZERO; 2]))
}

fn plan(baht: &str) -> Plan {
    let timetable = Timetable::times(Every::Month, date("2020-08-31"), Occurrences::new(12).unwrap());
    let (creditor, payer) = ("0457262823".parse().unwrap(), TOKEN.parse().unwrap());
    Plan::new(creditor, payer, baht.parse().unwrap(), "POLICY-7".parse().unwrap(), timetable)
        .identified_by(PLAN.parse().unwrap())
}

/// What the bank ends up with, once nothing is on its way any more.
fn is_done(bank: &Bank) -> bool {
    bank.settle();
    assert!(bank.memory().effects <= 1, "done twice");
    bank.memory().effects == 1
}

#[test]
fn a_plan_is_sent_once_and_the_truth_is_told() {
    for fates in all_fates(3) {
        let bank = Bank::with_fates(&fates);
        let outcome = block_on(facade(&bank).schedule(&plan("590.00")));
        assert_eq!(bank.count("schedule_submission"), 1, "{fates:?}");
        let is_done = is_done(&bank);
        match &outcome {
            Ok(Scheduled::Planned(planned)) => {
                assert!(is_done, "{fates:?}: {outcome:?}");
                assert_eq!(planned.schedule_identification.to_string(), SCHEDULE);
            }
            Ok(Scheduled::Unknown { transaction_identification, doubt }) => {
                assert_eq!(transaction_identification.to_string(), PLAN);
                // Whoever asks gets an answer in the end, so it stays unknown only without one that finds it.
                let was_told = is_told(&fates, &[Fate::LostBefore, Fate::FailsBefore]);
                assert!(!was_told, "{fates:?}: {doubt:?}");
            }
            Ok(Scheduled::Rejected(_)) => panic!("{fates:?}: {outcome:?}"),
            Err(_) => assert!(!is_done && fates[0] == Fate::NotSent, "{fates:?}: {outcome:?}"),
        }
        // Later, all is told.
        bank.memory().fates.clear();
        let later = block_on(facade(&bank).resolve_schedule(PLAN.parse().unwrap()));
        match later {
            Scheduled::Planned(_) => assert!(is_done, "{fates:?}"),
            Scheduled::Unknown { doubt: Doubt::NotKnown, .. } => assert!(!is_done, "{fates:?}"),
            other => panic!("{fates:?}: {other:?}"),
        }
    }
}

/// Whether the request took effect in time, and one of the two inquiries was answered.
fn is_told(fates: &[Fate], without_effect: &[Fate]) -> bool {
    let is_asked = |fate: &Fate| matches!(fate, Fate::Answered | Fate::Twice);
    !without_effect.contains(&fates[0]) && fates[0] != Fate::NotSent && fates[1..].iter().any(is_asked)
}

#[test]
fn a_cancellation_is_sent_once_and_the_truth_is_told() {
    for fates in all_fates(3) {
        let bank = Bank::with_fates(&fates);
        bank.memory().token = Some("ACTV");
        let outcome = block_on(facade(&bank).cancel(&TOKEN.parse().unwrap(), None));
        assert_eq!(bank.count("token_cancellation"), 1, "{fates:?}");
        check_cancelled(&fates, &bank, &outcome);
        // What stays unknown is cancelled again, which has no second effect.
        bank.memory().fates.clear();
        let again = block_on(facade(&bank).cancel(&TOKEN.parse().unwrap(), None));
        assert!(matches!(again, Ok(Cancelled::Done)), "{fates:?}: {again:?}");
        assert_eq!(bank.memory().effects, 1, "{fates:?}");
    }
}

#[test]
fn a_schedule_is_stopped_once_and_the_truth_is_told() {
    for fates in all_fates(3) {
        let bank = Bank::default();
        let planned = block_on(facade(&bank).schedule(&plan("590.00"))).unwrap();
        assert!(matches!(planned, Scheduled::Planned(_)));
        bank.memory().effects = 0;
        bank.memory().fates = fates.iter().copied().collect();
        let outcome = block_on(facade(&bank).cancel_schedule(SCHEDULE.parse().unwrap(), None));
        assert_eq!(bank.count("schedule_cancellation"), 1, "{fates:?}");
        check_cancelled(&fates, &bank, &outcome);
        bank.memory().fates.clear();
        let again = block_on(facade(&bank).cancel_schedule(SCHEDULE.parse().unwrap(), None));
        assert!(matches!(again, Ok(Cancelled::Done)), "{fates:?}: {again:?}");
        assert_eq!(bank.memory().effects, 1, "{fates:?}");
    }
}

fn check_cancelled<S: std::fmt::Debug>(fates: &[Fate], bank: &Bank, outcome: &Result<Cancelled<S>, Error>) {
    let is_done = is_done(bank);
    match outcome {
        Ok(Cancelled::Done) => assert!(is_done, "{fates:?}"),
        Ok(Cancelled::Unknown(doubt)) => {
            let was_told = is_told(fates, &[Fate::LostBefore, Fate::FailsBefore]);
            assert!(!was_told, "{fates:?}: {doubt:?}");
        }
        Ok(Cancelled::Over(_)) => panic!("{fates:?}: {outcome:?}"),
        Err(_) => assert!(!is_done && fates[0] == Fate::NotSent, "{fates:?}: {outcome:?}"),
    }
}

#[test]
fn what_had_ended_before_is_over() {
    // Of a registration that was rejected the bank tells no token, so it is not found, and the refusal stands.
    for (status, expected) in [("EXPD", Some("Over(Expired)")), ("CANC", Some("Done")), ("RJCT", None)] {
        let bank = Bank::default();
        bank.memory().token = Some(status);
        let outcome = block_on(facade(&bank).cancel(&TOKEN.parse().unwrap(), None));
        assert_eq!(outcome.ok().map(|cancelled| format!("{cancelled:?}")).as_deref(), expected);
        assert_eq!(bank.memory().effects, 0);
    }
    let bank = Bank::default();
    let _ = block_on(facade(&bank).schedule(&plan("590.00")));
    for (status, expected) in
        [("ACSC", "Ok(Over(Settled))"), ("RJCT", "Ok(Over(Rejected))"), ("CANC", "Ok(Done)")]
    {
        bank.memory().schedules.get_mut(PLAN).unwrap()["processingStatus"] = status.into();
        let outcome = block_on(facade(&bank).cancel_schedule(SCHEDULE.parse().unwrap(), None));
        assert_eq!(format!("{outcome:?}"), expected);
    }
}

#[test]
fn a_refusal_is_believed_when_the_bank_still_has_it_as_it_was() {
    for (status, code, inquiries) in [
        (409, "SBX-4092", 1),
        (409, "SBX-4091", 1),
        (422, "SBX-4221", 1),
        (400, "AM04", 1),
        (404, "SBX-4041", 0),
        (401, "SBX-4012", 0),
        (400, "SBX-4003", 0),
    ] {
        let bank = Bank::default();
        bank.memory().token = Some("ACTV");
        bank.memory().refuses = Some((status, code));
        let error = block_on(facade(&bank).cancel(&TOKEN.parse().unwrap(), None)).unwrap_err();
        assert_eq!(error.code(), Some(code));
        assert_eq!(bank.count("token_inquiry"), inquiries, "{code}");
    }
    // A failure behind the bank's gateway is no refusal, although it comes with HTTP 400.
    let bank = Bank::default();
    bank.memory().token = Some("ACTV");
    bank.memory().refuses = Some((400, "-200"));
    let outcome = block_on(facade(&bank).cancel(&TOKEN.parse().unwrap(), None));
    assert!(matches!(outcome, Ok(Cancelled::Unknown(Doubt::Unchanged))), "{outcome:?}");
    assert_eq!(bank.count("token_inquiry"), 2);
}

#[test]
fn a_refused_plan_is_read_as_a_refused_charge_is() {
    for (status, code, expected) in [
        (400, "MD01", "rejected MD01"),
        (422, "AC03", "rejected AC03"),
        (400, "55", "rejected 55"),
        (422, "SBX-4221", "rejected SBX-4221"),
        (409, "SBX-4091", "unknown, NotKnown"),
        (400, "-200", "unknown, NotKnown"),
        (500, "SBX-5001", "unknown, NotKnown"),
        (400, "SBX-4004", "error"),
        (404, "SBX-4041", "error"),
        (409, "SBX-4092", "error"),
        (403, "SBX-4031", "error"),
        (429, "SBX-4291", "error"),
    ] {
        let bank = Bank::default();
        bank.memory().refuses = Some((status, code));
        let told = match block_on(facade(&bank).schedule(&plan("590.00"))) {
            Ok(Scheduled::Planned(_)) => "planned".to_owned(),
            Ok(Scheduled::Rejected(rejected)) => format!("rejected {}", rejected.reason),
            Ok(Scheduled::Unknown { doubt, .. }) => format!("unknown, {doubt:?}"),
            Err(_) => "error".to_owned(),
        };
        assert_eq!(told, expected, "{status} {code}");
        assert_eq!(bank.count("schedule_submission"), 1);
    }
}

#[test]
fn an_identification_that_stands_for_another_plan_is_an_error() {
    let bank = Bank::default();
    let _ = block_on(facade(&bank).schedule(&plan("590.00")));
    let error = block_on(facade(&bank).schedule(&plan("591.00"))).unwrap_err();
    assert_eq!(error.code(), Some("SBX-4091"));
    // Of a lost one it is not known whether it was refused.
    bank.memory().fates.push_back(Fate::LostAfter);
    let outcome = block_on(facade(&bank).schedule(&plan("591.00"))).unwrap();
    assert!(matches!(outcome, Scheduled::Unknown { doubt: Doubt::Mismatch, .. }), "{outcome:?}");
    let same = block_on(facade(&bank).schedule(&plan("590.00"))).unwrap();
    assert!(matches!(same, Scheduled::Planned(_)), "{same:?}");
    assert_eq!(bank.memory().effects, 1);
}

#[test]
fn a_schedule_that_was_rejected_before_it_paid_is_rejected() {
    let bank = Bank::default();
    let _ = block_on(facade(&bank).schedule(&plan("590.00")));
    bank.memory().schedules.get_mut(PLAN).unwrap()["processingStatus"] = "RJCT".into();
    let outcome = block_on(facade(&bank).resolve_schedule(PLAN.parse().unwrap()));
    assert!(matches!(outcome, Scheduled::Rejected(_)), "{outcome:?}");
    let made = serde_json::json!([{ "executionDate": "2020-08-31", "processingStatus": "ACSC" }]);
    bank.memory().schedules.get_mut(PLAN).unwrap()["executions"] = made;
    let outcome = block_on(facade(&bank).resolve_schedule(PLAN.parse().unwrap()));
    assert!(matches!(outcome, Scheduled::Planned(_)), "money has moved: {outcome:?}");
}
