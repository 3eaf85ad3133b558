//! Every payment once, in order, whatever the windows.

use super::bank::{date_time, refusal};
use crate::{DateTime, DirectDebit, History, wire::TransactionFilter};
use bytes::Bytes;
use http::{Request, Response};
use jiff::{Timestamp, ToSpan};
use pollster::block_on;
use satang_core::{Error, Kind, Operation, Sent, Timer, Transport};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A bank that tells at most `most` payments at once, of at most 31 days.
#[derive(Clone)]
struct Bank {
    /// When each payment was received, in microseconds.
    payments: Arc<Vec<i64>>,
    most: usize,
    /// How many inquiries are left until one is not answered.
    left: Arc<Mutex<Option<usize>>>,
    windows: Arc<Mutex<Vec<(DateTime, DateTime)>>>,
    largest: Arc<Mutex<usize>>,
}

impl Bank {
    fn new(payments: impl IntoIterator<Item = i64>, most: usize) -> Self {
        let mut payments: Vec<_> = payments.into_iter().collect();
        payments.sort_unstable();
        let (payments, left) = (Arc::new(payments), Arc::default());
        Self { payments, most, left, windows: Arc::default(), largest: Arc::default() }
    }
}

impl Transport for Bank {
    async fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        assert_eq!(operation.id, "transaction_inquiry");
        let filter: TransactionFilter = serde_json::from_slice(request.body()).unwrap();
        let (start, end) = (filter.start_create_date_time.unwrap(), filter.end_create_date_time.unwrap());
        assert!(end.timestamp() <= start.timestamp() + (31 * 24).hours(), "{start} {end}");
        if let Some(left) = &mut *self.left.lock().unwrap() {
            if *left == 0 {
                return Err(Error::new(Kind::Timeout, Sent::Maybe, "no answer"));
            }
            *left -= 1;
        }
        self.windows.lock().unwrap().push((start, end));
        let range = start.timestamp().as_microsecond()..=end.timestamp().as_microsecond();
        let found = self.payments.iter().enumerate().filter(|(_, at)| range.contains(at));
        let found: Vec<_> = found.map(|(number, at)| payment(number, *at)).collect();
        let (status, body) = if found.len() > self.most {
            let mut body = refusal("SBX-4004");
            body["error"]["violations"] =
                json!([{ "pointer": "", "code": "inconsistent", "detail": "narrow it" }]);
            (400, body.to_string())
        } else {
            let mut largest = self.largest.lock().unwrap();
            *largest = found.len().max(*largest);
            (200, format!(r#"{{"transactionInformation": [{}]}}"#, found.join(",")))
        };
        Ok(Response::builder().status(status).body(Bytes::from(body)).unwrap())
    }
}

impl Timer for Bank {
    async fn sleep(&self, _: std::time::Duration) {}
}

/// A payment whose number can be read from its reference. Its time is told in milliseconds, as the gateway does.
fn payment(number: usize, at: i64) -> String {
    let at = DateTime::in_bangkok(Timestamp::from_microsecond(at).unwrap());
    format!(
        r#"{{"transactionIdentification": "071f2a78-a77b-4e45-91ba-4bd96d5bcde9", "creditorAccountNumber": "0457262823",
        "payerInformation": {{"paymentToken": "t"}}, "transactionInformation": {{"transactionType": "SCHEDULE",
        "referenceNumber1": "R", "paymentInstrument": "DDEB", "paymentAmount": 1.00}},
        "paymentReferenceIdentification": "{number}", "processingStatus": "ACSC", "processingDateTime": "{at}",
        "paymentAmount": 1.00, "createDateTime": "{at}"}}"#
    )
}

const FROM: &str = "2026-01-01T00:00:00+07:00";
const UNTIL: &str = "2026-12-31T23:59:59.999+07:00";

fn micros(text: &str) -> i64 {
    date_time(text).timestamp().as_microsecond()
}

/// Reads to the end: the numbers of the payments, and whether an error ended it.
fn read(history: &mut History<'_, Bank>) -> (Vec<usize>, bool) {
    let mut numbers = Vec::new();
    while let Some(payment) = block_on(history.next()) {
        match payment {
            Ok(payment) => numbers.push(payment.payment_reference_identification.as_str().parse().unwrap()),
            Err(_) => {
                assert!(block_on(history.next()).is_none(), "an error is the end");
                return (numbers, true);
            }
        }
    }
    (numbers, false)
}

/// Times that fall on borders, between milliseconds, in crowds, and nowhere for months.
fn awkward() -> Vec<i64> {
    let start = micros(FROM);
    let day = 24 * 60 * 60 * 1_000_000;
    let mut times = vec![start, start, micros(UNTIL), micros(UNTIL)];
    times.extend(
        [31, 62, 93]
            .iter()
            .flat_map(|days| [start + days * day - 1, start + days * day, start + days * day + 1]),
    );
    times.extend((0..40).map(|n| start + 3 * day + n * 333));
    times.extend([start + 5 * day; 9]);
    times.extend((0..40).map(|n| start + 200 * day + n * n * 77_777));
    times
}

