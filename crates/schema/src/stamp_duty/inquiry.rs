//! Inquiries: about a filing, about payment, for files.

use super::{ResponsePaymentType, SignedForm, TaxRegistration};
use crate::{
    Check, Text,
    decode::{list, present},
    scalar::codes,
};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// Who asks. Published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sender {
    /// The sender code, up to 20 characters. Published. One page spells it `Id`, a slip.
    pub id: Text<1, 20>,
}

/// An inquiry with its signed form.
macro_rules! inquiry {
    ($(#[$docs:meta])* $name:ident, $inner:ident, $form:ident) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(JsonSchema))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            /// The root. Published.
            pub e_instrument: $inner,
        }

        impl Check for $name {}

        impl $name {
            /// The inquiry of a sender.
            #[must_use]
            pub fn new(sender: Text<1, 20>, form: SignedForm<$form>) -> Self {
                Self { e_instrument: $inner { sender: Sender { id: sender }, rd_form: form } }
            }
        }

        /// Who asks, and the form. Published.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(JsonSchema))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $inner {
            /// Who asks. Published.
            pub sender: Sender,
            /// The form. Published.
            pub rd_form: SignedForm<$form>,
        }

        #[cfg(feature = "schema")]
        impl crate::contract::Example for $name {
            fn example() -> Self {
                Self::new(crate::contract::text("XYZ00001"), SignedForm::new(super::signed_form::EXAMPLE))
            }
        }
    };
}

inquiry! {
    /// What has become of a filing? Public.
    CheckFilingStatus, CheckFilingStatusInstrument, FilingStatusForm
}

inquiry! {
    /// Has the duty been paid? Published.
    CheckPaymentStatus, CheckPaymentStatusInstrument, PaymentStatusForm
}

inquiry! {
    /// Forms and receipts, please. Public.
    ReqFormReceiptFile, ReqFormReceiptFileInstrument, ReceiptForm
}

/// Which filing. Public: it is what the JWS on the page of CheckPaymentStatus holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilingStatusForm {
    /// The reference of the filing, up to 20 characters. Published.
    pub api_ref_no: Text<1, 20>,
    /// What to pay by. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub response_payment_type: Option<ResponsePaymentType>,
}

impl Check for FilingStatusForm {}

/// Which filing, and which of its instruments. Published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentStatusForm {
    /// The reference of the filing, up to 20 characters. Published.
    pub api_ref_no: Text<1, 20>,
    /// Which instruments. Published.
    pub inst_info: ReferenceList,
    /// Of no meaning here: the example of the page has it, its table has not.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub response_payment_type: Option<ResponsePaymentType>,
}

impl Check for PaymentStatusForm {}

/// References of instruments. Published.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReferenceList {
    /// References, each up to 20 characters; none for all of the filing. The table of the page says text, its examples
    /// say list: written as a list, read as either.
    #[serde(default, deserialize_with = "one_or_many")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "reference_schema"))]
    pub ref_no: Vec<Text<1, 20>>,
}

#[cfg(feature = "schema")]
fn reference_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let one = generator.subschema_for::<Text<1, 20>>();
    schemars::json_schema!({ "oneOf": [{ "type": "array", "items": one, "maxItems": 1000 }, one] })
}

/// Reads a list, or a text as a list of one.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Text<1, 20>>, D::Error> {
    present(deserializer).map(|read: Option<OneOrMany>| read.map(|OneOrMany(list)| list).unwrap_or_default())
}

struct OneOrMany(Vec<Text<1, 20>>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("references of 1 to 20 characters, at most 1000")
            }

            fn visit_str<E: de::Error>(self, one: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![one.parse().map_err(E::custom)?]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<OneOrMany, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = list.next_element()? {
                    if all.len() == 1000 {
                        return Err(de::Error::custom("expected at most 1000 references"));
                    }
                    all.push(one);
                }
                Ok(OneOrMany(all))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

codes! {
    open
    /// What to fetch. Public.
    RequestType {
        /// The code to verify a payment with.
        VerificationCode = "1",
        /// The receipt.
        Receipt = "2",
        /// The forms อ.ส.9, อ.ส.4, อ.ส.4ก and อ.ส.4ข.
        Forms = "3",
        /// Code, receipt and forms.
        CodeReceiptAndForms = "4",
        /// The form ป.2.
        Form2 = "5",
        /// Code, receipt, forms and form ป.2.
        All = "6",
        /// Addresses from which to load them.
        Addresses = "7",
    }
}

/// Which files. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReceiptForm {
    /// What to fetch. Public.
    pub request_type: RequestType,
    /// The reference of the filing. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub api_ref_no: Option<Text<1, 20>>,
    /// Instruments; all of the filing when there is none. Inferred.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub inst_info: Vec<ReceiptInstrument>,
}

impl Check for ReceiptForm {}

/// An instrument whose files are wanted. Inferred.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReceiptInstrument {
    /// The reference of the instrument. Inferred.
    pub ref_no: Text<1, 20>,
    /// Who owes its duty. Inferred.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub specified_tax_registration: Option<TaxRegistration>,
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(FilingStatusForm {
        api_ref_no: text("20190916000000007181"),
        response_payment_type: Some(ResponsePaymentType::All),
    });
    example!(PaymentStatusForm {
        api_ref_no: text("20190916000000007181"),
        inst_info: ReferenceList { ref_no: vec![text("P0900022091"), text("P0900022092")] },
        response_payment_type: None,
    });
    example!(ReceiptForm {
        request_type: RequestType::Receipt,
        api_ref_no: Some(text("20190916000000007181")),
        inst_info: vec![ReceiptInstrument {
            ref_no: text("P0900022091"),
            specified_tax_registration: Some(TaxRegistration { id: text("1234567890121") }),
        }],
    });
}
