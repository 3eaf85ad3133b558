//! Asking hub and issuers about a transaction, and what they answer.

use super::{
    BankCode, DisplayedName, HubCode, MaskedAccount, MaskedProxy, SlipAmount, SlipDate, SlipTime, TransRef,
};
use crate::{Check, Text, scalar::codes};
use jiff::{Timestamp, tz::Offset};
use satang_validation::Rule;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;
use std::{fmt, marker::PhantomData};

/// Which transaction: the two parts of a mini-QR. As a query, proposed by Satang; not published by the hub.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransactionQuery {
    /// The bank that sent the money and printed the slip. Public.
    pub sending_bank: BankCode,
    /// Its reference of the transaction. Public; a server also reads it from `transref`, as a public trace
    /// spells it.
    pub trans_ref: TransRef,
}

impl Check for TransactionQuery {}

/// What hub or issuer says of a transaction. The envelope is public, its details are proposed by Satang; not
/// published by the hub.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct TransactionAnswer {
    /// What became of the question. Public.
    pub status: HubStatus,
    /// The transaction: with `0000`, and with nothing else. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<TransactionData>,
}

impl Check for TransactionAnswer {}

/// A refusal by hub or issuer. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct HubError {
    /// Why. Public.
    pub status: HubStatus,
}

impl Check for HubError {}

impl HubError {
    /// A refusal for this reason, in the words that go with it.
    #[must_use]
    pub fn new(code: HubCode) -> Self {
        Self { status: HubStatus::new(code) }
    }
}

/// A code with words. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct HubStatus {
    /// What became of the question. Public, as far as its table says so.
    pub code: HubCode,
    /// The same for people, up to 1,024 characters. Public.
    pub message: Text<0, 1024>,
}

impl HubStatus {
    /// A status in the words that go with its code.
    #[must_use]
    pub fn new(code: HubCode) -> Self {
        let message = code.english().to_owned().try_into();
        Self { message: message.unwrap_or_else(|_: Rule| unreachable_text()), code }
    }

    /// The same code, in other words; what is no line of text leaves the words as they are.
    #[must_use]
    pub fn saying(mut self, message: impl Into<String>) -> Self {
        if let Ok(message) = message.into().try_into() {
            self.message = message;
        }
        self
    }
}

/// A transaction as its bank tells it. The names of the members are those that several banks and resellers
/// use in public; that the hub uses them is inferred. Found says that the payer was debited; it does not say
/// that the payee was credited.
///
/// Of members that are optional, `null`, empty and absent are equal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TransactionData {
    /// The language of names, `TH` or `EN`. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub language: Option<Text<0, 2>>,
    /// The bank's reference, as it was asked for. Public.
    pub trans_ref: TransRef,
    /// The payer's bank, as it was asked for. Public.
    pub sending_bank: BankCode,
    /// The payee's bank; none for some wallets and billers. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub receiving_bank: Option<BankCode>,
    /// The day in Bangkok. Public.
    pub trans_date: SlipDate,
    /// The time in Bangkok. Public.
    pub trans_time: SlipTime,
    /// Who paid. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<SlipParty>,
    /// Who is paid. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver: Option<SlipParty>,
    /// How much, in baht. Public.
    pub amount: SlipAmount,
    /// How much in the payee's currency, of a payment across borders. Public.
    #[serde(default, deserialize_with = "blank_amount", skip_serializing_if = "Option::is_none")]
    pub paid_local_amount: Option<SlipAmount>,
    /// That currency: the number of ISO 4217, `764` for baht. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub paid_local_currency: Option<Text<0, 3>>,
    /// The payee's country: two letters of ISO 3166. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub country_code: Option<Text<0, 2>>,
    /// The fee, in baht. Public.
    #[serde(default, deserialize_with = "blank_amount", skip_serializing_if = "Option::is_none")]
    pub trans_fee_amount: Option<SlipAmount>,
    /// The payment's first reference, of a bill payment. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub ref1: Option<Text<0, 20>>,
    /// The payment's second reference. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub ref2: Option<Text<0, 20>>,
    /// The payment's third reference. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub ref3: Option<Text<0, 20>>,
    /// The payee's merchant number. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub to_merchant_id: Option<Text<0, 15>>,
}

impl Check for TransactionData {}

impl TransactionData {
    /// The same transaction, its amounts written as text.
    #[must_use]
    pub fn with_text_amounts(mut self) -> Self {
        self.amount = self.amount.in_text();
        self.paid_local_amount = self.paid_local_amount.map(SlipAmount::in_text);
        self.trans_fee_amount = self.trans_fee_amount.map(SlipAmount::in_text);
        self
    }

    /// The moment of the transaction.
    ///
    /// # Errors
    /// [`Rule`] outside the calendar.
    pub fn moment(&self) -> Result<Timestamp, Rule> {
        let local = self.trans_date.day()?.to_datetime(self.trans_time.time()?);
        let moment = Offset::constant(7).to_timestamp(local);
        moment.map_err(|_| Rule::malformed("expected a moment of the calendar"))
    }
}

/// Who paid, or is paid. Public.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SlipParty {
    /// The name, mostly in Thai and shortened. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayedName>,
    /// The name, mostly in English and shortened. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub name: Option<DisplayedName>,
    /// The account. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<SlipAccount>,
    /// The proxy, when there was one. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<SlipProxy>,
}

/// A masked account. Public.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct SlipAccount {
    /// What kind of account. Public.
    #[serde(rename = "type", default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub kind: Option<SlipAccountType>,
    /// The number, masked. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub value: Option<MaskedAccount>,
}

