//! JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).

use super::{MAX_KEY_FILE, PrivateKey, PublicKey, failed};
use crate::{Certificate, Error, base64url, certificate::expect_own, json::Object};
use base64::{Engine, engine::general_purpose::STANDARD};
use openssl::{
    bn::BigNum,
    ec::{EcGroup, EcKey, EcPoint},
    nid::Nid,
    pkey::{Id, PKey},
    rsa::Rsa,
};
use zeroize::Zeroizing;

/// A key as it is written, with what it says of its use.
pub(crate) struct Jwk<'a>(Object<'a>);

/// What a key is to be used for: the value of `use`, and those of `key_ops` that allow it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Use {
    Verify,
    Encrypt,
}

impl<'a> Jwk<'a> {
    pub(crate) fn parse(json: &'a [u8]) -> Result<Self, Error> {
        if json.len() > MAX_KEY_FILE {
            return Err(Error::too_large("a JSON Web Key must not exceed 64 KiB"));
        }
        Ok(Self(Object::parse(json)?))
    }

    /// The public key of an entry that must not be private.
    pub(crate) fn public(&self) -> Result<PublicKey, Error> {
        self.refuse_secret()?;
        let key = match self.text("kty")?.as_deref() {
            Some("RSA") => {
                let (n, e) = (self.number("n")?, self.number("e")?);
                PKey::from_rsa(Rsa::from_public_components(n, e).map_err(failed)?).map_err(failed)?
            }
            Some("EC") => PKey::from_ec_key(self.point()?).map_err(failed)?,
            Some("OKP") => {
                self.expect_curve("Ed25519")?;
                let bytes = self.bytes::<32>("x")?;
                PKey::public_key_from_raw_bytes(&*bytes, Id::ED25519)
                    .map_err(|_| Error::key("not an Ed25519 point"))?
            }
            _ => return Err(Error::key("a kty that is not accepted: not RSA, EC or OKP")),
        };
        PublicKey::admit(&key)
    }

    pub(crate) fn private(&self) -> Result<PrivateKey, Error> {
        let key = match self.text("kty")?.as_deref() {
            Some("RSA") => self.rsa()?,
            Some("EC") => {
                let public = self.point()?;
                let d = BigNum::from_slice(&*self.bytes::<32>("d")?).map_err(failed)?;
                let key = EcKey::from_private_components(public.group(), &d, public.public_key());
                let key = key.map_err(|_| Error::key("a private key of P-256 that is out of range"))?;
                key.check_key()
                    .map_err(|_| Error::key("a private key that is not the one of its public half"))?;
                PKey::from_ec_key(key).map_err(failed)?
            }
            Some("OKP") => {
                self.expect_curve("Ed25519")?;
                let (d, x) = (self.bytes::<32>("d")?, self.bytes::<32>("x")?);
                let key = PKey::private_key_from_raw_bytes(&*d, Id::ED25519).map_err(failed)?;
                if key.raw_public_key().map_err(failed)? != *x {
                    return Err(Error::key("a private key that is not the one of its public half"));
                }
                key
            }
            Some("oct") => return Err(Error::key("a symmetric key is not accepted")),
            _ => return Err(Error::key("a kty that is not accepted: not RSA, EC or OKP")),
        };
        PrivateKey::admit(&key)
    }

    /// Refuses what should never have been published.
    pub(crate) fn refuse_secret(&self) -> Result<(), Error> {
        if self.text("kty")?.as_deref() == Some("oct") {
            return Err(Error::key("a symmetric key is not accepted"));
        }
        if ["d", "k", "p", "q", "dp", "dq", "qi", "oth"].into_iter().any(|name| self.0.find(name).is_some()) {
            return Err(Error::key("a private key where a public one belongs: it must count as published"));
        }
        Ok(())
    }

    /// True when `use` says so; `key_ops` that are wrong are an error instead.
    pub(crate) fn is_for_something_else(&self) -> Result<bool, Error> {
        Ok(self.text("use")?.is_some_and(|found| found != "sig"))
    }

    /// Refuses a key that says that it is for something else.
    pub(crate) fn expect_use(&self, wanted: Use) -> Result<(), Error> {
        let (name, operations): (_, &[&str]) = match wanted {
            Use::Verify => ("sig", &["verify"]),
            Use::Encrypt => ("enc", &["encrypt", "wrapKey", "deriveKey", "deriveBits"]),
        };
        if self.text("use")?.is_some_and(|found| found != name) {
            return Err(Error::key("the use of the key is another"));
        }
        let Some(found) = self.0.find("key_ops") else { return Ok(()) };
        let found = found.texts().ok_or(Error::key("key_ops must be a list of strings"))?;
        let mut seen: Vec<_> = found.iter().collect();
        seen.sort();
        seen.dedup();
        // RFC 7517, 4.3: "Duplicate key operation values MUST NOT be present in the array."
        if seen.len() != found.len() || !found.iter().any(|one| operations.contains(&one.as_ref())) {
            return Err(Error::key("the operations of the key are others"));
        }
        Ok(())
    }

