//! Hostile tokens, to see that a verifier refuses them: yours, through this crate or over HTTP.
//!
//! Each is made from what a good partner would send, and has one thing wrong with it. Where an attacker is a partner with
//! a key of his own, the signature is right.
//!
//! ```
//! use satang_jose::{
//!     KeySet, NumericDate, PrivateKey, Profile, SignatureAlgorithm::Es256, SigningKey, Verifier,
//!     attack::{Target, accepted},
//! };
//!
//! let profile = Profile::new([Es256]).typ("JWT");
//! let key = SigningKey::new(PrivateKey::generate_p256()?, Es256)?.with_key_id("1")?;
//! let verifier = Verifier::new(&profile, KeySet::new([key.verifying_key().clone()])?)?;
//!
//! let now = NumericDate::new(1_788_000_000)?;
//! let target = Target { profile: &profile, key: &key, payload: b"{\"amount\": 1}", now };
//! let attacks = target.attacks()?;
//! assert!(attacks.len() >= 500);
//! assert!(accepted(&verifier, &target, &attacks).is_empty());
//! # Ok::<(), satang_jose::Error>(())
//! ```

mod algorithms;
mod claims;
mod encodings;
mod headers;
mod keys;
mod payloads;
mod signatures;

use crate::{
    Error, NumericDate, PrivateKey, Profile, PublicKey, SignatureAlgorithm, SigningKey, Verifier,
    backend::{Backend, OpenSsl, Sign},
    base64url, header,
    profile::Content,
};
use std::{collections::HashSet, sync::Arc};

/// What is attacked: a verifier of `profile` that knows `key`, and would accept `payload` under it at `now`.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// What good tokens look like.
    pub profile: &'a Profile,
    /// A key that the verifier knows.
    pub key: &'a SigningKey,
    /// What a good token holds; for a profile with claims, claims that satisfy it at `now`.
    pub payload: &'a [u8],
    /// The verifier's time.
    pub now: NumericDate,
}

/// One hostile token.
#[derive(Clone, Debug)]
pub struct Attack {
    /// What is wrong with it; no two are called the same.
    pub name: String,
    /// Which part of it is wrong.
    pub family: Family,
    /// The token. Not always text.
    pub token: Vec<u8>,
    /// The payload that travels beside it, when the profile detaches it.
    pub payload: Vec<u8>,
}

/// Which part of a token is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// `alg` is another, and the signature is made to fit it where that is possible.
    Algorithm,
    /// The header says what it must not; the signature is right.
    Header,
    /// The bytes of the token are not the one form that it has.
    Encoding,
    /// The signature is not the key's signature of this token.
    Signature,
    /// The payload is not the one that was signed.
    Payload,
    /// The claims break a rule; the signature is right.
    Claims,
}

impl Target<'_> {
    /// The good token that the hostile ones are made from.
    ///
    /// # Errors
    /// When the key does not fit the profile.
    pub fn genuine(&self) -> Result<String, Error> {
        crate::Signer::new(self.profile, self.key)?.sign(self.payload)
    }

    /// At least 500 hostile tokens, each with a name of its own; the same ones each time, but for keys that are made
    /// on the way.
    ///
    /// # Errors
    /// When the key does not fit the profile.
    pub fn attacks(&self) -> Result<Vec<Attack>, Error> {
        let forge = Forge::new(self)?;
        let mut attacks = algorithms::all(&forge)?;
        attacks.extend(headers::all(&forge)?);
        attacks.extend(keys::all(&forge)?);
        attacks.extend(encodings::all(&forge)?);
        attacks.extend(signatures::all(&forge)?);
        attacks.extend(payloads::all(&forge)?);
        attacks.extend(claims::all(&forge)?);
        Ok(distinct(attacks, &forge))
    }

    /// The payload that travels beside a good token.
    fn beside(&self) -> Vec<u8> {
        if self.profile.content == Content::Attached { Vec::new() } else { self.payload.to_vec() }
    }
}

