//! What an answer says, by the class of its code.

use crate::{
    Document, File, unreadable,
    wire::{CodeClass, Filed, FiledInstrument, FilingAnswer, FilingAnswerBody, PaymentInfo, ResponseCode},
};
use satang_core::{Error, Sent};
use satang_schema::Text;
use satang_validation::Pointer;

/// The reference of a filing, 1 to 20 characters; 20 digits in examples. Published.
pub type ApiRefNo = Text<1, 20>;

/// The reference of an instrument's form, such as `P0900022091`, 1 to 20 characters. Published.
pub type RefNo = Text<1, 20>;

/// What was asked for, unless it is not ready. An answer that is neither is an `Err`.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Outcome<T> {
    /// Here it is.
    Done(T),
    /// The Department is still verifying the filing: ask again later.
    Pending {
        /// `I07001` or `P07000`.
        code: ResponseCode,
        /// The same in the Department's words.
        message: Option<String>,
    },
}

/// What became of a filing when it was sent.
#[derive(Clone, Debug)]
#[must_use]
#[expect(clippy::large_enum_variant, reason = "there is one for each filing, which is taken apart at once")]
pub enum Submitted {
    /// It is filed. Nothing is paid by that.
    Accepted(Accepted),
    /// It is received, and being verified: [`wait`](crate::StampDuty::wait) for it.
    Received(ApiRefNo),
    /// It was filed before (`E07108`), and nothing was filed now: this very filing, when you sent it before, or something
    /// else under its request identifier, or one of its instruments in another filing. What the code is about exactly is not
    /// public; where a gateway names instruments, they are the [`violations`](Error::violations) of this error (proposed by
    /// Satang).
    Duplicate(Error),
    /// It may have been filed.
    Unknown(Why),
}

/// Why it is not known whether something was filed.
#[derive(Clone, Debug)]
pub enum Why {
    /// There was no answer, none that could be read, or one that leaves it open.
    NoAnswer(Error),
    /// The answer says that it is done, and has no reference, or speaks of another filing.
    Incomplete(Box<FilingAnswer>),
}

/// A filing that the Department has accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// The reference of the filing: what to ask with from here on. Store it.
    pub api_ref_no: ApiRefNo,
    /// The instruments, each with the reference of its form.
    pub instruments: Vec<FiledInstrument>,
    /// What to pay, and how.
    pub payment: Option<PaymentInfo>,
}

impl Accepted {
    fn of(filed: Filed, api_ref_no: ApiRefNo) -> Self {
        Self { api_ref_no, instruments: filed.inst_info, payment: filed.payment_info }
    }

    /// The slip to pay with, when the Department has sent one.
    ///
    /// # Errors
    /// As [`File::decode`].
    pub fn pay_in_slip(&self) -> Result<Option<File>, Error> {
        let slip = self.payment.as_ref().and_then(|payment| payment.pay_in_slip_file.as_deref());
        let place = || Pointer::from("/eInstrument/rdForm/paymentInfo/payInSlipFile");
        slip.map(|base64| File::decode(Document::PayInSlip, place(), base64)).transpose()
    }
}

/// What an answer to a filing says.
///
/// # Errors
/// The error itself when nothing was filed.
pub(crate) fn submitted(
    request_id: &Text<1, 50>,
    answer: Result<FilingAnswer, Error>,
) -> Result<Submitted, Error> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return judge(error),
    };
    let incomplete = || Ok(Submitted::Unknown(Why::Incomplete(Box::new(answer.clone()))));
    let FilingAnswerBody { response_code, rd_form: Some(filed), .. } = &answer.e_instrument else {
        return incomplete();
    };
    let is_own = filed.request_id.as_ref().is_none_or(|found| found.as_str() == request_id.as_str());
    match (response_code.class(), reference(filed)) {
        (CodeClass::Done, Some(reference)) if is_own => {
            Ok(Submitted::Accepted(Accepted::of(filed.clone(), reference)))
        }
        (CodeClass::Pending, Some(reference)) if is_own => Ok(Submitted::Received(reference)),
        _ => incomplete(),
    }
}

/// What an error in answer to a filing says.
fn judge(error: Error) -> Result<Submitted, Error> {
    let code = error.code().and_then(|code| code.parse::<ResponseCode>().ok());
    let status = error.status().map_or(0, |status| status.as_u16());
    match (error.sent(), code) {
        (Sent::No, _) => Err(error),
        (Sent::Yes, Some(ResponseCode::Duplicate)) => Ok(Submitted::Duplicate(error)),
        // The Department asks for another try, so there was none that counts.
        (Sent::Yes, Some(ResponseCode::SendAgain)) => Err(error),
        // Something behind the service is away: perhaps before the filing was stored, perhaps after.
        (Sent::Yes, Some(code)) if code.class() == CodeClass::Transient => Ok(unknown(error)),
        (Sent::Yes, Some(_)) if status < 500 => Err(error),
        (Sent::Yes, None) if (400..500).contains(&status) && status != 408 => Err(error),
        _ => Ok(unknown(error)),
    }
}

fn unknown(error: Error) -> Submitted {
    Submitted::Unknown(Why::NoAnswer(error))
}

/// What an answer about a filing says.
///
/// # Errors
/// [`Error`] when it says that the filing is accepted and not what that brought, or speaks of another one.
pub(crate) fn found(api_ref_no: &ApiRefNo, answer: FilingAnswer) -> Result<Outcome<Accepted>, Error> {
    let FilingAnswerBody { response_code, respons_message, response_message, rd_form, .. } =
        answer.e_instrument;
    match read(response_code, respons_message.or(response_message), rd_form)? {
        Outcome::Done(Filed { api_ref_no: Some(other), .. }) if other.as_str() != api_ref_no.as_str() => {
            let place = Pointer::from("/eInstrument/rdForm/apiRefNo");
            Err(unreadable(place, "expected the filing that was asked for"))
        }
        Outcome::Done(filed) => Ok(Outcome::Done(Accepted::of(filed, api_ref_no.clone()))),
        Outcome::Pending { code, message } => Ok(Outcome::Pending { code, message }),
    }
}

/// What an answer says to an inquiry.
///
/// # Errors
/// [`Error`] when it says that it is done and has nothing to show for it.
pub(crate) fn read<T>(
    code: ResponseCode,
    message: Option<String>,
    form: Option<T>,
) -> Result<Outcome<T>, Error> {
    match form {
        _ if code.class() == CodeClass::Pending => Ok(Outcome::Pending { code, message }),
        Some(form) => Ok(Outcome::Done(form)),
        None => Err(unreadable(Pointer::from("/eInstrument/rdForm"), "expected what was asked for")),
    }
}

fn reference(filed: &Filed) -> Option<ApiRefNo> {
    filed.api_ref_no.as_ref()?.as_str().parse().ok()
}
