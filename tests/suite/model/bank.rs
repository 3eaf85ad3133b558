//! The model: what a bank is, in as few words as possible. It answers each command, and knows nothing of the gateway.

use super::{
    calendar::Day,
    command::{Command, Decision, End, Frequency, Identity, Mark, Person, Pick, Timetable, Way},
    journey::Journey,
};
use std::collections::BTreeMap;

pub(super) const MINUTE: i64 = 60_000;
/// The accounts of the customers, then two of the partner: the agreed one and another.
pub(super) const ACCOUNTS: usize = 5;
/// The number of an account that is another partner's.
pub(super) const FOREIGN: usize = 5;
/// Where registered customers pay.
pub(super) const AGREED: usize = 3;
const MOST: i64 = 70_000_000;

/// How often each command met each state.
pub(super) type Reached = BTreeMap<(&'static str, String), u64>;

#[derive(Clone)]
pub(super) struct Bank {
    pub(super) now: i64,
    pub(super) accounts: Vec<Account>,
    pub(super) registrations: Vec<Registration>,
    pub(super) schedules: Vec<Schedule>,
    pub(super) payments: Vec<Payment>,
    /// What F has taken, and what I has, under their identifications.
    pub(super) charges: Vec<Charge>,
    pub(super) plans: Vec<Plan>,
    pub(super) reached: Reached,
}

#[derive(Clone)]
pub(super) struct Account {
    pub(super) balance: i64,
    pub(super) mark: Mark,
}

#[derive(Clone)]
pub(super) struct Registration {
    pub(super) status: &'static str,
    pub(super) status_at: i64,
    pub(super) created: i64,
    pub(super) reason: Option<(Option<&'static str>, &'static str)>,
    pub(super) channel: Option<&'static str>,
    pub(super) drawer: Option<usize>,
    pub(super) maximum: i64,
    /// Whether a customer agreed at some time.
    pub(super) has_token: bool,
    pub(super) journey: Option<Journey>,
}

#[derive(Clone)]
pub(super) struct Schedule {
    /// As the bank calls it. Whose payment comes first on one morning depends on it.
    pub(super) id: String,
    pub(super) plan: usize,
    pub(super) status: &'static str,
    pub(super) next: Option<Day>,
    pub(super) done: Vec<Done>,
    pub(super) created: i64,
}

/// What a due date did.
#[derive(Clone)]
pub(super) struct Done {
    pub(super) day: Day,
    pub(super) reason: Option<&'static str>,
}

#[derive(Clone)]
pub(super) struct Payment {
    /// The charge, or the schedule and the number of its due date.
    pub(super) cause: Result<usize, (usize, usize)>,
    pub(super) amount: i64,
    pub(super) reason: Option<&'static str>,
    pub(super) at: i64,
}

/// A request of F.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Charge {
    pub(super) registration: Option<usize>,
    pub(super) creditor: usize,
    pub(super) amount: i64,
    pub(super) payment: usize,
}

/// A request of I.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) registration: Option<usize>,
    pub(super) creditor: usize,
    pub(super) amount: i64,
    pub(super) timetable: Timetable,
    pub(super) start: Day,
}

impl Plan {
    pub(super) fn end_day(&self) -> Option<Day> {
        match self.timetable.end {
            End::In(days) => Some(Day(self.start.0 + days)),
            End::After(_) => None,
        }
    }

    /// The due date of this number, from 0 on, if there is one.
    fn due(&self, number: i64) -> Option<Day> {
        let frequency = self.timetable.frequency;
        let day = self.start.due(frequency, number);
        let is_one = match (frequency, self.timetable.end) {
            (Frequency::Once, _) => number < 1,
            (_, End::After(count)) => number < i64::from(count),
            (_, End::In(days)) => day.0 <= self.start.0 + days,
        };
        is_one.then_some(day)
    }
}

/// The request that a command stands for, once it is known what there is.
pub(super) enum Sent<T> {
    /// The first of its identification.
    New(T),
    /// An earlier one once more, by its number; with another amount if so.
    Again(usize, bool),
    /// A new one under the identification of this schedule's due date.
    DueDate(T, usize, usize),
}

impl Bank {
    pub(super) fn new(now: i64, balances: [i64; ACCOUNTS]) -> Self {
        let account = |balance| Account { balance, mark: Mark::Open };
        Self {
            now,
            accounts: balances.map(account).to_vec(),
            registrations: vec![],
            schedules: vec![],
            payments: vec![],
            charges: vec![],
            plans: vec![],
            reached: Reached::new(),
        }
    }

