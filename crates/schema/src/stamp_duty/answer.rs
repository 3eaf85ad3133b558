//! Answers. What could not be found of them is kept as it came ([`Unknown`]).

use super::ResponseCode;
use crate::{Check, Satang, Text, decode::present};
use satang_validation::{Code, Pointer, Rule, Violations};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;
use std::{collections::BTreeMap, fmt, marker::PhantomData};

/// Members that nobody told us of, by name. They are kept when read and never written.
pub type Unknown = BTreeMap<String, serde_json::Value>;

/// An answer: a code, words, and what was asked for.
macro_rules! answer {
    ($(#[$docs:meta])* $name:ident, $inner:ident, $form:ident) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(JsonSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// The root. Published.
            pub e_instrument: $inner,
        }

        impl $name {
            /// An answer with a code in the words that go with it.
            #[must_use]
            pub fn new(code: ResponseCode, form: Option<$form>) -> Self {
                let respons_message = Some(code.thai().to_owned());
                let (response_message, other) = (None, Unknown::default());
                let rd_form = form;
                Self {
                    e_instrument: $inner { response_code: code, respons_message, response_message, rd_form, other },
                }
            }
        }

        impl Check for $name {
            fn check(&self, found: &mut Violations) {
                let $inner { respons_message, response_message, .. } = &self.e_instrument;
                if let (Some(one), Some(other)) = (respons_message, response_message)
                    && one != other
                {
                    let place = Pointer::root().member("eInstrument").member("responseMessage");
                    found.add(place, Rule::new(Code::Inconsistent, "must not differ from responsMessage"));
                }
            }
        }

        /// A code, words, and what was asked for. Published.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(JsonSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $inner {
            /// What became of the call. Published.
            pub response_code: ResponseCode,
            /// The same for people. Published, and spelt so.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub respons_message: Option<String>,
            /// The same as it should be spelt: read when it comes, never written.
            #[serde(default, skip_serializing)]
            #[cfg_attr(feature = "schema", schemars(skip))]
            pub response_message: Option<String>,
            /// What was asked for. Published.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub rd_form: Option<$form>,
            /// Members that nobody told us of.
            #[serde(flatten, skip_serializing)]
            #[cfg_attr(feature = "schema", schemars(skip))]
            pub other: Unknown,
        }

        impl $inner {
            /// The words for people, however their member was spelt.
            #[must_use]
            pub fn message(&self) -> Option<&str> {
                self.respons_message.as_deref().or(self.response_message.as_deref())
            }
        }
    };
}

answer! {
    /// What became of a filing. Public.
    FilingAnswer, FilingAnswerBody, Filed
}

answer! {
    /// Whether the duty has been paid. Published.
    PaymentStatusAnswer, PaymentStatusAnswerBody, PaidForm
}

answer! {
    /// Forms and receipts. Public.
    ReceiptAnswer, ReceiptAnswerBody, ReceiptFiles
}

/// A filing that the Department knows. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Filed {
    /// The sender's own reference. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<Text<0, 50>>,
    /// The reference of the filing; 20 digits in examples. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_ref_no: Option<Text<0, 64>>,
    /// The instruments. Public.
    #[serde(default, deserialize_with = "list_or_object", skip_serializing_if = "Vec::is_empty")]
    pub inst_info: Vec<FiledInstrument>,
    /// What to pay, and how. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_info: Option<PaymentInfo>,
    /// Members that nobody told us of.
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub other: Unknown,
}

/// An instrument that has been filed. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FiledInstrument {
    /// The number of the instrument, as the sender told it. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text<0, 64>>,
    /// The reference of the form อ.ส.9, such as `P0900022091`. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ref_no: Option<Text<0, 64>>,
    /// Who owes the duty. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specified_tax_registration: Option<SpecifiedTaxRegistration>,
    /// Members that nobody told us of.
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub other: Unknown,
}

/// The tax number of somebody who owes duty, as an answer tells it. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct SpecifiedTaxRegistration {
    /// The tax number. Public.
    pub id: Text<0, 64>,
}

