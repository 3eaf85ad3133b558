//! Schedules over a store in memory: what each due date does, and what stops them.

use super::{cancel, revoke, run, search, submit};
use crate::{
    agenda::{self, Task},
    audit, demo,
    direct_debit::payment,
    partner::{self, Partner},
    pepper::Pepper,
    store::testing::MemoryStore,
};
use jiff::Timestamp;
use satang_core::{Entropy, Refusal, System};
use satang_schema::{
    ScheduleIdentification, TransactionIdentification,
    contract::Example,
    direct_debit::{
        Occurrences, RealTimePayment, ScheduleAccepted, ScheduleCancellation, ScheduleDetails,
        ScheduleFilter, ScheduleInformation, ScheduleSubmission,
    },
};

/// A bank that opens at nine in the morning of 15 January 2028 in Bangkok.
struct Bank {
    store: MemoryStore,
    partner: Partner,
}

const OPENING: &str = "2028-01-15T09:00:00+07:00";

impl Bank {
    fn new() -> Self {
        let store = MemoryStore::new();
        store.with(|tx| {
            let pepper = Pepper::load(tx, &[7; 32]).unwrap();
            demo::seed(tx, &pepper, System.uuid(), at(OPENING)).unwrap();
        });
        let partner = store.with(|tx| partner::find(tx, demo::CLIENT_ID)).unwrap().unwrap();
        Self { store, partner }
    }

    fn submit(&self, request: &ScheduleSubmission) -> Result<ScheduleAccepted, Refusal> {
        self.store.with(|tx| submit(tx, &self.partner, request, System.uuid(), at(OPENING)))
    }

    fn schedule(&self, drawer: usize, frequency: &str, start: &str, occurrences: Option<u16>) -> String {
        let accepted = self.submit(&submission(drawer, frequency, start, occurrences)).unwrap();
        accepted.schedule_identification.to_string()
    }

    fn run(&self, id: &str, now: &str) {
        self.store.with(|tx| run(tx, id, at(now))).unwrap();
    }

    fn details(&self, id: &str) -> ScheduleDetails {
        let filter = ScheduleFilter { schedule_identification: id.parse().ok(), ..ScheduleFilter::default() };
        let mut found = self.store.with(|tx| search(tx, &self.partner, &filter)).unwrap();
        found.schedule_information.remove(0)
    }

    /// Status, next due date, and what each due date did.
    fn state(&self, id: &str) -> String {
        let details = self.details(id);
        let next = details.next_execution_date.map(|date| date.to_string()).unwrap_or_default();
        let done = details.executions.iter().map(|it| {
            let reason = it.status_reason_code.as_ref().map(|reason| reason.as_str()).unwrap_or_default();
            format!("{} {}{reason}", it.execution_date, it.processing_status)
        });
        format!("{} {next}: {}", details.processing_status, done.collect::<Vec<_>>().join(", "))
    }

    fn cancel(&self, id: &str, now: &str) -> Result<String, Refusal> {
        let schedule_identification = id.parse().unwrap();
        let request = ScheduleCancellation { schedule_identification, cancellation_reason: None };
        let cancelled = self.store.with(|tx| cancel(tx, &self.partner, &request, at(now)))?;
        Ok(cancelled.status_date_time.to_string())
    }

    fn planned(&self, id: &str) -> Option<String> {
        let due = self.store.with(|tx| agenda::due_at(tx, Task::ScheduleRun, id)).unwrap();
        due.map(|due| due.to_string())
    }

    fn count(&self, sql: &str) -> i64 {
        self.store.with(|tx| tx.query_one(sql, &[], |row| row.int(0))).unwrap().unwrap()
    }

    /// The kinds of the events of a subject, in order.
    fn events(&self, subject: &str) -> String {
        let sql = "SELECT kind FROM event WHERE subject = $1 ORDER BY position";
        let kinds = self.store.with(|tx| tx.query(sql, &[subject.into()], |row| row.text(0))).unwrap();
        kinds.join(" ")
    }

