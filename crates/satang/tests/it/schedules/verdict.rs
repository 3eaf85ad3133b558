//! Holds what was planned and what was answered against the tables. It shares nothing with `satang audit`.

use super::plan::{self, Item, Plan};
use crate::books::{Books, Line, Payment};
use jiff::{SignedDuration, Timestamp};
use satang_gateway::{
    demo::{self, Drawer},
    store::{Store, StoreError, Tx},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    path::Path,
};

/// The tables that say what was scheduled and what was done.
pub(super) struct Runs {
    schedules: HashMap<String, StoredSchedule>,
    /// By schedule, in order.
    executions: HashMap<String, Vec<Execution>>,
    /// The payments that name a schedule.
    scheduled_payments: HashSet<String>,
}

struct StoredSchedule {
    id: String,
    status: String,
    status_at: Timestamp,
}

struct Execution {
    date: String,
    payment: String,
    status: String,
    reason: Option<String>,
    at: Timestamp,
}

impl Runs {
    pub(super) async fn read(directory: &Path) -> Self {
        let store = Store::open_read_only(directory).unwrap();
        store.read::<_, StoreError, _>(read).await.unwrap()
    }
}

fn read(tx: &mut Tx<'_>) -> Result<Runs, StoreError> {
    let moment = |micros| Timestamp::from_microsecond(micros).unwrap();
    let schedules =
        tx.query("SELECT transaction_identification, id, status, status_at FROM schedule", &[], |row| {
            let stored =
                StoredSchedule { id: row.text(1)?, status: row.text(2)?, status_at: moment(row.int(3)?) };
            Ok((row.text(0)?, stored))
        })?;
    let mut executions: HashMap<_, Vec<_>> = HashMap::new();
    let sql = "SELECT schedule, execution_date, coalesce(payment, ''), status, reason_code, executed_at
               FROM execution ORDER BY schedule, occurrence";
    for (schedule, execution) in tx.query(sql, &[], |row| {
        let execution = Execution {
            date: row.text(1)?,
            payment: row.text(2)?,
            status: row.text(3)?,
            reason: row.optional_text(4)?,
            at: moment(row.int(5)?),
        };
        Ok((row.text(0)?, execution))
    })? {
        executions.entry(schedule).or_default().push(execution);
    }
    let sql = "SELECT reference FROM payment WHERE schedule IS NOT NULL";
    let scheduled_payments = tx.query(sql, &[], |row| row.text(0))?;
    Ok(Runs {
        schedules: schedules.into_iter().collect(),
        executions,
        scheduled_payments: scheduled_payments.into_iter().collect(),
    })
}

/// What is wrong, and what was seen.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Each entry names a schedule or an account.
    wrong: Vec<String>,
    /// How often each outcome of a due date was seen.
    outcomes: BTreeMap<String, u64>,
    cancelled: u64,
    too_late_to_cancel: u64,
    leap_days: u64,
    latest: SignedDuration,
}

impl Verdict {
    pub(super) fn is_clean(&self) -> bool {
        self.wrong.is_empty()
    }

    /// A year in which nothing was refused or cancelled would have tested half of it.
    pub(super) fn has_seen_everything(&self) -> bool {
        let outcomes = ["ACSC", "RJCT AM04", "RJCT AC04", "RJCT AC06", "RJCT AM14", "RJCT MD01"];
        outcomes.iter().all(|outcome| self.outcomes.contains_key(*outcome))
            && self.cancelled > 0
            && self.leap_days > 0
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done: u64 = self.outcomes.values().sum();
        write!(f, "{done} due dates done {:?}, {} of them on the leap day; ", self.outcomes, self.leap_days)?;
        write!(f, "{} schedules cancelled, {} too late; ", self.cancelled, self.too_late_to_cancel)?;
        write!(f, "at most {} h late; {} wrong", self.latest.as_hours(), self.wrong.len())
    }
}

