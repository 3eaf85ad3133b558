//! The slip of a payment: what the payer's app would show, and what this bank tells of it when it is asked.

use crate::{
    slip,
    store::{Row, StoreError, Tx},
};
use jiff::Timestamp;
use satang_schema::{
    Satang,
    slip_verification::{BankCode, DisplayedName, SlipAmount, TransRef},
};
use satang_slip_verification::interbank::{KeptParty, KeptTransaction};
use satang_validation::Rule;
use uuid::Uuid;

/// A payment that has debited the payer.
pub(super) struct Paid<'a> {
    /// The bank's own reference of it.
    pub(super) reference: Uuid,
    pub(super) at: Timestamp,
    pub(super) amount: Satang,
    pub(super) drawer: Holder,
    pub(super) creditor: Holder,
    pub(super) references: [Option<&'a str>; 2],
}

/// Makes the slip of a payment, in the transaction that moves the money.
pub(super) fn make(tx: &mut Tx<'_>, paid: Paid<'_>) -> Result<(), StoreError> {
    let payment = paid.reference.to_string();
    let at = paid.at;
    let slip = paid.slip().map_err(|_| StoreError::statement("a payment has no slip that could be read"))?;
    if slip::insert(tx, &slip, Some(&payment), at)? {
        Ok(())
    } else {
        // The bank's own references follow from those of its payments; this one was entered by hand.
        Err(StoreError::statement("the reference of a payment's slip is taken"))
    }
}

impl Paid<'_> {
    fn slip(self) -> Result<KeptTransaction, Rule> {
        let bank: BankCode = slip::OWN_BANK.parse()?;
        let [reference1, reference2] = self.references.map(|reference| reference.map(str::to_owned));
        Ok(KeptTransaction {
            sending_bank: bank.clone(),
            trans_ref: reference(self.reference)?,
            receiving_bank: Some(bank),
            at: self.at,
            amount: SlipAmount::new(self.amount)?,
            sender: self.drawer.party(),
            receiver: self.creditor.party(),
            references: [reference1, reference2, None],
        })
    }
}

/// The slip's reference: in the shape that is seen on slips of this bank (25 characters that begin with `KSA`; public), of which only
/// the beginning is known. The rest is Satang's: the payment's own reference, in digits of base 62 that sort as it does, so that no two payments
/// share one and those that are made together stand together in the index.
fn reference(payment: Uuid) -> Result<TransRef, Rule> {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut digits = ['0'; 22];
    let mut rest = payment.as_u128();
    for place in digits.iter_mut().rev() {
        let digit = usize::try_from(rest % 62).unwrap_or_default();
        *place = DIGITS.get(digit).copied().map(char::from).unwrap_or_default();
        rest /= 62;
    }
    slip::OWN_PREFIX.chars().chain(digits).collect::<String>().try_into()
}

/// Whose an account is.
#[derive(Clone)]
pub(super) struct Holder {
    pub(super) account: String,
    /// What the account is called.
    owner_name: String,
    /// The name of the customer whose it is, in Latin letters and in Thai.
    customer: Option<[String; 2]>,
}

impl Holder {
    /// The columns of `account` and of the `customer` joined to it, in the order of [`from_row`](Holder::from_row).
    pub(super) const COLUMNS: &str = "account.number, account.owner_name, customer.name, customer.name_th";

    /// Reads the columns that begin with this one.
    pub(super) fn from_row(row: &Row<'_>, first: usize) -> Result<Self, StoreError> {
        let names = row.optional_text(first + 2)?.zip(row.optional_text(first + 3)?);
        Ok(Self {
            account: row.text(first)?,
            owner_name: row.text(first + 1)?,
            customer: names.map(|(latin, thai)| [latin, thai]),
        })
    }

    fn party(self) -> KeptParty {
        let [latin, thai] = match &self.customer {
            Some(names) => names.each_ref().map(|name| Some(initialled(name))),
            None => [Some(self.owner_name), None],
        };
        KeptParty {
            display_name: thai.as_deref().and_then(displayed),
            name: latin.as_deref().and_then(displayed),
            account: Some(self.account),
            proxy: None,
        }
    }
}

/// A person's name as banks print it: of the last name only the initial (public, from slips).
fn initialled(name: &str) -> String {
    let Some((first, last)) = name.trim().rsplit_once(' ') else { return name.trim().to_owned() };
    // Some vowels are written before the consonant that the name begins with.
    let is_vowel = |letter: &char| ('เ'..='ไ').contains(letter);
    let initial = last.chars().find(|letter| !is_vowel(letter));
    first.chars().chain([' ']).chain(initial).collect()
}

/// As much of a name as a slip has room for.
fn displayed(name: &str) -> Option<DisplayedName> {
    name.chars().take(50).collect::<String>().trim_end().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_have_the_shape_of_the_bank_and_sort_as_payments_do() {
        let of = |number: u128| reference(Uuid::from_u128(number)).unwrap().as_str().to_owned();
        let payments = [0, 61, 62, 0x0198_f6c2_9d0a_7d3e_8e55_8f0e_6d5c_1a11, u128::MAX - 1, u128::MAX];
        let references = payments.map(of);
        assert_eq!(references[1], "KSA000000000000000000000z");
        assert_eq!(references[2], "KSA0000000000000000000010");
        assert_eq!(references[5], "KSA7n42DGM5Tflk9n8mt7Fhc7");
        assert!(references.is_sorted_by(|one, next| one < next), "{references:?}");
        assert!(references.iter().all(|reference| reference.len() == 25));
    }

    #[test]
    fn names_of_people_are_shortened_and_others_cut() {
        for (name, shown) in [
            ("Somchai Jaidee", "Somchai J"),
            ("สมชาย ใจดี", "สมชาย จ"),
            ("Mary Ann van Dyke", "Mary Ann van D"),
            ("มาลี  เ", "มาลี  "),
            ("Plato", "Plato"),
            (" ", ""),
        ] {
            assert_eq!(initialled(name), shown, "{name}");
        }
        let shown = |name: &str| displayed(name).map(|name| name.as_str().to_owned());
        assert_eq!(shown(&"ก".repeat(140)), Some("ก".repeat(50)));
        assert_eq!(shown(&format!("{} Co., Ltd.", "x".repeat(49))), Some("x".repeat(49)));
    }
}
