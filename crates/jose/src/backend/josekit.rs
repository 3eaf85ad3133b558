//! josekit's primitives, and nothing else of it: no header, no token and no check of josekit's is relied on.

use super::{Backend, ContentKey, OpenSsl, Sealing, Sign, Unwrap, Verify, Wrap};
use crate::{Error, KeyAlgorithm, Kind, PrivateKey, PublicKey, SignatureAlgorithm};
use josekit::{
    JoseError,
    jwe::{
        ECDH_ES, JweContentEncryption, JweDecrypter, JweEncrypter, JweHeader, RSA_OAEP_256,
        enc::{A256GCM, aesgcm::AesgcmJweEncryption},
    },
    jwk::{Jwk, alg::rsa::RsaKeyPair},
    jws::{ES256, EdDSA, JwsSigner, JwsVerifier, PS256, RS256},
};
use std::sync::Arc;
use zeroize::Zeroizing;

const CONTENT: AesgcmJweEncryption = A256GCM;

/// A second back end, to compare the first with: josekit 0.10.
///
/// It is as safe as the first, since tokens are parsed and checked before it sees any of their bytes. It is slower,
/// leaves private keys in memory in some of its own copies, and has one author: prefer [`OpenSsl`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Josekit;

impl Backend for Josekit {
    fn signing(&self, key: &PrivateKey, algorithm: SignatureAlgorithm) -> Result<Arc<dyn Sign>, Error> {
        let der = key.to_der();
        let signer: Box<dyn JwsSigner> = match algorithm {
            SignatureAlgorithm::Rs256 => Box::new(RS256.signer_from_der(&*der).map_err(failed)?),
            SignatureAlgorithm::Es256 => Box::new(ES256.signer_from_der(&*der).map_err(failed)?),
            SignatureAlgorithm::EdDsa => Box::new(EdDSA.signer_from_der(&*der).map_err(failed)?),
            SignatureAlgorithm::Ps256 => {
                // As DER it would have to say that it is a key for PSS alone.
                let pair = RsaKeyPair::from_der(&*der).map_err(failed)?;
                Box::new(PS256.signer_from_jwk(&pair.to_jwk_private_key()).map_err(failed)?)
            }
        };
        Ok(Arc::new(Raw(signer)))
    }

    fn verifying(&self, key: &PublicKey, algorithm: SignatureAlgorithm) -> Result<Arc<dyn Verify>, Error> {
        let jwk = jwk(key)?;
        let verifier: Box<dyn JwsVerifier> = match algorithm {
            SignatureAlgorithm::Rs256 => Box::new(RS256.verifier_from_jwk(&jwk).map_err(failed)?),
            SignatureAlgorithm::Ps256 => Box::new(PS256.verifier_from_jwk(&jwk).map_err(failed)?),
            SignatureAlgorithm::Es256 => Box::new(ES256.verifier_from_jwk(&jwk).map_err(failed)?),
            SignatureAlgorithm::EdDsa => Box::new(EdDSA.verifier_from_jwk(&jwk).map_err(failed)?),
        };
        Ok(Arc::new(Raw(verifier)))
    }

    fn wrapping(&self, key: &PublicKey, algorithm: KeyAlgorithm) -> Result<Arc<dyn Wrap>, Error> {
        let jwk = jwk(key)?;
        let encrypter: Box<dyn JweEncrypter> = match algorithm {
            KeyAlgorithm::RsaOaep256 => Box::new(RSA_OAEP_256.encrypter_from_jwk(&jwk).map_err(failed)?),
            KeyAlgorithm::EcdhEs => Box::new(ECDH_ES.encrypter_from_jwk(&jwk).map_err(failed)?),
        };
        Ok(Arc::new(Raw(encrypter)))
    }