/// What to pay, and how. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PaymentInfo {
    /// The first reference of the payment. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ref1: Option<Text<0, 64>>,
    /// The second reference. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ref2: Option<Text<0, 64>>,
    /// Until when to pay. Public; its form, `YYYY-MM-DD`, is inferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expire_date: Option<Text<0, 64>>,
    /// What to pay, in baht. Public.
    #[serde(default, deserialize_with = "money", skip_serializing_if = "Option::is_none")]
    pub total_amount: Option<Satang>,
    /// The duty in it. Public.
    #[serde(default, deserialize_with = "money", skip_serializing_if = "Option::is_none")]
    pub total_duty: Option<Satang>,
    /// The surcharge in it. Public.
    #[serde(default, deserialize_with = "money", skip_serializing_if = "Option::is_none")]
    pub total_surcharge: Option<Satang>,
    /// The fine in it. Public.
    #[serde(default, deserialize_with = "money", skip_serializing_if = "Option::is_none")]
    pub total_fine: Option<Satang>,
    /// A pay-in slip: base64 of a PDF file. Public; the kind of file is inferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_in_slip_file: Option<String>,
    /// The text of a QR code to pay by. Public; that it is the text, not a picture, is proposed by Satang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr_payment: Option<String>,
    /// Members that nobody told us of.
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub other: Unknown,
}

/// Whether the duty of a filing has been paid. Published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PaidForm {
    /// Of all of it. Published: text in the table, a number in the example; written as a number, read as either.
    #[serde(serialize_with = "as_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "status_schema"))]
    pub form_status: PaidStatus,
    /// Of each instrument. Published: an object in the table, a list in the example; written as a list, read as either.
    #[serde(default, deserialize_with = "list_or_object")]
    pub inst_info: Vec<InstrumentPaid>,
    /// Members that nobody told us of.
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub other: Unknown,
}

/// Whether the duty of an instrument has been paid. Published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct InstrumentPaid {
    /// The reference of the form อ.ส.9. Published.
    pub ref_no: Text<0, 64>,
    /// Whether it has been paid. Published; read also when it is a number.
    pub inst_status: PaidStatus,
}

/// Whether duty has been paid. Published.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PaidStatus {
    /// `1`: paid.
    Paid,
    /// `2`: not paid.
    NotPaid,
    /// A status that this version does not know.
    Other(Text<0, 64>),
}

impl PaidStatus {
    /// The status as it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Paid => "1",
            Self::NotPaid => "2",
            Self::Other(status) => status.as_str(),
        }
    }
}

impl std::str::FromStr for PaidStatus {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        match text {
            "1" => Ok(Self::Paid),
            "2" => Ok(Self::NotPaid),
            other => other.parse().map(Self::Other),
        }
    }
}

impl Serialize for PaidStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PaidStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text_or_number(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::contract::inline_schema!(PaidStatus, "PaidStatus", {
    "type": "string", "maxLength": 64, "pattern": crate::contract::NO_CONTROLS, "x-extensible-enum": ["1", "2"],
});

#[cfg(feature = "schema")]
fn status_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": ["integer", "string"], "minimum": 0, "maxLength": 64, "pattern": crate::contract::NO_CONTROLS,
        "x-extensible-enum": [1, 2],
    })
}

fn as_number<S: Serializer>(status: &PaidStatus, serializer: S) -> Result<S::Ok, S::Error> {
    match status.as_str().parse::<u32>() {
        Ok(number) => serializer.serialize_u32(number),
        Err(_) => status.serialize(serializer),
    }
}

/// Files of a filing. Inferred.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReceiptFiles {
    /// Of each instrument. Public.
    #[serde(default, deserialize_with = "list_or_object")]
    pub inst_info: Vec<InstrumentFiles>,
    /// Members that nobody told us of.
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub other: Unknown,
}

