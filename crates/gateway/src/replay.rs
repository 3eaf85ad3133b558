//! A signed request is accepted once.

use crate::{
    partner::Partner,
    store::{StoreError, Tx},
};
use jiff::{SignedDuration, Timestamp};
use satang_core::{
    Refusal,
    signature::{MAX_AGE, MAX_AHEAD, Verified},
};
use satang_schema::krungsri::SandboxError;

/// One HTTP attempt, as its signature proves it.
#[derive(Debug)]
pub(crate) struct Attempt {
    client_transaction_id: String,
    /// When it arrived, by the machine's clock, as the signature is dated.
    arrived_at: Timestamp,
    /// Until when the signature could be presented again.
    acceptable_until: Timestamp,
}

impl Attempt {
    pub(crate) fn new(verified: Verified, arrived_at: Timestamp) -> Self {
        let life = SignedDuration::try_from(MAX_AGE + MAX_AHEAD).unwrap_or(SignedDuration::MAX);
        let acceptable_until = verified.created.checked_add(life).unwrap_or(Timestamp::MAX);
        // The comparison of UUIDs knows no case.
        let client_transaction_id = verified.client_transaction_id.to_ascii_lowercase();
        Self { client_transaction_id, arrived_at, acceptable_until }
    }
}

/// Takes note of a signed attempt, in the transaction of its effect.
///
/// # Errors
/// [`Refusal`] (409, `SBX-4091`) when it was made before.
pub(crate) fn claim(tx: &mut Tx<'_>, partner: &Partner, attempt: Option<&Attempt>) -> Result<(), Refusal> {
    let Some(attempt) = attempt else { return Ok(()) };
    forget_two(tx, attempt.arrived_at)?;
    let inserted = tx.execute(
        "INSERT INTO seen_transaction (partner, client_transaction_id, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        &[
            (&partner.client_id).into(),
            (&attempt.client_transaction_id).into(),
            attempt.acceptable_until.as_microsecond().into(),
        ],
    )?;
    if inserted == 1 {
        return Ok(());
    }
    let message = "this X-Client-Transaction-ID has been used; each attempt needs a new one";
    Err(Refusal::of(&SandboxError::TAKEN).saying(message))
}

/// Each new attempt clears away two old ones, so that they never pile up.
fn forget_two(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let old = tx.query(
        "SELECT partner, client_transaction_id FROM seen_transaction WHERE expires_at < $1
         ORDER BY expires_at LIMIT 2",
        &[now.as_microsecond().into()],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )?;
    for (partner, id) in &old {
        tx.execute(
            "DELETE FROM seen_transaction WHERE partner = $1 AND client_transaction_id = $2",
            &[partner.into(), id.into()],
        )?;
    }
    Ok(())
}
