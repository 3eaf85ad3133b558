//! Which numbers are a key that nobody else can have.

use crate::{Error, key::failed};
use openssl::{
    bn::{BigNum, BigNumContext, BigNumRef},
    error::ErrorStack,
    pkey::Private,
    rsa::Rsa,
};

pub(super) const RSA_SIZE: &str = "an RSA key must have 2048 to 8192 bits";

/// Refuses public numbers that are known to be weak.
pub(super) fn rsa(modulus: &BigNumRef, exponent: &BigNumRef) -> Result<(), Error> {
    if !(2048..=8192).contains(&modulus.num_bits()) {
        return Err(Error::key(RSA_SIZE));
    }
    let low = if exponent.num_bits() <= 64 { exponent.to_vec() } else { Vec::new() };
    let exponent = low.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    if exponent < 65537 || exponent.is_multiple_of(2) {
        return Err(Error::key("an RSA exponent must be odd, from 65537 to 64 bits"));
    }
    if has_small_factor(modulus).map_err(failed)? {
        return Err(Error::key("an RSA modulus with a small factor"));
    }
    if has_roca_fingerprint(modulus).map_err(failed)? {
        return Err(Error::key("an RSA modulus with the fingerprint of ROCA (CVE-2017-15361)"));
    }
    if has_close_factors(modulus).map_err(failed)? {
        return Err(Error::key("an RSA modulus whose factors are close together"));
    }
    Ok(())
}

/// Refuses private numbers that do not fit together: a signature with a wrong one gives the key away.
pub(super) fn rsa_private(key: &Rsa<Private>) -> Result<(), Error> {
    let has_all = [key.p(), key.q(), key.dmp1(), key.dmq1(), key.iqmp()].iter().all(Option::is_some);
    if has_all && key.check_key().unwrap_or_default() {
        Ok(())
    } else {
        Err(Error::key("an RSA private key whose numbers do not fit together"))
    }
}

/// Found by dividing by everything below 2^12, primes or not.
fn has_small_factor(modulus: &BigNumRef) -> Result<bool, ErrorStack> {
    for divisor in (2..3).chain((3..4096).step_by(2)) {
        if modulus.mod_word(divisor)? == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Keys of a widely used chip are powers of 65537 modulo each small prime. Of other keys, fewer than one in
/// 100 million is. (Nemec et al., "The Return of Coppersmith's Attack", 2017.)
fn has_roca_fingerprint(modulus: &BigNumRef) -> Result<bool, ErrorStack> {
    const PRIMES: [u32; 38] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101,
        103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];
    for prime in PRIMES {
        let rest = modulus.mod_word(prime)?;
        let prime = u64::from(prime);
        let powers = std::iter::successors(Some(1), |power| Some(power * 65537 % prime));
        if !powers.take(168).any(|power| power == rest) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Fermat's factorisation succeeds at once when the factors share their upper half (CVE-2022-26320).
fn has_close_factors(modulus: &BigNumRef) -> Result<bool, ErrorStack> {
    let mut context = BigNumContext::new()?;
    let mut middle = square_root(modulus, &mut context)?;
    let (mut square, mut rest) = (BigNum::new()?, BigNum::new()?);
    for _ in 0..100 {
        square.sqr(&middle, &mut context)?;
        rest.checked_sub(&square, modulus)?;
        if !rest.is_negative() && is_square(&rest, &mut context)? {
            return Ok(true);
        }
        middle.add_word(1)?;
    }
    Ok(false)
}

fn is_square(number: &BigNumRef, context: &mut BigNumContext) -> Result<bool, ErrorStack> {
    // Squares leave few rests: most numbers need no root.
    if !matches!(number.mod_word(16)?, 0 | 1 | 4 | 9) {
        return Ok(false);
    }
    let root = square_root(number, context)?;
    let mut square = BigNum::new()?;
    square.sqr(&root, context)?;
    Ok(square == *number)
}

/// The largest number whose square is not above `number`, by Newton's method from above.
fn square_root(number: &BigNumRef, context: &mut BigNumContext) -> Result<BigNum, ErrorStack> {
    let mut root = BigNum::new()?;
    root.set_bit((number.num_bits() + 1) / 2)?;
    loop {
        let (mut quotient, mut next) = (BigNum::new()?, BigNum::new()?);
        quotient.checked_div(number, &root, context)?;
        next.checked_add(&quotient, &root)?;
        quotient.rshift1(&next)?;
        if quotient >= root {
            return Ok(root);
        }
        root = quotient;
    }
}

/// Refuses points of small order, under which a signature fits many messages, and coordinates that are not
/// reduced modulo 2^255 - 19.
pub(super) fn ed25519(point: &[u8; 32]) -> Result<(), Error> {
    /// The y of every point whose order divides 8, without sign: 0, 1, -1, and the two of order 8.
    const SMALL: [[u8; 32]; 5] = [
        [0; 32],
        little_endian(1, 0, 0),
        little_endian(0xec, 0xff, 0x7f),
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
            0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
            0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    let mut y = *point;
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    let is_reduced = y.iter().rev().lt(little_endian(0xed, 0xff, 0x7f).iter().rev());
    if SMALL.contains(&y) || !is_reduced {
        return Err(Error::key("an Ed25519 point of small order, or not reduced"));
    }
    Ok(())
}

const fn little_endian(first: u8, between: u8, last: u8) -> [u8; 32] {
    let mut bytes = [between; 32];
    let [low, .., high] = &mut bytes;
    *low = first;
    *high = last;
    bytes
}

#[cfg(test)]
mod tests {
    use super::{BigNum, BigNumContext, has_close_factors, has_roca_fingerprint, square_root};

    #[test]
    fn roots_are_rounded_down() {
        let mut context = BigNumContext::new().unwrap();
        for (number, root) in
            [(1_u32, 1), (2, 1), (3, 1), (4, 2), (15, 3), (16, 4), (17, 4), (1 << 31, 46340)]
        {
            let found = square_root(&BigNum::from_u32(number).unwrap(), &mut context).unwrap();
            assert_eq!(found, BigNum::from_u32(root).unwrap(), "{number}");
        }
    }

    #[test]
    fn sound_keys_have_no_fingerprint() {
        for _ in 0..3 {
            let key = openssl::rsa::Rsa::generate(2048).unwrap();
            assert!(!has_roca_fingerprint(key.n()).unwrap());
            assert!(!has_close_factors(key.n()).unwrap());
        }
    }
}
