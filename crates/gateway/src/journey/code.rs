//! Authorization codes: what a browser brings back to the partner, and the partner exchanges for an access token
//! (RFC 6749, 4.1). Proposed by Satang; the bank publishes no use of its code.

use crate::{
    partner::{Partner, hash},
    pepper::Pepper,
    store::{StoreError, Tx},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

/// How long a code is good: "a maximum authorization code lifetime of 10 minutes is RECOMMENDED" (RFC 6749, 4.1.2), and
/// no partner needs more than this.
const LIFE: SignedDuration = SignedDuration::from_secs(60);

/// The code of a journey. It follows from the browser's secret, which is not kept, and the store's key: so the browser
/// that clicks twice gets the same code, and the store holds none.
pub(super) fn of(pepper: &Pepper, journey: &str, session: &str) -> String {
    BASE64_URL.encode(pepper.hash(&["authorization code", journey, session]))
}

/// Makes the journey's code good from now on.
pub(super) fn grant(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    (journey, session): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let code = of(pepper, journey, session);
    let expires_at = now.checked_add(LIFE).unwrap_or(Timestamp::MAX).as_microsecond();
    tx.execute(
        "UPDATE journey SET code_hash = $1, code_expires_at = $2 WHERE id = $3",
        &[(&hash(code.as_bytes())).into(), expires_at.into(), journey.into()],
    )?;
    Ok(())
}

/// What a partner presents.
pub(crate) struct Redemption {
    pub(crate) code: String,
    pub(crate) redirect_uri: String,
    /// The verifier of RFC 7636.
    pub(crate) code_verifier: Option<String>,
}

struct Granted {
    journey: String,
    return_uri: Option<String>,
    code_challenge: Option<String>,
    expires_at: i64,
    is_used: bool,
}

/// Takes a code, and names the journey it is of; `Err` with the reason when the code is not good. A code that comes a
/// second time takes back the access tokens that were issued for it (RFC 6749, 4.1.2), so what this wrote must be kept
/// also then.
pub(crate) fn redeem(
    tx: &mut Tx<'_>,
    partner: &Partner,
    presented: &Redemption,
    now: Timestamp,
) -> Result<Result<String, &'static str>, StoreError> {
    // Found by its hash, so the time that a look-up takes says nothing about codes that exist.
    let found = tx.query_one(
        "SELECT journey.id, return_uri, code_challenge, code_expires_at, code_used_at
         FROM journey JOIN registration ON registration.id = journey.registration
         WHERE code_hash = $1 AND partner = $2",
        &[(&hash(presented.code.as_bytes())).into(), (&partner.client_id).into()],
        |row| {
            Ok(Granted {
                journey: row.text(0)?,
                return_uri: row.optional_text(1)?,
                code_challenge: row.optional_text(2)?,
                expires_at: row.optional_int(3)?.unwrap_or_default(),
                is_used: row.optional_int(4)?.is_some(),
            })
        },
    )?;
    let Some(granted) = found else { return Ok(Err("the code is unknown")) };
    if granted.is_used {
        tx.execute("DELETE FROM access_token WHERE journey = $1", &[(&granted.journey).into()])?;
        return Ok(Err("the code has been used; what was issued for it is revoked"));
    }
    if now.as_microsecond() >= granted.expires_at {
        return Ok(Err("the code is too old"));
    }
    if granted.return_uri.as_deref() != Some(presented.redirect_uri.as_str()) {
        return Ok(Err("redirect_uri is not the one of the authorize URL"));
    }
    if !is_verified(granted.code_challenge.as_deref(), presented.code_verifier.as_deref()) {
        return Ok(Err("code_verifier does not fit the code_challenge"));
    }
    let used = "UPDATE journey SET code_used_at = $1 WHERE id = $2";
    tx.execute(used, &[now.as_microsecond().into(), (&granted.journey).into()])?;
    Ok(Ok(granted.journey))
}

/// RFC 7636, 4.6. A verifier without a challenge is refused as well: the challenge has been taken away on the way
/// (RFC 9700, 2.1.1).
fn is_verified(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let computed = BASE64_URL.encode(Sha256::digest(verifier.as_bytes()));
            bool::from(computed.as_bytes().ct_eq(challenge.as_bytes()))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn a_verifier_fits_its_challenge_and_no_other() {
        for (challenge, verifier, expected) in [
            (None, None, true),
            (Some(CHALLENGE), Some(VERIFIER), true),
            (Some(CHALLENGE), Some(CHALLENGE), false),
            (Some(CHALLENGE), Some(""), false),
            (Some(CHALLENGE), None, false),
            (None, Some(VERIFIER), false),
        ] {
            assert_eq!(is_verified(challenge, verifier), expected, "{challenge:?} {verifier:?}");
        }
    }
}