    /// What the bank answers. `id` is what it called the schedule that it accepted, if it did.
    pub(super) fn answer(&mut self, command: &Command, id: Option<&str>) -> String {
        self.note(command);
        match command {
            Command::Open { way, meant } => self.open(*way, *meant),
            Command::Visit { registration, acts } => self.visit(*registration, acts),
            Command::Branch { account, maximum } => self.branch(*account, *maximum),
            Command::Ask { registration } => self.ask(*registration, Registration::show_short),
            Command::Inquire { registration } => self.ask(*registration, Registration::show),
            Command::Cancel { registration } => self.cancel(*registration),
            Command::Decide { registration, decision } => self.decide(*registration, *decision),
            Command::Charge { .. } => self.charge(command),
            Command::Misspell { .. } => "400 SBX-4003".into(),
            Command::Recall { payment } => match payment.among(self.charges.len()) {
                Some(charge) => self.show_payment(self.charges[charge].payment),
                None => "404 SBX-4041".into(),
            },
            Command::Plan { .. } => self.plan(command, id),
            Command::Look { schedule } => match schedule.among(self.schedules.len()) {
                Some(schedule) => self.show_schedule(schedule),
                None => "nothing".into(),
            },
            Command::Stop { schedule } => self.stop(*schedule),
            Command::Mark { account, mark } => {
                self.accounts[*account].mark = *mark;
                format!("200 {}", mark_word(*mark))
            }
            Command::Move { account, amount } => self.move_money(*account, *amount),
            Command::Advance { minutes } => self.advance(minutes * MINUTE),
            Command::Neglect { minutes } => {
                self.now += minutes * MINUTE;
                "later".into()
            }
            Command::CatchUp => {
                self.do_due();
                "done".into()
            }
        }
    }

    fn open(&mut self, way: Way, meant: Option<Person>) -> String {
        let channel = (way != Way::Web).then_some("KMA");
        let journey = Some(Journey::new(way, meant, self.now));
        self.register("PDNG", channel, None, journey);
        "200".into()
    }

    fn register(
        &mut self,
        status: &'static str,
        channel: Option<&'static str>,
        drawer: Option<usize>,
        journey: Option<Journey>,
    ) {
        let (created, status_at) = (self.now, self.now);
        let has_token = journey.is_none();
        let registration = Registration {
            status,
            status_at,
            created,
            reason: None,
            channel,
            drawer,
            maximum: MOST,
            has_token,
            journey,
        };
        self.registrations.push(registration);
    }

    fn branch(&mut self, account: usize, maximum: Option<i64>) -> String {
        self.register("ACTV", Some("BRANCH"), Some(account), None);
        let made = self.registrations.last_mut().unwrap();
        made.maximum = maximum.unwrap_or(MOST);
        "200 ACTV".into()
    }

    fn ask(&self, pick: Pick, show: fn(&Registration) -> String) -> String {
        match pick.among(self.registrations.len()) {
            Some(number) => show(&self.registrations[number]),
            None => "nothing".into(),
        }
    }

    fn cancel(&mut self, pick: Pick) -> String {
        let found = pick.among(self.registrations.len()).filter(|it| self.registrations[*it].has_token);
        let Some(registration) = found else { return "404 SBX-4041".into() };
        match self.registrations[registration].status {
            "ACTV" | "SUSP" => {
                self.end(registration, "the contract ended");
                format!("200 CANC {}", self.now)
            }
            _ => "409 SBX-4092".into(),
        }
    }

    fn decide(&mut self, pick: Pick, decision: Decision) -> String {
        let Some(number) = pick.among(self.registrations.len()) else { return "404 SBX-4041".into() };
        match (self.registrations[number].status, decision) {
            ("ACTV", Decision::Suspend) => self.set(number, "SUSP", "the bank decided"),
            ("SUSP", Decision::Resume) => self.set(number, "ACTV", "the bank decided"),
            ("ACTV" | "SUSP", Decision::Cancel) => self.end(number, "the bank decided"),
            _ => return "409 SBX-4092".into(),
        }
        format!("200 {} {}", self.registrations[number].status, self.now)
    }

