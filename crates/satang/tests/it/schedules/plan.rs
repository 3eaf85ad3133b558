//! What is scheduled, and when it is cancelled: all of it follows from a seed.

use super::calendar::{self, Day, days_later, written};
use crate::random::Random;
use jiff::Timestamp;
use satang_direct_debit::wire::{
    Occurrences, PayerInformation, PaymentInstrument, Schedule, ScheduleInformation, ScheduleSubmission,
    ScheduledTransaction,
};
use satang_gateway::demo::{self, Drawer};
use satang_schema::{Amount, Satang, TransactionIdentification};
use std::collections::BTreeMap;
use uuid::Uuid;

/// When everything is submitted.
pub(super) fn opening() -> Timestamp {
    "2027-09-01T09:00:00+07:00".parse().unwrap()
}

/// When the registration of [`SUSPENDED`] is suspended.
pub(super) fn suspension() -> Timestamp {
    "2028-05-15T12:00:00+07:00".parse().unwrap()
}

/// When the year is over.
pub(super) fn end() -> Timestamp {
    "2028-09-01T00:00:00+07:00".parse().unwrap()
}

/// Which of the demo customers is suspended in the middle of the year: the one with a low limit.
pub(super) const SUSPENDED: usize = 4;

/// A schedule.
pub(super) struct Item {
    pub(super) request: ScheduleSubmission,
    pub(super) drawer: &'static Drawer,
    pub(super) start: Day,
    /// When somebody tries to cancel it.
    pub(super) cancelled_at: Option<Timestamp>,
}

pub(super) struct Plan {
    pub(super) items: Vec<Item>,
}

impl Plan {
    /// Schedules that have at least so many due dates within the year.
    pub(super) fn new(seed: u64, due_dates: u64) -> Self {
        let mut random = Random::new(seed);
        let mut items = certain(&mut random);
        let mut planned: u64 = items.iter().map(|item| item.moments().len() as u64).sum();
        while planned < due_dates {
            let item = item(&mut random);
            planned += item.moments().len() as u64;
            items.push(item);
        }
        Self { items }
    }

    /// The moments up to which the clock is moved, and who is cancelled meanwhile: a cancellation comes when its
    /// schedule is about to fall due.
    pub(super) fn steps(&self) -> BTreeMap<Timestamp, Vec<usize>> {
        let mut steps = BTreeMap::from([(suspension(), Vec::new()), (end(), Vec::new())]);
        for days in 1..=365 {
            if days % 5 == 0 {
                steps.entry(moment(days_later((2027, 9, 1), days))).or_default();
            }
        }
        for (number, item) in self.items.iter().enumerate() {
            if let Some(moment) = item.cancelled_at {
                steps.entry(moment).or_default().push(number);
            }
        }
        steps
    }
}

impl Item {
    fn new(
        drawer: usize,
        amount: i64,
        start: Day,
        schedule_information: ScheduleInformation,
        random: &mut Random,
    ) -> Self {
        let drawer = &demo::DRAWERS[drawer];
        let request = ScheduleSubmission {
            transaction_identification: TransactionIdentification(identifier(random)),
            creditor_account_number: demo::CREDITOR_ACCOUNT.parse().unwrap(),
            payer_information: PayerInformation { payment_token: drawer.token.parse().unwrap() },
            transaction_information: ScheduledTransaction {
                transaction_type: Schedule::Schedule,
                reference_number1: "YEAR".parse().unwrap(),
                reference_number2: None,
                payment_instrument: PaymentInstrument::DirectDebit,
                payment_amount: Amount::new(Satang(amount)).unwrap(),
                annotation: None,
            },
            schedule_information,
        };
        Self { request, drawer, start, cancelled_at: None }
    }

    /// Its due dates within the year, and when they begin.
    pub(super) fn moments(&self) -> Vec<(String, Timestamp)> {
        let ScheduleInformation { frequency, end_date, number_of_occurrences, .. } =
            self.request.schedule_information;
        let last = end_date.map(|date| date.to_string());
        let most = number_of_occurrences.map_or(i64::MAX, |number| i64::from(number.number()));
        (0..most)
            .map_while(|number| calendar::due(frequency.as_str(), self.start, number))
            .map(|day| (written(day), moment(day)))
            .take_while(|(date, moment)| *moment <= end() && last.as_ref().is_none_or(|last| date <= last))
            .collect()
    }

    pub(super) fn amount(&self) -> i64 {
        self.request.transaction_information.payment_amount.satang().0
    }
}

/// Six in the morning in Bangkok.
fn moment(day: Day) -> Timestamp {
    format!("{}T06:00:00+07:00", written(day)).parse().unwrap()
}

fn item(random: &mut Random) -> Item {
    let (frequency, most) = match random.up_to(20) {
        1..=3 => ("DAIL", 300),
        4..=8 => ("WEEK", 60),
        9..=15 => ("MNTH", 15),
        16..=17 => ("QURT", 5),
        18 => ("YEAR", 3),
        _ => ("ONCE", 1),
    };
    // Rather often on the last days of a month, and on the leap day.
    let start = match random.up_to(4) {
        1 => (2028, 2, 29),
        2 => {
            let month = 10 + i64::try_from(random.up_to(3)).unwrap() - 1;
            (2027, month, calendar::length(2027, month))
        }
        _ => days_later((2027, 9, 1), i64::try_from(random.up_to(300)).unwrap()),
    };
    let number = random.up_to(most);
    let last = calendar::due(frequency, start, i64::try_from(number).unwrap() - 1);
    let by_date = frequency != "ONCE" && random.up_to(2) == 1;
    // Sometimes the end is a due date itself, sometimes a day or two later.
    let end_date =
        by_date.then(|| written(days_later(last.unwrap(), i64::try_from(random.up_to(3)).unwrap() - 1)));
    let by_number = frequency != "ONCE" && !by_date;
    // Mostly the one who can pay.
    let drawer = usize::try_from(random.up_to(10).saturating_sub(6)).unwrap();
    // About as often above the low limit as below.
    let amount = i64::try_from(random.up_to(20_000)).unwrap();
    let information = ScheduleInformation {
        frequency: frequency.parse().unwrap(),
        start_date: written(start).parse().unwrap(),
        end_date: end_date.map(|date| date.parse().unwrap()),
        number_of_occurrences: by_number.then(|| Occurrences::new(u16::try_from(number).unwrap()).unwrap()),
    };
    let mut item = Item::new(drawer, amount, start, information, random);
    let moments = item.moments();
    if random.up_to(5) == 1 && !moments.is_empty() {
        let which = usize::try_from(random.next() % moments.len() as u64).unwrap();
        item.cancelled_at = Some(moments[which].1);
    }
    item
}

/// One schedule for each way in which a due date can end, and one that is cancelled long before it is due.
fn certain(random: &mut Random) -> Vec<Item> {
    let start = (2027, 9, 30);
    let mut monthly = |drawer, amount| {
        let information = ScheduleInformation {
            frequency: "MNTH".parse().unwrap(),
            start_date: written(start).parse().unwrap(),
            end_date: None,
            number_of_occurrences: Occurrences::new(12).ok(),
        };
        Item::new(drawer, amount, start, information, random)
    };
    let mut items: Vec<_> = (0..=SUSPENDED).map(|drawer| monthly(drawer, 10_001)).collect();
    items.push(monthly(SUSPENDED, 10_000));
    let cancelled_at = Some(moment((2027, 11, 25)));
    items.push(Item { cancelled_at, ..monthly(0, 10_000) });
    items
}

fn identifier(random: &mut Random) -> Uuid {
    Uuid::from_u64_pair(random.next(), random.next())
}
