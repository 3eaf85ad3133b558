//! A merchant at its till, and a bank that asks the hub: what each sends, and what came back as it was.

use crate::behaviour::world::{OverHttp, World};
use bytes::Bytes;
use http::Request;
use satang_core::{Clock as _, Entropy as _, System};
use satang_gateway::demo;
use satang_jose::{
    KeySet, PrivateKey, Profile,
    SignatureAlgorithm::{self, Es256, Rs256},
    Signer, SigningKey,
};
use satang_schema::sandbox::{HubMemberAdmission, HubService, MemberKey};
use serde_json::{Value as Json, json};

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: http::HeaderMap,
    pub(super) body: Json,
}

impl Answer {
    fn of(response: &http::Response<Bytes>) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: serde_json::from_slice(response.body()).unwrap_or(Json::Null),
        }
    }

    /// Outcome and code of a merchant's answer.
    pub(super) fn outcome(&self) -> (&str, &str) {
        (self.text("/outcome"), self.text("/hubCode"))
    }

    /// The text at a place, or nothing.
    pub(super) fn text(&self, place: &str) -> &str {
        self.body.pointer(place).and_then(Json::as_str).unwrap_or_default()
    }
}

/// A slip by its bank and reference.
pub(super) fn slip(bank: &str, reference: &str) -> Json {
    json!({ "sendingBank": bank, "transRef": reference })
}

/// The same, to be told of duplicates.
pub(super) fn first(bank: &str, reference: &str) -> Json {
    json!({ "sendingBank": bank, "transRef": reference, "checkDuplicate": true })
}

/// The demo merchant asks.
pub(super) async fn verify(world: &World<OverHttp>, slip: &Json) -> Answer {
    verify_as(world, demo::MERCHANT_KEY, slip).await
}

pub(super) async fn verify_as(world: &World<OverHttp>, key: &str, slip: &Json) -> Answer {
    let request = Request::post("/v1/slips/verify")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {key}"))
        .body(Bytes::from(slip.to_string()));
    Answer::of(&world.send(request.unwrap()).await)
}

/// A bank that asks the hub.
#[derive(Clone)]
pub(super) struct Bank {
    pub(super) code: String,
    pub(super) api_key: String,
    pub(super) api_secret: String,
    pub(super) key: PrivateKey,
    pub(super) algorithm: SignatureAlgorithm,
}

impl Bank {
    /// The demo member.
    pub(super) fn demo() -> Self {
        Self::of(&demo::MEMBERS[0])
    }

    pub(super) fn of(demo: &demo::DemoMember) -> Self {
        Self {
            code: demo.bank.into(),
            api_key: demo.api_key.into(),
            api_secret: demo.api_secret.into(),
            key: PrivateKey::from_pem(demo::MEMBER_KEY).unwrap(),
            algorithm: Rs256,
        }
    }

    /// A question with all that belongs to it, under a new token.
    pub(super) fn question(&self, world: &World<OverHttp>, bank: &str, reference: &str) -> Request<Bytes> {
        let id = System.uuid().to_string();
        let now = world.clock.now().as_second();
        let claims = json!({
            "iss": self.code, "aud": "itmx", "jti": id, "iat": now, "exp": now + 60, "sb": bank, "tr": reference,
        });
        let uri = format!("/v1/promptpay/transactions?sendingBank={bank}&transRef={reference}");
        Request::get(uri)
            .header("x-api-version", "1")
            .header("x-crt-version", "1")
            .header("x-dest-bank", bank)
            .header("api-key", &self.api_key)
            .header("api-secret", &self.api_secret)
            .header("x-request-id", id)
            .header("authorization", format!("Bearer {}", self.token(&claims)))
            .body(Bytes::new())
            .unwrap()
    }

    pub(super) fn token(&self, claims: &Json) -> String {
        let profile = Profile::new([self.algorithm]).typ("JWT");
        Signer::new(&profile, &self.signing_key()).unwrap().sign(claims.to_string()).unwrap()
    }

    /// Signs an answer, detached.
    pub(super) fn sign(&self, bytes: &[u8]) -> String {
        let profile = Profile::new([self.algorithm]).content(satang_jose::Content::DetachedUnencoded);
        Signer::new(&profile, &self.signing_key()).unwrap().sign(bytes).unwrap()
    }

    fn signing_key(&self) -> SigningKey {
        let key = SigningKey::new(self.key.clone(), self.algorithm).unwrap();
        key.with_key_id(&format!("{}-1", self.code)).unwrap()
    }

    /// A bank that nobody knows yet.
    pub(super) fn new(code: &str) -> Self {
        Self {
            code: code.into(),
            api_key: format!("key-of-{code}"),
            api_secret: format!("secret-of-{code}"),
            key: PrivateKey::generate_p256().unwrap(),
            algorithm: Es256,
        }
    }

    pub(super) fn keys(&self) -> Vec<MemberKey> {
        let set = KeySet::new([self.signing_key().verifying_key().clone()]).unwrap();
        let set: Json = serde_json::from_str(&set.to_jwks()).unwrap();
        serde_json::from_value(set["keys"].clone()).unwrap()
    }

    /// What an operator admits it with.
    pub(super) fn admission(&self, services: &[HubService], issuer_url: Option<&str>) -> HubMemberAdmission {
        HubMemberAdmission {
            bank: self.code.parse().unwrap(),
            name: "A Bank of the Tests".parse().unwrap(),
            api_key: self.api_key.parse().unwrap(),
            api_secret: self.api_secret.parse().unwrap(),
            keys: self.keys(),
            services: Some(services.to_vec()),
            issuer_url: issuer_url.map(|url| url.parse().unwrap()),
        }
    }

    pub(super) async fn ask(&self, world: &World<OverHttp>, bank: &str, reference: &str) -> Answer {
        ask(world, self.question(world, bank, reference)).await
    }
}

/// Sends a question as it is.
pub(super) async fn ask(world: &World<OverHttp>, question: Request<Bytes>) -> Answer {
    Answer::of(&world.send(question).await)
}
