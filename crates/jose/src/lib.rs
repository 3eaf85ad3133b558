//! Strict JWS and JWE over bytes: one profile, one algorithm per key, no way around validation.
//!
//! ```
//! use satang_jose::{
//!     ClaimRules, KeySet, Kind, NumericDate, PrivateKey, Profile, SignatureAlgorithm::Es256, Signer, SigningKey,
//!     Verifier,
//! };
//!
//! // Data, once per product: what a token looks like.
//! let profile = Profile::new([Es256]).typ("JWT").claims(ClaimRules::new("hub").max_lifetime(60).require("jti"));
//!
//! // The sender, once: a key, its name, its one algorithm.
//! let key = SigningKey::new(PrivateKey::generate_p256()?, Es256)?.with_key_id("014-3")?;
//! let signer = Signer::new(&profile, &key)?;
//!
//! // The receiver, once: the keys that it knows, and whom each belongs to.
//! let keys = KeySet::new([key.verifying_key().clone().issuer("014")])?;
//! let verifier = Verifier::new(&profile, keys)?;
//!
//! // For each token, on any thread.
//! let now = NumericDate::new(1_788_000_000)?;
//! let token = signer.sign(r#"{"iss":"014","aud":"hub","jti":"1","iat":1788000000,"exp":1788000060}"#)?;
//! let verified = verifier.verify(&token, now)?;
//! assert_eq!(verified.claims().and_then(|claims| claims.id()), Some("1"));
//!
//! let forged = signer.sign(r#"{"iss":"999","aud":"hub","jti":"1","iat":1788000000,"exp":1788000060}"#)?;
//! assert_eq!(verifier.verify(&forged, now).unwrap_err().kind(), Kind::Claim);
//! # Ok::<(), satang_jose::Error>(())
//! ```
//!
//! # What cannot happen
//! - A token never chooses its algorithm, its key or where to fetch one: the key is found by `kid` among those that are
//!   known, and each has one algorithm. There is no `none`, no HMAC, no password, no compression.
//! - No call verifies without a [`Profile`], and none looks into a token without verifying it, but for the feature
//!   `unverified`, which is for people's eyes.
//! - Nothing is parsed twice in two ways: a JSON member that stands twice is refused, at every level.
//! - A weak or malformed key is refused when it is read, not when it is used.
//! - An [`Error`] never repeats what a token or key says, and `Debug` shows no secret and no payload.
//!
//! # What is left to you
//! Replay: remember [`Claims::id`] together with the issuer until [`Claims::expires`] plus the leeway. Trust in a
//! [`Certificate`]: a verifier compares it and never follows it; [`Authorities`] follow it, to those that you name.
//! Whether a certificate was revoked.
//!
//! # Features
//! `attack` makes hostile tokens for tests of one's own verifier. `issue` makes certificates for tests. `unverified` shows
//! what a token says to people who look for a mistake. `josekit` adds a second [back end](backend).
#![forbid(unsafe_code)]

mod algorithm;
#[cfg(feature = "attack")]
pub mod attack;
mod authorities;
pub mod backend;
mod base64url;
mod certificate;
mod claims;
mod date;
pub mod documentation;
mod error;
mod header;
#[cfg(feature = "issue")]
mod issue;
mod json;
pub mod jwe;
mod key;
mod key_set;
mod profile;
mod signer;
#[cfg(feature = "unverified")]
pub mod unverified;
mod verifier;

pub use algorithm::{KeyAlgorithm, SignatureAlgorithm};
pub use authorities::Authorities;
pub use certificate::{Certificate, Identity};
pub use claims::{ClaimRules, Claims};
pub use date::NumericDate;
pub use error::{Error, Kind};
#[cfg(feature = "issue")]
pub use issue::NewCertificate;
pub use key::{PrivateKey, PublicKey};
pub use key_set::{Imported, KeySet, SigningKey, Skipped, VerifyingKey};
pub use profile::{Content, Presence, Profile};
pub use signer::Signer;
pub use verifier::{Signatory, Verified, Verifier};
