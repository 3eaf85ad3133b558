//! What a filing costs, and until when it is to be paid.
//!
//! The duty is what the form says. All else is proposed by Satang; the Department has not published it here. There is a
//! surcharge on an instrument that says of itself that it is overdue and whose [deadline](satang_stamp_duty::filing_deadline) is
//! over, by weekends only: twice the duty, 4 baht at least, up to 90 days after that; five times the duty, 10 baht at
//! least, later. There is no
//! fine. A filing is to be paid within 15 days after the day on which it is filed.

use super::number::BANGKOK;
use jiff::{Span, Timestamp, ToSpan as _, civil::Date};
use satang_core::Refusal;
use satang_schema::{
    Satang,
    stamp_duty::{FilingForm, InstInfo, ResponseCode, YesNo},
};
use satang_stamp_duty::{Holidays, filing_deadline};
use satang_validation::{Code, Pointer, Rule, Violations};

use super::form::refuse_form;

/// How long a payment may wait, in days.
const DAYS: i32 = 15;
/// How long the smaller surcharge holds after that, in days.
const DAYS_OF_SMALLER: i32 = 90;

/// What a filing costs, in satang.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bill {
    /// Of each instrument.
    pub(super) surcharges: Vec<i64>,
    pub(super) duty: i64,
    pub(super) surcharge: i64,
    pub(super) fine: i64,
    pub(super) total: i64,
}

impl Bill {
    /// # Errors
    /// `E07114` when it is more than the largest amount.
    pub(super) fn of(form: &FilingForm, now: Timestamp) -> Result<Self, Refusal> {
        let today = BANGKOK.to_datetime(now).date();
        let surcharges: Vec<i64> = form.inst_info.iter().map(|one| surcharge(one, today)).collect();
        let duty = form.summary.total_payment.satang().0;
        let surcharge = surcharges.iter().try_fold(0_i64, |sum, one| sum.checked_add(*one));
        let total = surcharge.and_then(|surcharge| surcharge.checked_add(duty));
        match (surcharge, total) {
            (Some(surcharge), Some(total)) if total <= Satang::MAX.0 => {
                Ok(Self { surcharges, duty, surcharge, fine: 0, total })
            }
            _ => {
                let mut found = Violations::new();
                let place = Pointer::root().member("summary").member("totalPayment");
                found.add(place, Rule::new(Code::Limit, "expected less, together with the surcharge"));
                Err(refuse_form(&ResponseCode::InvalidData, found))
            }
        }
    }
}

/// The last day on which a filing of now can be paid, and the moment at which it is over.
pub(super) fn due(now: Timestamp) -> (Date, Timestamp) {
    let last = after(BANGKOK.to_datetime(now).date(), DAYS);
    let end = BANGKOK.to_timestamp(after(last, 1).to_datetime(jiff::civil::Time::midnight()));
    (last, end.unwrap_or(Timestamp::MAX))
}

fn surcharge(instrument: &InstInfo, today: Date) -> i64 {
    let duty = instrument.payment.total_amount.satang().0;
    let deadline =
        filing_deadline(instrument.creation_date, &Holidays::weekends()).map_or(Date::MAX, |day| day.0);
    let (times, least) = match () {
        () if duty == 0 || instrument.overdue_flag != Some(YesNo::Yes) || today <= deadline => return 0,
        () if today <= after(deadline, DAYS_OF_SMALLER) => (2, Satang::from_baht(4)),
        () => (5, Satang::from_baht(10)),
    };
    duty.saturating_mul(times).max(least.0)
}

fn after(date: Date, days: i32) -> Date {
    let span: Span = days.days();
    date.checked_add(span).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use satang_schema::{AmountOrZero, contract::Example};

    fn bill(made: &str, duty: i64, flag: Option<YesNo>) -> Bill {
        let mut form = FilingForm::example();
        let instrument = &mut form.inst_info[0];
        instrument.creation_date = made.parse().unwrap();
        instrument.overdue_flag = flag;
        instrument.payment.duty_amount = AmountOrZero::new(Satang(duty)).unwrap();
        instrument.payment.total_amount = instrument.payment.duty_amount;
        form.summary.total_payment = AmountOrZero::new(Satang(duty)).unwrap();
        // Still the first of March in universal time.
        Bill::of(&form, "2026-03-01T17:00:00Z".parse().unwrap()).unwrap()
    }

    #[test]
    fn the_surcharge_grows_with_time() {
        for (made, duty, flag, surcharge) in [
            ("2026-03-02", 12_000, Some(YesNo::Yes), 0),
            ("2026-02-15", 12_000, Some(YesNo::Yes), 0),
            // The fifteenth day is a Sunday, and today is the Monday.
            ("2026-02-14", 12_000, Some(YesNo::Yes), 0),
            ("2026-02-12", 12_000, Some(YesNo::Yes), 24_000),
            ("2026-02-12", 100, Some(YesNo::Yes), 400),
            ("2025-11-17", 12_000, Some(YesNo::Yes), 24_000),
            ("2025-11-16", 12_000, Some(YesNo::Yes), 60_000),
            ("2025-11-16", 100, Some(YesNo::Yes), 1_000),
            ("2019-02-21", 12_000, Some(YesNo::No), 0),
            ("2019-02-21", 12_000, None, 0),
            ("2019-02-21", 0, Some(YesNo::Yes), 0),
        ] {
            let bill = bill(made, duty, flag);
            assert_eq!((bill.duty, bill.surcharge, bill.fine), (duty, surcharge, 0), "{made} {flag:?}");
            assert_eq!(bill.total, duty + surcharge);
            assert_eq!(bill.surcharges, [surcharge]);
        }
    }

    #[test]
    fn it_is_due_at_the_end_of_a_day_in_bangkok() {
        let (last, end) = due("2026-03-01T17:00:00Z".parse().unwrap());
        assert_eq!(last.to_string(), "2026-03-17");
        assert_eq!(end.to_string(), "2026-03-17T17:00:00Z");
    }
}
