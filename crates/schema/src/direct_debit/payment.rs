//! Payments: F, G and H.

use super::{check_any_criterion, check_range};
use crate::{
    AccountNumber, AccountText, Amount, Check, DateTime, PaymentReference, PaymentToken, Text,
    TransactionIdentification, decode::present, scalar::codes,
};
use satang_validation::Violations;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes! {
    closed
    /// The kind of transaction that F makes. Published.
    RealTime {
        /// At once.
        RealTime = "REALTIME",
    }
}

codes! {
    closed
    /// How the payer pays. Published.
    PaymentInstrument {
        /// Direct debit.
        DirectDebit = "DDEB",
    }
}

codes! {
    open
    /// The kind of a transaction that exists.
    TransactionType {
        /// Made at once. Published.
        RealTime = "REALTIME",
        /// Made by a schedule. Proposed by Satang; not published by the bank.
        Schedule = "SCHEDULE",
    }
}

codes! {
    open
    /// Where a payment or a schedule stands, in the names of ISO 20022. Proposed by Satang; not published by the
    /// bank.
    ProcessingStatus {
        /// Received, nothing checked yet.
        Received = "RCVD",
        /// Waiting.
        Pending = "PDNG",
        /// Accepted, in process.
        InProcess = "ACSP",
        /// Settled: the money has moved. Final.
        Settled = "ACSC",
        /// Rejected: no money has moved. Final.
        Rejected = "RJCT",
        /// Cancelled.
        Cancelled = "CANC",
        /// Scheduled.
        Scheduled = "SCHD",
    }
}

codes! {
    open
    /// Why a payment is rejected: external reason codes of ISO 20022. Their meanings are public, that of `MD01` is
    /// inferred; that this bank uses them is proposed by Satang; not published by the bank.
    ReasonCode {
        /// The creditor account is wrong.
        WrongCreditorAccount = "AC03",
        /// The account is closed.
        ClosedAccount = "AC04",
        /// The account is blocked.
        BlockedAccount = "AC06",
        /// The account does not hold enough.
        InsufficientFunds = "AM04",
        /// The amount is above the agreed limit.
        AboveLimit = "AM14",
        /// There is no active registration.
        NoMandate = "MD01",
    }
}

/// Who pays. Published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PayerInformation {
    /// Stands for the payer's account; from the registration. Published; its length is proposed by Satang.
    pub payment_token: PaymentToken,
}

/// A payment at once. Published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RealTimePayment {
    /// The caller's identifier of this payment. Published.
    pub transaction_identification: TransactionIdentification,
    /// The account that receives the money: one of the partner's. Published.
    pub creditor_account_number: AccountNumber,
    /// Who pays. Published.
    pub payer_information: PayerInformation,
    /// What is paid. Published.
    pub transaction_information: TransactionInformation,
}

impl Check for RealTimePayment {}

/// What is paid at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransactionInformation {
    /// Always `REALTIME`. Published.
    pub transaction_type: RealTime,
    /// The biller's first reference. Published; its length is inferred.
    pub reference_number1: Text<1, 20>,
    /// The biller's second reference. Published; its length is inferred.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reference_number2: Option<Text<1, 20>>,
    /// Always `DDEB`. Published.
    pub payment_instrument: PaymentInstrument,
    /// Baht, with two decimals when written and at most two when read. Published; the bounds are proposed by Satang.
    pub payment_amount: Amount,
    /// A remark of up to 140 characters. Published; its length is proposed by Satang.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub annotation: Option<Text<0, 140>>,
}

/// What became of a payment. Proposed by Satang; not published by the bank. What a caller cannot do without is
/// required; the gateway gives all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PaymentResult {
    /// The caller's identifier. Proposed by Satang; not published by the bank.
    pub transaction_identification: TransactionIdentification,
    /// The bank's reference. Inferred from the bank's other products.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_reference_identification: Option<PaymentReference>,
    /// Where the payment stands. The name is inferred, the codes are proposed by Satang.
    pub processing_status: ProcessingStatus,
    /// Since when. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processing_date_time: Option<DateTime>,
    /// Baht. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_amount: Option<Amount>,
    /// Why the payment was rejected: an external reason code of ISO 20022, such as `AM04`. Proposed by Satang; not
    /// published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_code: Option<ReasonCode>,
    /// The reason in words. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_description: Option<String>,
}

impl Check for PaymentResult {}

/// Asks what became of one payment. Inferred.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransactionStatusInquiry {
    /// The caller's identifier of the payment. Inferred.
    pub transaction_identification: TransactionIdentification,
}

impl Check for TransactionStatusInquiry {}

/// Searches payments. Criteria combine, and at least one is required. Proposed by Satang; not published by the
/// bank.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    "minProperties" = 1,
    "dependentRequired" = {
        "startCreateDateTime": ["endCreateDateTime"],
        "endCreateDateTime": ["startCreateDateTime"],
    },
)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransactionFilter {
    /// The caller's identifier. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub transaction_identification: Option<TransactionIdentification>,
    /// The bank's reference. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub payment_reference_identification: Option<PaymentReference>,
    /// The payer's token. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub payment_token: Option<PaymentToken>,
    /// The receiving account. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub creditor_account_number: Option<AccountNumber>,
    /// Where the payment stands. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub processing_status: Option<ProcessingStatus>,
    /// The biller's first reference. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reference_number1: Option<Text<1, 20>>,
    /// The biller's second reference. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reference_number2: Option<Text<1, 20>>,
    /// Start of the range of creation, included; goes with the end. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub start_create_date_time: Option<DateTime>,
    /// End of the range of creation, included and not before the start. Proposed by Satang; not published by the
    /// bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub end_create_date_time: Option<DateTime>,
}

