//! Keys come and go while tokens are under way.

use crate::sample::{self, backends};
use satang_jose::{
    KeySet, Kind, Presence, PrivateKey, Profile,
    SignatureAlgorithm::{EdDsa, Es256},
    Signer, SigningKey, Verifier,
};

fn key(id: &str) -> SigningKey {
    SigningKey::new(PrivateKey::generate_ed25519().unwrap(), EdDsa).unwrap().with_key_id(id).unwrap()
}

fn set(keys: &[&SigningKey]) -> KeySet {
    KeySet::new(keys.iter().map(|key| key.verifying_key().clone())).unwrap()
}

#[test]
fn sets_overlap_for_a_while() {
    let profile = Profile::new([EdDsa]);
    let keys = ["1", "2", "3"].map(key);
    let tokens = keys.each_ref().map(|key| Signer::new(&profile, key).unwrap().sign("a").unwrap());
    let now = sample::now();
    for backend in backends() {
        let verifier = Verifier::with_backend(&profile, set(&[&keys[0]]), backend).unwrap();
        let accepted = |at| tokens.each_ref().map(|token| verifier.verify(token, at).is_ok());
        assert_eq!(accepted(now), [true, false, false]);
        verifier.rotate(set(&[&keys[1]]), now, now + 60).unwrap();
        assert_eq!(accepted(now + 59), [true, true, false]);
        assert_eq!(accepted(now + 60), [false, true, false]);
        // A second rotation does not keep the first key longer.
        verifier.rotate(set(&[&keys[2]]), now + 30, now + 90).unwrap();
        assert_eq!(accepted(now + 59), [true, true, true]);
        assert_eq!(accepted(now + 60), [false, true, true]);
        assert_eq!(accepted(now + 90), [false, false, true]);
        // A key that comes back is back, and one that is dropped at once is gone at once.
        verifier.rotate(set(&[&keys[0], &keys[2]]), now + 30, now + 30).unwrap();
        assert_eq!(accepted(now + 30), [true, false, true]);
        assert_eq!(accepted(now + 1_000_000), [true, false, true]);
    }
}

#[test]
fn a_name_never_means_two_keys() {
    let profile = Profile::new([EdDsa]);
    let (old, same_name, new) = (key("1"), key("1"), key("2"));
    let verifier = Verifier::new(&profile, set(&[&old])).unwrap();
    let token = Signer::new(&profile, &old).unwrap().sign("a").unwrap();
    let now = sample::now();
    assert_eq!(verifier.rotate(set(&[&same_name]), now, now + 60).unwrap_err().kind(), Kind::Key);
    assert!(verifier.verify(&token, now).is_ok(), "the keys are as they were");
    // Without an overlap, the name may pass on.
    verifier.rotate(set(&[&same_name]), now, now).unwrap();
    assert_eq!(verifier.verify(&token, now).unwrap_err().kind(), Kind::Signature);
    // The same key under another name would be two.
    let renamed = same_name.clone().with_key_id("3").unwrap();
    assert!(verifier.rotate(set(&[&renamed]), now, now + 60).is_err());
    verifier.rotate(set(&[&new]), now, now + 60).unwrap();

    let other =
        SigningKey::new(PrivateKey::generate_p256().unwrap(), Es256).unwrap().with_key_id("9").unwrap();
    assert_eq!(verifier.rotate(set(&[&other]), now, now + 60).unwrap_err().kind(), Kind::Setup);
}

/// Where tokens carry no `kid`, there is one key at a time.
#[test]
fn nameless_keys_do_not_overlap() {
    let profile = Profile::new([EdDsa]).key_id(Presence::Refused);
    let [old, new] =
        [(); 2].map(|()| SigningKey::new(PrivateKey::generate_ed25519().unwrap(), EdDsa).unwrap());
    let verifier = Verifier::new(&profile, set(&[&old])).unwrap();
    let now = sample::now();
    assert!(verifier.rotate(set(&[&new]), now, now + 60).is_err());
    verifier.rotate(set(&[&new]), now, now).unwrap();
    assert!(verifier.verify(Signer::new(&profile, &new).unwrap().sign("a").unwrap(), now).is_ok());
}

/// Rotation while others verify: each sees the old set or the new one.
#[test]
fn rotation_disturbs_nobody() {
    let profile = Profile::new([EdDsa]);
    let keys: Vec<_> = (0..20).map(|n| key(&n.to_string())).collect();
    let last = Signer::new(&profile, &keys[0]).unwrap().sign("a").unwrap();
    let verifier = Verifier::new(&profile, set(&[&keys[0]])).unwrap();
    let now = sample::now();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..200).for_each(|_| assert!(verifier.verify(&last, now).is_ok())));
        }
        scope.spawn(|| {
            for pair in keys.windows(2) {
                verifier.rotate(set(&[&keys[0], &pair[1]]), now, now + 60).unwrap();
            }
        });
    });
}