/// Compares what was to happen with what the tables say. Nothing is done later than `latest` after its time.
pub(super) fn examine(
    plan: &Plan,
    said: &[String],
    runs: &Runs,
    books: &Books,
    latest: SignedDuration,
) -> Verdict {
    let mut verdict = Verdict::default();
    let told = cancellations(said);
    let payments: HashMap<_, _> =
        books.payments.iter().map(|payment| (payment.reference.as_str(), payment)).collect();
    let mut paid: HashMap<&str, i64> = HashMap::new();
    let mut known = HashSet::new();
    for (number, item) in plan.items.iter().enumerate() {
        let id = item.request.transaction_identification.to_string();
        let Some(stored) = runs.schedules.get(&id) else {
            verdict.wrong.push(format!("{id} is lost"));
            continue;
        };
        let done = runs.executions.get(&stored.id).map_or(&[][..], Vec::as_slice);
        let was_told = told.get(&number).copied();
        let wrongs = examine_one(item, stored, done, was_told, latest).into_iter();
        verdict.wrong.extend(wrongs.map(|wrong| format!("schedule {number} {wrong}")));
        verdict.cancelled += u64::from(stored.status == "CANC");
        verdict.too_late_to_cancel += u64::from(item.cancelled_at.is_some() && stored.status != "CANC");
        for (execution, (_, moment)) in done.iter().zip(item.moments()) {
            let reason = execution.reason.as_ref().map(|reason| format!(" {reason}")).unwrap_or_default();
            *verdict.outcomes.entry(format!("{}{reason}", execution.status)).or_default() += 1;
            verdict.leap_days += u64::from(execution.date == "2028-02-29");
            verdict.latest = verdict.latest.max(execution.at.duration_since(moment));
            if execution.status == "ACSC" {
                *paid.entry(item.drawer.account).or_default() += item.amount();
            }
            let payment = payments.get(execution.payment.as_str());
            let is_right = payment.is_some_and(|payment| has_moved_once(item, execution, payment, books));
            if !known.insert(execution.payment.as_str()) || !is_right {
                verdict.wrong.push(format!("schedule {number}: the payment of {}", execution.date));
            }
        }
    }
    if runs.schedules.len() != plan.items.len() || runs.executions.values().flatten().count() != known.len() {
        verdict.wrong.push("there is what nobody has planned".into());
    }
    let scheduled: HashSet<_> = runs.scheduled_payments.iter().map(String::as_str).collect();
    if scheduled != known || books.payments.len() != known.len() {
        verdict.wrong.push("payments and due dates are not the same".into());
    }
    check_balances(books, &paid, &mut verdict);
    verdict
}

/// The answers to cancellations: the number of the schedule, and since when it is cancelled.
fn cancellations(said: &[String]) -> HashMap<usize, Timestamp> {
    let told = said.iter().filter_map(|line| {
        let (number, at) = line.strip_prefix("cancelled ")?.split_once(' ')?;
        Some((number.parse().unwrap(), at.parse().unwrap()))
    });
    told.collect()
}

