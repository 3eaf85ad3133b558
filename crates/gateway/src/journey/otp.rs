//! One-time passwords: sent as text messages, which a sandbox shows instead.

use super::Journey;
use crate::{
    event::{self, Event},
    pepper::Pepper,
    store::{StoreError, Tx},
};
use jiff::{SignedDuration, Timestamp};
use satang_validation::mask_middle;
use serde_json::json;
use uuid::Uuid;

/// How many are sent on one journey.
pub(crate) const MOST: i64 = 3;
/// How long one is good.
pub(crate) const LIFE: SignedDuration = SignedDuration::from_mins(3);

/// A new one, and the identifier of the message that it travels in.
#[derive(Clone)]
pub(crate) struct NewOtp {
    /// Six digits.
    pub(crate) password: String,
    pub(crate) message: Uuid,
}

/// What comes of typing one in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Right,
    Wrong,
    /// Right or wrong, it is too old.
    TooOld,
}

/// Sends one, in place of what was sent before.
pub(super) fn send(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    (journey, mobile): (&mut Journey, &str),
    new: &NewOtp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let password = &new.password;
    journey.otp_hash = Some(pepper.hash(&words(&journey.id, password)).to_vec());
    journey.otp_expires_at = now.checked_add(LIFE).ok().map(Timestamp::as_microsecond);
    journey.otps_sent += 1;
    let content = format!(
        "Satang sandbox: {password} is your one-time password for a direct debit registration. \
         รหัส OTP สำหรับสมัครหักบัญชีอัตโนมัติคือ {password}"
    );
    let id = new.message.to_string();
    tx.execute(
        "INSERT INTO message (id, recipient, content, created_at) VALUES ($1, $2, $3, $4)",
        &[(&id).into(), mobile.into(), (&content).into(), now.as_microsecond().into()],
    )?;
    let detail = json!({ "recipient": mask_middle(mobile), "journeyIdentifier": journey.id });
    let partner = Some(journey.registration.partner.as_str());
    event::record(tx, &Event { kind: "message.sent", partner, subject: &id, at: now, detail })
}

/// Looks at what was typed in.
pub(super) fn check(journey: &Journey, pepper: &Pepper, typed: &str, now: Timestamp) -> Entry {
    if journey.otp_expires_at.is_none_or(|until| now.as_microsecond() >= until) {
        return Entry::TooOld;
    }
    let is_right = pepper.matches(&words(&journey.id, typed), journey.otp_hash.as_deref());
    if is_right { Entry::Right } else { Entry::Wrong }
}

fn words<'a>(journey: &'a str, password: &'a str) -> [&'a str; 3] {
    ["one-time password", journey, password]
}
