//! A transaction as its bank keeps it, and what of it leaves the bank.

use jiff::{Timestamp, tz::Offset};
use satang_schema::slip_verification::{
    BankCode, DisplayedName, SlipAccount, SlipAccountType, SlipAmount, SlipDate, SlipParty, SlipProxy,
    SlipProxyType, SlipTime, TransRef, TransactionData,
};
use satang_validation::Rule;
use std::{fmt, format, prelude::v1::*};

/// A transaction with whole numbers. `Debug` shows the bank and the middle of nothing.
#[derive(Clone, PartialEq)]
pub struct KeptTransaction {
    /// The bank that sent the money: the issuer.
    pub sending_bank: BankCode,
    /// Its reference.
    pub trans_ref: TransRef,
    /// The bank that received it, if one did.
    pub receiving_bank: Option<BankCode>,
    /// When the payer was debited.
    pub at: Timestamp,
    /// How much.
    pub amount: SlipAmount,
    /// Who paid.
    pub sender: KeptParty,
    /// Who was paid.
    pub receiver: KeptParty,
    /// The payment's references.
    pub references: [Option<String>; 3],
}

/// One side of a transaction.
#[derive(Clone, Default, PartialEq)]
pub struct KeptParty {
    /// The name in Thai, shortened as the bank prints it.
    pub display_name: Option<DisplayedName>,
    /// The name in English, shortened as the bank prints it.
    pub name: Option<DisplayedName>,
    /// The whole account number.
    pub account: Option<String>,
    /// The whole proxy, with its kind.
    pub proxy: Option<(SlipProxyType, String)>,
}

impl fmt::Debug for KeptTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptTransaction")
            .field("sending_bank", &self.sending_bank)
            .field("trans_ref", &self.trans_ref)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for KeptParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptParty").finish_non_exhaustive()
    }
}

impl KeptTransaction {
    /// What leaves the bank: accounts and proxies masked.
    ///
    /// # Errors
    /// [`Rule`] when a text is longer than it may be, or the moment is outside the calendar.
    pub fn masked(&self) -> Result<TransactionData, Rule> {
        let local = Offset::constant(7).to_datetime(self.at);
        let [ref1, ref2, ref3] = &self.references;
        let reference = |text: &Option<String>| text.as_deref().map(str::parse).transpose();
        Ok(TransactionData {
            language: Some("TH".parse()?),
            trans_ref: self.trans_ref.clone(),
            sending_bank: self.sending_bank.clone(),
            receiving_bank: self.receiving_bank.clone(),
            trans_date: SlipDate::of(local.date())?,
            trans_time: SlipTime::of(local.time())?,
            sender: Some(self.sender.masked()?),
            receiver: Some(self.receiver.masked()?),
            amount: self.amount,
            paid_local_amount: Some(self.amount),
            paid_local_currency: Some("764".parse()?),
            country_code: Some("TH".parse()?),
            trans_fee_amount: Some(SlipAmount::default()),
            ref1: reference(ref1)?,
            ref2: reference(ref2)?,
            ref3: reference(ref3)?,
            to_merchant_id: None,
        })
    }
}

impl KeptParty {
    fn masked(&self) -> Result<SlipParty, Rule> {
        let account = self.account.as_deref().map(|number| {
            Ok(SlipAccount {
                kind: Some(SlipAccountType::BankAccount),
                value: Some(mask(number, 1).parse()?),
            })
        });
        let proxy = self.proxy.as_ref().map(|(kind, value)| {
            Ok(SlipProxy { kind: Some(kind.clone()), value: Some(mask(value, 0).parse()?) })
        });
        Ok(SlipParty {
            display_name: self.display_name.clone(),
            name: self.name.clone(),
            account: account.transpose()?,
            proxy: proxy.transpose()?,
        })
    }
}

/// Shows four characters, `hidden` from the end; an account of ten digits has the hyphens that banks print:
/// `xxx-x-x2295-x`. What is shorter than eight characters is hidden whole.
fn mask(text: &str, hidden: usize) -> String {
    let length = text.chars().count();
    let shown = if length < 8 { 0..0 } else { length - 4 - hidden..length - hidden };
    let masked: String =
        text.chars().enumerate().map(|(at, c)| if shown.contains(&at) { c } else { 'x' }).collect();
    match (masked.get(..3), masked.get(3..4), masked.get(4..9), masked.get(9..)) {
        (Some(branch), Some(kind), Some(number), Some(check)) if hidden == 1 && check.len() == 1 => {
            format!("{branch}-{kind}-{number}-{check}")
        }
        _ => masked,
    }
}

/// How many digits of a masked text may be in the clear.
const MOST_CLEAR: usize = 7;

/// Whether no account and no proxy shows more digits than it may.
pub(super) fn is_masked(data: &TransactionData) -> bool {
    let clear = |text: &str| text.chars().filter(|c| c.is_numeric()).count() <= MOST_CLEAR;
    [&data.sender, &data.receiver].into_iter().flatten().all(|party| {
        let account = party.account.as_ref().and_then(|account| account.value.as_ref());
        let proxy = party.proxy.as_ref().and_then(|proxy| proxy.value.as_ref());
        account.is_none_or(|value| clear(value.as_str())) && proxy.is_none_or(|value| clear(value.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_show_four_characters_and_nothing_of_what_is_short() {
        for (text, hidden, expected) in [
            ("7770011555", 1, "xxx-x-x1155-x"),
            ("123456789012", 1, "xxxxxxx8901x"),
            ("0812345678", 0, "xxxxxx5678"),
            ("1234567", 1, "xxxxxxx"),
            ("", 0, ""),
        ] {
            assert_eq!(mask(text, hidden), expected, "{text}");
        }
    }
}
