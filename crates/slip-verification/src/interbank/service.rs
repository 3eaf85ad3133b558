//! The services of the hub, to each of which a member subscribes by itself.

use std::{fmt, str::FromStr};

/// A service of the hub.
///
/// ```
/// use satang_slip_verification::interbank::Service;
///
/// for service in Service::ALL {
///     assert_eq!(service.as_str().parse(), Ok(service));
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Service {
    /// Whether the transaction on a slip exists. The hub describes it in public.
    TransactionVerification,
    /// Whether a mobile number belongs to a citizen. The hub names it in public and says no more.
    NumberOwnership,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::TransactionVerification, Self::NumberOwnership];

    /// Its name, to keep it by. Proposed by Satang; not published by the hub.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TransactionVerification => "transaction-verification",
            Self::NumberOwnership => "number-ownership",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Service {
    type Err = UnknownService;

    fn from_str(name: &str) -> Result<Self, UnknownService> {
        Self::ALL.into_iter().find(|service| service.as_str() == name).ok_or(UnknownService)
    }
}

/// No service goes by this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownService;

impl fmt::Display for UnknownService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no service goes by this name")
    }
}

impl std::error::Error for UnknownService {}
