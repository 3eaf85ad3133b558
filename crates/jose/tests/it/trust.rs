//! Certificates that are issued, and whom the application trusts.

use crate::sample;
use satang_jose::{
    Authorities, Certificate, Identity, KeySet, Kind, NewCertificate, NumericDate, Presence, PrivateKey,
    Profile,
    SignatureAlgorithm::{self, EdDsa, Es256, Ps256, Rs256},
    Signer, SigningKey, Verifier,
};

const DAY: u32 = 86_400;

fn identity(name: &str, algorithm: SignatureAlgorithm, from: NumericDate) -> Identity {
    let key = match algorithm {
        Rs256 | Ps256 => sample::private(algorithm),
        Es256 => PrivateKey::generate_p256().unwrap(),
        EdDsa => PrivateKey::generate_ed25519().unwrap(),
    };
    let own =
        NewCertificate::new(name, from, 100).organization("Tests").authority().self_signed(&key).unwrap();
    Identity { key, certificates: vec![own] }
}

fn issued(authority: &Identity, from: NumericDate, days: u32) -> (PrivateKey, Certificate) {
    let key = PrivateKey::generate_p256().unwrap();
    let own = NewCertificate::new("0105500000001", from, days).signed_by(authority, key.public()).unwrap();
    (key, own)
}

#[test]
fn a_certificate_is_trusted_through_its_authority_or_by_itself() {
    let now = sample::now();
    let refused = |chain: &[Certificate], trusted: &Certificate, now| {
        let error = Authorities::new([trusted.clone()]).unwrap().check(chain, now).err();
        error.map(|error| (error.kind(), error.reason()))
    };
    for algorithm in [Rs256, Es256, EdDsa] {
        let root = identity("Root", algorithm, now);
        let top = &root.certificates[0];
        let (_, own) = issued(&root, now, 10);
        assert_eq!(refused(std::slice::from_ref(&own), top, now), None, "{algorithm:?}");
        assert_eq!(refused(std::slice::from_ref(&own), &own, now), None, "trusted by itself");
        // OpenSSL calls a certificate expired from its last second on.
        let last = now + (10 * DAY - 2);
        assert_eq!(refused(std::slice::from_ref(&own), top, last), None, "almost the last second");
        for (time, reason) in [
            (last + 1, "the certificate, or one above it, has expired"),
            (now - 1, "the certificate, or one above it, is not valid yet"),
        ] {
            let found = refused(std::slice::from_ref(&own), top, time);
            assert_eq!(found, Some((Kind::Certificate, reason)), "{algorithm:?}");
        }
        // Another authority of the same name, whose key is another.
        let other = identity("Root", Es256, now);
        let untrusted = Some((Kind::Certificate, "the certificate does not come from a trusted authority"));
        assert_eq!(refused(std::slice::from_ref(&own), &other.certificates[0], now), untrusted);
        // Whoever has a certificate is no authority by that.
        let (key, between) = issued(&root, now, 10);
        let partner = Identity { key, certificates: vec![between.clone()] };
        let (_, forged) = issued(&partner, now, 10);
        assert_eq!(refused(&[forged, between], top, now), untrusted, "{algorithm:?}");
        assert_eq!(refused(&[], top, now), untrusted);
    }
}

#[test]
fn a_stranger_with_a_trusted_certificate_is_known_by_it() {
    let now = sample::now();
    let root = identity("Root", Es256, now);
    let (key, own) = issued(&root, now, 10);
    let profile = Profile::new([Rs256, Es256]).key_id(Presence::Refused).certificates(Presence::Required);
    let signing = SigningKey::new(key, Es256).unwrap().with_certificates(vec![own]).unwrap();
    let token = Signer::new(&profile, &signing).unwrap().sign("form").unwrap();
    let trusted = Authorities::new(root.certificates.clone()).unwrap();

    let signer = trusted.signer(&token, &profile, now).unwrap();
    assert_eq!(signer.algorithm(), Es256);
    let verifier = Verifier::new(&profile, KeySet::new([signer]).unwrap()).unwrap();
    assert_eq!(verifier.verify(&token, now).unwrap().payload(), b"form");
    // A trusted certificate says nothing of the signature.
    let (start, _) = token.rsplit_once('.').unwrap();
    let forged = format!("{start}.{}", "A".repeat(86));
    trusted.signer(&forged, &profile, now).unwrap();
    assert_eq!(verifier.verify(&forged, now).unwrap_err().kind(), Kind::Signature);

    let rsa_only = Profile::new([Rs256]).key_id(Presence::Refused).certificates(Presence::Required);
    assert_eq!(trusted.signer(&token, &rsa_only, now).unwrap_err().kind(), Kind::Key);
    let late = trusted.signer(&token, &profile, now + 11 * DAY).unwrap_err();
    assert_eq!(late.kind(), Kind::Certificate);
    let without = Profile::new([Es256]).key_id(Presence::Refused);
    let bare = Signer::new(&without, &signing).unwrap().sign("form").unwrap();
    assert_eq!(trusted.signer(&bare, &profile, now).unwrap_err().kind(), Kind::Header);
}

