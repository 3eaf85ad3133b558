//! Certificates: in files, in headers, and never followed.

use crate::sample::{self, backends};
use openssl::{
    asn1::Asn1Time,
    hash::MessageDigest,
    pkcs12::Pkcs12,
    pkey::{PKey, Private},
    stack::Stack,
    x509::{X509, X509NameBuilder},
};
use satang_jose::{
    Certificate, Identity, KeySet, Kind, NumericDate, Presence, PrivateKey, Profile,
    SignatureAlgorithm::{self, EdDsa, Es256, Rs256},
    Signer, SigningKey, Verifier,
};

/// A certificate of `key`, valid from `from` to `until`, signed by itself.
fn certificate(key: &PrivateKey, name: &str, from: i64, until: i64) -> X509 {
    let pkey: PKey<Private> = PKey::private_key_from_pkcs8(&key.to_der()).unwrap();
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let subject = subject.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(&subject).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(from).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(until).unwrap()).unwrap();
    builder.set_pubkey(&pkey).unwrap();
    let digest =
        if pkey.id() == openssl::pkey::Id::ED25519 { MessageDigest::null() } else { MessageDigest::sha256() };
    builder.sign(&pkey, digest).unwrap();
    builder.build()
}

fn own(key: &PrivateKey) -> Certificate {
    Certificate::from_der(&certificate(key, "own", 1_700_000_000, 1_800_000_000).to_der().unwrap()).unwrap()
}

fn with_certificate(algorithm: SignatureAlgorithm) -> SigningKey {
    let key = sample::private(algorithm);
    let chain = vec![own(&key)];
    SigningKey::new(key, algorithm).unwrap().with_certificates(chain).unwrap()
}

#[test]
fn certificates_are_read_from_der_and_pem() {
    let key = sample::private(Es256);
    let x509 = certificate(&key, "own", 1_700_000_000, 1_800_000_000);
    let (der, pem) = (x509.to_der().unwrap(), String::from_utf8(x509.to_pem().unwrap()).unwrap());
    let read = Certificate::from_pem(&pem).unwrap();
    assert_eq!(read, Certificate::from_der(&der).unwrap());
    assert_eq!(read.public_key(), Ok(key.public()));
    assert_eq!(satang_jose::PublicKey::from_pem(&pem).unwrap(), *key.public());
    for (second, valid) in
        [(1_699_999_999, false), (1_700_000_000, true), (1_800_000_000, true), (1_800_000_001, false)]
    {
        assert_eq!(read.is_valid_at(NumericDate::new(second).unwrap()), valid);
    }
    assert_eq!(Certificate::chain_from_pem(&pem.repeat(8)).unwrap().len(), 8);
    assert!(Certificate::chain_from_pem(&pem.repeat(9)).is_err());
    assert!(Certificate::from_pem(&pem.repeat(2)).is_err());
    assert!(Certificate::from_der(&[&der[..], b"\0"].concat()).is_err());
    assert!((0..der.len()).all(|length| Certificate::from_der(&der[..length]).is_err()));
    assert!(!format!("{read:?}").contains("own"));
}

#[test]
fn pkcs12_holds_a_key_and_its_certificate() {
    for algorithm in [Rs256, Es256, EdDsa] {
        let key = sample::private(algorithm);
        let pkey: PKey<Private> = PKey::private_key_from_pkcs8(&key.to_der()).unwrap();
        let x509 = certificate(&key, "own", 0, 1);
        // An authority whose key we would not take from a partner.
        let authority = {
            let group = openssl::ec::EcGroup::from_curve_name(openssl::nid::Nid::SECP384R1).unwrap();
            let pkey = PKey::from_ec_key(openssl::ec::EcKey::generate(&group).unwrap()).unwrap();
            let mut builder = X509::builder().unwrap();
            builder.set_pubkey(&pkey).unwrap();
            builder.set_not_before(&Asn1Time::from_unix(0).unwrap()).unwrap();
            builder.set_not_after(&Asn1Time::from_unix(1).unwrap()).unwrap();
            builder.sign(&pkey, MessageDigest::sha384()).unwrap();
            builder.build()
        };
        let mut stack = Stack::new().unwrap();
        stack.push(authority).unwrap();
        let file = Pkcs12::builder().name("a").pkey(&pkey).cert(&x509).ca(stack).build2("รหัส").unwrap();
        let der = file.to_der().unwrap();
        let identity = Identity::from_pkcs12(&der, "รหัส").unwrap();
        assert_eq!(identity.key.public(), key.public());
        assert_eq!(identity.certificates.len(), 2);
        assert!(identity.certificates[1].public_key().is_err());
        assert!(
            SigningKey::new(identity.key, algorithm)
                .unwrap()
                .with_certificates(identity.certificates)
                .is_ok()
        );
        for (der, password) in
            [(&der[..], "wrong"), (&der, ""), (&der[..der.len() - 1], "รหัส"), (b"", ""), (&[0; 65537], "")]
        {
            assert!(Identity::from_pkcs12(der, password).is_err());
        }
        let bare = Pkcs12::builder().name("a").cert(&x509).build2("a").unwrap().to_der().unwrap();
        assert!(Identity::from_pkcs12(&bare, "a").is_err());
    }
}

