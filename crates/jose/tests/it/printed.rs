//! Tokens that were not copied whole: what a person may be shown, and why nothing verifies.

use crate::sample;
use satang_jose::{
    KeySet, Kind, Presence, Profile, SignatureAlgorithm::Rs256, SigningKey, Verifier, documentation,
    unverified,
};

/// The example of the Revenue Department's page of API4 CheckPaymentStatus, as it is printed there.
const PRINTED: &str = include_str!("stamp_duty_example.txt");

fn stamp_duty() -> Verifier {
    let profile = Profile::new([Rs256]).typ("JWT").key_id(Presence::Refused).certificates(Presence::Optional);
    let key = SigningKey::new(sample::private(Rs256), Rs256).unwrap();
    Verifier::new(&profile, KeySet::new([key.verifying_key().clone()]).unwrap()).unwrap()
}

#[test]
fn the_example_of_the_stamp_duty_page_cannot_be_verified() {
    let error = stamp_duty().verify(PRINTED, sample::now()).unwrap_err();
    assert_eq!((error.kind(), error.reason()), (Kind::Malformed, "white space within a token"));
    let cleaned = documentation::without_white_space(PRINTED);
    let error = stamp_duty().verify(&cleaned, sample::now()).unwrap_err();
    assert_eq!(error.kind(), Kind::ImpossibleLength);
    assert_eq!(error.reason(), "the signature has a length that base64url cannot have");

    let token = unverified::decode(&cleaned).unwrap();
    assert_eq!(token.header.bytes.as_deref(), Ok(&br#"{"typ":"JWT","alg":"RS256"}"#[..]));
    let payload = br#"{"apiRefNo":"20190916000000007181","responsePaymentType":"4"}"#;
    assert_eq!(token.payload.bytes.as_deref(), Ok(&payload[..]));
    assert_eq!((token.signature.characters, token.signature.characters % 4), (341, 1));
    assert_eq!(token.flaw(), Some(error));
}

#[test]
fn a_flaw_is_told_by_its_part() {
    for (token, flaw) in [
        ("eyJhbGciOiJub25lIn0.e30.", None),
        ("eyJhbGciOiJub25lIn0..AA", None),
        ("A.e30.AA", Some("the header has a length that base64url cannot have")),
        ("eyJhbGciOiJub25lIn0.A.AA", Some("the payload has a length that base64url cannot have")),
        ("eyJhbGciOiJub25lIn0.e30.AA AA", Some("white space within a token")),
        ("eyJhbGciOiJub25lIn0.e30.AAAA A", Some("white space within a token")),
        ("eyJhbGciOiJub25lIn0.e30.AAAAA", Some("the signature has a length that base64url cannot have")),
        ("eyJhbGciOiJub25lIn0.e30.AA==", Some("a part is not base64url without padding")),
        ("e317fQ.e30.AA", Some("not a JSON object with each member once")),
        ("W10.e30.AA", Some("not a JSON object with each member once")),
    ] {
        let found = unverified::decode(token.as_bytes()).unwrap().flaw();
        assert_eq!(found.map(|error| error.reason()), flaw, "{token}");
    }
    for (token, kind) in [
        ("".to_owned(), Kind::Malformed),
        ("a.b".to_owned(), Kind::Malformed),
        ("a.b.c.d".to_owned(), Kind::Malformed),
        ("a".repeat(4 * 1024 * 1024 + 1), Kind::TooLarge),
    ] {
        assert_eq!(unverified::decode(token.as_bytes()).unwrap_err().kind(), kind);
    }
}
