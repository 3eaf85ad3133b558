//! A filing: instruments of one nature, with their sums, and the same signed.

use crate::{FormSigner, Instrument, wire};
use satang_core::Error;
use satang_schema::{AmountOrZero, Satang, TaxId, Text};
use satang_validation::{Code, Pointer, Rule, Violations};
use wire::{
    DocumentDetail, FilingForm, FormType, InstInfo, Payer, ResponsePaymentType, SignedForm, StampPayment,
    Summary, TaxRegistration,
};

/// The version of the form. Public.
pub const FORM_VERSION: &str = "01.00.0001";

/// Instruments that are filed together: 1 to 1,000, all of one nature.
///
/// ```
/// use satang_stamp_duty::{Filing, Instrument, Paper, Satang};
///
/// let payer = "0105541069237".parse()?;
/// let mut filing = Filing::new("REQ-2569-000001".parse()?, payer);
/// for number in ["2569/01", "2569/02"] {
///     let paper = Paper { number: number.parse()?, created: "2026-02-21".parse()?, payer: "0105541069237".parse()? };
///     filing = filing.with(Instrument::loan(paper, Satang::from_baht(240_000))?);
/// }
/// let form = filing.form()?;
/// assert_eq!(form.summary.total_payment.satang(), Satang::from_baht(240));
/// assert_eq!(form.document_detail.type_code.as_str(), "5");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Filing {
    request_id: Text<1, 50>,
    payer: TaxId,
    payment: ResponsePaymentType,
    instruments: Vec<Instrument>,
}

impl Filing {
    /// A filing without instruments, paid by `payer`.
    ///
    /// `request_id` is your own name for it. Use it for this filing only: it is what a second filing by accident is
    /// recognised by ([`ResponseCode::Duplicate`](wire::ResponseCode::Duplicate)).
    #[must_use]
    pub fn new(request_id: Text<1, 50>, payer: TaxId) -> Self {
        Self { request_id, payer, payment: ResponsePaymentType::All, instruments: Vec::new() }
    }

    /// To be told in this way what to pay; in all ways unless told otherwise.
    #[must_use]
    pub fn told_by(mut self, payment: ResponsePaymentType) -> Self {
        self.payment = payment;
        self
    }

    /// With a further instrument.
    #[must_use]
    pub fn with(mut self, instrument: Instrument) -> Self {
        self.instruments.push(instrument);
        self
    }

    /// The instruments so far.
    #[must_use]
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// The form, with count and sums.
    ///
    /// # Errors
    /// [`Violations`] when there is no instrument or more than 1,000, when they differ in nature, or when their duty is more
    /// than can be counted.
    pub fn form(&self) -> Result<FilingForm, Violations> {
        let mut found = Violations::new();
        let place = || Pointer::root().member("instInfo");
        let count = u64::try_from(self.instruments.len()).unwrap_or(u64::MAX).try_into();
        let first = self.instruments.first().map(Instrument::type_code);
        for (position, instrument) in self.instruments.iter().enumerate() {
            if Some(instrument.type_code()) != first {
                let rule =
                    Rule::new(Code::Inconsistent, "must be of the same nature as the first instrument");
                found.add(place().index(position), rule);
            }
        }
        let sums = self.sums();
        if sums.is_none() {
            found.add(place(), Rule::new(Code::Limit, "more duty than can be counted"));
        }
        let (Some(type_code), Ok(trans_amount)) = (first, count) else {
            found.add(place(), Rule::new(Code::Limit, "expected 1 to 1000 instruments"));
            return Err(found);
        };
        let text = |text: String| text.parse().map_err(|rule| one(place(), rule));
        let version = FORM_VERSION.parse().map_err(|rule| one(Pointer::root(), rule))?;
        let type_code = text(type_code.to_string())?;
        found.into_result()?;
        let [total_duty, total_dup_duty_amount, total_payment] = sums.unwrap_or_default();
        let payer = Payer { specified_tax_registration: TaxRegistration { id: self.payer.clone() } };
        Ok(FilingForm {
            document_detail: DocumentDetail {
                request_id: self.request_id.clone(),
                form_type: FormType::Os9,
                type_code,
                version,
                trans_amount,
            },
            inst_info: self.instruments.iter().cloned().map(Instrument::into_form).collect::<Vec<InstInfo>>(),
            summary: Summary {
                total_duty,
                total_dup_duty_amount,
                total_payment,
                payer,
                response_payment_type: self.payment.clone(),
            },
        })
    }

    /// Duty, duty of duplicates, and both.
    fn sums(&self) -> Option<[AmountOrZero; 3]> {
        let sum = |part: fn(&StampPayment) -> AmountOrZero| {
            let mut parts = self.instruments.iter().map(|instrument| part(instrument.payment()).satang().0);
            let sum = parts.try_fold(0_i64, i64::checked_add)?;
            AmountOrZero::new(Satang(sum)).ok()
        };
        Some([sum(|one| one.duty_amount)?, sum(|one| one.dup_duty_amount)?, sum(|one| one.total_amount)?])
    }
}

fn one(place: Pointer, rule: Rule) -> Violations {
    let mut found = Violations::new();
    found.add(place, rule);
    found
}

/// A filing as it is sent, byte for byte.
///
/// Store [`request_id`](Self::request_id) and [`as_str`](Self::as_str) before it is filed: after a crash,
/// [`restore`](Self::restore) gives the very same one again, without the key.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedFiling {
    request_id: Text<1, 50>,
    form: SignedForm<FilingForm>,
}

impl SignedFiling {
    /// Signs a filing.
    ///
    /// # Errors
    /// [`Error`] of kind [`Invalid`](satang_core::Kind::Invalid) when it is not a right form, and as [`FormSigner::sign`].
    pub fn new(filing: &Filing, signer: &FormSigner) -> Result<Self, Error> {
        let form = filing.form().map_err(Error::invalid)?;
        Ok(Self { request_id: form.document_detail.request_id.clone(), form: signer.sign(&form)? })
    }

    /// A filing that was signed before: its request identifier, and the compact JWS. Neither is looked into; whether they are
    /// right, the Department says.
    #[must_use]
    pub fn restore(request_id: Text<1, 50>, token: &str) -> Self {
        Self { request_id, form: SignedForm::new(token) }
    }

    /// What the filing is known by.
    #[must_use]
    pub fn request_id(&self) -> &Text<1, 50> {
        &self.request_id
    }

    /// The compact JWS.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.form.as_str()
    }

    pub(crate) fn form(&self) -> &SignedForm<FilingForm> {
        &self.form
    }
}