fn examine_one(
    item: &Item,
    stored: &StoredSchedule,
    done: &[Execution],
    told: Option<Timestamp>,
    latest: SignedDuration,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let is_cancelled = stored.status == "CANC";
    if is_cancelled && item.cancelled_at.is_none() {
        wrong.push("is cancelled by nobody".into());
    }
    if told.is_some_and(|told| !is_cancelled || told != stored.status_at) {
        wrong.push("is not cancelled as its partner was told".into());
    }
    // What had begun when it was cancelled is done, and nothing after.
    let mut expected = item.moments();
    if is_cancelled {
        expected.retain(|(_, moment)| *moment <= stored.status_at);
    }
    let ends = expected.iter().position(|(_, moment)| is_suspended(item.drawer, *moment));
    if let Some(ends) = ends {
        // The first that finds no active registration is the last.
        expected.truncate(ends + 1);
    }
    let dates: Vec<_> = done.iter().map(|execution| &execution.date).collect();
    if dates != expected.iter().map(|(date, _)| date).collect::<Vec<_>>() {
        wrong.push(format!("was to be done on {expected:?} and was on {dates:?}"));
    }
    for (execution, (date, moment)) in done.iter().zip(&expected) {
        let late = execution.at.duration_since(*moment);
        if late.is_negative() || late > latest {
            wrong.push(format!("was done {late:?} after {date}"));
        }
        let (status, reason) = outcome(item, *moment);
        if (execution.status.as_str(), execution.reason.as_deref()) != (status, reason) {
            wrong.push(format!("on {date} ended {} {:?}", execution.status, execution.reason));
        }
    }
    let status = if ends.is_some() && !is_cancelled { "RJCT" } else { stored.status.as_str() };
    let ended = !is_cancelled && ends.is_none() && has_no_more(item);
    if stored.status != status || ended != (stored.status == "ACSC") {
        wrong.push(format!("is {}", stored.status));
    }
    wrong
}

/// Whether the year holds all due dates of a schedule.
fn has_no_more(item: &Item) -> bool {
    let information = &item.request.schedule_information;
    let done = item.moments().len();
    match (information.number_of_occurrences, information.end_date) {
        (Some(number), _) => usize::from(number.number()) == done,
        (_, Some(end)) => {
            let next = super::calendar::due(information.frequency.as_str(), item.start, done as i64);
            next.is_none_or(|next| super::calendar::written(next) > end.to_string())
        }
        (None, None) => done == 1,
    }
}

fn is_suspended(drawer: &Drawer, moment: Timestamp) -> bool {
    drawer.token == demo::DRAWERS[plan::SUSPENDED].token && moment > plan::suspension()
}

/// How a payment of this demo customer ends.
fn outcome(item: &Item, moment: Timestamp) -> (&'static str, Option<&'static str>) {
    let drawer = item.drawer;
    match drawer.account_status {
        _ if is_suspended(drawer, moment) => ("RJCT", Some("MD01")),
        "CLOSED" => ("RJCT", Some("AC04")),
        "BLOCKED" => ("RJCT", Some("AC06")),
        _ if drawer.maximum.is_some_and(|maximum| item.amount() > maximum) => ("RJCT", Some("AM14")),
        _ if drawer.balance == 0 => ("RJCT", Some("AM04")),
        _ => ("ACSC", None),
    }
}

/// The payment is as the schedule and the due date have it, and has moved its amount, or nothing.
fn has_moved_once(item: &Item, execution: &Execution, payment: &Payment, books: &Books) -> bool {
    let same = payment.amount == item.amount()
        && payment.status == execution.status
        && payment.reason == execution.reason;
    let moved = books.movements.get(&payment.reference);
    if payment.status != "ACSC" {
        return same && moved.is_none();
    }
    let line = |account: &str, amount| Line { account: account.to_owned(), amount };
    let due = [line(item.drawer.account, -item.amount()), line(demo::CREDITOR_ACCOUNT, item.amount())];
    same && moved.is_some_and(|lines| lines.len() == 2 && due.iter().all(|line| lines.contains(line)))
}

/// Each balance is the opening one and the payments.
fn check_balances(books: &Books, paid: &HashMap<&str, i64>, verdict: &mut Verdict) {
    for drawer in &demo::DRAWERS {
        let expected = drawer.balance - paid.get(drawer.account).copied().unwrap_or_default();
        if books.balances.get(drawer.account) != Some(&expected) {
            verdict.wrong.push(format!("the balance of a customer, {}", drawer.token));
        }
    }
    if books.balances.get(demo::CREDITOR_ACCOUNT) != Some(&paid.values().sum::<i64>()) {
        verdict.wrong.push("the balance of the partner".into());
    }
    if books.balances.values().sum::<i64>() != 0 {
        verdict.wrong.push("the sum of all balances".into());
    }
}
