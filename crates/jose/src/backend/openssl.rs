//! OpenSSL through the `openssl` crate, with contexts that are made once and used again.
//!
//! Initialising a context costs as much as a tenth of a verification, and reading a key from DER more than a
//! whole one. So each key keeps a stock of contexts: a call takes one, and puts it back.

use super::{Backend, ContentKey, Sealing, Sign, Unwrap, Verify, Wrap};
use crate::{
    Error, KeyAlgorithm, Kind, PrivateKey, PublicKey, SignatureAlgorithm,
    key::{Parameters, failed},
};
use openssl::{
    bn::BigNum,
    ecdsa::EcdsaSig,
    error::ErrorStack,
    md::Md,
    pkey::{HasPrivate, PKey, Private, Public},
    pkey_ctx::PkeyCtx,
    rsa::Padding,
    sha::{Sha256, sha256},
    sign::{RsaPssSaltlen, Signer, Verifier},
    symm::{Cipher, decrypt_aead, encrypt_aead},
};
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// The default back end.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenSsl;

impl Backend for OpenSsl {
    fn signing(&self, key: &PrivateKey, algorithm: SignatureAlgorithm) -> Result<Arc<dyn Sign>, Error> {
        let key = key.to_pkey()?;
        if algorithm == SignatureAlgorithm::EdDsa {
            return Ok(Arc::new(Ed25519(key)));
        }
        Ok(Arc::new(DigestSigner { contexts: Stock::new(), key, algorithm }))
    }

    fn verifying(&self, key: &PublicKey, algorithm: SignatureAlgorithm) -> Result<Arc<dyn Verify>, Error> {
        let key = key.parameters().to_pkey()?;
        if algorithm == SignatureAlgorithm::EdDsa {
            return Ok(Arc::new(Ed25519(key)));
        }
        Ok(Arc::new(DigestVerifier { contexts: Stock::new(), key, algorithm }))
    }

    fn wrapping(&self, key: &PublicKey, algorithm: KeyAlgorithm) -> Result<Arc<dyn Wrap>, Error> {
        let key = key.parameters().to_pkey()?;
        Ok(match algorithm {
            KeyAlgorithm::RsaOaep256 => Arc::new(Oaep(key)),
            KeyAlgorithm::EcdhEs => Arc::new(Agreement(key)),
        })
    }

    fn unwrapping(&self, key: &PrivateKey, algorithm: KeyAlgorithm) -> Result<Arc<dyn Unwrap>, Error> {
        let key = key.to_pkey()?;
        Ok(match algorithm {
            KeyAlgorithm::RsaOaep256 => Arc::new(Oaep(key)),
            KeyAlgorithm::EcdhEs => Arc::new(Agreement(key)),
        })
    }

    fn seal(&self, sealing: &Sealing<'_>, content: &[u8]) -> Result<(Vec<u8>, [u8; 16]), Error> {
        let mut tag = [0; 16];
        let Sealing { key, iv, additional } = sealing;
        let cipher = Cipher::aes_256_gcm();
        let sealed = encrypt_aead(cipher, *key, Some(*iv), additional, content, &mut tag).map_err(failed)?;
        Ok((sealed, tag))
    }

    fn open(
        &self,
        sealing: &Sealing<'_>,
        content: &[u8],
        tag: &[u8; 16],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let Sealing { key, iv, additional } = sealing;
        decrypt_aead(Cipher::aes_256_gcm(), *key, Some(*iv), additional, content, tag)
            .map(Zeroizing::new)
            .map_err(|_| undecipherable())
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        openssl::rand::rand_bytes(bytes).map_err(failed)
    }
}

/// Initialised contexts that nobody uses at the moment.
struct Stock<T>(Mutex<Vec<PkeyCtx<T>>>);

impl<T> Stock<T> {
    /// How many are kept: more threads than that make their own.
    const MOST: usize = 64;

    fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// A context from the stock, or a new one. It does not come back after an error.
    fn with<R>(
        &self,
        make: impl FnOnce() -> Result<PkeyCtx<T>, ErrorStack>,
        work: impl FnOnce(&mut PkeyCtx<T>) -> Result<R, ErrorStack>,
    ) -> Result<R, ErrorStack> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut context = match kept {
            Some(context) => context,
            None => make()?,
        };
        let result = work(&mut context)?;
        let mut stock = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if stock.len() < Self::MOST {
            stock.push(context);
        }
        Ok(result)
    }
}

/// Sets what both sides of a signature over a digest agree on.
fn configure<T>(context: &mut PkeyCtx<T>, algorithm: SignatureAlgorithm) -> Result<(), ErrorStack> {
    match algorithm {
        SignatureAlgorithm::Rs256 => context.set_rsa_padding(Padding::PKCS1)?,
        SignatureAlgorithm::Ps256 => {
            context.set_rsa_padding(Padding::PKCS1_PSS)?;
            context.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
            context.set_rsa_mgf1_md(Md::sha256())?;
        }
        SignatureAlgorithm::Es256 | SignatureAlgorithm::EdDsa => {}
    }
    context.set_signature_md(Md::sha256())
}

struct DigestSigner {
    contexts: Stock<Private>,
    key: PKey<Private>,
    algorithm: SignatureAlgorithm,
}

impl Sign for DigestSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let make = || {
            let mut context = PkeyCtx::new(&self.key)?;
            context.sign_init()?;
            configure(&mut context, self.algorithm)?;
            Ok(context)
        };
        let digest = sha256(message);
        let mut signature = Vec::new();
        self.contexts.with(make, |context| context.sign_to_vec(&digest, &mut signature)).map_err(failed)?;
        if self.algorithm == SignatureAlgorithm::Es256 {
            joined(&signature).map_err(failed)
        } else {
            Ok(signature)
        }
    }
}

struct DigestVerifier {
    contexts: Stock<Public>,
    key: PKey<Public>,
    algorithm: SignatureAlgorithm,
}

impl Verify for DigestVerifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<bool, Error> {
        let make = || {
            let mut context = PkeyCtx::new(&self.key)?;
            context.verify_init()?;
            configure(&mut context, self.algorithm)?;
            Ok(context)
        };
        let digest = sha256(message);
        let der;
        let signature = if self.algorithm == SignatureAlgorithm::Es256 {
            der = separated(signature).map_err(failed)?;
            &der
        } else {
            signature
        };
        // OpenSSL calls some wrong signatures an error, and others wrong: here both are wrong.
        let verified = self.contexts.with(make, |context| {
            let verified = context.verify(&digest, signature);
            Ok(verified.unwrap_or_default())
        });
        verified.map_err(failed)
    }
}

/// From DER to R and S.
fn joined(der: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    let signature = EcdsaSig::from_der(der)?;
    let mut joined = signature.r().to_vec_padded(32)?;
    joined.append(&mut signature.s().to_vec_padded(32)?);
    Ok(joined)
}

/// From R and S to DER.
fn separated(joined: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    let (r, s) = joined.split_at(joined.len() / 2);
    EcdsaSig::from_private_components(BigNum::from_slice(r)?, BigNum::from_slice(s)?)?.to_der()
}

/// Ed25519 takes the message whole.
struct Ed25519<T>(PKey<T>);

impl<T: HasPrivate + Send + Sync> Sign for Ed25519<T> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let mut signer = Signer::new_without_digest(&self.0).map_err(failed)?;
        signer.sign_oneshot_to_vec(message).map_err(failed)
    }
}

impl Verify for Ed25519<Public> {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<bool, Error> {
        let mut verifier = Verifier::new_without_digest(&self.0).map_err(failed)?;
        Ok(verifier.verify_oneshot(signature, message).unwrap_or_default())
    }
}

struct Oaep<T>(PKey<T>);

fn configure_oaep<T>(context: &mut PkeyCtx<T>) -> Result<(), ErrorStack> {
    context.set_rsa_padding(Padding::PKCS1_OAEP)?;
    context.set_rsa_oaep_md(Md::sha256())?;
    context.set_rsa_mgf1_md(Md::sha256())
}

