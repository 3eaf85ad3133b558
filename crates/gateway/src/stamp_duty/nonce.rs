//! The nonce of a login: the date and time of the request, in Bangkok.
//!
//! The public page has the pattern `YYYY-MM-DDTHH:MM:SS` and the example `2018-12-10 15:45:00`: both are read. How far it
//! may be off is proposed by Satang: five minutes. It may be by either of two clocks. A caller on another machine has no
//! clock but its own, however far the sandbox's has been moved; one that follows the sandbox's clock must not be refused for
//! that. A nonce is no secret and is not remembered: whoever logs in needs the password.

use super::refusal::{refuse, refuse_at};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::Offset,
};
use satang_core::Refusal;
use satang_schema::stamp_duty::ResponseCode;
use satang_validation::{Pointer, Rule};

/// How far a nonce may be off, either way.
const WINDOW: SignedDuration = SignedDuration::from_mins(5);
const BANGKOK: Offset = Offset::constant(7);

/// Checks a nonce by several clocks, one of which must agree.
///
/// # Errors
/// `E07121` when it is not of this shape, `E07205` when there is no such date or time (the public list has the code twice;
/// which is which is proposed by Satang), `E07116` when it is too old or of the future.
pub(super) fn check(nonce: &str, clocks: [Timestamp; 2]) -> Result<(), Refusal> {
    let wrong = |code, detail| refuse_at(code, Pointer::root().member("nonce"), Rule::malformed(detail));
    let numbers = numbers(nonce).ok_or_else(|| {
        wrong(&ResponseCode::InvalidNonce, "expected a date and time such as 2018-12-10 15:45:00")
    })?;
    let time = moment(numbers)
        .ok_or_else(|| wrong(&ResponseCode::InvalidNonceFormat, "expected a date and time that there is"))?;
    let agrees = |now: &Timestamp| now.duration_since(time).abs() <= WINDOW;
    if clocks.iter().any(agrees) { Ok(()) } else { Err(refuse(&ResponseCode::NonceOutsideWindow)) }
}

/// Year, month, day, hour, minute, second.
fn numbers(nonce: &str) -> Option<[i16; 6]> {
    let (date, time) = nonce.split_once([' ', 'T'])?;
    let mut parts = date.splitn(3, '-').chain(time.splitn(3, ':'));
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { part.parse().ok() } else { None }
    };
    let numbers = [number(4)?, number(2)?, number(2)?, number(2)?, number(2)?, number(2)?];
    parts.next().is_none().then_some(numbers)
}

fn moment([year, month, day, hour, minute, second]: [i16; 6]) -> Option<Timestamp> {
    let [month, day, hour, minute, second] =
        [month, day, hour, minute, second].map(|number| i8::try_from(number).unwrap_or(-1));
    let time =
        DateTime::from_parts(Date::new(year, month, day).ok()?, Time::new(hour, minute, second, 0).ok()?);
    BANGKOK.to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_within_the_window_of_either_clock() {
        let machine: Timestamp = "2026-03-01T02:00:00Z".parse().unwrap();
        let sandbox: Timestamp = "2027-01-01T02:00:00Z".parse().unwrap();
        for (nonce, code) in [
            ("2026-03-01 09:00:00", None),
            ("2026-03-01T09:00:00", None),
            ("2027-01-01 09:00:00", None),
            ("2026-03-01 08:55:00", None),
            ("2026-03-01 09:05:00", None),
            ("2026-03-01 08:54:59", Some("E07116")),
            ("2026-03-01 09:05:01", Some("E07116")),
            // In universal time, and with the year of the Buddhist era.
            ("2026-03-01 02:00:00", Some("E07116")),
            ("2569-03-01 09:00:00", Some("E07116")),
            ("2026-02-30 09:00:00", Some("E07205")),
            ("2026-13-01 09:00:00", Some("E07205")),
            ("2026-03-01 25:00:00", Some("E07205")),
            ("2026-03-01 09:00:60", Some("E07205")),
            ("2026-03-01  09:00:00", Some("E07121")),
            ("2026-03-01t09:00:00", Some("E07121")),
            ("2026-03-01 09:00", Some("E07121")),
            ("2026-03-01 09:00:00Z", Some("E07121")),
            ("2026-3-1 09:00:00", Some("E07121")),
            ("+026-03-01 09:00:00", Some("E07121")),
            ("٢٠٢٦-03-01 09:00:00", Some("E07121")),
            ("20260301090000", Some("E07121")),
            ("", Some("E07121")),
        ] {
            let refused = check(nonce, [machine, sandbox]).err();
            assert_eq!(refused.as_ref().map(Refusal::code), code, "{nonce}");
        }
    }
}
