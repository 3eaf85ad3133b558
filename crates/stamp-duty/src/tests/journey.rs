//! From the login to the receipt, over a Department that verifies what is signed.

use super::{
    department::{Department, State},
    facade, filing, signed, turn,
};
use crate::{
    Media, Outcome, SignedFiling, StampDuty, Submitted, Why,
    wire::{PaidStatus, RequestType, ResponseCode},
};
use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response};
use pollster::block_on;
use satang_core::{Error, Kind, Operation, Sent, Timer, Transport};
use satang_schema::Satang;
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

#[test]
fn a_filing_is_filed_paid_and_receipted() {
    let (department, transport) = Department::with(State::default());
    let duty = facade(transport);
    block_on(async {
        let Submitted::Accepted(accepted) = duty.file(&signed(3)).await.unwrap() else {
            panic!("not accepted")
        };
        assert_eq!(accepted.payment.and_then(|payment| payment.total_amount), Some(Satang::from_baht(360)));
        let numbers: Vec<_> =
            accepted.instruments.iter().flat_map(|one| &one.id).map(ToString::to_string).collect();
        assert_eq!(numbers, ["2569/01", "2569/02", "2569/03"]);

        let reference = &accepted.api_ref_no;
        assert_eq!(
            duty.receipts(reference, RequestType::Receipt, &[]).await.unwrap_err().code(),
            Some("E07110")
        );
        department.state().is_paid = true;
        let Outcome::Done(paid) = duty.payment_status(reference, &[]).await.unwrap() else {
            panic!("pending")
        };
        assert_eq!((paid.form_status, paid.inst_info.len()), (PaidStatus::Paid, 3));
        let Outcome::Done(found) = duty.receipts(reference, RequestType::Receipt, &[]).await.unwrap() else {
            panic!("pending")
        };
        assert!(found.iter().all(|one| one.files[0].media == Media::Pdf) && found.len() == 3);
        let unknown = duty.payment_status(&"7".parse().unwrap(), &[]).await.unwrap_err();
        assert_eq!(unknown.code(), Some("E07100"));
    });
    assert_eq!(department.state().logins, 1);
}

#[test]
fn many_instruments_are_waited_for() {
    let (_, transport) = Department::with(State { verifications: 2, ..State::default() });
    let duty = facade(transport);
    block_on(async {
        let Submitted::Received(reference) = duty.file(&signed(60)).await.unwrap() else {
            panic!("not received")
        };
        let Outcome::Done(accepted) = duty.wait(&reference).await.unwrap() else { panic!("pending") };
        assert_eq!(accepted.instruments.len(), 60);
    });
    let (_, transport) = Department::with(State { verifications: 3, ..State::default() });
    let duty = facade(transport);
    block_on(async {
        let Submitted::Received(reference) = duty.file(&signed(51)).await.unwrap() else {
            panic!("not received")
        };
        let Outcome::Pending { code, .. } = duty.wait(&reference).await.unwrap() else { panic!("done") };
        assert_eq!(code, ResponseCode::InVerification);
    });
}

/// Each token is good for three calls, so it expires in the middle again and again; every filing is filed once all the same.
#[test]
fn tokens_expire_in_the_middle() {
    let (department, transport) = Department::with(State { life: Some(3), ..State::default() });
    let duty = facade(transport);
    let file = async |number: usize| {
        let name = format!("REQ-{number}").parse().unwrap();
        let loan = crate::Instrument::loan(super::paper(number), Satang::from_baht(1)).unwrap();
        let filing = crate::Filing::new(name, "0105541069237".parse().unwrap()).with(loan);
        duty.file(&duty.sign(&filing).unwrap()).await
    };
    block_on(async {
        for number in 0..10 {
            assert!(matches!(file(number).await, Ok(Submitted::Accepted(_))), "{number}");
        }
    });
    assert_eq!(department.state().filings.len(), 10);
    assert_eq!(department.state().logins, 4);
}

#[test]
fn a_department_whose_tokens_are_never_good_is_left_alone() {
    let (department, transport) = Department::with(State::default());
    let duty = facade(Never(transport));
    let error = block_on(duty.file(&signed(1))).unwrap_err();
    assert_eq!(error.code(), Some("E07104"));
    assert_eq!(department.state().logins, 2);
    assert!(department.state().filings.is_empty());
}

/// Spoils every token on its way.
struct Never<T>(T);

impl<T: Transport> Transport for Never<T> {
    async fn call(
        &self,
        operation: &'static Operation,
        mut request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        request.headers_mut().remove("x-auth-token");
        self.0.call(operation, request).await
    }
}

impl<T: Timer> Timer for Never<T> {
    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

/// Loses the answers to filings, after the Department has acted on them.
struct Losing<T>(T, AtomicUsize);

impl<T: Transport> Transport for Losing<T> {
    async fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        turn().await;
        let answer = self.0.call(operation, request).await;
        let left = |left: usize| left.checked_sub(1);
        if operation.id == "submit_filing"
            && self.1.fetch_update(Ordering::SeqCst, Ordering::SeqCst, left).is_ok()
        {
            return Err(Error::new(Kind::Interrupted, Sent::Maybe, "lost"));
        }
        answer
    }
}

impl<T: Timer> Timer for Losing<T> {
    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

fn losing(answers: usize) -> (std::sync::Arc<Department>, StampDuty<impl Transport + Timer>) {
    let (department, transport) = Department::with(State::default());
    (department, facade(Losing(transport, AtomicUsize::new(answers))))
}

/// A lost answer is not asked for on its own; the same filing again, on demand, tells that it was filed, and files nothing.
#[test]
fn a_lost_answer_is_told_and_never_repeated() {
    let (department, duty) = losing(1);
    let filing = signed(3);
    let outcome = block_on(duty.file(&filing)).unwrap();
    let Submitted::Unknown(Why::NoAnswer(error)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.sent(), Sent::Maybe);
    assert_eq!(department.state().filings.len(), 1);
    let stored = SignedFiling::restore(filing.request_id().clone(), filing.as_str());
    assert!(matches!(block_on(duty.file(&stored)), Ok(Submitted::Duplicate(_))));
    assert_eq!(department.state().filings.len(), 1);
}

#[test]
fn callers_at_once_log_in_once() {
    let (department, duty) = losing(0);
    let filing = filing(1);
    let signed = duty.sign(&filing).unwrap();
    let all = block_on(join_all((0..8).map(|_| duty.file(&signed))));
    let accepted = all.iter().filter(|one| matches!(one, Ok(Submitted::Accepted(_)))).count();
    let duplicates = all.iter().filter(|one| matches!(one, Ok(Submitted::Duplicate(_)))).count();
    assert_eq!((accepted, duplicates), (1, 7));
    assert_eq!(department.state().logins, 1);
}
