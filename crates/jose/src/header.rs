//! The protected header of a JWS: written once for each signer, read strictly for each token.

use crate::{
    Error, Kind, Presence, Profile, SignatureAlgorithm,
    certificate::Certificate,
    json::{Object, Value, write_text},
    profile::Content,
};
use std::borrow::Cow;

/// Why a header name is refused whatever the profile says.
pub(crate) const FORBIDDEN: [(&str, &str); 13] = [
    ("jwk", "a token must not bring its key (jwk)"),
    ("jku", "a token must not say where its key is (jku)"),
    ("x5u", "a token must not say where its certificate is (x5u)"),
    ("x5t", "a SHA-1 thumbprint is not accepted (x5t)"),
    ("zip", "compressed content is not accepted (zip)"),
    ("enc", "an encrypted token where a signed one belongs (enc)"),
    ("epk", "an encrypted token where a signed one belongs (epk)"),
    ("apu", "party information is not accepted (apu)"),
    ("apv", "party information is not accepted (apv)"),
    ("iv", "key wrapping with AES-GCM is not accepted (iv)"),
    ("tag", "key wrapping with AES-GCM is not accepted (tag)"),
    ("p2s", "keys from passwords are not accepted (p2s)"),
    ("p2c", "keys from passwords are not accepted (p2c)"),
];

/// A header that satisfies its profile; whether it fits the key is still to be seen.
#[derive(Debug, Default)]
pub(crate) struct Header<'a> {
    pub(crate) alg: Cow<'a, str>,
    pub(crate) kid: Option<Cow<'a, str>>,
    pub(crate) chain: Option<Vec<Cow<'a, str>>>,
    thumbprint: Option<Cow<'a, str>>,
}

impl<'a> Header<'a> {
    /// Reads a decoded header.
    pub(crate) fn parse(json: &'a [u8], profile: &Profile) -> Result<Self, Error> {
        let object = Object::parse(json)?;
        let mut header = Self::default();
        let (mut typ, mut cty, mut b64, mut crit) = (None, None, None, None);
        for (name, value) in object.iter() {
            match name {
                "alg" => header.alg = text(value)?,
                "kid" => header.kid = Some(key_id(value)?),
                "typ" => typ = Some(text(value)?),
                "cty" => cty = Some(text(value)?),
                "x5c" => {
                    header.chain = Some(value.texts().ok_or(Error::header("x5c must be a list of strings"))?)
                }
                "x5t#S256" => header.thumbprint = Some(text(value)?),
                "b64" => b64 = Some(value),
                "crit" => crit = Some(value),
                _ => refuse_unknown(name, &profile.ignored)?,
            }
        }
        if header.alg.is_empty() {
            return Err(Error::header("alg is missing"));
        }
        let lacks_typ = typ.is_none() && profile.may_lack_typ;
        if typ.as_deref() != profile.typ.as_deref() && !lacks_typ {
            return Err(Error::header("typ is not the one of the profile"));
        }
        if cty.as_deref() != profile.cty.as_deref() {
            return Err(Error::header("cty is not the one of the profile"));
        }
        check_presence(profile.key_id, header.kid.is_some(), "kid is missing", "kid is not accepted")?;
        let has_certificate = header.chain.is_some() || header.thumbprint.is_some();
        let [missing, refused] = ["x5c or x5t#S256 is missing", "x5c and x5t#S256 are not accepted"];
        check_presence(profile.certificates, has_certificate, missing, refused)?;
        if header.chain.as_ref().is_some_and(Vec::is_empty) {
            return Err(Error::header("x5c is empty"));
        }
        if header.chain.as_ref().is_some_and(|chain| chain.len() > profile.max_certificates) {
            return Err(Error::header("x5c has more certificates than the profile allows"));
        }
        check_unencoded(profile.content, b64, crit)?;
        Ok(header)
    }

