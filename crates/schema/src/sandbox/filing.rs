//! Stamp duty: who files, what was filed, and its payment.

use super::listing::{codes_twice, list, query};
use crate::{
    AccountNumber, Amount, Check, DateTime, Password, Satang, TaxId, Text, TransactionIdentification,
    decode::present,
};
use satang_validation::{Code, Pointer, Rule, Violations};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes_twice! {
    /// Where a filing stands.
    FilingStatus, FilingStatusShown {
        /// It is being verified.
        Received = "RECEIVED",
        /// It is to be paid.
        Filed = "FILED",
        /// It has been paid.
        Paid = "PAID",
        /// It was cancelled.
        Cancelled = "CANCELLED",
        /// It was not paid in time.
        Expired = "EXPIRED",
    }
}

query! {
    /// Which filings to list.
    FilingQuery {
        /// The one with this reference.
        api_ref_no: Text<1, 20>,
        /// Those of this filer, by its user name.
        filer: Text<1, 20>,
        /// Those that stand so.
        status: FilingStatus,
    }
}

list! {
    /// Filings, oldest first.
    FilingList {
        /// The filings of this page.
        filings: FilingDetails
    }
}

/// A filing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FilingDetails {
    /// The Department's reference.
    pub api_ref_no: String,
    /// Who filed, by its user name.
    pub filer: String,
    /// The filer's own reference.
    pub request_id: String,
    /// How many instruments there are.
    pub instruments: u64,
    /// Where it stands.
    pub status: FilingStatusShown,
    /// What is to be paid, in baht.
    pub total_amount: Satang,
    /// The duty in it.
    pub total_duty: Satang,
    /// The surcharge in it.
    pub total_surcharge: Satang,
    /// The fine in it.
    pub total_fine: Satang,
    /// The first reference of its payment.
    pub reference1: String,
    /// The second reference.
    pub reference2: String,
    /// The last day on which it can be paid, as `YYYY-MM-DD`.
    pub expire_date: String,
    /// When it was filed.
    pub create_date_time: DateTime,
}

impl Check for FilingDetails {}

/// Pays for a filing from an account, by both references or by the text of a QR code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    // Each branch names what it speaks of, and stays open: linters take it for a schema of its own.
    "if" = { "required": ["qrPayment"], "properties": { "qrPayment": true } },
    "then" = { "properties": { "reference1": false, "reference2": false }, "additionalProperties": true },
    "else" = {
        "required": ["amount", "reference1", "reference2"],
        "properties": { "amount": true, "reference1": true, "reference2": true },
        "additionalProperties": true,
    },
)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StampDutyPayment {
    /// The caller's identifier of this payment: whoever sends it twice means the same payment.
    pub transaction_identification: TransactionIdentification,
    /// From which account.
    pub account_number: AccountNumber,
    /// How much, in baht: exactly what is to be paid. It may be left out where the QR code says it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// The first reference, `ref1` of the filing.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reference1: Option<Text<1, 20>>,
    /// The second reference, `ref2` of the filing.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reference2: Option<Text<1, 20>>,
    /// The text of a QR code, `qrPayment` of the filing, in place of the references.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub qr_payment: Option<Text<1, 512>>,
}

impl Check for StampDutyPayment {
    fn check(&self, found: &mut Violations) {
        let place = |name| Pointer::root().member(name);
        let given = [
            ("amount", self.amount.is_some()),
            ("reference1", self.reference1.is_some()),
            ("reference2", self.reference2.is_some()),
        ];
        if self.qr_payment.is_some() {
            for (name, _) in given.into_iter().skip(1).filter(|(_, is_given)| *is_given) {
                found.add(place(name), Rule::new(Code::Inconsistent, "must not be given beside qrPayment"));
            }
        } else if given.iter().all(|(_, is_given)| !is_given) {
            let rule =
                Rule::new(Code::Missing, "a required member, unless there are an amount and both references");
            found.add(place("qrPayment"), rule);
        } else {
            for (name, _) in given.into_iter().filter(|(_, is_given)| !is_given) {
                let rule = Rule::new(Code::Missing, "a required member, unless there is a qrPayment");
                found.add(place(name), rule);
            }
        }
    }
}

/// A filing that has been paid for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StampDutyPaid {
    /// The caller's identifier of this payment.
    pub transaction_identification: TransactionIdentification,
    /// The Department's reference of the filing.
    pub api_ref_no: String,
    /// From which account.
    pub account_number: AccountNumber,
    /// How much, in baht.
    pub amount: Amount,
    /// What the account held afterwards, in baht.
    pub balance: Satang,
    /// When.
    pub date_time: DateTime,
}

impl Check for StampDutyPaid {}

