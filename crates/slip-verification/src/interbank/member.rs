//! Who may ask the hub.

use satang_schema::slip_verification::BankCode;
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt, prelude::v1::*};
use subtle::ConstantTimeEq;

/// A member of the service. Keeps digests of its key and secret, not themselves.
#[derive(Clone)]
pub struct Member {
    bank: BankCode,
    is_subscribed: bool,
    key: [u8; 32],
    secret: [u8; 32],
}

impl Member {
    /// A member that has subscribed to the service.
    #[must_use]
    pub fn new(bank: BankCode, api_key: &str, api_secret: &str) -> Self {
        Self { bank, is_subscribed: true, key: digest(api_key), secret: digest(api_secret) }
    }

    /// A member that has not.
    #[must_use]
    pub fn without_subscription(mut self) -> Self {
        self.is_subscribed = false;
        self
    }

    pub(super) fn bank(&self) -> &BankCode {
        &self.bank
    }

    pub(super) fn is_subscribed(&self) -> bool {
        self.is_subscribed
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("bank", &self.bank).finish_non_exhaustive()
    }
}

/// The members of a hub, by their keys.
#[derive(Clone, Debug, Default)]
pub struct Members(HashMap<[u8; 32], Member>);

impl Members {
    /// These members.
    #[must_use]
    pub fn new(members: impl IntoIterator<Item = Member>) -> Self {
        Self(members.into_iter().map(|member| (member.key, member)).collect())
    }

    /// Whose key and secret these are.
    pub(super) fn find(&self, api_key: &str, api_secret: &str) -> Option<&Member> {
        let member = self.0.get(&digest(api_key))?;
        bool::from(member.secret.ct_eq(&digest(api_secret))).then_some(member)
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