impl Wrap for Oaep<Public> {
    fn wrap(&self) -> Result<ContentKey, Error> {
        let mut key = Zeroizing::new([0; 32]);
        OpenSsl.fill(&mut *key)?;
        let mut encrypted = Vec::new();
        let mut context = PkeyCtx::new(&self.0).map_err(failed)?;
        context.encrypt_init().map_err(failed)?;
        configure_oaep(&mut context).map_err(failed)?;
        context.encrypt_to_vec(&*key, &mut encrypted).map_err(failed)?;
        Ok(ContentKey { key, encrypted, ephemeral: None })
    }
}

impl Unwrap for Oaep<Private> {
    fn unwrap(&self, encrypted: &[u8], _: Option<&PublicKey>) -> Result<Zeroizing<[u8; 32]>, Error> {
        let mut context = PkeyCtx::new(&self.0).map_err(failed)?;
        context.decrypt_init().map_err(failed)?;
        configure_oaep(&mut context).map_err(failed)?;
        let mut found = Zeroizing::new(Vec::new());
        context.decrypt_to_vec(encrypted, &mut found).map_err(|_| undecipherable())?;
        found.as_slice().try_into().map(Zeroizing::new).map_err(|_| undecipherable())
    }
}

struct Agreement<T>(PKey<T>);

impl Wrap for Agreement<Public> {
    fn wrap(&self) -> Result<ContentKey, Error> {
        let ephemeral = PrivateKey::generate_p256()?;
        let key = derived(&agreed(&ephemeral.to_pkey()?, &self.0).map_err(failed)?);
        Ok(ContentKey { key, encrypted: Vec::new(), ephemeral: Some(ephemeral.public().clone()) })
    }
}

impl Unwrap for Agreement<Private> {
    fn unwrap(&self, _: &[u8], ephemeral: Option<&PublicKey>) -> Result<Zeroizing<[u8; 32]>, Error> {
        let Some(ephemeral) = ephemeral.map(PublicKey::parameters) else { return Err(undecipherable()) };
        if !matches!(ephemeral, Parameters::P256 { .. }) {
            return Err(undecipherable());
        }
        Ok(derived(&agreed(&self.0, &ephemeral.to_pkey()?).map_err(|_| undecipherable())?))
    }
}

/// The x of the shared point.
fn agreed(own: &PKey<Private>, other: &PKey<Public>) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
    let mut context = PkeyCtx::new(own)?;
    context.derive_init()?;
    context.derive_set_peer(other)?;
    let mut shared = Zeroizing::new(Vec::new());
    context.derive_to_vec(&mut shared)?;
    Ok(shared)
}

fn derived(shared: &[u8]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(concat_kdf(shared, "A256GCM", b"", b"", 256))
}

/// One round of the Concat KDF with SHA-256, in the layout of RFC 7518, 4.6.2; as many bytes as a digest has.
fn concat_kdf(shared: &[u8], algorithm: &str, sender: &[u8], receiver: &[u8], bits: u32) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(&1_u32.to_be_bytes());
    hash.update(shared);
    for field in [algorithm.as_bytes(), sender, receiver] {
        hash.update(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(field);
    }
    hash.update(&bits.to_be_bytes());
    hash.finish()
}

/// One error for everything that may be wrong with a ciphertext.
fn undecipherable() -> Error {
    Error::new(Kind::Decryption, "the token cannot be decrypted")
}

#[cfg(test)]
mod tests {
    use super::concat_kdf;
    use crate::{PrivateKey, PublicKey, base64url};

    /// RFC 7518, appendix C.
    #[test]
    fn derives_the_key_of_the_rfc() {
        let alice = br#"{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps","d":"0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"}"#;
        let bob = br#"{"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"}"#;
        let (alice, bob) = (PrivateKey::from_jwk(alice).unwrap(), PublicKey::from_jwk(bob).unwrap());
        let shared = super::agreed(&alice.to_pkey().unwrap(), &bob.parameters().to_pkey().unwrap()).unwrap();
        let key = concat_kdf(&shared, "A128GCM", b"Alice", b"Bob", 128);
        assert_eq!(base64url::encode(&key[..16]), "VqqN6vgjbSBcIijNcacQGg");
    }
}