/// Which filing to change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilingChange {
    /// The Department's reference.
    pub api_ref_no: Text<1, 20>,
}

impl Check for FilingChange {}

codes_twice! {
    /// Whether a filer may call.
    FilerStatus, FilerStatusShown {
        /// It may.
        Active = "ACTIVE",
        /// It may not (`E07101`).
        Suspended = "SUSPENDED",
    }
}

query! {
    /// Which filers to list.
    FilerQuery {
        /// One filer.
        username: Text<1, 20>,
    }
}

list! {
    /// Filers, by user name.
    FilerList {
        /// The filers of this page.
        filers: FilerDetails
    }
}

/// A filer. No secret is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FilerDetails {
    /// The user name.
    pub username: String,
    /// Its name, for people.
    pub name: String,
    /// The sender code.
    pub sender: String,
    /// Its tax number.
    pub tax_id: TaxId,
    /// Whether it may call.
    pub status: FilerStatusShown,
    /// Since when it is there.
    pub create_date_time: DateTime,
}

impl Check for FilerDetails {}

/// Admits a filer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilerAdmission {
    /// The user name.
    pub username: Text<1, 20>,
    /// The password. Only a hash is kept.
    pub password: Password,
    /// Its name, for people.
    pub name: Text<1, 140>,
    /// The sender code: letters, digits, hyphens and underscores.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[A-Za-z0-9_-]*$")))]
    pub sender: Text<1, 20>,
    /// Its tax number.
    pub tax_id: TaxId,
    /// What it signs with: an X.509 certificate of an RSA key of 2,048 bits or more, as DER in base64 (the text within a PEM
    /// file, on one line).
    pub certificate: Text<1, 16_384>,
}

impl Check for FilerAdmission {
    fn check(&self, found: &mut Violations) {
        let is_fitting = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if !self.sender.as_str().bytes().all(is_fitting) {
            let rule = Rule::malformed("expected letters, digits, hyphens and underscores");
            found.add(Pointer::root().member("sender"), rule);
        }
    }
}

/// Changes a filer: what is left out stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilerChange {
    /// The user name.
    pub username: Text<1, 20>,
    /// Whether it may call from now on.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub status: Option<FilerStatus>,
}

impl Check for FilerChange {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    const REFERENCE: &str = "20260301000000000001";

    example!(FilingQuery {
        api_ref_no: REFERENCE.parse().ok(),
        filer: "demo-filer".parse().ok(),
        status: Some(FilingStatus::Filed),
        cursor: None,
        limit: 100.try_into().ok(),
    });
    example!(FilingDetails {
        api_ref_no: REFERENCE.into(),
        filer: "demo-filer".into(),
        request_id: "REQ-2569-000001".into(),
        instruments: 1,
        status: FilingStatusShown::Filed,
        total_amount: Satang::from_baht(120),
        total_duty: Satang::from_baht(120),
        total_surcharge: Satang(0),
        total_fine: Satang(0),
        reference1: REFERENCE.into(),
        reference2: "0000012000".into(),
        expire_date: "2026-03-16".into(),
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
    example!(FilingList { filings: vec![FilingDetails::example()], next_cursor: None });
    example!(StampDutyPayment {
        transaction_identification: text("071f2a78-a77b-4e45-91ba-4bd96d5bcde9"),
        account_number: text("7770011555"),
        amount: "120.00".parse().ok(),
        reference1: REFERENCE.parse().ok(),
        reference2: "0000012000".parse().ok(),
        qr_payment: None,
    });
    example!(StampDutyPaid {
        transaction_identification: text("071f2a78-a77b-4e45-91ba-4bd96d5bcde9"),
        api_ref_no: REFERENCE.into(),
        account_number: text("7770011555"),
        amount: text("120.00"),
        balance: Satang::from_baht(99_999_880),
        date_time: text("2026-03-01T09:05:00.000+07:00"),
    });
    example!(FilingChange { api_ref_no: text(REFERENCE) });
    example!(FilerQuery { username: "demo-filer".parse().ok(), cursor: None, limit: 100.try_into().ok() });
    example!(FilerDetails {
        username: "demo-filer".into(),
        name: "Demo Filer".into(),
        sender: "XYZ00001".into(),
        tax_id: text("1234567890121"),
        status: FilerStatusShown::Active,
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
    example!(FilerList { filers: vec![FilerDetails::example()], next_cursor: None });
    example!(FilerAdmission {
        username: text("shop-filer"),
        password: text("shop-password"),
        name: text("Shop Co., Ltd."),
        sender: text("SHOP0001"),
        tax_id: text("0994000165102"),
        certificate: text(include_str!("filing/certificate.txt").trim_end()),
    });
    example!(FilerChange { username: text("shop-filer"), status: Some(FilerStatus::Active) });
}