    fn assert_sound(&self) {
        let audit = self.store.with(audit::run).unwrap();
        assert!(audit.is_clean(), "{:#?}", audit.findings);
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn submission(drawer: usize, frequency: &str, start: &str, occurrences: Option<u16>) -> ScheduleSubmission {
    let mut request = ScheduleSubmission::example();
    request.transaction_identification = TransactionIdentification(System.uuid());
    request.payer_information.payment_token = demo::DRAWERS[drawer].token.parse().unwrap();
    let occurrences = occurrences.map(|number| Occurrences::new(number).unwrap());
    request.schedule_information = ScheduleInformation {
        frequency: frequency.parse().unwrap(),
        start_date: start.parse().unwrap(),
        end_date: None,
        number_of_occurrences: occurrences,
    };
    request
}

const RICH: usize = 0;
const POOR: usize = 1;
const SIX: &str = "T06:00:00+07:00";

#[test]
fn each_due_date_pays_once_and_plans_the_next() {
    let bank = Bank::new();
    let id = bank.schedule(RICH, "MNTH", "2028-01-31", Some(3));
    assert_eq!(bank.planned(&id).unwrap(), "2028-01-30T23:00:00Z");
    let steps = [
        ("2028-01-31", "SCHD 2028-02-29: 2028-01-31 ACSC"),
        ("2028-02-29", "SCHD 2028-03-31: 2028-01-31 ACSC, 2028-02-29 ACSC"),
        ("2028-03-31", "ACSC : 2028-01-31 ACSC, 2028-02-29 ACSC, 2028-03-31 ACSC"),
    ];
    for (date, state) in steps {
        bank.run(&id, &format!("{date}{SIX}"));
        assert_eq!(bank.state(&id), state);
        // Whoever else comes to it finds nothing to do.
        bank.run(&id, &format!("{date}{SIX}"));
        assert_eq!(bank.state(&id), state);
        bank.assert_sound();
    }
    assert_eq!(bank.planned(&id), None);
    let paid = bank.count("SELECT balance FROM account WHERE number = '0457262823'");
    assert_eq!(paid, 3 * 59_000);
    assert_eq!(
        bank.events(&id),
        "schedule.submitted schedule.executed schedule.executed schedule.executed schedule.finished"
    );
    assert_eq!(bank.count("SELECT count(*) FROM event WHERE kind = 'payment.settled'"), 3);
}

#[test]
fn nothing_is_paid_before_its_time() {
    let bank = Bank::new();
    let id = bank.schedule(RICH, "ONCE", "2028-01-31", None);
    bank.run(&id, "2028-01-31T05:59:59.999+07:00");
    assert_eq!(bank.state(&id), "SCHD 2028-01-31: ");
    assert_eq!(bank.planned(&id).unwrap(), "2028-01-30T23:00:00Z", "it is still planned");
    bank.run(&id, "2028-01-31T06:00:00+07:00");
    assert_eq!(bank.state(&id), "ACSC : 2028-01-31 ACSC");
    bank.assert_sound();
}

#[test]
fn missed_dates_are_made_one_by_one_and_dated_now() {
    let bank = Bank::new();
    let id = bank.schedule(RICH, "DAIL", "2028-02-27", Some(5));
    let late = "2028-03-01T12:00:00+07:00";
    let mut dates = Vec::new();
    while bank.planned(&id).is_some_and(|due| at(&due) <= at(late)) {
        bank.run(&id, late);
        let executions = bank.details(&id).executions;
        dates.push(executions.last().unwrap().execution_date.to_string());
    }
    assert_eq!(dates, ["2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01"]);
    let others = "SELECT count(*) FROM payment WHERE processed_at <> 1835499600000000";
    assert_eq!(bank.count(others), 0);
    bank.assert_sound();
}

#[test]
fn a_refused_payment_does_not_end_a_schedule() {
    let bank = Bank::new();
    let id = bank.schedule(POOR, "WEEK", "2028-01-16", Some(2));
    bank.run(&id, "2028-01-16T06:00:00+07:00");
    assert_eq!(bank.state(&id), "SCHD 2028-01-23: 2028-01-16 RJCTAM04");
    bank.run(&id, "2028-01-23T06:00:00+07:00");
    assert_eq!(bank.state(&id), "ACSC : 2028-01-16 RJCTAM04, 2028-01-23 RJCTAM04");
    bank.assert_sound();
}

#[test]
fn without_an_active_registration_a_schedule_ends() {
    for status in ["SUSP", "CANC", "EXPD"] {
        let bank = Bank::new();
        let id = bank.schedule(RICH, "WEEK", "2028-01-16", Some(2));
        bank.store.corrupt(&format!("UPDATE registration SET status = '{status}'"));
        bank.run(&id, "2028-01-16T06:00:00+07:00");
        assert_eq!(bank.state(&id), "RJCT : 2028-01-16 RJCTMD01", "{status}");
        assert_eq!(bank.planned(&id), None);
        bank.assert_sound();
    }
}

#[test]
fn a_token_that_ends_takes_its_schedules_along() {
    let bank = Bank::new();
    let theirs = bank.schedule(RICH, "WEEK", "2028-01-16", Some(2));
    let finished = bank.schedule(RICH, "ONCE", "2028-01-16", None);
    let cancelled = bank.schedule(RICH, "ONCE", "2028-01-16", None);
    let anothers = bank.schedule(POOR, "WEEK", "2028-01-16", Some(2));
    bank.run(&finished, "2028-01-16T06:00:00+07:00");
    bank.cancel(&cancelled, OPENING).unwrap();
    for _ in 0..2 {
        // Also while it is due.
        let now = at("2028-01-16T06:00:00+07:00");
        bank.store.with(|tx| revoke(tx, demo::DRAWERS[RICH].token, now)).unwrap();
        bank.run(&theirs, "2028-01-16T06:00:00+07:00");
        assert_eq!(bank.state(&theirs), "RJCT : ");
        assert_eq!(bank.planned(&theirs), None);
        assert_eq!(bank.state(&finished), "ACSC : 2028-01-16 ACSC");
        assert_eq!(bank.state(&cancelled), "CANC : ");
        assert_eq!(bank.state(&anothers), "SCHD 2028-01-16: ");
    }
    assert_eq!(bank.events(&theirs), "schedule.submitted schedule.rejected");
    assert_eq!(bank.count("SELECT count(*) FROM schedule WHERE reason_code = 'MD01'"), 1);
    bank.assert_sound();
}

#[test]
fn what_is_due_cannot_be_cancelled_and_what_is_done_neither() {
    let bank = Bank::new();
    let id = bank.schedule(RICH, "WEEK", "2028-01-16", Some(2));
    // Due, whether somebody is at it or not.
    let refusal = bank.cancel(&id, "2028-01-16T06:00:00+07:00").unwrap_err();
    assert_eq!(refusal.code(), "SBX-4092");
    bank.run(&id, "2028-01-16T06:00:01+07:00");
    // The call came before the payment and has its turn after it: its end is not dated before the payment.
    assert_eq!(bank.cancel(&id, "2028-01-16T06:00:00+07:00").unwrap(), "2028-01-16T06:00:01.000+07:00");
    assert_eq!(bank.planned(&id), None);
    for now in [OPENING, "2028-02-01T06:00:00+07:00"] {
        assert_eq!(bank.cancel(&id, now).unwrap_err().code(), "SBX-4092");
    }
    let unknown = ScheduleIdentification(System.uuid()).to_string();
    assert_eq!(bank.cancel(&unknown, OPENING).unwrap_err().code(), "SBX-4041");
    assert_eq!(bank.state(&id), "CANC : 2028-01-16 ACSC");
    bank.assert_sound();
}

/// The identification of a due date's payment follows from what the partner knows, who may have used it.
#[test]
fn a_partner_who_takes_the_identification_of_a_due_date_harms_nobody() {
    let bank = Bank::new();
    let id = bank.schedule(RICH, "DAIL", "2028-01-16", Some(2));
    let mut taken = RealTimePayment::example();
    taken.transaction_identification.0 = crate::name::uuid(&["schedule", &id, "2028-01-16"]);
    let pay = |request: &RealTimePayment| {
        bank.store.with(|tx| payment::pay(tx, &bank.partner, request, System.uuid(), at(OPENING)))
    };
    pay(&taken).unwrap();
    bank.run(&id, "2028-01-16T06:00:00+07:00");
    assert_eq!(bank.state(&id), "SCHD 2028-01-17: 2028-01-16 RJCTAM05");
    assert_eq!(bank.details(&id).executions[0].payment_reference_identification, None);
    bank.assert_sound();
    bank.run(&id, "2028-01-17T06:00:00+07:00");
    assert_eq!(bank.state(&id), "ACSC : 2028-01-16 RJCTAM05, 2028-01-17 ACSC");
    bank.assert_sound();
    // The other way round. The store in memory keeps what a refused call wrote, so this comes last.
    taken.transaction_identification.0 = crate::name::uuid(&["schedule", &id, "2028-01-17"]);
    assert_eq!(pay(&taken).unwrap_err().code(), "SBX-4091");
}

#[test]
fn dates_that_lead_nowhere_are_refused() {
    let bank = Bank::new();
    // Today is 15 January 2028.
    type Case = (&'static str, &'static str, Option<&'static str>, Option<u16>, &'static str);
    let cases: [Case; 14] = [
        ("ONCE", "2028-01-15", None, None, "startDate"),
        ("ONCE", "2027-12-31", None, None, "startDate"),
        ("ONCE", "2028-01-16", None, None, ""),
        ("ONCE", "2058-01-15", None, None, ""),
        ("ONCE", "2058-01-16", None, None, "startDate"),
        ("YEAR", "2028-01-16", None, Some(30), ""),
        ("YEAR", "2028-01-16", None, Some(31), "numberOfOccurrences"),
        ("YEAR", "9999-12-31", None, Some(999), "startDate"),
        ("MNTH", "2028-01-16", Some("2058-01-15"), None, ""),
        ("MNTH", "2028-01-16", Some("2058-01-16"), None, "endDate"),
        ("DAIL", "2028-01-16", None, Some(999), ""),
        // 999 days and 1,000.
        ("DAIL", "2028-01-16", Some("2030-10-10"), None, ""),
        ("DAIL", "2028-01-16", Some("2030-10-11"), None, "endDate"),
        ("WEEK", "2028-01-10", Some("2059-01-01"), None, "startDate endDate"),
    ];
    for (frequency, start, end, occurrences, expected) in cases {
        let mut request = submission(RICH, frequency, start, occurrences);
        request.schedule_information.end_date = end.map(|end| end.parse().unwrap());
        let refused = bank.submit(&request).err();
        let said = refused.as_ref().map(|refusal| format!("{refusal:?}")).unwrap_or_default();
        for member in ["startDate", "endDate", "numberOfOccurrences"] {
            let is_named = said.contains(&format!("/scheduleInformation/{member}"));
            assert_eq!(is_named, expected.contains(member), "{frequency} {start} {end:?}: {said}");
        }
        assert_eq!(refused.is_some(), !expected.is_empty(), "{frequency} {start} {end:?}");
    }
    assert_eq!(bank.count("SELECT count(*) FROM schedule"), bank.count("SELECT count(*) FROM agenda"));
    bank.assert_sound();
}

#[test]
fn a_search_that_would_list_too_much_is_refused() {
    let bank = Bank::new();
    bank.schedule(RICH, "ONCE", "2028-01-16", None);
    let columns = super::Schedule::COLUMNS;
    let others = columns.replacen("id, ", "", 1).replacen("transaction_identification, ", "", 1);
    let others = others.replacen("partner, ", "", 1);
    let copies = |number: u32| {
        format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})
             INSERT INTO schedule (id, partner, transaction_identification, {others}, status_at)
             SELECT id || i, partner, 'x' || i, {others}, 0 FROM schedule, n"
        )
    };
    let filter =
        ScheduleFilter { payment_token: demo::DRAWERS[RICH].token.parse().ok(), ..ScheduleFilter::default() };
    let list = || bank.store.with(|tx| search(tx, &bank.partner, &filter));
    bank.store.corrupt(&copies(1_000));
    assert_eq!(list().unwrap_err().code(), "SBX-4004");
    bank.store.corrupt("DELETE FROM schedule WHERE id LIKE '%1000'");
    // What was copied has no identifier that could be shown.
    assert_eq!(list().unwrap_err().code(), "SBX-5001");

    let bank = Bank::new();
    let id = bank.schedule(RICH, "ONCE", "2028-01-16", None);
    let executions = |from: u32, to: u32| {
        format!(
            "WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})
             INSERT INTO execution SELECT '{id}', i, date('2028-01-16', i || ' days'), NULL, 'RJCT', 'AM05', 0 FROM n"
        )
    };
    let list = || bank.store.with(|tx| search(tx, &bank.partner, &filter));
    bank.store.corrupt(&executions(1, 2_000));
    assert_eq!(list().unwrap().schedule_information[0].executions.len(), 2_000);
    bank.store.corrupt(&executions(2_001, 2_001));
    assert_eq!(list().unwrap_err().code(), "SBX-4004");
}
