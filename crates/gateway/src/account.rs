//! Accounts, apart from what they hold: that is the [ledger](crate::ledger)'s.

use crate::store::StoreError;

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountStatus {
    /// It can.
    Open,
    /// Not until somebody says so.
    Blocked,
    /// No more.
    Closed,
}

impl AccountStatus {
    /// The status as it is stored.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Blocked => "BLOCKED",
            Self::Closed => "CLOSED",
        }
    }

    /// Reads what is stored.
    pub(crate) fn read(text: &str) -> Result<Self, StoreError> {
        let found = [Self::Open, Self::Blocked, Self::Closed].into_iter().find(|it| it.as_str() == text);
        found.ok_or_else(|| StoreError::statement("an account has an unknown status"))
    }
}
