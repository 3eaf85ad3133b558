//! Asking hub and operators whose a mobile number is, and what they answer. No number reaches `Debug`.

use super::{BankCode, HubStatus};
use crate::{Check, scalar::text};
use satang_validation::Rule;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

text! {
    /// A Thai mobile number as it is dialled in Thailand: ten digits that begin with 06, 08 or 09. `Debug` shows nothing
    /// of it.
    MobileNumber, check mobile_number, debug |_| "***".into(),
    schema { "type": "string", "pattern": "^0[689][0-9]{8}$" }
}

text! {
    /// A citizen's number: thirteen digits, the last of which checks the others (weights 13 down to 2,
    /// `(11 - sum mod 11) mod 10`). `Debug` shows nothing of it.
    CitizenId, check satang_validation::citizen_number, debug |_| "***".into(),
    schema { "type": "string", "pattern": "^[0-9]{13}$" }
}

text! {
    /// 16 random bytes in lower-case hexadecimal, made for one question. `Debug` shows nothing of them.
    QuestionSalt, check |text: &str| hexadecimal(text, 32, "expected 32 digits 0-9 and a-f"), debug |_| "***".into(),
    schema { "type": "string", "pattern": "^[0-9a-f]{32}$" }
}

text! {
    /// The SHA-256 of a question, in lower-case hexadecimal.
    QuestionDigest, check |text: &str| hexadecimal(text, 64, "expected 64 digits 0-9 and a-f"), debug str::to_owned,
    schema { "type": "string", "pattern": "^[0-9a-f]{64}$" }
}

/// Does this mobile number belong to this citizen? Proposed by Satang; not published by the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberOwnershipQuery {
    /// The operator that is asked: its three digits in the table of the hub, which are those of no bank. The customer
    /// knows its operator; the digits of a number do not tell it, since numbers move.
    pub provider: BankCode,
    /// The mobile number.
    pub mobile_number: MobileNumber,
    /// The citizen's number.
    pub citizen_id: CitizenId,
    /// New and random for each question, so that its digest tells nothing.
    pub salt: QuestionSalt,
}

impl Check for NumberOwnershipQuery {}

/// What hub or operator says of a mobile number. Proposed by Satang; not published by the hub.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct NumberOwnershipAnswer {
    /// What became of the question.
    pub status: HubStatus,
    /// Yes or no: with `0000`, and with nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<NumberOwnership>,
}

impl Check for NumberOwnershipAnswer {}

/// Yes or no, to one question. Proposed by Satang; not published by the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NumberOwnership {
    /// The operator, as it was asked for.
    pub provider: BankCode,
    /// The digest of the question, as it stands in the token.
    pub question: QuestionDigest,
    /// Whether the operator has the number, and it is this citizen's. No also says that the number may be another
    /// operator's.
    pub is_owner: bool,
}

impl Check for NumberOwnership {}

fn mobile_number(text: &str) -> Result<(), Rule> {
    match text.as_bytes() {
        [b'0', b'6' | b'8' | b'9', rest @ ..] if rest.len() == 8 && rest.iter().all(u8::is_ascii_digit) => {
            Ok(())
        }
        _ => Err(Rule::malformed("expected 10 digits that begin with 06, 08 or 09")),
    }
}

fn hexadecimal(text: &str, length: usize, expected: &'static str) -> Result<(), Rule> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() == length && text.bytes().all(is_digit) { Ok(()) } else { Err(Rule::malformed(expected)) }
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::{
        contract::{example, text},
        slip_verification::HubCode,
    };

    example!(NumberOwnershipQuery {
        provider: text("701"),
        mobile_number: text("0812345678"),
        citizen_id: text("1234567890121"),
        salt: text("9f86d081884c7d659a2feaa0c55ad015"),
    });
    example!(NumberOwnershipAnswer {
        status: HubStatus::new(HubCode::Found),
        data: Some(NumberOwnership::example()),
    });
    example!(NumberOwnership {
        provider: text("701"),
        // That of the question above; a test of the hub reckons it.
        question: text("ffbd5317b25ae168d2f135ad764f6c0c621cf06d0a76852efe9a7a2e7f1b75e8"),
        is_owner: true,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    const RIGHT: &str = r#"{"provider": "701", "mobileNumber": "0812345678", "citizenId": "1234567890121",
        "salt": "9f86d081884c7d659a2feaa0c55ad015"}"#;

    #[test]
    fn each_member_is_checked_and_no_number_is_repeated() {
        assert!(decode::<NumberOwnershipQuery>(RIGHT.as_bytes()).is_ok());
        for (from, to, place) in [
            ("0812345678", "0712345678", "/mobileNumber"),
            ("0812345678", "+66812345678", "/mobileNumber"),
            ("0812345678", "08123456789", "/mobileNumber"),
            ("1234567890121", "1234567890122", "/citizenId"),
            ("1234567890121", "123456789012", "/citizenId"),
            ("701", "70", "/provider"),
            ("9f86", "9F86", "/salt"),
            ("9f86", "", "/salt"),
        ] {
            let found = decode::<NumberOwnershipQuery>(RIGHT.replace(from, to).as_bytes()).unwrap_err();
            let [violation] = found.as_slice() else { panic!("{to}: {found}") };
            assert_eq!(violation.pointer.as_str(), place, "{to}");
            assert!(to.len() < 4 || !found.to_string().contains(to), "{found}");
        }
    }

    #[test]
    fn no_number_reaches_debug() {
        let shown = format!("{:?}", decode::<NumberOwnershipQuery>(RIGHT.as_bytes()).unwrap());
        for secret in ["0812345678", "345678", "1234567890121", "567890", "9f86"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
