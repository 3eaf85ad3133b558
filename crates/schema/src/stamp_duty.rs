//! The Revenue Department's e-Stamp duty: instruments are filed as signed forms, duty is paid, receipts are fetched.
//!
//! Everything but the login is `{"eInstrument": {"sender", "rdForm"}}`, where `rdForm` is a compact JWS
//! ([`SignedForm`]) whose payload is one of the forms: [`FilingForm`], [`FilingStatusForm`], [`PaymentStatusForm`] or
//! [`ReceiptForm`]. The table of operations is at the end.

mod answer;
mod attachment;
mod filing;
mod form;
mod inquiry;
mod login;
mod signed_form;

pub use crate::revenue_department::{CodeClass, LoginError, ResponseCode, RevenueError, RevenueErrorBody};
pub use answer::{
    Filed, FiledInstrument, FilingAnswer, FilingAnswerBody, InstrumentFiles, InstrumentPaid, PaidForm,
    PaidStatus, PaymentInfo, PaymentStatusAnswer, PaymentStatusAnswerBody, ReceiptAnswer, ReceiptAnswerBody,
    ReceiptFiles, SpecifiedTaxRegistration, Unknown,
};
pub use attachment::{AttachDetail, AttachRow};
pub use filing::{EncryptType, FilingInstrument, FilingSender, SenderRole, SubmitFiling};
pub use form::{
    BranchType, Contract, DocumentDetail, FilingForm, FormType, InstInfo, Party, Payer, PostalTradeAddress,
    RelatedParty, ResponsePaymentType, StampPayment, Summary, TaxPayer, TaxRegistration, YesNo,
};
pub use inquiry::{
    CheckFilingStatus, CheckFilingStatusInstrument, CheckPaymentStatus, CheckPaymentStatusInstrument,
    FilingStatusForm, PaymentStatusForm, ReceiptForm, ReceiptInstrument, ReferenceList, ReqFormReceiptFile,
    ReqFormReceiptFileInstrument, RequestType, Sender,
};
pub use login::{LoginAnswer, LoginSender, SubmitFilingAuth};
pub use signed_form::SignedForm;

/// The contract: everything that `openapi/stamp-duty.json` is made from.
#[cfg(feature = "schema")]
#[must_use]
pub fn product() -> crate::contract::Product {
    use crate::contract::{Envelope, Type, links, operations};
    crate::contract::Product {
        name: "stamp-duty",
        title: "Revenue Department e-Stamp Duty, as understood by Satang",
        description: DESCRIPTION,
        tags: &[
            ("login", "The token that every other call carries."),
            ("filing", "Instruments, filed with form อ.ส.9."),
            ("payment", "Whether the duty has been paid."),
            ("receipt", "Forms, receipts and codes to verify a payment with."),
        ],
        operations: operations! {
            /// Log in
            ///
            /// Answers with the token that all other calls carry in `X-auth-token`. `nonce` is the date and time of the
            /// request, in Bangkok, as `YYYY-MM-DD hh:mm:ss`; the page also has the pattern with a `T` between, and both
            /// are read. Public; that it may be five minutes off is proposed by Satang, as is the life of a token, half
            /// an hour: the Department has not published either.
            submit_filing_auth "API1": POST "/stamp/SubmitFilingAuth" SubmitFilingAuth => LoginAnswer,
                tag "login", security [Password], repeat [Safe], errors [];

            /// File instruments
            ///
            /// `I07000` answers with references of the instruments and what to pay; `I07001` says that the filing is
            /// received and being verified, which is so above 50 instruments, and is asked for with CheckFilingStatus.
            /// At most 1,000 instruments make one filing. Public. The same form again, by its `requestId`, has no second
            /// effect and gets the first answer; another form with the same `requestId` is `E07108` (proposed by Satang).
            submit_filing "API2": POST "/stamp/SubmitFiling" SubmitFiling => FilingAnswer,
                tag "filing", security [AuthToken], repeat [Effect], errors [];

            /// Ask what became of a filing
            ///
            /// `P07000` says that it is still being verified; otherwise the answer is that of SubmitFiling. Public.
            check_filing_status "API3": POST "/stamp/CheckFilingStatus" CheckFilingStatus => FilingAnswer,
                tag "filing", security [AuthToken], repeat [Safe], errors [];

            /// Ask whether the duty has been paid
            ///
            /// For a whole filing when `instInfo.refNo` is an empty list, otherwise for the instruments in it. Published;
            /// the meaning of the empty list is inferred.
            check_payment_status "API4": POST "/stamp/CheckPaymentStatus"
                CheckPaymentStatus => PaymentStatusAnswer,
                tag "payment", security [AuthToken], repeat [Safe], errors [];

            /// Fetch forms and receipts
            ///
            /// What comes back depends on `requestType`. Public; the names of the members that hold files are proposed by
            /// Satang, as they could not be found.
            req_form_receipt_file "API5": POST "/stamp/ReqFormReceiptFile" ReqFormReceiptFile => ReceiptAnswer,
                tag "receipt", security [AuthToken], repeat [Safe], errors [];
        },
        callbacks: Vec::new(),
        called_back_after: &[],
        envelope: Envelope::RevenueDepartment,
        enclosed: vec![
            Type::of::<FilingForm>("FilingForm"),
            Type::of::<FilingStatusForm>("FilingStatusForm"),
            Type::of::<PaymentStatusForm>("PaymentStatusForm"),
            Type::of::<ReceiptForm>("ReceiptForm"),
        ],
        errors: vec![Type::of::<RevenueError>("RevenueError"), Type::of::<LoginError>("LoginError")],
        links: links! {},
    }
}

#[cfg(feature = "schema")]
const DESCRIPTION: &str = "\
File instruments for stamp duty with the Revenue Department of Thailand, ask whether the duty has been paid, and fetch \
receipts. *Published* is what the page of CheckPaymentStatus says. *Public* is what other pages of the Department and of those who \
work with it say; it is less certain. What neither says is marked as inferred, or as proposed by Satang.

## Where to call
The pages show `https://sample.rd.go.th/stamp/`, which is a placeholder, and clients that work use other paths, such as \
`/rd-stamp-os9-service/submitFiling`. Both the host and the prefix of the path are therefore a matter of configuration.

## Signed forms
`rdForm` is a JSON Web Signature in compact form (RFC 7515) with `alg` RS256, `typ` JWT and, unless the certificate is \
registered, one certificate in `x5c`. Its payload is the form whose schema stands at `contentSchema`. Nothing but the three \
parts and two dots is in it: no blanks, no line breaks, as the example of the page has. The profile is proposed by Satang.

## Answers
The business code in `responseCode` decides, not the HTTP status, which the Department does not document. Proposed by \
Satang: 200 for what a right request can be answered; 400 when the request breaks the contract, with each violation; 401 \
without a token that is good. `responsMessage` is spelt so by the Department. Text for people differs from answer to answer: \
compare codes only.

## Numbers and dates
Money is a JSON number in baht with two decimals. Dates are of the Gregorian calendar, also beside identifiers that hold a \
Buddhist year.";
