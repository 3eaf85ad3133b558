//! A Department of its own: it verifies what is signed, remembers what is filed, and lets tokens expire.

use super::{Afternoon, signer};
use crate::{
    Clock, profile,
    wire::{
        Filed, FiledInstrument, FilingForm, FilingStatusForm, InstrumentFiles, InstrumentPaid, LoginSender,
        PaidForm, PaidStatus, PaymentInfo, PaymentStatusForm, ReceiptFiles, ReceiptForm, ResponseCode,
        SignedForm, Unknown,
    },
};
use satang_core::{
    Entropy, Host, Incoming, Loopback, Refusal, Router, System,
    stamp_duty::{
        CheckFilingStatus, CheckPaymentStatus, FilingAnswer, Handler, LoginAnswer, PaymentStatusAnswer,
        ReceiptAnswer, ReqFormReceiptFile, Server, SubmitFiling, SubmitFilingAuth, router,
    },
};
use satang_jose::{KeySet, NumericDate, Verifier};
use satang_schema::{Check, Satang, Text, decode};
use serde::de::DeserializeOwned;
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

/// More than this many instruments are verified before they are filed.
const AT_ONCE: usize = 50;

#[derive(Default)]
pub(super) struct Department(Mutex<State>);

#[derive(Default)]
pub(super) struct State {
    pub(super) logins: usize,
    /// The token that is good.
    pub(super) token: Option<String>,
    /// How many calls a token is good for.
    pub(super) life: Option<usize>,
    pub(super) filings: Vec<FilingForm>,
    /// How often to say that a filing is being verified.
    pub(super) verifications: usize,
    pub(super) is_paid: bool,
}

impl Department {
    pub(super) fn over() -> Loopback<Router<Server<Department>>> {
        Self::with(State::default()).1
    }

    pub(super) fn with(state: State) -> (Arc<Self>, Loopback<Router<Server<Department>>>) {
        let department = Arc::new(Self(Mutex::new(state)));
        let router = router(Arc::clone(&department)).with_body_limit(8 * 1024 * 1024);
        (department, Loopback::new(router))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn filed(&self, reference: &Text<1, 20>) -> Result<FilingForm, ResponseCode> {
        let number: usize = reference.as_str().parse().map_err(|_| ResponseCode::NoData)?;
        self.state().filings.get(number).cloned().ok_or(ResponseCode::NoData)
    }
}

impl fmt::Debug for Department {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Department")
    }
}

impl Host for Department {
    type Caller = ();

    async fn admit(&self, incoming: &Incoming) -> Result<(), Refusal> {
        if incoming.operation.id == "submit_filing_auth" {
            return Ok(());
        }
        let mut state = self.state();
        let is_good = state.token.is_some() && incoming.header("x-auth-token") == state.token.as_deref();
        let is_alive = state.life != Some(0);
        state.life = state.life.map(|calls| calls.saturating_sub(1));
        if is_good && is_alive {
            return Ok(());
        }
        let code = ResponseCode::TokenExpired;
        Err(Refusal::new(http::StatusCode::UNAUTHORIZED, code.as_str().to_owned(), "", ""))
    }
}

impl Clock for Department {
    fn now(&self) -> jiff::Timestamp {
        Afternoon.now()
    }
}

impl Entropy for Department {
    fn fill(&self, bytes: &mut [u8]) {
        System.fill(bytes);
    }
}

/// A form, if it is signed by the one key and right.
fn open<F: DeserializeOwned + Check>(form: &SignedForm<F>) -> Result<F, ResponseCode> {
    let keys = KeySet::new([signer().verifying_key().clone()]).unwrap();
    let verifier = Verifier::new(&profile(), keys).unwrap();
    let now = NumericDate::new(1_544_431_500).unwrap();
    let verified = verifier.verify(form.as_str(), now).map_err(|_| ResponseCode::InvalidSignature)?;
    decode(verified.payload()).map_err(|_| ResponseCode::InvalidData)
}

fn answer(number: usize, form: &FilingForm) -> Filed {
    let instrument = |(position, id): (usize, &Text<1, 50>)| FiledInstrument {
        id: Some(id.as_str().parse().unwrap()),
        ref_no: Some(format!("P{position:010}").parse().unwrap()),
        specified_tax_registration: None,
        other: Unknown::default(),
    };
    Filed {
        request_id: Some(form.document_detail.request_id.as_str().parse().unwrap()),
        api_ref_no: Some(format!("{number:020}").parse().unwrap()),
        inst_info: form.inst_info.iter().map(|one| &one.id).enumerate().map(instrument).collect(),
        payment_info: Some(PaymentInfo {
            ref1: Some(format!("{number:020}").parse().unwrap()),
            ref2: None,
            expire_date: None,
            total_amount: Some(form.summary.total_payment.satang()),
            total_duty: Some(form.summary.total_duty.satang()),
            total_surcharge: Some(Satang(0)),
            total_fine: Some(Satang(0)),
            pay_in_slip_file: None,
            qr_payment: None,
            other: Unknown::default(),
        }),
        other: Unknown::default(),
    }
}