/// What is attacked when there is no key to sign with: a verifier that accepts `token`.
///
/// As from somebody who saw one good token go by. Where [`Target`] signs rightly, a key of the attacker's own signs here, so
/// a verifier that checks signatures refuses most of it for that reason alone: use `Target` to see the other checks work.
///
/// ```
/// use satang_jose::{
///     Content, KeySet, NumericDate, PrivateKey, Profile, SignatureAlgorithm::Es256, Signer, SigningKey, Verifier,
///     attack::Captured,
/// };
///
/// let profile = Profile::new([Es256]);
/// let key = SigningKey::new(PrivateKey::generate_p256()?, Es256)?.with_key_id("1")?;
/// let verifier = Verifier::new(&profile, KeySet::new([key.verifying_key().clone()])?)?;
///
/// let token = Signer::new(&profile, &key)?.sign(b"{\"amount\": 1}")?;
/// let public = Some(key.verifying_key().public_key());
/// let attacks = Captured { token: &token, payload: b"", content: Content::Attached, public }.attacks()?;
/// assert!(attacks.len() >= 500);
/// let now = NumericDate::new(1_788_000_000)?;
/// assert!(attacks.iter().all(|attack| verifier.verify(&attack.token, now).is_err()));
/// # Ok::<(), satang_jose::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Captured<'a> {
    /// A good token.
    pub token: &'a str,
    /// The payload that travels beside it, when it is detached.
    pub payload: &'a [u8],
    /// Where its payload is.
    pub content: Content,
    /// The key that verifies it, when that is known: as a rule it is public.
    pub public: Option<&'a PublicKey>,
}

impl Captured<'_> {
    /// At least 500 hostile tokens, each with a name of its own.
    ///
    /// # Errors
    /// When the token is not a compact JWS whose `alg` this crate knows, or the key is of another kind.
    pub fn attacks(&self) -> Result<Vec<Attack>, Error> {
        let mut parts = self.token.split('.');
        let [header, payload, _] = [(); 3].map(|()| parts.next().unwrap_or_default());
        let header = base64url::decode(header)?;
        let object = crate::json::Object::parse(&header)?;
        let text = |name: &str| object.find(name).and_then(|value| value.text());
        let alg = text("alg").ok_or(Error::header("alg is missing"))?;
        let known = [
            SignatureAlgorithm::Rs256,
            SignatureAlgorithm::Ps256,
            SignatureAlgorithm::Es256,
            SignatureAlgorithm::EdDsa,
        ];
        let algorithm = known.into_iter().find(|known| known.name() == alg);
        let algorithm =
            algorithm.ok_or(Error::new(crate::Kind::Algorithm, "alg is not one of this crate"))?;
        let mut own = SigningKey::new(strange_key(algorithm)?, algorithm)?;
        if let Some(public) = self.public {
            crate::VerifyingKey::new(public.clone(), algorithm)?;
        }
        if let Some(id) = text("kid") {
            own = own.with_key_id(&id)?;
        }
        let mut profile = Profile::new([algorithm]).key_id(crate::Presence::Optional).content(self.content);
        profile.typ = text("typ").map(std::borrow::Cow::into_owned);
        profile.cty = text("cty").map(std::borrow::Cow::into_owned);
        let payload = match self.content {
            Content::Attached => base64url::decode(payload)?,
            _ => self.payload.to_vec(),
        };
        // No claims are among the rules, and so no time.
        let now = NumericDate::new(0)?;
        let target = Target { profile: &profile, key: &own, payload: &payload, now };
        let mut forge = Forge::new(&target)?;
        forge.genuine = self.token.as_bytes().to_vec();
        forge.header = String::from_utf8_lossy(&header).into_owned();
        forge.public = self.public.cloned();
        let mut strange = algorithms::all(&forge)?;
        strange.extend(headers::all(&forge)?);
        for attack in &mut strange {
            attack.name.push_str(", with a strange key");
        }
        let mut attacks = strange;
        attacks.extend(keys::all(&forge)?);
        attacks.extend(encodings::all(&forge)?);
        attacks.extend(signatures::of_a_captured_token(&forge)?);
        attacks.extend(payloads::all(&forge)?);
        Ok(distinct(attacks, &forge))
    }
}

/// A change may happen to change nothing, and then it is no attack; or be another one's under another name.
fn distinct(mut attacks: Vec<Attack>, forge: &Forge<'_>) -> Vec<Attack> {
    let mut names = HashSet::new();
    let mut tokens = HashSet::from([(forge.genuine.clone(), forge.target.beside())]);
    attacks.retain(|attack| {
        names.insert(attack.name.clone()) && tokens.insert((attack.token.clone(), attack.payload.clone()))
    });
    attacks
}

/// A key that no verifier knows.
fn strange_key(algorithm: SignatureAlgorithm) -> Result<PrivateKey, Error> {
    match algorithm {
        SignatureAlgorithm::Rs256 | SignatureAlgorithm::Ps256 => PrivateKey::generate_rsa(2048),
        SignatureAlgorithm::Es256 => PrivateKey::generate_p256(),
        SignatureAlgorithm::EdDsa => PrivateKey::generate_ed25519(),
    }
}