/// A masked proxy. Public.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct SlipProxy {
    /// What kind of proxy. Public.
    #[serde(rename = "type", default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub kind: Option<SlipProxyType>,
    /// The proxy, masked. Public.
    #[serde(default, deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub value: Option<MaskedProxy>,
}

codes! { open
    /// What kind of account. Public.
    SlipAccountType {
        /// A bank account.
        BankAccount = "BANKAC",
        /// A reference that stands for an account.
        Token = "TOKEN",
        /// None that could be told.
        Dummy = "DUMMY",
    }
}

codes! { open
    /// What kind of proxy. Public.
    SlipProxyType {
        /// A mobile number.
        Mobile = "MSISDN",
        /// A citizen's or tax identification number.
        NationalId = "NATID",
        /// An e-wallet.
        EWallet = "EWALLETID",
        /// A biller.
        Biller = "BILLERID",
        /// An address of e-mail.
        Email = "EMAIL",
    }
}

/// For an optional text, of which `null`, empty and absent are equal.
fn blank<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err = Rule>,
{
    struct Visitor<T>(PhantomData<T>);
    impl<'de, T: std::str::FromStr<Err = Rule>> de::Visitor<'de> for Visitor<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_str(self)
        }

        fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(E::custom) }
        }
    }
    deserializer.deserialize_option(Visitor(PhantomData))
}

/// For an optional amount, of which `null`, empty and absent are equal.
fn blank_amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SlipAmount>, D::Error> {
    match Option::<Box<RawValue>>::deserialize(deserializer)? {
        Some(raw) if !matches!(raw.get(), "null" | "\"\"") => {
            SlipAmount::read(&raw).map(Some).map_err(de::Error::custom)
        }
        _ => Ok(None),
    }
}

#[expect(clippy::expect_used, reason = "the empty text is one of at most 1,024 characters")]
fn unreachable_text() -> Text<0, 1024> {
    Text::try_from(String::new()).expect("an empty text")
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(TransactionQuery { sending_bank: text("014"), trans_ref: text("00111222233344ABCD12") });
    example!(TransactionAnswer {
        status: HubStatus::new(HubCode::Found),
        data: Some(TransactionData::example()),
    });
    example!(HubError { status: HubStatus::new(HubCode::MissingTracingId) });
    example!(TransactionData {
        language: Some(text("TH")),
        trans_ref: text("00111222233344ABCD12"),
        sending_bank: text("014"),
        receiving_bank: Some(text("004")),
        trans_date: text("20260702"),
        trans_time: text("13:55:40"),
        sender: Some(SlipParty {
            display_name: Some(text("ทดสอบ ก")),
            name: Some(text("TEST K")),
            account: Some(SlipAccount {
                kind: Some(SlipAccountType::BankAccount),
                value: Some(text("xxx-x-x2295-x")),
            }),
            proxy: None,
        }),
        receiver: Some(SlipParty {
            display_name: Some(text("ร้านตัวอย่าง")),
            name: Some(text("SAMPLE SHOP")),
            account: Some(SlipAccount {
                kind: Some(SlipAccountType::BankAccount),
                value: Some(text("xxx-x-x1411-x")),
            }),
            proxy: Some(SlipProxy { kind: Some(SlipProxyType::Mobile), value: Some(text("xxx-xxx-4567")) }),
        }),
        amount: text("100.00"),
        paid_local_amount: Some(text("100.00")),
        paid_local_currency: Some(text("764")),
        country_code: Some(text("TH")),
        trans_fee_amount: Some(text("0.00")),
        ref1: None,
        ref2: None,
        ref3: None,
        to_merchant_id: None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Satang, decode};

    const LEAST: &str =
        r#""transRef": "a", "sendingBank": "014", "transDate": "20260702", "transTime": "13:55:40""#;

    #[test]
    fn null_empty_and_absent_are_equal_and_strangers_are_ignored() {
        let read = |rest: &str| decode::<TransactionData>(format!("{{{LEAST}, {rest}}}").as_bytes()).unwrap();
        let plain = read(r#""amount": 10.04"#);
        assert_eq!(plain.amount.satang(), Satang(1004));
        for rest in [
            r#""amount": "10.04""#,
            r#""amount": 10.04, "ref1": null, "transFeeAmount": "", "receivingBank": "", "sender": null"#,
            r#""amount": 10.04, "ref1": "", "transFeeAmount": null, "news": [{}]"#,
        ] {
            assert_eq!(read(rest), plain, "{rest}");
        }
        let party = read(r#""amount": 1, "sender": {"proxy": {"type": null, "value": ""}}"#).sender.unwrap();
        assert_eq!(party.proxy, Some(SlipProxy::default()));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        let body = format!(r#"{{{LEAST}, "amount": "x", "receivingBank": "4", "sender": {{"name": 1}}}}"#);
        let found = decode::<TransactionData>(body.as_bytes()).unwrap_err();
        let places: Vec<_> = found.as_slice().iter().map(|violation| violation.pointer.as_str()).collect();
        assert_eq!(places, ["/amount", "/receivingBank", "/sender/name"]);
    }

    #[test]
    fn the_moment_is_bangkoks() {
        let body = format!(r#"{{{LEAST}, "amount": 1}}"#);
        let moment = decode::<TransactionData>(body.as_bytes()).unwrap().moment().unwrap();
        assert_eq!(moment.to_string(), "2026-07-02T06:55:40Z");
    }
}
