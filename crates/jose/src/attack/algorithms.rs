//! Another `alg`: none at all, an HMAC under the public key, a sister algorithm, or nonsense.

use super::{Attack, Family, Forge, replaced};
use crate::{
    Error, SignatureAlgorithm,
    backend::{Backend, OpenSsl},
    key::{Parameters, failed},
};
use openssl::{hash::MessageDigest, pkey::PKey, sign::Signer};

pub(super) fn all(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let mut attacks = none(forge);
    attacks.extend(hmac(forge)?);
    attacks.extend(sisters(forge)?);
    attacks.extend(nonsense(forge)?);
    Ok(attacks)
}

fn header(forge: &Forge<'_>, alg: &str) -> String {
    replaced(&forge.header, "alg", Some(&format!("\"{alg}\"")))
}

fn none(forge: &Forge<'_>) -> Vec<Attack> {
    let genuine = crate::base64url::decode(forge.parts()[2]).unwrap_or_default();
    let mut attacks = Vec::new();
    for alg in
        ["none", "None", "NONE", "nOnE", "noNe", "none ", " none", "\\u006eone", "none\\u0000", "n\\u014fne"]
    {
        for (what, signature) in
            [("no signature", &[][..]), ("one byte", &[0]), ("the old signature", &genuine)]
        {
            let token = forge.assemble(header(forge, alg).as_bytes(), forge.target.payload, signature);
            attacks.push(forge.attack(Family::Algorithm, format!("alg {alg:?} with {what}"), token));
        }
    }
    attacks
}

/// The public key is public: as the secret of an HMAC it is worth nothing (CVE-2015-9256 and many since).
fn hmac(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let public = forge.target.key.verifying_key();
    let Some(key) = &forge.public else { return Ok(Vec::new()) };
    let pkey = key.parameters().to_pkey()?;
    let pem = pkey.public_key_to_pem().map_err(failed)?;
    let trimmed = pem.strip_suffix(b"\n").unwrap_or(&pem).to_vec();
    let mut secrets = vec![
        ("PEM", pem),
        ("PEM without its last line feed", trimmed),
        ("DER", key.to_der()),
        ("JWK", key.to_jwk().into_bytes()),
        ("thumbprint", key.thumbprint().as_bytes().to_vec()),
        ("kid", public.key_id().unwrap_or("kid").as_bytes().to_vec()),
        ("empty secret", vec![0]),
        ("the word secret", b"secret".to_vec()),
    ];
    match key.parameters() {
        Parameters::Rsa { modulus, exponent } => {
            secrets.push(("modulus", modulus.clone()));
            secrets.push(("exponent", exponent.clone()));
            let rsa = pkey.rsa().map_err(failed)?;
            secrets.push(("PKCS#1 PEM", rsa.public_key_to_pem_pkcs1().map_err(failed)?));
            secrets.push(("PKCS#1 DER", rsa.public_key_to_der_pkcs1().map_err(failed)?));
        }
        Parameters::P256 { x, y } => {
            secrets.push(("x", x.to_vec()));
            secrets.push(("point", [&[4][..], x, y].concat()));
        }
        Parameters::Ed25519 { x } => secrets.push(("x", x.to_vec())),
    }
    if let Some(certificate) = public.certificates().first() {
        secrets.push(("certificate", certificate.to_der()));
    }
    let mut attacks = Vec::new();
    for (alg, digest) in [
        ("HS256", MessageDigest::sha256()),
        ("HS384", MessageDigest::sha384()),
        ("HS512", MessageDigest::sha512()),
        // The name of the key's own algorithm, for a verifier that looks at lengths.
        (forge.algorithm().name(), MessageDigest::sha256()),
    ] {
        for (what, secret) in &secrets {
            let json = header(forge, alg);
            let signed = forge.signed(json.as_bytes(), forge.target.payload);
            let key = PKey::hmac(secret).map_err(failed)?;
            let mac = Signer::new(digest, &key).and_then(|mut signer| signer.sign_oneshot_to_vec(&signed));
            let token = forge.assemble(json.as_bytes(), forge.target.payload, &mac.map_err(failed)?);
            attacks.push(forge.attack(
                Family::Algorithm,
                format!("{alg} as an HMAC under the key's {what}"),
                token,
            ));
        }
    }
    Ok(attacks)
}

/// What the key could do as well, but is not for.
fn sisters(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let sister = match forge.algorithm() {
        SignatureAlgorithm::Rs256 => SignatureAlgorithm::Ps256,
        SignatureAlgorithm::Ps256 => SignatureAlgorithm::Rs256,
        SignatureAlgorithm::Es256 | SignatureAlgorithm::EdDsa => return Ok(Vec::new()),
    };
    let signer = OpenSsl.signing(&forge.target.key.private, sister)?;
    let mut attacks = Vec::new();
    for name in [sister.name(), forge.algorithm().name()] {
        let json = header(forge, name);
        let signature = signer.sign(&forge.signed(json.as_bytes(), forge.target.payload))?;
        let token = forge.assemble(json.as_bytes(), forge.target.payload, &signature);
        attacks.push(forge.attack(
            Family::Algorithm,
            format!("signed by {} and called {name}", sister.name()),
            token,
        ));
    }
    Ok(attacks)
}

/// Rightly signed, and called something else.
fn nonsense(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let own = forge.algorithm().name();
    let mut values: Vec<String> = [
        "HS256",
        "HS384",
        "HS512",
        "RS256",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256",
        "ES384",
        "ES512",
        "ES256K",
        "EdDSA",
        "Ed25519",
        "Ed448",
        "ML-DSA-44",
        "RSA1_5",
        "RSA-OAEP",
        "RSA-OAEP-256",
        "A128KW",
        "A256GCMKW",
        "dir",
        "ECDH-ES",
        "PBES2-HS256+A128KW",
        "RS1",
        "",
    ]
    .iter()
    .filter(|name| **name != own)
    .map(|name| format!("\"{name}\""))
    .collect();
    values.extend(
        [
            own.to_lowercase(),
            format!("{own} "),
            format!(" {own}"),
            format!("{own}\\u0000"),
            format!("{own}\\n"),
        ]
        .iter()
        .filter(|name| *name != own)
        .map(|name| format!("\"{name}\"")),
    );
    values.extend(["null", "true", "256", "{}", "[]"].map(str::to_owned));
    values.push(format!("[\"{own}\"]"));
    values.push(format!("{{\"{own}\": true}}"));
    let mut attacks = Vec::new();
    for value in values {
        attacks.push(forge.attack(
            Family::Algorithm,
            format!("rightly signed and called {value}"),
            forge.with_member("alg", &value)?,
        ));
    }
    let without = replaced(&forge.header, "alg", None);
    attacks.push(forge.attack(
        Family::Algorithm,
        "without alg",
        forge.sign(without.as_bytes(), forge.target.payload)?,
    ));
    Ok(attacks)
}