    fn set(&mut self, number: usize, status: &'static str, why: &'static str) {
        let registration = &mut self.registrations[number];
        (registration.status, registration.status_at) = (status, self.now);
        registration.reason = Some((None, why));
    }

    /// Nothing is paid any more.
    fn end(&mut self, number: usize, why: &'static str) {
        self.set(number, "CANC", why);
        for schedule in &mut self.schedules {
            if schedule.status == "SCHD" && self.plans[schedule.plan].registration == Some(number) {
                (schedule.status, schedule.next) = ("RJCT", None);
            }
        }
    }

    /// What F is asked for.
    pub(super) fn charge_of(&self, command: &Command) -> Sent<Charge> {
        let Command::Charge { registration, creditor, amount, identity } = command else { unreachable!() };
        let registration = registration.among(self.registrations.len());
        let registration = registration.filter(|it| self.registrations[*it].has_token);
        let payment = self.payments.len();
        let charge = Charge { registration, creditor: *creditor, amount: *amount, payment };
        match identity {
            Identity::New => Sent::New(charge),
            Identity::Same(pick) | Identity::Taken(pick) => match pick.among(self.charges.len()) {
                Some(earlier) => Sent::Again(earlier, matches!(identity, Identity::Taken(_))),
                None => Sent::New(charge),
            },
            Identity::DueDate(pick) => {
                let done: Vec<_> = self.payments.iter().filter_map(|payment| payment.cause.err()).collect();
                match pick.among(done.len()) {
                    Some(due) => Sent::DueDate(charge, done[due].0, done[due].1),
                    None => Sent::New(charge),
                }
            }
        }
    }

    fn charge(&mut self, command: &Command) -> String {
        match self.charge_of(command) {
            Sent::Again(earlier, false) => self.show_payment(self.charges[earlier].payment),
            Sent::Again(_, true) | Sent::DueDate(..) => "409 SBX-4091".into(),
            Sent::New(charge) => {
                self.charges.push(charge);
                self.pay(Ok(self.charges.len() - 1), charge.registration, charge.creditor, charge.amount);
                self.show_payment(charge.payment)
            }
        }
    }

