//! Every hostile token against every profile, algorithm and back end.

use crate::sample::{self, ALGORITHMS, backends, profiles};
use satang_jose::{
    Content, Kind,
    attack::{Attack, Captured, Family, Target, accepted},
};
use std::collections::HashSet;

#[test]
fn no_hostile_token_is_accepted_and_each_is_refused_for_its_own_fault() {
    let mut count = 0;
    for algorithm in ALGORITHMS {
        let key = sample::key(algorithm);
        for (name, profile, payload) in &profiles() {
            let target = Target { profile, key: &key, payload, now: sample::now() };
            let attacks = target.attacks().unwrap();
            let what = format!("{} tokens for {name} and {algorithm:?}", attacks.len());
            println!("{what}");
            assert!(attacks.len() >= 500, "{what}");
            count += attacks.len();
            let names: HashSet<_> = attacks.iter().map(|attack| &attack.name).collect();
            assert_eq!(names.len(), attacks.len(), "{what}: each has a name of its own");
            for backend in backends() {
                let what = format!("{what} over {backend:?}");
                let verifier = sample::verifier(profile, &key, backend);
                // Without this, everything would be refused for some other reason.
                let genuine = Attack {
                    name: "genuine".into(),
                    family: Family::Encoding,
                    token: target.genuine().unwrap().into_bytes(),
                    payload: payload.to_vec(),
                };
                assert_eq!(accepted(&verifier, &target, &[genuine]).len(), 1, "{what}");
                assert!(accepted(&verifier, &target, &attacks).is_empty(), "{what}");
                for attack in &attacks {
                    let refused = if profile_is_detached(name) {
                        verifier.verify_detached(&attack.token, &attack.payload, target.now).map(drop)
                    } else {
                        verifier.verify(&attack.token, target.now).map(drop)
                    };
                    let kind = refused.unwrap_err().kind();
                    assert!(expected(attack.family).contains(&kind), "{what}: {} is {kind:?}", attack.name);
                }
            }
        }
    }
    println!("{count} hostile tokens, 0 accepted");
    assert!(count >= 14_700, "{count}");
}

fn profile_is_detached(name: &str) -> bool {
    ["answer", "detached"].contains(&name)
}

/// A token whose signature is right must not be refused because of its signature: then its own fault would not
/// have been seen.
fn expected(family: Family) -> &'static [Kind] {
    use Kind::{
        Algorithm, Certificate, Claim, Expired, Header, ImpossibleLength, Malformed, NotYetValid, Signature,
        TooLarge, UnknownKey,
    };
    match family {
        Family::Header => &[Header, Certificate, Malformed, UnknownKey, TooLarge],
        Family::Claims => &[Claim, Expired, NotYetValid, Malformed],
        Family::Algorithm => &[Algorithm, Certificate, Header, Signature],
        Family::Signature => &[Signature, Certificate, Header, UnknownKey, Algorithm],
        Family::Payload => &[Signature, Malformed, Header, Algorithm, UnknownKey],
        Family::Encoding => {
            &[Malformed, ImpossibleLength, TooLarge, Signature, Header, Algorithm, UnknownKey]
        }
    }
}

/// From a token alone: what somebody can send who saw it go by.
#[test]
fn nothing_made_of_a_captured_token_is_accepted() {
    let mut count = 0;
    for algorithm in ALGORITHMS {
        let key = sample::key(algorithm);
        for (name, profile, payload) in &profiles() {
            let token = Target { profile, key: &key, payload, now: sample::now() }.genuine().unwrap();
            let is_detached = profile_is_detached(name);
            let content = match *name {
                "answer" => Content::DetachedUnencoded,
                "detached" => Content::Detached,
                _ => Content::Attached,
            };
            let beside: &[u8] = if is_detached { payload } else { b"" };
            let verifier = sample::verifier(profile, &key, backends().remove(0));
            // What is made with the public key comes on top; once for each algorithm it is left out.
            let known = Some(key.verifying_key().public_key());
            for public in [known].into_iter().chain((*name == "hub").then_some(None)) {
                let captured = Captured { token: &token, payload: beside, content, public };
                let attacks = captured.attacks().unwrap();
                let what = format!("{} tokens for {name} and {algorithm:?}", attacks.len());
                assert!(attacks.len() >= 500, "{what}");
                count += attacks.len();
                for attack in attacks {
                    let taken = if is_detached {
                        verifier.verify_detached(&attack.token, &attack.payload, sample::now()).is_ok()
                    } else {
                        verifier.verify(&attack.token, sample::now()).is_ok()
                    };
                    assert!(!taken, "{what}: {}", attack.name);
                }
            }
        }
    }
    println!("{count} tokens made of captured ones, 0 accepted");
    assert!(count >= 14_000, "{count}");
}

/// The names are what a report prints: a token must not be called by what only this machine knows.
#[test]
fn names_are_the_same_each_time() {
    let key = sample::key(satang_jose::SignatureAlgorithm::Rs256);
    let (_, profile, payload) = &profiles()[0];
    let target = Target { profile, key: &key, payload, now: sample::now() };
    let names = |attacks: Vec<Attack>| attacks.into_iter().map(|attack| attack.name).collect::<Vec<_>>();
    assert_eq!(names(target.attacks().unwrap()), names(target.attacks().unwrap()));
}

/// What is right for one product is wrong for each other one.
#[test]
fn a_token_of_one_profile_is_refused_by_each_other() {
    for algorithm in ALGORITHMS {
        let key = sample::key(algorithm);
        for (own, profile, payload) in &profiles() {
            let token = Target { profile, key: &key, payload, now: sample::now() }.genuine().unwrap();
            for (other, verifying, _) in &profiles() {
                let verifier = sample::verifier(verifying, &key, backends().remove(0));
                let fine = verifier.verify(&token, sample::now()).is_ok()
                    || verifier.verify_detached(&token, payload, sample::now()).is_ok();
                // The detached profile alone takes a kid without demanding one.
                assert_eq!(fine, own == other, "{own} by {other}");
            }
        }
    }
}

/// A refusal is cheap: what is too large is not even looked at.
#[test]
fn a_hostile_size_costs_no_memory() {
    let key = sample::key(satang_jose::SignatureAlgorithm::Es256);
    let (_, profile, _) = &profiles()[0];
    let verifier = sample::verifier(profile, &key, backends().remove(0));
    // All are kept, and none is copied, so that the most memory is what there is now.
    let mut kept = Vec::new();
    for (filling, dots) in [(b'.', [0, 1]), (b'A', [0, 1]), (b'A', [32 << 20, 63 << 20])] {
        let mut token = vec![filling; 64 << 20];
        dots.into_iter().for_each(|position| token[position] = b'.');
        let before = memory();
        assert_eq!(verifier.verify(&token, sample::now()).unwrap_err().kind(), Kind::TooLarge);
        assert!(memory() - before < 1 << 20, "{} bytes", memory() - before);
        kept.push(token);
    }
}

/// The most memory that this process has had, in bytes.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<usize>().map_or(0, |kilobytes| kilobytes * 1024)
}