    fn unwrapping(&self, key: &PrivateKey, algorithm: KeyAlgorithm) -> Result<Arc<dyn Unwrap>, Error> {
        let der = key.to_der();
        let decrypter: Box<dyn JweDecrypter> = match algorithm {
            KeyAlgorithm::RsaOaep256 => Box::new(RSA_OAEP_256.decrypter_from_der(&*der).map_err(failed)?),
            KeyAlgorithm::EcdhEs => Box::new(ECDH_ES.decrypter_from_der(&*der).map_err(failed)?),
        };
        Ok(Arc::new(Raw(decrypter)))
    }

    fn seal(&self, sealing: &Sealing<'_>, content: &[u8]) -> Result<(Vec<u8>, [u8; 16]), Error> {
        let Sealing { key, iv, additional } = sealing;
        let (sealed, tag) = CONTENT.encrypt(*key, Some(*iv), content, additional).map_err(failed)?;
        let tag = tag.and_then(|tag| tag.try_into().ok());
        Ok((sealed, tag.ok_or(Error::new(Kind::Backend, "josekit made a tag that is not 16 bytes"))?))
    }

    fn open(
        &self,
        sealing: &Sealing<'_>,
        content: &[u8],
        tag: &[u8; 16],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let Sealing { key, iv, additional } = sealing;
        let opened = CONTENT.decrypt(*key, Some(*iv), content, additional, Some(tag));
        opened.map(Zeroizing::new).map_err(|_| undecipherable())
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        OpenSsl.fill(bytes)
    }
}

struct Raw<T>(T);

impl Sign for Raw<Box<dyn JwsSigner>> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.0.sign(message).map_err(failed)
    }
}

impl Verify for Raw<Box<dyn JwsVerifier>> {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<bool, Error> {
        Ok(self.0.verify(message, signature).is_ok())
    }
}

impl Wrap for Raw<Box<dyn JweEncrypter>> {
    fn wrap(&self) -> Result<ContentKey, Error> {
        let (asked, mut said) = (JweHeader::new(), JweHeader::new());
        let mut key = Zeroizing::new([0; 32]);
        match self.0.compute_content_encryption_key(&CONTENT, &asked, &mut said).map_err(failed)? {
            Some(agreed) => key.copy_from_slice(agreed.get(..32).ok_or_else(undecipherable)?),
            None => OpenSsl.fill(&mut *key)?,
        }
        let encrypted = self.0.encrypt(&*key, &asked, &mut said).map_err(failed)?.unwrap_or_default();
        let ephemeral = match said.claim("epk") {
            Some(jwk) => Some(PublicKey::from_jwk(jwk.to_string().as_bytes())?),
            None => None,
        };
        Ok(ContentKey { key, encrypted, ephemeral })
    }
}

impl Unwrap for Raw<Box<dyn JweDecrypter>> {
    fn unwrap(&self, encrypted: &[u8], ephemeral: Option<&PublicKey>) -> Result<Zeroizing<[u8; 32]>, Error> {
        let mut header = JweHeader::new();
        header.set_algorithm(self.0.algorithm().name());
        if let Some(key) = ephemeral {
            let epk = serde_json::from_str(&key.to_jwk()).map_err(|_| undecipherable())?;
            header.set_claim("epk", Some(epk)).map_err(|_| undecipherable())?;
        }
        let encrypted = Some(encrypted).filter(|bytes| !bytes.is_empty());
        let key = self.0.decrypt(encrypted, &CONTENT, &header).map_err(|_| undecipherable())?;
        (*key).try_into().map(Zeroizing::new).map_err(|_| undecipherable())
    }
}

fn jwk(key: &PublicKey) -> Result<Jwk, Error> {
    Jwk::from_bytes(key.to_jwk()).map_err(failed)
}

/// josekit's errors may quote what they are about.
fn failed(_: JoseError) -> Error {
    Error::new(Kind::Backend, "josekit failed")
}

fn undecipherable() -> Error {
    Error::new(Kind::Decryption, "the token cannot be decrypted")
}
