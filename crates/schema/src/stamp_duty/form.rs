//! The form อ.ส.9 before it is signed.

use super::{AttachDetail, answer::text_or_number};
use crate::{AmountOrZero, Check, Date, Satang, TaxId, Text, WholeNumber, decode::present, scalar::codes};
use satang_validation::{Code, Pointer, Rule, Violations};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

codes! {
    closed
    /// The form. Public.
    FormType {
        /// Form อ.ส.9.
        Os9 = "OS9",
    }
}

codes! {
    open
    /// What a branch is. Public; the meaning of `O` is inferred.
    BranchType {
        /// Registered for value added tax.
        Vat = "V",
        /// Another one.
        Other_ = "O",
    }
}

codes! {
    open
    /// How to be told what to pay. The value is public, the meanings are inferred.
    ResponsePaymentType {
        /// References only.
        References = "1",
        /// A pay-in slip.
        PayInSlip = "2",
        /// A QR code.
        Qr = "3",
        /// All of it.
        All = "4",
    }
}

codes! {
    closed
    /// No or yes. Public.
    YesNo {
        /// No.
        No = "0",
        /// Yes.
        Yes = "1",
    }
}

/// The form อ.ส.9: instruments and their duty. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilingForm {
    /// What the form is. Public.
    pub document_detail: DocumentDetail,
    /// The instruments, 1 to 1,000. Public.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 1000)))]
    pub inst_info: Vec<InstInfo>,
    /// The sums. Public.
    pub summary: Summary,
}

impl FilingForm {
    /// The most instruments of one filing. Public.
    pub const MOST_INSTRUMENTS: usize = 1000;
}

impl Check for FilingForm {
    /// The count and the sums are those of the instruments (inferred).
    fn check(&self, found: &mut Violations) {
        let place = |outer, inner| Pointer::root().member(outer).member(inner);
        let count = self.inst_info.len();
        if count == 0 || count > Self::MOST_INSTRUMENTS {
            found.add(
                Pointer::root().member("instInfo"),
                Rule::new(Code::Limit, "expected 1 to 1000 instruments"),
            );
        }
        if usize::try_from(self.document_detail.trans_amount.value()) != Ok(count) {
            let rule = Rule::new(Code::Inconsistent, "must be the number of instruments");
            found.add(place("documentDetail", "transAmount"), rule);
        }
        let all = || self.inst_info.iter().map(|one| &one.payment);
        let Summary { total_duty, total_dup_duty_amount, total_payment, .. } = self.summary;
        for (name, told, sum) in [
            ("totalDuty", total_duty, sum(all().map(|payment| payment.duty_amount))),
            ("totalDupDutyAmount", total_dup_duty_amount, sum(all().map(|payment| payment.dup_duty_amount))),
            ("totalPayment", total_payment, sum(all().map(|payment| payment.total_amount))),
        ] {
            if sum != Some(told.satang()) {
                let rule = Rule::new(Code::Inconsistent, "must be the sum of the instruments");
                found.add(place("summary", name), rule);
            }
        }
        for (position, instrument) in self.inst_info.iter().enumerate() {
            instrument
                .payment
                .check_at(&Pointer::root().member("instInfo").index(position).member("payment"), found);
        }
    }
}

/// What a form is. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DocumentDetail {
    /// The sender's own reference; examples have 13 to 22 characters. Public; the bounds are proposed by Satang.
    pub request_id: Text<1, 50>,
    /// Always `OS9`. Public.
    pub form_type: FormType,
    /// The kind of all the instruments, by its number in the schedule of stamp duties: `1` to `28`. Public.
    pub type_code: Text<1, 2>,
    /// The version of the form, `01.00.0001`. Public.
    pub version: Text<1, 20>,
    /// How many instruments there are. Public; the meaning is inferred.
    pub trans_amount: WholeNumber<1, 1000>,
}