impl Check for TransactionFilter {
    fn check(&self, found: &mut Violations) {
        check_any_criterion(*self != Self::default(), found);
        check_range(self.start_create_date_time, self.end_create_date_time, found);
    }
}

/// The payments found. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TransactionList {
    /// The payments, oldest first. Proposed by Satang; not published by the bank.
    pub transaction_information: Vec<TransactionDetails>,
}

impl Check for TransactionList {}

/// A payment as requested and as it stands. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TransactionDetails {
    /// The caller's identifier. Proposed by Satang; not published by the bank.
    pub transaction_identification: TransactionIdentification,
    /// The receiving account. Proposed by Satang; not published by the bank.
    pub creditor_account_number: AccountText,
    /// Who paid. Proposed by Satang; not published by the bank.
    pub payer_information: Payer,
    /// What was paid. Proposed by Satang; not published by the bank.
    pub transaction_information: TransactionSummary,
    /// The bank's reference. Proposed by Satang; not published by the bank.
    pub payment_reference_identification: PaymentReference,
    /// Where the payment stands. Proposed by Satang; not published by the bank.
    pub processing_status: ProcessingStatus,
    /// Since when. Proposed by Satang; not published by the bank.
    pub processing_date_time: DateTime,
    /// Baht. Proposed by Satang; not published by the bank.
    pub payment_amount: Amount,
    /// Why the payment was rejected. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_code: Option<ReasonCode>,
    /// The reason in words. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_description: Option<String>,
    /// When the payment was received. Proposed by Satang; not published by the bank.
    pub create_date_time: DateTime,
}

/// Who paid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Payer {
    /// The payer's token. Proposed by Satang; not published by the bank.
    pub payment_token: PaymentToken,
}

/// What was paid: the request's words, read without strictness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TransactionSummary {
    /// The kind of transaction. Proposed by Satang; not published by the bank.
    pub transaction_type: TransactionType,
    /// The biller's first reference. Proposed by Satang; not published by the bank.
    pub reference_number1: String,
    /// The biller's second reference. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_number2: Option<String>,
    /// How the payer paid: `DDEB`. Proposed by Satang; not published by the bank.
    pub payment_instrument: String,
    /// Baht. Proposed by Satang; not published by the bank.
    pub payment_amount: Amount,
    /// A remark. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotation: Option<String>,
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(RealTimePayment {
        transaction_identification: text("071f2a78-a77b-4e45-91ba-4bd96d5bcde9"),
        creditor_account_number: text("0457262823"),
        payer_information: PayerInformation { payment_token: text("06252dbc-0a4c-437f-b718-f2aa836b10b3") },
        transaction_information: TransactionInformation {
            transaction_type: RealTime::RealTime,
            reference_number1: text("REF1"),
            reference_number2: "REF2".parse().ok(),
            payment_instrument: PaymentInstrument::DirectDebit,
            payment_amount: text("5000.00"),
            annotation: "This is remark for this transaction".parse().ok(),
        },
    });
    example!(PaymentResult {
        transaction_identification: text("071f2a78-a77b-4e45-91ba-4bd96d5bcde9"),
        payment_reference_identification: "6f1f5a0e-2f6d-4a43-9a52-0f9b1f1c7a10".parse().ok(),
        processing_status: ProcessingStatus::Settled,
        processing_date_time: "2020-08-15T00:00:00.000+07:00".parse().ok(),
        payment_amount: "5000.00".parse().ok(),
        status_reason_code: None,
        status_reason_description: None,
    });
    example!(TransactionStatusInquiry {
        transaction_identification: text("071f2a78-a77b-4e45-91ba-4bd96d5bcde9"),
    });
    example!(TransactionFilter {
        creditor_account_number: "0457262823".parse().ok(),
        processing_status: Some(ProcessingStatus::Settled),
        start_create_date_time: "2020-08-15T00:00:00+07:00".parse().ok(),
        end_create_date_time: "2020-08-16T00:00:00+07:00".parse().ok(),
        ..TransactionFilter::default()
    });
    example!(TransactionList {
        transaction_information: vec![TransactionDetails {
            transaction_identification: text("071f2a78-a77b-4e45-91ba-4bd96d5bcde9"),
            creditor_account_number: text("0457262823"),
            payer_information: Payer { payment_token: text("06252dbc-0a4c-437f-b718-f2aa836b10b3") },
            transaction_information: TransactionSummary {
                transaction_type: TransactionType::RealTime,
                reference_number1: "REF1".into(),
                reference_number2: Some("REF2".into()),
                payment_instrument: "DDEB".into(),
                payment_amount: text("5000.00"),
                annotation: Some("This is remark for this transaction".into()),
            },
            payment_reference_identification: text("6f1f5a0e-2f6d-4a43-9a52-0f9b1f1c7a10"),
            processing_status: ProcessingStatus::Settled,
            processing_date_time: text("2020-08-15T00:00:00.000+07:00"),
            payment_amount: text("5000.00"),
            status_reason_code: None,
            status_reason_description: None,
            create_date_time: text("2020-08-15T00:00:00.000+07:00"),
        }],
    });
}
