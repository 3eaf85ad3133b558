//! One identifier, one effect, one answer.

use crate::{
    partner::{Partner, hash},
    store::{Tx, Value},
};
use jiff::Timestamp;
use satang_core::{Operation, Refusal};
use satang_schema::krungsri::SandboxError;
use serde::{Serialize, de::DeserializeOwned};

/// Runs `effect` unless the partner has sent `request` before, in which case the first answer is given again.
///
/// The record is written in the transaction of the effect: there is never one without the other.
///
/// # Errors
/// [`Refusal`] (409, `SBX-4091`) when the partner has sent another request under the same `key`; otherwise what `effect`
/// refuses, of which no record is made.
pub(crate) fn once<Q: Serialize, A: Serialize + DeserializeOwned>(
    tx: &mut Tx<'_>,
    partner: &Partner,
    (operation, key, now): (&Operation, &str, Timestamp),
    request: &Q,
    effect: impl FnOnce(&mut Tx<'_>) -> Result<A, Refusal>,
) -> Result<A, Refusal> {
    let find =
        "SELECT fingerprint, answer FROM idempotency WHERE partner = $1 AND operation = $2 AND key = $3";
    let insert = "INSERT INTO idempotency (partner, operation, key, fingerprint, answer, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)";
    let of = [(&partner.client_id).into(), operation.id.into(), key.into()];
    Records { find, insert, of: &of }.once(tx, now, request, effect)
}

/// As [`once`], for the operator.
pub(crate) fn once_for_operator<Q: Serialize, A: Serialize + DeserializeOwned>(
    tx: &mut Tx<'_>,
    (operation, key, now): (&Operation, &str, Timestamp),
    request: &Q,
    effect: impl FnOnce(&mut Tx<'_>) -> Result<A, Refusal>,
) -> Result<A, Refusal> {
    let find = "SELECT fingerprint, answer FROM operator_request WHERE operation = $1 AND key = $2";
    let insert = "INSERT INTO operator_request (operation, key, fingerprint, answer, created_at)
         VALUES ($1, $2, $3, $4, $5)";
    Records { find, insert, of: &[operation.id.into(), key.into()] }.once(tx, now, request, effect)
}

/// The records of one identifier.
struct Records<'a> {
    find: &'a str,
    insert: &'a str,
    /// Whose it is, and what it is.
    of: &'a [Value<'a>],
}

impl Records<'_> {
    fn once<Q: Serialize, A: Serialize + DeserializeOwned>(
        &self,
        tx: &mut Tx<'_>,
        now: Timestamp,
        request: &Q,
        effect: impl FnOnce(&mut Tx<'_>) -> Result<A, Refusal>,
    ) -> Result<A, Refusal> {
        // Of what was understood, not of the bytes: `5000` and `5000.00` are one payment, whoever wrote the blanks.
        let fingerprint = hash(&serde_json::to_vec(request).map_err(|_| Refusal::internal())?);
        let first = tx.query_one(self.find, self.of, |row| Ok((row.blob(0)?, row.text(1)?)))?;
        match first {
            Some((same, answer)) if same == fingerprint => {
                serde_json::from_str(&answer).map_err(|_| Refusal::internal())
            }
            Some(_) => Err(Refusal::of(&SandboxError::TAKEN)),
            None => {
                let answer = effect(tx)?;
                let text = serde_json::to_string(&answer).map_err(|_| Refusal::internal())?;
                let record = [(&fingerprint).into(), (&text).into(), now.as_microsecond().into()];
                tx.execute(self.insert, &[self.of, &record].concat())?;
                Ok(answer)
            }
        }
    }
}