/// An instrument. Public, apart from lengths, which are proposed by Satang unless said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstInfo {
    /// The number of the instrument, as in `2562/01`: free text that may hold a Buddhist year. Public.
    pub id: Text<1, 50>,
    /// The number of the contract, up to 50 characters. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub contract_no: Option<Text<0, 50>>,
    /// When the instrument was made, in the Gregorian calendar. Public.
    pub creation_date: Date,
    /// From when it holds. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<Date>,
    /// Until when it holds. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub expire_date: Option<Date>,
    /// The same in words. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub expire_date_text: Option<Text<0, 200>>,
    /// When it was received: a date, or an empty text. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub receive_date: Option<Text<0, 10>>,
    /// How it is sent; `1` in examples. Public; the meaning is not known.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub send_form_type: Option<Text<0, 1>>,
    /// How often it has been filed. Public; the meaning is inferred.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub filing_no: Option<WholeNumber<0, 999>>,
    /// Whether it is filed too late: a number in one example, a text in another; written as a text. Public.
    #[serde(default, deserialize_with = "flag", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "flag_schema"))]
    pub overdue_flag: Option<YesNo>,
    /// How many duplicates there are. Public; the meaning is inferred.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub dup_number: Option<WholeNumber<0, 9999>>,
    /// The instrument that this one belongs to, or null. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "contract_or_null"))]
    pub relate_inst_info: Option<Contract>,
    /// The value of the instrument in baht. Public.
    pub inst_amount: AmountOrZero,
    /// Who owes the duty. Public.
    pub tax_payer: TaxPayer,
    /// The other party. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    /// What more there is to tell. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub attach_detail: Option<AttachDetail>,
    /// A party related to it. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub relate_party: Option<RelatedParty>,
    /// A party of a related contract. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub relate_contract: Option<RelatedParty>,
    /// The duty. Public.
    pub payment: StampPayment,
}

/// Another instrument. Public; the excerpt that shows it is cut, so it may have more members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Contract {
    /// The number of the instrument. Public.
    pub id: Text<1, 50>,
    /// The number of the contract. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub contract_no: Option<Text<0, 50>>,
    /// When it was made. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub creation_date: Option<Date>,
}

/// Somebody's tax number. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TaxRegistration {
    /// The 13 digits. Public.
    pub id: TaxId,
}

/// Who owes the duty. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaxPayer {
    /// The tax number. Public.
    pub specified_tax_registration: TaxRegistration,
    /// The number of the branch; examples have `1`, `0` and `00000`. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub branch_no: Option<Text<0, 6>>,
    /// What the branch is. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub branch_type: Option<BranchType>,
    /// What the payer is to the instrument. Public; the codes are not known.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub relationship: Option<Text<0, 20>>,
}

/// A party. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Party {
    /// The tax number. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub specified_tax_registration: Option<TaxRegistration>,
    /// The title. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub title_name: Option<Text<0, 100>>,
    /// The name, or the first name. Public.
    pub name: Text<1, 200>,
    /// The family name. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub surname: Option<Text<0, 200>>,
    /// The number of the branch. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub branch_no: Option<Text<0, 6>>,
    /// What the branch is. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub branch_type: Option<BranchType>,
    /// The address. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub postal_trade_address: Option<PostalTradeAddress>,
    /// How many parties there are. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub total_party: Option<WholeNumber<0, 999>>,
}

/// Somebody related. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RelatedParty {
    /// The tax number. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub specified_tax_registration: Option<TaxRegistration>,
    /// The title. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub title_name: Option<Text<0, 100>>,
    /// The name, or the first name. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub name: Option<Text<0, 200>>,
    /// The family name. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub surname: Option<Text<0, 200>>,
    /// The number of the branch. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub branch_no: Option<Text<0, 6>>,
    /// What the branch is. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub branch_type: Option<BranchType>,
}

/// An address in Thailand, in the words of UN/CEFACT. Public.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PostalTradeAddress {
    /// Building. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub building_name: Option<Text<0, 100>>,
    /// Room. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub room_no: Option<Text<0, 20>>,
    /// Floor. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub floor_no: Option<Text<0, 20>>,
    /// Village. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub village_name: Option<Text<0, 100>>,
    /// House number. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub building_number: Option<Text<0, 20>>,
    /// Moo. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub moo: Option<Text<0, 20>>,
    /// Soi. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub soi_name: Option<Text<0, 100>>,
    /// Junction. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub junction_name: Option<Text<0, 100>>,
    /// Street. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub street_name: Option<Text<0, 100>>,
    /// Sub-district. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub city_sub_division_name: Option<Text<0, 100>>,
    /// District. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub city_name: Option<Text<0, 100>>,
    /// Province. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub country_sub_division_name: Option<Text<0, 100>>,
    /// Postal code. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub post_code: Option<Text<0, 10>>,
    /// Country. Public.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub country_id: Option<Text<0, 3>>,
}

