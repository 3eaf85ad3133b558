//! Keys, profiles and times that the tests share.

use satang_jose::{
    ClaimRules, Content, KeySet, NumericDate, Presence, PrivateKey, Profile,
    SignatureAlgorithm::{self, EdDsa, Es256, Ps256, Rs256},
    SigningKey, Verifier,
    backend::{Backend, OpenSsl},
};
use serde::Deserialize;
use std::sync::{Arc, LazyLock};

/// Every back end that this build has.
pub(crate) fn backends() -> Vec<Arc<dyn Backend>> {
    vec![
        Arc::new(OpenSsl),
        #[cfg(feature = "josekit")]
        Arc::new(satang_jose::backend::Josekit),
    ]
}

pub(crate) const ALGORITHMS: [SignatureAlgorithm; 4] = [Rs256, Ps256, Es256, EdDsa];

/// What the RFCs print.
#[derive(Deserialize)]
pub(crate) struct Rfc {
    pub(crate) signed: Vec<Signed>,
    pub(crate) refused: Vec<Refused>,
    pub(crate) sealed: Vec<Sealed>,
    pub(crate) certificates: Vec<WithCertificate>,
}

#[derive(Deserialize)]
pub(crate) struct Signed {
    pub(crate) source: String,
    pub(crate) alg: String,
    pub(crate) key: String,
    pub(crate) token: String,
    pub(crate) payload: String,
}

#[derive(Deserialize)]
pub(crate) struct Refused {
    pub(crate) source: String,
    pub(crate) token: String,
}

#[derive(Deserialize)]
pub(crate) struct Sealed {
    pub(crate) source: String,
    pub(crate) key: String,
    pub(crate) token: String,
    pub(crate) content: String,
}

#[derive(Deserialize)]
pub(crate) struct WithCertificate {
    pub(crate) source: String,
    pub(crate) jwk: String,
}

pub(crate) static RFC: LazyLock<Rfc> =
    LazyLock::new(|| serde_json::from_str(include_str!("rfc.json")).expect("rfc.json is in order"));

/// The example key of an RFC: no test needs a key that nobody else has.
pub(crate) fn private(algorithm: SignatureAlgorithm) -> PrivateKey {
    let alg = if algorithm == Ps256 { "RS256" } else { algorithm.name() };
    let signed = RFC.signed.iter().find(|signed| signed.alg == alg).expect("an example for each");
    PrivateKey::from_jwk(signed.key.as_bytes()).expect("the RFC's keys are sound")
}

/// Another one of the same kind.
pub(crate) fn other_private(algorithm: SignatureAlgorithm) -> PrivateKey {
    match algorithm {
        Rs256 | Ps256 => {
            let signed = RFC.signed.iter().rfind(|signed| signed.alg == "RS256").expect("two examples");
            PrivateKey::from_jwk(signed.key.as_bytes()).expect("the RFC's keys are sound")
        }
        Es256 => PrivateKey::generate_p256().expect("randomness"),
        EdDsa => PrivateKey::generate_ed25519().expect("randomness"),
    }
}

pub(crate) fn key(algorithm: SignatureAlgorithm) -> SigningKey {
    SigningKey::new(private(algorithm), algorithm).unwrap().with_key_id("014-3").unwrap()
}

pub(crate) fn now() -> NumericDate {
    NumericDate::new(1_788_000_000).unwrap()
}

/// A token between members of a hub.
pub(crate) fn hub() -> Profile {
    let rules = ClaimRules::new("itmx").issuer("014").max_lifetime(60).require("jti").require("tr");
    Profile::new(ALGORITHMS).typ("JWT").claims(rules)
}

pub(crate) const CLAIMS: &str = r#"{"iss":"014","aud":"itmx","jti":"0198f6c2","iat":1788000000,"exp":1788000060,"tr":"00111222233344ABCD12"}"#;

/// The signature of an answer, over the body as it is.
pub(crate) fn answer() -> Profile {
    Profile::new(ALGORITHMS).content(Content::DetachedUnencoded)
}

/// A form for a tax office: bytes, no `kid`, a certificate.
pub(crate) fn form() -> Profile {
    Profile::new(ALGORITHMS).typ("JWT").key_id(Presence::Refused).certificates(Presence::Optional)
}

/// A detached signature over encoded bytes, with a header that is ignored.
pub(crate) fn detached() -> Profile {
    Profile::new(ALGORITHMS).content(Content::Detached).key_id(Presence::Optional).ignoring("trace")
}

/// Each kind of profile, with a payload that satisfies it.
pub(crate) fn profiles() -> [(&'static str, Profile, &'static [u8]); 5] {
    let own =
        Profile::new(ALGORITHMS).typ("at+jwt").cty("x").claims(ClaimRules::new("a").issuer("b").leeway(0));
    [
        ("hub", hub(), CLAIMS.as_bytes()),
        ("answer", answer(), b"{\"amount\": 10.04}\n"),
        ("form", form(), "{\"apiRefNo\":\"อ.ส.9\"}".as_bytes()),
        ("detached", detached(), b"{\"amount\": 10.04}"),
        ("own", own, b"{\"iss\":\"b\",\"aud\":[\"a\",\"c\"],\"exp\":1788000001}"),
    ]
}

pub(crate) fn verifier(profile: &Profile, key: &SigningKey, backend: Arc<dyn Backend>) -> Verifier {
    let keys = KeySet::new([key.verifying_key().clone()]).unwrap();
    Verifier::with_backend(profile, keys, backend).unwrap()
}