    fn pay(
        &mut self,
        cause: Result<usize, (usize, usize)>,
        registration: Option<usize>,
        creditor: usize,
        amount: i64,
    ) -> Option<&'static str> {
        let reason = self.why_not(registration, creditor, amount);
        if reason.is_none() {
            let drawer = registration.and_then(|it| self.registrations[it].drawer).unwrap();
            self.accounts[drawer].balance -= amount;
            self.accounts[creditor].balance += amount;
        }
        self.payments.push(Payment { cause, amount, reason, at: self.now });
        reason
    }

    fn why_not(&self, registration: Option<usize>, creditor: usize, amount: i64) -> Option<&'static str> {
        let active = registration.map(|it| &self.registrations[it]).filter(|it| it.status == "ACTV");
        let Some(active) = active else { return Some("MD01") };
        if creditor != AGREED {
            return Some("AC03");
        }
        let drawer = &self.accounts[active.drawer.unwrap()];
        for account in [drawer, &self.accounts[creditor]] {
            match account.mark {
                Mark::Open => {}
                Mark::Blocked => return Some("AC06"),
                Mark::Closed => return Some("AC04"),
            }
        }
        if amount > active.maximum {
            return Some("AM14");
        }
        (amount > drawer.balance).then_some("AM04")
    }

    /// What I is asked for.
    pub(super) fn plan_of(&self, command: &Command) -> Sent<Plan> {
        let Command::Plan { registration, creditor, amount, timetable, identity } = command else {
            unreachable!()
        };
        let registration = registration.among(self.registrations.len());
        let registration = registration.filter(|it| self.registrations[*it].has_token);
        let start = timetable.start.day(Day::of(self.now));
        let timetable = *timetable;
        let plan = Plan { registration, creditor: *creditor, amount: *amount, timetable, start };
        match identity {
            Identity::New | Identity::DueDate(_) => Sent::New(plan),
            Identity::Same(pick) | Identity::Taken(pick) => match pick.among(self.plans.len()) {
                Some(earlier) => Sent::Again(earlier, matches!(identity, Identity::Taken(_))),
                None => Sent::New(plan),
            },
        }
    }

    fn plan(&mut self, command: &Command, id: Option<&str>) -> String {
        match self.plan_of(command) {
            // The first answer, whatever the schedule has done since.
            Sent::Again(earlier, false) => format!("200 SCHD {}", self.plans[earlier].start),
            Sent::Again(_, true) | Sent::DueDate(..) => "409 SBX-4091".into(),
            Sent::New(plan) => match self.refusal(&plan) {
                Some(refusal) => refusal.into(),
                None => {
                    self.plans.push(plan);
                    let (plan_number, next) = (self.plans.len() - 1, Some(plan.start));
                    let (id, created) = (id.unwrap_or_default().to_owned(), self.now);
                    let schedule =
                        Schedule { id, plan: plan_number, status: "SCHD", next, done: vec![], created };
                    self.schedules.push(schedule);
                    format!("200 SCHD {}", plan.start)
                }
            },
        }
    }

    fn refusal(&self, plan: &Plan) -> Option<&'static str> {
        let today = Day::of(self.now);
        let horizon = today.months_later(30 * 12);
        let counts = plan.timetable.frequency != Frequency::Once;
        let far = |day: Day| day > horizon;
        if plan.start <= today || far(plan.start) || counts && plan.end_day().is_some_and(far) {
            return Some("400 SBX-4003");
        }
        let last = match plan.timetable.end {
            End::After(count) if counts => plan.due(i64::from(count) - 1),
            _ => None,
        };
        if last.is_some_and(far) || plan.due(999).is_some() {
            return Some("400 SBX-4004");
        }
        let Some(registration) = plan.registration else { return Some("404 SBX-4041") };
        if plan.creditor != AGREED {
            return Some("404 SBX-4041");
        }
        (self.registrations[registration].status != "ACTV").then_some("409 SBX-4092")
    }

    fn stop(&mut self, pick: Pick) -> String {
        let Some(number) = pick.among(self.schedules.len()) else { return "404 SBX-4041".into() };
        let (now, schedule) = (self.now, &mut self.schedules[number]);
        // What has fallen due is paid.
        if schedule.next.is_none_or(|next| next.at_six() <= now) {
            return "409 SBX-4092".into();
        }
        (schedule.status, schedule.next) = ("CANC", None);
        format!("200 CANC {now}")
    }

    fn move_money(&mut self, account: usize, amount: i64) -> String {
        let account = &mut self.accounts[account];
        if account.mark == Mark::Closed || account.balance + amount < 0 {
            return "409 SBX-4092".into();
        }
        account.balance += amount;
        format!("200 {}", account.balance)
    }

    fn advance(&mut self, by: i64) -> String {
        let target = self.now + by;
        while let Some(next) = self.next_due().filter(|next| *next <= target) {
            self.now = self.now.max(next);
            self.do_due();
        }
        self.now = target;
        "later".into()
    }

    fn next_due(&self) -> Option<i64> {
        let ends = self.registrations.iter().filter_map(Registration::ends_at);
        let runs = self.schedules.iter().filter_map(|schedule| schedule.next).map(Day::at_six);
        ends.chain(runs).min()
    }

    /// Journeys that are too late end, and due dates are paid, the oldest first.
    fn do_due(&mut self) {
        for number in 0..self.registrations.len() {
            self.end_if_late(number);
        }
        loop {
            let due =
                self.schedules.iter().enumerate().filter_map(|(number, it)| Some((it.next?, &it.id, number)));
            let Some((day, _, number)) = due.min().filter(|(day, ..)| day.at_six() <= self.now) else {
                return;
            };
            self.run(number, day);
        }
    }

    fn run(&mut self, number: usize, day: Day) {
        let plan = self.plans[self.schedules[number].plan];
        let occurrence = self.schedules[number].done.len();
        let reason = self.pay(Err((number, occurrence)), plan.registration, plan.creditor, plan.amount);
        let schedule = &mut self.schedules[number];
        schedule.done.push(Done { day, reason });
        schedule.next = plan.due(schedule.done.len() as i64).filter(|_| reason != Some("MD01"));
        schedule.status = match schedule.next {
            Some(_) => "SCHD",
            None if reason == Some("MD01") => "RJCT",
            None => "ACSC",
        };
    }
}

pub(super) fn mark_word(mark: Mark) -> &'static str {
    match mark {
        Mark::Open => "OPEN",
        Mark::Blocked => "BLOCKED",
        Mark::Closed => "CLOSED",
    }
}