/// Those that `verifier` accepts: there should be none.
#[must_use]
pub fn accepted<'a>(verifier: &Verifier, target: &Target<'_>, attacks: &'a [Attack]) -> Vec<&'a Attack> {
    let is_accepted = |attack: &&Attack| {
        if target.profile.content == Content::Attached {
            verifier.verify(&attack.token, target.now).is_ok()
        } else {
            verifier.verify_detached(&attack.token, &attack.payload, target.now).is_ok()
        }
    };
    attacks.iter().filter(is_accepted).collect()
}

/// Makes tokens out of parts.
struct Forge<'a> {
    target: &'a Target<'a>,
    genuine: Vec<u8>,
    /// The header of a good token, as JSON.
    header: String,
    /// The key that verifies good tokens, where it is known.
    public: Option<PublicKey>,
    sign: Arc<dyn Sign>,
}

impl<'a> Forge<'a> {
    fn new(target: &'a Target<'a>) -> Result<Self, Error> {
        let public = target.key.verifying_key();
        let id = public.key_id().filter(|_| target.profile.key_id != crate::Presence::Refused);
        let header = header::write(target.profile, public.algorithm(), id, public.certificates());
        let sign = OpenSsl.signing(&target.key.private, public.algorithm())?;
        let known = Some(public.public_key().clone());
        Ok(Self { target, genuine: target.genuine()?.into_bytes(), header, public: known, sign })
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.target.key.verifying_key().algorithm()
    }

    /// The three parts of the good token.
    fn parts(&self) -> [&str; 3] {
        let text = std::str::from_utf8(&self.genuine).unwrap_or_default();
        let mut parts = text.split('.');
        [(); 3].map(|()| parts.next().unwrap_or_default())
    }

    /// An attack whose payload travels as it should.
    fn attack(&self, family: Family, name: impl Into<String>, token: impl Into<Vec<u8>>) -> Attack {
        Attack { name: name.into(), family, token: token.into(), payload: self.target.beside() }
    }

    /// What is signed for a header and a payload.
    fn signed(&self, header: &[u8], payload: &[u8]) -> Vec<u8> {
        let mut signed = base64url::encode(header).into_bytes();
        signed.push(b'.');
        match self.target.profile.content {
            Content::DetachedUnencoded => signed.extend(payload),
            _ => signed.extend(base64url::encode(payload).bytes()),
        }
        signed
    }

    /// A token of any header and payload, under any signature.
    fn assemble(&self, header: &[u8], payload: &[u8], signature: &[u8]) -> Vec<u8> {
        let payload = match self.target.profile.content {
            Content::Attached => base64url::encode(payload),
            _ => String::new(),
        };
        [base64url::encode(header), payload, base64url::encode(signature)].join(".").into_bytes()
    }

    /// A token of any header and payload, rightly signed.
    fn sign(&self, header: &[u8], payload: &[u8]) -> Result<Vec<u8>, Error> {
        let signature = self.sign.sign(&self.signed(header, payload))?;
        Ok(self.assemble(header, payload, &signature))
    }

    /// A rightly signed token whose header has `member` in addition, or in place of one of the same name.
    fn with_member(&self, name: &str, value: &str) -> Result<Vec<u8>, Error> {
        self.sign(replaced(&self.header, name, Some(value)).as_bytes(), self.target.payload)
    }
}

/// The JSON object `json` with one member replaced, appended or, without a value, removed.
fn replaced(json: &str, name: &str, value: Option<&str>) -> String {
    let Ok(object) = crate::json::Object::parse(json.as_bytes()) else { return json.to_owned() };
    let mut members: Vec<(String, String)> =
        object.iter().map(|(name, value)| (name.to_owned(), value.raw().to_owned())).collect();
    match (members.iter_mut().find(|(found, _)| found == name), value) {
        (Some(member), Some(value)) => value.clone_into(&mut member.1),
        (None, Some(value)) => members.push((name.to_owned(), value.to_owned())),
        (_, None) => members.retain(|(found, _)| found != name),
    }
    let mut text = String::from("{");
    for (name, value) in members {
        text.push_str(if text.len() > 1 { "," } else { "" });
        crate::json::write_text(&name, &mut text);
        text.push(':');
        text.push_str(&value);
    }
    text + "}"
}

/// The JSON object `json` with something added before its closing brace.
fn appended(json: &str, more: &str) -> String {
    let open = json.trim_end().trim_end_matches('}');
    let comma = if open.trim() == "{" { "" } else { "," };
    format!("{open}{comma}{more}}}")
}