/// Files of an instrument.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct InstrumentFiles {
    /// The reference of the form อ.ส.9. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ref_no: Option<Text<0, 64>>,
    /// Who owes the duty. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specified_tax_registration: Option<SpecifiedTaxRegistration>,
    /// The code to verify the payment with. Proposed by Satang; not published by the Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_code: Option<String>,
    /// The receipt: base64 of a PDF file. Proposed by Satang; not published by the Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_file: Option<String>,
    /// The form อ.ส.9 and its kin: base64 of a PDF file. Proposed by Satang; not published by the Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_file: Option<String>,
    /// The form ป.2: base64 of a PDF file. Proposed by Satang; not published by the Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form2_file: Option<String>,
    /// Where to load the form. Proposed by Satang; not published by the Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_url: Option<String>,
    /// Where to load the receipt. Proposed by Satang; not published by the Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_url: Option<String>,
    /// Where to load the QR code to verify the payment with. Proposed by Satang; not published by the Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_url: Option<String>,
    /// Members that nobody told us of.
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub other: Unknown,
}

/// Reads a text, or a whole number as the text of its digits.
pub(super) fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let number = || {
        let number = crate::decode::whole(raw.get().parse().ok()?)?;
        (number >= 0).then(|| number.to_string())
    };
    serde_json::from_str(raw.get())
        .ok()
        .or_else(number)
        .ok_or_else(|| de::Error::custom("expected a text or a whole number"))
}

/// Reads a list, or an object as a list of one.
fn list_or_object<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    present(deserializer)
        .map(|read: Option<ListOrObject<T>>| read.map(|ListOrObject(list)| list).unwrap_or_default())
}

struct ListOrObject<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ListOrObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = ListOrObject<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of instruments, or one")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = list.next_element()? {
                    all.push(one);
                }
                Ok(ListOrObject(all))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
                let one = T::deserialize(de::value::MapAccessDeserializer::new(object))?;
                Ok(ListOrObject(vec![one]))
            }
        }
        deserializer.deserialize_any(Visitor(PhantomData))
    }
}

/// Reads money from a number, or from a text that holds one.
fn money<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Satang>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    match raw.get().trim_matches('"') {
        "null" | "" => Ok(None),
        digits => digits.parse().map(Some).map_err(de::Error::custom),
    }
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{Example, text};

    impl Example for FilingAnswer {
        fn example() -> Self {
            let instrument = FiledInstrument {
                id: Some(text("2562/01")),
                ref_no: Some(text("P0900022091")),
                specified_tax_registration: Some(SpecifiedTaxRegistration { id: text("1234567890121") }),
                other: Unknown::default(),
            };
            let payment = PaymentInfo {
                ref1: Some(text("20190916000000007181")),
                ref2: Some(text("0000012000")),
                expire_date: Some(text("2019-09-30")),
                total_amount: Some(Satang::from_baht(120)),
                total_duty: Some(Satang::from_baht(120)),
                total_surcharge: Some(Satang(0)),
                total_fine: Some(Satang(0)),
                pay_in_slip_file: None,
                qr_payment: None,
                other: Unknown::default(),
            };
            let filed = Filed {
                request_id: Some(text("REQ-2562-000001")),
                api_ref_no: Some(text("20190916000000007181")),
                inst_info: vec![instrument],
                payment_info: Some(payment),
                other: Unknown::default(),
            };
            Self::new(ResponseCode::Success, Some(filed))
        }
    }

    impl Example for PaymentStatusAnswer {
        /// The example of the page.
        fn example() -> Self {
            let instrument =
                |ref_no| InstrumentPaid { ref_no: text(ref_no), inst_status: PaidStatus::NotPaid };
            let paid = PaidForm {
                form_status: PaidStatus::NotPaid,
                inst_info: vec![instrument("P0900022091"), instrument("P0900022092")],
                other: Unknown::default(),
            };
            Self::new(ResponseCode::Success, Some(paid))
        }
    }

    impl Example for ReceiptAnswer {
        fn example() -> Self {
            let files = InstrumentFiles {
                ref_no: Some(text("P0900022091")),
                specified_tax_registration: Some(SpecifiedTaxRegistration { id: text("1234567890121") }),
                verification_code: Some("4F7K-2Q9M-XB3D".to_owned()),
                ..InstrumentFiles::default()
            };
            Self::new(
                ResponseCode::Success,
                Some(ReceiptFiles { inst_info: vec![files], other: Unknown::default() }),
            )
        }
    }
}
