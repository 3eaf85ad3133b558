//! Why a registration came to its status: codes of ISO 20022's external code set, and words that tell apart what shares
//! a code. Proposed by Satang; not published by the bank. `docs/direct-debit.md` has the table.

/// A reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Why<'a> {
    /// Four letters and digits of ISO 20022.
    pub(crate) code: Option<&'a str>,
    /// In words, at most 105 characters. For the partner, so nothing secret and no account number.
    pub(crate) description: Option<&'a str>,
}

const fn why(code: &'static str, description: &'static str) -> Why<'static> {
    Why { code: Some(code), description: Some(description) }
}

impl Why<'static> {
    /// Nothing to explain.
    pub(crate) const NOTHING: Self = Why { code: None, description: None };
    /// The customer said no.
    pub(crate) const CUSTOMER_REFUSED: Self = why("CUST", "the customer refused");
    /// The journey was not finished in time.
    pub(crate) const TIMED_OUT: Self = why("NOAS", "the customer did not finish in time");
    /// The context names somebody else.
    pub(crate) const OTHER_IDENTITY: Self =
        why("BE01", "the identification number is not the account holder's");
    /// Right card and PIN, wrong birth date.
    pub(crate) const WRONG_BIRTH_DATE: Self = why("BE01", "the birth date is not the card holder's");
    /// Right card, PIN and birth date, wrong national id.
    pub(crate) const WRONG_NATIONAL_ID: Self = why("BE01", "the national id is not the card holder's");
    /// Nowhere to send a one-time password.
    pub(crate) const NO_MOBILE: Self = why("BE18", "the customer has no mobile number on file");
    /// User name or password, too often.
    pub(crate) const WRONG_PASSWORD: Self = why("MS03", "user name or password wrong too often");
    /// Card or PIN, too often.
    pub(crate) const WRONG_CARD: Self = why("MS03", "card number or PIN wrong too often");
    /// The app's PIN, too often.
    pub(crate) const WRONG_APP_PIN: Self = why("MS03", "app PIN wrong too often");
    /// The one-time password, too often.
    pub(crate) const WRONG_OTP: Self = why("MS03", "one-time password wrong too often");
    /// Too many one-time passwords.
    pub(crate) const TOO_MANY_OTPS: Self = why("MS03", "one-time password requested too often");
    /// No account at all.
    pub(crate) const NO_ACCOUNT: Self = why("AC01", "the customer has no account to debit");
    /// The account is closed.
    pub(crate) const ACCOUNT_CLOSED: Self = why("AC04", "the account is closed");
    /// The account is blocked.
    pub(crate) const ACCOUNT_BLOCKED: Self = why("AC06", "the account is blocked");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The wire has room for 105 characters, and nobody could tell two reasons apart that read alike.
    #[test]
    fn reasons_fit_and_differ() {
        let all = [
            Why::CUSTOMER_REFUSED,
            Why::TIMED_OUT,
            Why::OTHER_IDENTITY,
            Why::WRONG_BIRTH_DATE,
            Why::WRONG_NATIONAL_ID,
            Why::NO_MOBILE,
            Why::WRONG_PASSWORD,
            Why::WRONG_CARD,
            Why::WRONG_APP_PIN,
            Why::WRONG_OTP,
            Why::TOO_MANY_OTPS,
            Why::NO_ACCOUNT,
            Why::ACCOUNT_CLOSED,
            Why::ACCOUNT_BLOCKED,
        ];
        let documented = include_str!("../../../../../docs/direct-debit.md");
        for (position, reason) in all.iter().enumerate() {
            let (code, description) = (reason.code.unwrap(), reason.description.unwrap());
            assert!(code.len() == 4 && description.len() <= 105, "{description}");
            assert!(!all[..position].contains(reason), "{description} twice");
            assert!(documented.contains(&format!("| `{code}` | {description} |")), "{code} {description}");
        }
    }
}