/// The duty of an instrument, in baht. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StampPayment {
    /// The duty. Public.
    pub duty_amount: AmountOrZero,
    /// The duty of duplicates. Public.
    pub dup_duty_amount: AmountOrZero,
    /// Both. Public; that it is their sum is inferred.
    pub total_amount: AmountOrZero,
}

impl StampPayment {
    fn check_at(&self, place: &Pointer, found: &mut Violations) {
        if sum([self.duty_amount, self.dup_duty_amount].into_iter()) != Some(self.total_amount.satang()) {
            let rule = Rule::new(Code::Inconsistent, "must be dutyAmount and dupDutyAmount together");
            found.add(place.member("totalAmount"), rule);
        }
    }
}

/// The sums of a form, in baht, and who pays. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Summary {
    /// The duty of all instruments. Public.
    pub total_duty: AmountOrZero,
    /// The duty of all duplicates. Public.
    pub total_dup_duty_amount: AmountOrZero,
    /// Both. Public.
    pub total_payment: AmountOrZero,
    /// Who pays. Public.
    pub payer: Payer,
    /// How to be told what to pay. Public.
    pub response_payment_type: ResponsePaymentType,
}

/// Who pays. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "StampPayer"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Payer {
    /// The tax number. Public.
    pub specified_tax_registration: TaxRegistration,
}

/// The sum, unless it is more than can be counted.
fn sum(mut amounts: impl Iterator<Item = AmountOrZero>) -> Option<Satang> {
    amounts.try_fold(0_i64, |sum, amount| sum.checked_add(amount.satang().0)).map(Satang)
}

#[cfg(feature = "schema")]
fn contract_or_null(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "oneOf": [generator.subschema_for::<Contract>(), { "type": "null" }] })
}

#[cfg(feature = "schema")]
fn flag_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "integer"], "pattern": "^[01]$", "minimum": 0, "maximum": 1 })
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<YesNo>, D::Error> {
    present(deserializer).map(|read: Option<Flag>| read.map(|Flag(flag)| flag))
}

/// A flag that may be a number.
struct Flag(YesNo);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_or_number(deserializer)?.parse().map(Self).map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    fn registration() -> TaxRegistration {
        TaxRegistration { id: text("1234567890121") }
    }

    fn count<const LEAST: u64, const MOST: u64>(number: u64) -> WholeNumber<LEAST, MOST> {
        WholeNumber::try_from(number).unwrap_or_else(|_| unreachable!("a canonical value is within bounds"))
    }

    example!(FilingForm {
        document_detail: DocumentDetail {
            request_id: text("REQ-2562-000001"),
            form_type: FormType::Os9,
            type_code: text("5"),
            version: text("01.00.0001"),
            trans_amount: count(1),
        },
        inst_info: vec![InstInfo {
            id: text("2562/01"),
            contract_no: Some(text("L-2562-01")),
            creation_date: text("2019-02-21"),
            effective_date: None,
            expire_date: None,
            expire_date_text: None,
            receive_date: None,
            send_form_type: Some(text("1")),
            filing_no: Some(count(1)),
            overdue_flag: Some(YesNo::No),
            dup_number: Some(count(0)),
            relate_inst_info: None,
            inst_amount: text("240000"),
            tax_payer: TaxPayer {
                specified_tax_registration: registration(),
                branch_no: Some(text("00000")),
                branch_type: Some(BranchType::Vat),
                relationship: None,
            },
            party: None,
            attach_detail: None,
            relate_party: None,
            relate_contract: None,
            payment: StampPayment {
                duty_amount: text("120"),
                dup_duty_amount: text("0"),
                total_amount: text("120"),
            },
        }],
        summary: Summary {
            total_duty: text("120"),
            total_dup_duty_amount: text("0"),
            total_payment: text("120"),
            payer: Payer { specified_tax_registration: registration() },
            response_payment_type: ResponsePaymentType::All,
        },
    });
}
