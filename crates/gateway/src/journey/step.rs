//! The way of a customer, as one state machine. Proposed by Satang; not published by the bank.
//!
//! ```text
//! in a browser:  PREPARED -> CHANNEL -> LOGIN -------> ACCOUNT <-> CONFIRM -> ENDED
//!                              |  ^------ v  ^
//!                              +-> CARD --+--> OTP --------------> CONFIRM
//! in the app:    PREPARED -> APP_PIN ---------------> ACCOUNT <-> CONFIRM -> ENDED
//! ```
//!
//! Every step may be the last, as the customer refuses, fails or is too late: a journey ends with its registration's
//! being pending, and by nothing else.

/// Where the customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Not here yet.
    Prepared,
    /// Choosing how to prove who they are.
    Channel,
    /// User name and password of web banking.
    Login,
    /// National id, birth date, card and PIN.
    Card,
    /// The one-time password from the text message.
    Otp,
    /// The PIN of the app.
    AppPin,
    /// Choosing an account.
    Account,
    /// Agreeing.
    Confirm,
    /// Gone again.
    Ended,
}

/// What a customer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// Came with a browser.
    ArrivedInBrowser,
    /// Came to the app.
    ArrivedInApp,
    /// Chose web banking.
    ChoseLogin,
    /// Chose the card.
    ChoseCard,
    /// Proved what was asked for.
    Proved,
    /// Chose the account to debit.
    ChoseAccount,
    /// Went back to choose otherwise.
    WentBack,
}

impl Step {
    pub(crate) const ALL: [Self; 9] = [
        Self::Prepared,
        Self::Channel,
        Self::Login,
        Self::Card,
        Self::Otp,
        Self::AppPin,
        Self::Account,
        Self::Confirm,
        Self::Ended,
    ];

    /// As it is stored, and named in forms.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "PREPARED",
            Self::Channel => "CHANNEL",
            Self::Login => "LOGIN",
            Self::Card => "CARD",
            Self::Otp => "OTP",
            Self::AppPin => "APP_PIN",
            Self::Account => "ACCOUNT",
            Self::Confirm => "CONFIRM",
            Self::Ended => "ENDED",
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }

    /// The step after a move; `None` when the step does not allow it.
    pub(crate) fn after(self, made: Move) -> Option<Self> {
        Some(match (self, made) {
            (Self::Prepared, Move::ArrivedInBrowser) => Self::Channel,
            (Self::Prepared, Move::ArrivedInApp) => Self::AppPin,
            (Self::Channel, Move::ChoseLogin) => Self::Login,
            (Self::Channel, Move::ChoseCard) => Self::Card,
            (Self::Login | Self::Card, Move::WentBack) => Self::Channel,
            (Self::Card, Move::Proved) => Self::Otp,
            (Self::Login | Self::AppPin, Move::Proved) => Self::Account,
            (Self::Otp, Move::Proved) | (Self::Account, Move::ChoseAccount) => Self::Confirm,
            (Self::Confirm, Move::WentBack) => Self::Account,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOVES: [Move; 7] = [
        Move::ArrivedInBrowser,
        Move::ArrivedInApp,
        Move::ChoseLogin,
        Move::ChoseCard,
        Move::Proved,
        Move::ChoseAccount,
        Move::WentBack,
    ];

    /// All pairs: a row for each step, a column for each move in the order of `MOVES`.
    #[test]
    fn every_step_takes_these_moves_and_no_others() {
        #[rustfmt::skip]
        let table = [
            ("PREPARED", ["CHANNEL", "APP_PIN", "-",     "-",    "-",       "-",       "-"]),
            ("CHANNEL",  ["-",       "-",       "LOGIN", "CARD", "-",       "-",       "-"]),
            ("LOGIN",    ["-",       "-",       "-",     "-",    "ACCOUNT", "-",       "CHANNEL"]),
            ("CARD",     ["-",       "-",       "-",     "-",    "OTP",     "-",       "CHANNEL"]),
            ("OTP",      ["-",       "-",       "-",     "-",    "CONFIRM", "-",       "-"]),
            ("APP_PIN",  ["-",       "-",       "-",     "-",    "ACCOUNT", "-",       "-"]),
            ("ACCOUNT",  ["-",       "-",       "-",     "-",    "-",       "CONFIRM", "-"]),
            ("CONFIRM",  ["-",       "-",       "-",     "-",    "-",       "-",       "ACCOUNT"]),
            ("ENDED",    ["-",       "-",       "-",     "-",    "-",       "-",       "-"]),
        ];
        assert_eq!(table.map(|(step, _)| Step::read(step)), Step::ALL.map(Some));
        for (step, row) in table {
            let after = MOVES.map(|made| Step::read(step).unwrap().after(made).map_or("-", Step::as_str));
            assert_eq!(after, row, "{step}");
        }
    }
}