    /// Refuses certificates that are not those of the key.
    pub(crate) fn check_certificates(&self, known: &[Certificate]) -> Result<(), Error> {
        const OTHER: Error = Error::certificate("the certificate of the token is not the one of the key");
        if let Some(thumbprint) = &self.thumbprint
            && known.first().is_none_or(|own| own.thumbprint() != *thumbprint)
        {
            return Err(OTHER);
        }
        let Some(chain) = &self.chain else { return Ok(()) };
        // The sender may leave out authorities, but not bring others.
        let is_known = chain.iter().zip(known).all(|(text, known)| *text == known.to_x5c());
        if chain.len() > known.len() || !is_known { Err(OTHER) } else { Ok(()) }
    }

    /// Refuses an algorithm that is not the one of the key. Nothing is ever chosen by it.
    pub(crate) fn check_algorithm(&self, algorithm: SignatureAlgorithm) -> Result<(), Error> {
        if self.alg == algorithm.name() {
            return Ok(());
        }
        Err(Error::new(Kind::Algorithm, "alg is not the algorithm of the key"))
    }
}

/// The header that a signer writes.
pub(crate) fn write(
    profile: &Profile,
    algorithm: SignatureAlgorithm,
    key_id: Option<&str>,
    certificates: &[Certificate],
) -> String {
    let mut json = String::from("{");
    let mut member = |name: &str, text: &str| {
        if json.len() > 1 {
            json.push(',');
        }
        write_text(name, &mut json);
        json.push(':');
        write_text(text, &mut json);
    };
    if let Some(typ) = &profile.typ {
        member("typ", typ);
    }
    member("alg", algorithm.name());
    if let Some(cty) = &profile.cty {
        member("cty", cty);
    }
    if let Some(key_id) = key_id {
        member("kid", key_id);
    }
    if profile.certificates != Presence::Refused && !certificates.is_empty() {
        json.push_str(",\"x5c\":[");
        for (position, certificate) in certificates.iter().take(profile.max_certificates).enumerate() {
            json.push_str(if position == 0 { "" } else { "," });
            write_text(&certificate.to_x5c(), &mut json);
        }
        json.push(']');
    }
    if profile.content == Content::DetachedUnencoded {
        json.push_str(",\"b64\":false,\"crit\":[\"b64\"]");
    }
    json.push('}');
    json
}

/// Tells what is wrong with a header that no profile names.
pub(crate) fn refuse_unknown(name: &str, ignored: &[String]) -> Result<(), Error> {
    if let Some((_, reason)) = FORBIDDEN.iter().find(|(forbidden, _)| *forbidden == name) {
        return Err(Error::header(reason));
    }
    if ignored.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(Error::header("a header that the profile does not name"))
}

pub(crate) fn check_presence(
    wanted: Presence,
    is_there: bool,
    missing: &'static str,
    refused: &'static str,
) -> Result<(), Error> {
    match (wanted, is_there) {
        (Presence::Required, false) => Err(Error::header(missing)),
        (Presence::Refused, true) => Err(Error::header(refused)),
        _ => Ok(()),
    }
}

pub(crate) fn text(value: Value<'_>) -> Result<Cow<'_, str>, Error> {
    value.text().ok_or(Error::header("a header that must be a string"))
}

/// 1 to 256 bytes; it is compared with the ids of the set and never used as anything else.
pub(crate) fn key_id(value: Value<'_>) -> Result<Cow<'_, str>, Error> {
    let id = text(value)?;
    if id.is_empty() || id.len() > 256 {
        return Err(Error::header("kid must be 1 to 256 bytes"));
    }
    Ok(id)
}

/// `b64` is there exactly when the profile has it, is false, and is the one critical header. RFC 7797, 6: "producers MUST include the
/// "crit" Header Parameter ... with "b64" in its set of values".
fn check_unencoded(content: Content, b64: Option<Value<'_>>, crit: Option<Value<'_>>) -> Result<(), Error> {
    if content != Content::DetachedUnencoded {
        return match (b64, crit) {
            (None, None) => Ok(()),
            (Some(_), _) => Err(Error::header("b64 is not accepted")),
            (_, Some(_)) => Err(Error::header("crit is not accepted")),
        };
    }
    let is_listed = crit.and_then(Value::texts).is_some_and(|names| names == ["b64"]);
    match b64.and_then(Value::boolean) {
        Some(false) if is_listed => Ok(()),
        _ => Err(Error::header("b64 must be false, and the one item of crit")),
    }
}