fn received(number: usize) -> Filed {
    let api_ref_no = Some(format!("{number:020}").parse().unwrap());
    Filed {
        request_id: None,
        api_ref_no,
        inst_info: Vec::new(),
        payment_info: None,
        other: Unknown::default(),
    }
}

impl Handler for Department {
    async fn submit_filing_auth(&self, (): (), request: SubmitFilingAuth) -> Result<LoginAnswer, Refusal> {
        let mut state = self.state();
        state.logins += 1;
        let is_known = request.password.as_str() == "demo-password"
            && request.nonce.as_str().starts_with("2018-12-10 15:");
        let token = is_known.then(|| format!("token-{}", state.logins));
        state.token.clone_from(&token);
        state.life = state.life.map(|_| 3);
        let code = if is_known { ResponseCode::Success } else { ResponseCode::WrongCredentials };
        Ok(LoginAnswer {
            response_message: code.thai().to_owned(),
            response_code: code,
            username: None,
            token_id: token.map(|token| token.parse().unwrap()),
            sender: Some(LoginSender { id: "XYZ00001".parse().unwrap() }),
            other: Unknown::default(),
        })
    }

    async fn submit_filing(&self, (): (), request: SubmitFiling) -> Result<FilingAnswer, Refusal> {
        let form = match open(&request.e_instrument.rd_form) {
            Ok(form) => form,
            Err(code) => return Ok(FilingAnswer::new(code, None)),
        };
        let mut state = self.state();
        let is_same =
            |filed: &FilingForm| filed.document_detail.request_id == form.document_detail.request_id;
        if state.filings.iter().any(is_same) {
            return Ok(FilingAnswer::new(ResponseCode::Duplicate, None));
        }
        let number = state.filings.len();
        state.filings.push(form.clone());
        Ok(if form.inst_info.len() > AT_ONCE {
            FilingAnswer::new(ResponseCode::Received, Some(received(number)))
        } else {
            FilingAnswer::new(ResponseCode::Success, Some(answer(number, &form)))
        })
    }

    async fn check_filing_status(&self, (): (), request: CheckFilingStatus) -> Result<FilingAnswer, Refusal> {
        let found = open::<FilingStatusForm>(&request.e_instrument.rd_form)
            .and_then(|form| Ok((self.filed(&form.api_ref_no)?, form.api_ref_no)));
        let (form, reference) = match found {
            Ok(found) => found,
            Err(code) => return Ok(FilingAnswer::new(code, None)),
        };
        let number = reference.as_str().parse().unwrap();
        let mut state = self.state();
        if state.verifications > 0 {
            state.verifications -= 1;
            return Ok(FilingAnswer::new(ResponseCode::InVerification, None));
        }
        Ok(FilingAnswer::new(ResponseCode::Success, Some(answer(number, &form))))
    }

    async fn check_payment_status(
        &self,
        (): (),
        request: CheckPaymentStatus,
    ) -> Result<PaymentStatusAnswer, Refusal> {
        let found = open::<PaymentStatusForm>(&request.e_instrument.rd_form)
            .and_then(|form| self.filed(&form.api_ref_no));
        let form = match found {
            Ok(form) => form,
            Err(code) => return Ok(PaymentStatusAnswer::new(code, None)),
        };
        let status = if self.state().is_paid { PaidStatus::Paid } else { PaidStatus::NotPaid };
        let instrument = |position: usize| InstrumentPaid {
            ref_no: format!("P{position:010}").parse().unwrap(),
            inst_status: status.clone(),
        };
        let inst_info = (0..form.inst_info.len()).map(instrument).collect();
        let paid = PaidForm { form_status: status.clone(), inst_info, other: Unknown::default() };
        Ok(PaymentStatusAnswer::new(ResponseCode::Success, Some(paid)))
    }

    async fn req_form_receipt_file(
        &self,
        (): (),
        request: ReqFormReceiptFile,
    ) -> Result<ReceiptAnswer, Refusal> {
        let found = open::<ReceiptForm>(&request.e_instrument.rd_form)
            .and_then(|form| self.filed(&form.api_ref_no.ok_or(ResponseCode::MissingData)?));
        let form = match found {
            Ok(form) if self.state().is_paid => form,
            Ok(_) => return Ok(ReceiptAnswer::new(ResponseCode::NotPaid, None)),
            Err(code) => return Ok(ReceiptAnswer::new(code, None)),
        };
        let file = || InstrumentFiles {
            receipt_file: Some("JVBERi0xLjcK".to_owned()),
            ..InstrumentFiles::default()
        };
        let inst_info = form.inst_info.iter().map(|_| file()).collect();
        Ok(ReceiptAnswer::new(
            ResponseCode::Success,
            Some(ReceiptFiles { inst_info, other: Unknown::default() }),
        ))
    }
}