    /// The value of a member that is a string when it is there.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<String>, Error> {
        let Some(value) = self.0.find(name) else { return Ok(None) };
        let text = value.text().ok_or(Error::key("a member of a key that must be a string"))?;
        Ok(Some(text.into_owned()))
    }

    /// The certificates of `x5c`, the key's own first. They must be of this very key.
    pub(crate) fn certificates(&self, key: &PublicKey) -> Result<Vec<Certificate>, Error> {
        let Some(found) = self.0.find("x5c") else { return Ok(Vec::new()) };
        let texts = found.texts().ok_or(Error::key("x5c must be a list of strings"))?;
        let read = |text: &std::borrow::Cow<'_, str>| {
            let der = STANDARD.decode(text.as_bytes()).map_err(|_| Error::key("x5c must be base64"))?;
            Certificate::from_der(&der)
        };
        let chain: Vec<_> = texts.iter().map(read).collect::<Result<_, _>>()?;
        expect_own(&chain, key)?;
        Ok(chain)
    }

    fn rsa(&self) -> Result<PKey<openssl::pkey::Private>, Error> {
        if self.0.find("oth").is_some() {
            return Err(Error::key("an RSA key of more than two primes is not accepted"));
        }
        let number = |name| self.number(name);
        let key = Rsa::from_private_components(
            number("n")?,
            number("e")?,
            number("d")?,
            number("p")?,
            number("q")?,
            number("dp")?,
            number("dq")?,
            number("qi")?,
        );
        PKey::from_rsa(key.map_err(failed)?).map_err(failed)
    }

    fn point(&self) -> Result<EcKey<openssl::pkey::Public>, Error> {
        self.expect_curve("P-256")?;
        let (x, y) = (self.bytes::<32>("x")?, self.bytes::<32>("y")?);
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).map_err(failed)?;
        let mut context = openssl::bn::BigNumContext::new().map_err(failed)?;
        let bytes: Vec<u8> = [4].iter().chain(x.iter()).chain(y.iter()).copied().collect();
        let point = EcPoint::from_bytes(&group, &bytes, &mut context);
        let point = point.map_err(|_| Error::key("not a point of P-256"))?;
        EcKey::from_public_key(&group, &point).map_err(failed)
    }

    fn expect_curve(&self, curve: &str) -> Result<(), Error> {
        if self.text("crv")?.as_deref() == Some(curve) {
            return Ok(());
        }
        Err(Error::key("a curve that is not accepted: not P-256 or Ed25519"))
    }

    /// A big number: "it MUST utilize the minimum number of octets" (RFC 7518, 2: Base64urlUInt).
    fn number(&self, name: &'static str) -> Result<BigNum, Error> {
        let bytes = self.octets(name)?;
        if bytes.first().is_none_or(|first| *first == 0) || bytes.len() > 1024 {
            return Err(Error::key("a number of a key with leading zeros, or too long"));
        }
        BigNum::from_slice(&bytes).map_err(failed)
    }

    /// Of a fixed length, zeros included.
    fn bytes<const N: usize>(&self, name: &'static str) -> Result<Zeroizing<[u8; N]>, Error> {
        let bytes = self.octets(name)?;
        let fixed =
            bytes.as_slice().try_into().map_err(|_| Error::key("a member of a key has a wrong length"))?;
        Ok(Zeroizing::new(fixed))
    }

    fn octets(&self, name: &'static str) -> Result<Zeroizing<Vec<u8>>, Error> {
        let text = Zeroizing::new(self.text(name)?.ok_or(Error::key("a member of a key is missing"))?);
        base64url::decode(text.as_bytes())
            .map(Zeroizing::new)
            .map_err(|_| Error::key("a member of a key is not base64url without padding"))
    }
}

/// The public members and then the private ones, big numbers as RFC 7518 section 6 has them.
pub(super) fn write_private(key: &PrivateKey) -> Result<Zeroizing<String>, Error> {
    let pkey = key.to_pkey()?;
    let mut members: Vec<(&str, Zeroizing<Vec<u8>>)> = Vec::new();
    match pkey.id() {
        Id::RSA => {
            let rsa = pkey.rsa().map_err(failed)?;
            let parts = [
                ("d", Some(rsa.d())),
                ("p", rsa.p()),
                ("q", rsa.q()),
                ("dp", rsa.dmp1()),
                ("dq", rsa.dmq1()),
                ("qi", rsa.iqmp()),
            ];
            for (name, part) in parts {
                let part = part.ok_or(Error::key("an RSA key without its primes"))?;
                members.push((name, Zeroizing::new(part.to_vec())));
            }
        }
        Id::EC => {
            let d = pkey.ec_key().and_then(|key| key.private_key().to_vec_padded(32)).map_err(failed)?;
            members.push(("d", Zeroizing::new(d)));
        }
        _ => members.push(("d", Zeroizing::new(pkey.raw_private_key().map_err(failed)?))),
    }
    let public = key.public().to_jwk();
    // Room for all of it, so that no copy is left behind when it grows.
    let room = members.iter().map(|(_, bytes)| bytes.len() * 2 + 16).sum::<usize>();
    let mut json = Zeroizing::new(String::with_capacity(public.len() + room));
    json.push_str(public.trim_end_matches('}'));
    for (name, bytes) in members {
        json.push_str(&format!(",\"{name}\":\""));
        base64url::encode_into(&*bytes, &mut json);
        json.push('"');
    }
    json.push('}');
    Ok(json)
}