#[test]
fn every_payment_is_told_once_and_in_order() {
    for most in [10, 11, 25, 1_000] {
        let bank = Bank::new(awkward(), most);
        let facade = DirectDebit::new(bank.clone());
        let (numbers, failed) = read(&mut facade.history(date_time(FROM), date_time(UNTIL)));
        assert!(!failed);
        let told: Vec<_> = numbers.iter().map(|number| bank.payments[*number] / 1_000).collect();
        assert!(told.is_sorted());
        let mut once = numbers.clone();
        once.sort_unstable();
        assert_eq!(once, (0..bank.payments.len()).collect::<Vec<_>>(), "at most {most}");
        assert!(*bank.largest.lock().unwrap() <= most);
        let windows = bank.windows.lock().unwrap();
        assert_eq!(windows.first().unwrap().0.to_string(), FROM);
        assert_eq!(windows.last().unwrap().1.to_string(), UNTIL);
        assert!(windows.len() < 400, "{} inquiries", windows.len());
    }
}

#[test]
fn a_quiet_year_takes_twelve_inquiries() {
    let bank = Bank::new([], 1_000);
    assert_eq!(
        read(&mut DirectDebit::new(bank.clone()).history(date_time(FROM), date_time(UNTIL))),
        (vec![], false)
    );
    assert_eq!(bank.windows.lock().unwrap().len(), 12);
}

#[test]
fn after_an_error_at_any_point_nothing_is_missed_or_told_again() {
    let whole = Bank::new(awkward(), 10);
    let facade = DirectDebit::new(whole.clone());
    let (expected, _) = read(&mut facade.history(date_time(FROM), date_time(UNTIL)));
    let inquiries = whole.windows.lock().unwrap().len();
    for point in 0..inquiries {
        let bank = Bank::new(awkward(), 10);
        let facade = DirectDebit::new(bank.clone());
        *bank.left.lock().unwrap() = Some(point);
        let mut history = facade.history(date_time(FROM), date_time(UNTIL));
        let (mut told, failed) = read(&mut history);
        assert!(failed);
        // The position survives a restart.
        let kept = serde_json::to_string(history.position()).unwrap();
        *bank.left.lock().unwrap() = None;
        let mut rest =
            facade.history(date_time(FROM), date_time(UNTIL)).after(serde_json::from_str(&kept).unwrap());
        told.extend(read(&mut rest).0);
        assert_eq!(told, expected, "interrupted after {point} inquiries");
    }
}

#[test]
fn a_reader_may_stop_after_any_payment() {
    let bank = Bank::new(awkward(), 25);
    let facade = DirectDebit::new(bank);
    let begin = || facade.history(date_time(FROM), date_time(UNTIL));
    let (expected, _) = read(&mut begin());
    for stop in (0..expected.len()).step_by(3) {
        let mut history = begin();
        for _ in 0..stop {
            assert!(block_on(history.next()).is_some_and(|payment| payment.is_ok()));
        }
        let rest = read(&mut begin().after(history.position().clone())).0;
        assert_eq!(rest, expected[stop..]);
    }
}

#[test]
fn what_cannot_be_narrowed_ends_in_an_error() {
    let crowd = Bank::new(vec![micros(FROM); 11], 10);
    let (told, failed) =
        read(&mut DirectDebit::new(crowd.clone()).history(date_time(FROM), date_time(UNTIL)));
    assert_eq!((told, failed), (vec![], true));
    assert!(crowd.windows.lock().unwrap().len() < 40, "halving comes to an end");

    let backwards = Bank::new([], 10);
    let (_, failed) =
        read(&mut DirectDebit::new(backwards.clone()).history(date_time(UNTIL), date_time(FROM)));
    assert!(failed && backwards.windows.lock().unwrap().is_empty(), "refused before it is sent");

    let moment = Bank::new([micros(FROM)], 10);
    assert_eq!(
        read(&mut DirectDebit::new(moment).history(date_time(FROM), date_time(FROM))),
        (vec![0], false)
    );
}

#[test]
fn criteria_go_with_every_window() {
    #[derive(Clone)]
    struct Listening(Arc<Mutex<Vec<Value>>>);
    impl Transport for Listening {
        async fn call(
            &self,
            _: &'static Operation,
            request: Request<Bytes>,
        ) -> Result<Response<Bytes>, Error> {
            self.0.lock().unwrap().push(serde_json::from_slice(request.body()).unwrap());
            Ok(Response::new(Bytes::from_static(br#"{"transactionInformation": []}"#)))
        }
    }
    impl Timer for Listening {
        async fn sleep(&self, _: std::time::Duration) {}
    }
    let bank = DirectDebit::new(Listening(Arc::default()));
    let criteria = TransactionFilter { payment_token: "t".parse().ok(), ..TransactionFilter::default() };
    let mut history = bank.history(date_time(FROM), date_time(UNTIL)).matching(criteria);
    assert!(block_on(history.next()).is_none());
    let asked = bank.client().transport().0.lock().unwrap();
    assert!(asked.len() == 12 && asked.iter().all(|filter| filter["paymentToken"] == "t"));
}
