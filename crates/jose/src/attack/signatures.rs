//! Signatures that are not the key's signature of this token.

use super::{Attack, Family, Forge};
use crate::{Error, SignatureAlgorithm, base64url, key::failed};
use openssl::{
    ecdsa::EcdsaSig,
    hash::MessageDigest,
    rsa::Padding,
    sign::{RsaPssSaltlen, Signer},
};

pub(super) fn all(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let genuine = base64url::decode(forge.parts()[2])?;
    let mut signatures = changed(&genuine);
    match forge.algorithm() {
        SignatureAlgorithm::Rs256 | SignatureAlgorithm::Ps256 => signatures.extend(rsa(forge)?),
        SignatureAlgorithm::Es256 => signatures.extend(ecdsa(&genuine)?),
        SignatureAlgorithm::EdDsa => signatures.extend(eddsa(&genuine)),
    }
    Ok(assembled(forge, signatures))
}

/// Without the key, what is left is to change the signature that there is.
pub(super) fn of_a_captured_token(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let genuine = base64url::decode(forge.parts()[2])?;
    let mut signatures = changed(&genuine);
    match forge.algorithm() {
        SignatureAlgorithm::Rs256 | SignatureAlgorithm::Ps256 => {}
        SignatureAlgorithm::Es256 => signatures.extend(ecdsa(&genuine)?),
        SignatureAlgorithm::EdDsa => signatures.extend(eddsa(&genuine)),
    }
    Ok(assembled(forge, signatures))
}

fn assembled(forge: &Forge<'_>, signatures: Vec<(String, Vec<u8>)>) -> Vec<Attack> {
    let assembled = |(name, signature): (String, Vec<u8>)| {
        let token = forge.assemble(forge.header.as_bytes(), forge.target.payload, &signature);
        forge.attack(Family::Signature, format!("signature {name}"), token)
    };
    signatures.into_iter().map(assembled).collect()
}

/// Flipped, cut, extended, constant.
fn changed(genuine: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut signatures = Vec::new();
    for step in 0..32 {
        let position = step * genuine.len() / 32;
        for bit in [0, 7] {
            let mut flipped = genuine.to_vec();
            if let Some(byte) = flipped.get_mut(position) {
                *byte ^= 1 << bit;
            }
            signatures.push((format!("with bit {bit} of byte {position} flipped"), flipped));
        }
        signatures
            .push((format!("cut to {position} bytes"), genuine.get(..position).unwrap_or_default().to_vec()));
    }
    for more in [1, 2, 32, 64, 256] {
        signatures.push((format!("with {more} zeros behind"), [genuine, &vec![0; more]].concat()));
        signatures.push((format!("with {more} zeros before"), [&vec![0; more], genuine].concat()));
    }
    for byte in [0, 1, 0x7f, 0xff] {
        signatures.push((format!("of bytes {byte}"), vec![byte; genuine.len()]));
    }
    signatures.push((
        "without its last byte".to_owned(),
        genuine.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default(),
    ));
    signatures.push((
        "without its first byte".to_owned(),
        genuine.split_first().map(|(_, rest)| rest.to_vec()).unwrap_or_default(),
    ));
    signatures.push(("turned round".to_owned(), genuine.iter().rev().copied().collect()));
    signatures.push(("twice".to_owned(), genuine.repeat(2)));
    signatures
}

/// Of the right key, with another digest, padding or salt.
fn rsa(forge: &Forge<'_>) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let key = forge.target.key.private.to_pkey()?;
    let signed = forge.signed(forge.header.as_bytes(), forge.target.payload);
    let mut signatures = Vec::new();
    for (name, digest) in [
        ("SHA-1", MessageDigest::sha1()),
        ("SHA-224", MessageDigest::sha224()),
        ("SHA-384", MessageDigest::sha384()),
        ("SHA-512", MessageDigest::sha512()),
        ("SHA3-256", MessageDigest::sha3_256()),
    ] {
        let mut signer = Signer::new(digest, &key).map_err(failed)?;
        signer.set_rsa_padding(Padding::PKCS1).map_err(failed)?;
        signatures.push((format!("over {name}"), signer.sign_oneshot_to_vec(&signed).map_err(failed)?));
    }
    for salt in [0, 20, 31, 33, 64] {
        let mut signer = Signer::new(MessageDigest::sha256(), &key).map_err(failed)?;
        signer.set_rsa_padding(Padding::PKCS1_PSS).map_err(failed)?;
        signer.set_rsa_pss_saltlen(RsaPssSaltlen::custom(salt)).map_err(failed)?;
        signatures.push((
            format!("with a salt of {salt} bytes"),
            signer.sign_oneshot_to_vec(&signed).map_err(failed)?,
        ));
    }
    // The digest without its name: RSA over the bare hash.
    let rsa = key.rsa().map_err(failed)?;
    let mut bare = vec![0; usize::try_from(rsa.size()).unwrap_or_default()];
    rsa.private_encrypt(&openssl::sha::sha256(&signed), &mut bare, Padding::PKCS1).map_err(failed)?;
    signatures.push(("over a digest without its name".to_owned(), bare));
    Ok(signatures)
}

/// R and S that are out of range, or written otherwise (CVE-2022-21449 and its kind).
fn ecdsa(genuine: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let (r, s) = genuine.split_at(genuine.len() / 2);
    let number = openssl::bn::BigNum::from_slice;
    let signature = EcdsaSig::from_private_components(number(r).map_err(failed)?, number(s).map_err(failed)?);
    let der = signature.and_then(|signature| signature.to_der()).map_err(failed)?;
    let mut signatures =
        vec![("in DER".to_owned(), der), ("with R and S exchanged".to_owned(), [s, r].concat())];
    let mut one = [0; 32];
    one[31] = 1;
    for (name, value) in [("zero", [0; 32]), ("one", one), ("the order", ORDER), ("all ones", [0xff; 32])] {
        signatures.push((format!("with R {name}"), [&value, s].concat()));
        signatures.push((format!("with S {name}"), [r, &value].concat()));
        signatures.push((format!("with R and S {name}"), [value, value].concat()));
    }
    Ok(signatures)
}

/// Points of small order, and an S that is not reduced (RFC 8032, 5.1.7).
fn eddsa(genuine: &[u8]) -> Vec<(String, Vec<u8>)> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let (r, s) = genuine.split_at(genuine.len() / 2);
    let mut carry = 0_u16;
    let mut more = Vec::new();
    for (byte, add) in s.iter().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        more.push(u8::try_from(sum & 0xff).unwrap_or_default());
        carry = sum >> 8;
    }
    let mut identity = [0; 32];
    identity[0] = 1;
    vec![
        ("with S plus the order".to_owned(), [r, &more].concat()),
        ("with R and S exchanged".to_owned(), [s, r].concat()),
        ("with the neutral R and S zero".to_owned(), [identity, [0; 32]].concat()),
        ("with R zero".to_owned(), [&[0; 32], s].concat()),
        ("with S zero".to_owned(), [r, &[0; 32]].concat()),
        ("with S the order".to_owned(), [r, &ORDER].concat()),
    ]
}