#[test]
fn a_profile_says_how_many_certificates_travel() {
    let now = sample::now();
    let root = identity("Root", Es256, now);
    let (key, own) = issued(&root, now, 10);
    let chain = vec![own.clone(), root.certificates[0].clone()];
    let signing = SigningKey::new(key, Es256).unwrap().with_certificates(chain).unwrap();
    let profile = |most| {
        Profile::new([Es256])
            .key_id(Presence::Refused)
            .certificates(Presence::Required)
            .max_certificates(most)
    };
    let token = |most| Signer::new(&profile(most), &signing).unwrap().sign("form").unwrap();
    let trusted = Authorities::new(root.certificates.clone()).unwrap();
    for (sent, allowed, kind) in
        [(1, 1, None), (1, 8, None), (8, 8, None), (2, 2, None), (8, 1, Some(Kind::Header))]
    {
        let keys = KeySet::new([signing.verifying_key().clone()]).unwrap();
        let verified = Verifier::new(&profile(allowed), keys).unwrap().verify(token(sent), now);
        assert_eq!(verified.err().map(|error| error.kind()), kind, "{sent} of {allowed}");
        let signer = trusted.signer(token(sent), &profile(allowed), now);
        assert_eq!(signer.err().map(|error| error.kind()), kind, "{sent} of {allowed}");
    }
    for wrong in [0, 9] {
        assert_eq!(Signer::new(&profile(wrong), &signing).unwrap_err().kind(), Kind::Setup);
    }
    assert_eq!(own.thumbprint(), signing.verifying_key().certificates()[0].thumbprint());
}

#[test]
fn certificates_out_of_range_are_not_made() {
    let key = PrivateKey::generate_p256().unwrap();
    let now = sample::now();
    for wrong in [
        NewCertificate::new("", now, 1),
        NewCertificate::new(&"a".repeat(65), now, 1),
        NewCertificate::new("a", now, 0),
        NewCertificate::new("a", now, 3654),
        NewCertificate::new("a", now, 1).organization(""),
    ] {
        assert_eq!(wrong.self_signed(&key).unwrap_err().kind(), Kind::Setup, "{wrong:?}");
    }
    let stranger = Identity { key: PrivateKey::generate_p256().unwrap(), certificates: Vec::new() };
    assert!(NewCertificate::new("a", now, 1).signed_by(&stranger, key.public()).is_err());
    let one = |name| NewCertificate::new(name, now, 1).self_signed(&key).unwrap();
    assert_ne!(one("a"), one("a"), "each has a number of its own");
    assert_eq!(Certificate::from_pem(&one("สตางค์").to_pem()).unwrap().public_key(), Ok(key.public()));
}

#[test]
fn keys_are_read_as_they_are_written() {
    for algorithm in sample::ALGORITHMS {
        let key = sample::private(algorithm);
        let texts =
            [PrivateKey::from_pem(&key.to_pem()), PrivateKey::from_jwk(key.to_jwk().unwrap().as_bytes())];
        for read in texts {
            assert_eq!(*read.unwrap().to_der(), *key.to_der(), "{algorithm:?}");
        }
        let public = satang_jose::PublicKey::from_pem(&key.public().to_pem());
        assert_eq!(public.as_ref(), Ok(key.public()), "{algorithm:?}");
    }
}