#[test]
fn a_certificate_belongs_to_its_key() {
    let (key, other) = (sample::private(Es256), PrivateKey::generate_p256().unwrap());
    let signing = SigningKey::new(key.clone(), Es256).unwrap();
    assert!(signing.clone().with_certificates(vec![own(&key)]).is_ok());
    assert!(signing.clone().with_certificates(vec![own(&key), own(&other)]).is_ok());
    for chain in [vec![], vec![own(&other)], vec![own(&other), own(&key)], vec![own(&key); 9]] {
        assert!(signing.clone().with_certificates(chain).is_err());
    }
}

/// A certificate of the token's own choice is worth nothing, even for the same key.
#[test]
fn a_certificate_in_a_header_is_the_known_one() {
    for backend in backends() {
        for algorithm in sample::ALGORITHMS {
            let key = with_certificate(algorithm);
            let verifier = sample::verifier(&sample::form(), &key, backend.clone());
            let sign = |key: &SigningKey| {
                Signer::with_backend(&sample::form(), key, &*backend).unwrap().sign("{}").unwrap()
            };
            assert!(verifier.verify(sign(&key), sample::now()).is_ok());
            // Optional: without one it is the same key.
            let bare = SigningKey::new(sample::private(algorithm), algorithm).unwrap();
            assert!(verifier.verify(sign(&bare), sample::now()).is_ok());

            let private = sample::private(algorithm);
            let renewed =
                Certificate::from_der(&certificate(&private, "new", 0, 1).to_der().unwrap()).unwrap();
            let longer = vec![own(&private), own(&PrivateKey::generate_p256().unwrap())];
            for chain in [vec![renewed], longer] {
                let other =
                    SigningKey::new(private.clone(), algorithm).unwrap().with_certificates(chain).unwrap();
                let refused = verifier.verify(sign(&other), sample::now()).unwrap_err();
                assert_eq!(refused.kind(), Kind::Certificate, "{algorithm:?}");
            }
            // A verifier whose key has no certificate cannot compare.
            let refused =
                sample::verifier(&sample::form(), &bare, backend.clone()).verify(sign(&key), sample::now());
            assert_eq!(refused.unwrap_err().kind(), Kind::Certificate);
        }
    }
}

#[test]
fn a_required_certificate_is_there() {
    let profile = Profile::new([Es256]).key_id(Presence::Refused).certificates(Presence::Required);
    let (key, bare) = (with_certificate(Es256), SigningKey::new(sample::private(Es256), Es256).unwrap());
    assert_eq!(Signer::new(&profile, &bare).unwrap_err().kind(), Kind::Setup);
    let keys = |key: &SigningKey| KeySet::new([key.verifying_key().clone()]).unwrap();
    assert_eq!(Verifier::new(&profile, keys(&bare)).unwrap_err().kind(), Kind::Setup);
    let verifier = Verifier::new(&profile, keys(&key)).unwrap();
    assert!(verifier.verify(Signer::new(&profile, &key).unwrap().sign("a").unwrap(), sample::now()).is_ok());
    let without = profile.clone().certificates(Presence::Optional);
    let token = Signer::new(&without, &bare).unwrap().sign("a").unwrap();
    assert_eq!(verifier.verify(token, sample::now()).unwrap_err().kind(), Kind::Header);
}
