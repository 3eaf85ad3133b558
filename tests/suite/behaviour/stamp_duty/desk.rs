//! A filer at its desk: logs in, signs, sends, and keeps what came back as it was.

use crate::behaviour::world::{Network, World};
use bytes::Bytes;
use http::Request;
use jiff::tz::Offset;
use satang_core::{Clock as _, Entropy as _, System, sandbox::StampDutyPayment};
use satang_gateway::demo;
use satang_jose::{Certificate, Presence, PrivateKey, Profile, SignatureAlgorithm, Signer, SigningKey};
use serde_json::{Value as Json, json};

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Json,
}

impl Answer {
    /// The code, wherever it stands.
    pub(super) fn code(&self) -> &str {
        let code = self.body["eInstrument"].get("responseCode").or(self.body.get("responseCode"));
        code.and_then(Json::as_str).unwrap_or_else(|| panic!("{self:?}"))
    }

    pub(super) fn form(&self) -> &Json {
        &self.body["eInstrument"]["rdForm"]
    }

    /// The places of what is wrong.
    pub(super) fn pointers(&self) -> Vec<&str> {
        let violations = self.body["eInstrument"].get("violations").or(self.body.get("violations"));
        let list = violations.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        list.iter().map(|violation| violation["pointer"].as_str().unwrap()).collect()
    }

    pub(super) fn api_ref_no(&self) -> String {
        self.form()["apiRefNo"].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned()
    }

    /// Checks code and status, which go together.
    pub(super) fn expect(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{self:?}");
        self
    }
}

/// Sends a body to a path, with a token if there is one.
pub(super) async fn send<N: Network>(
    world: &World<N>,
    path: &str,
    token: Option<&str>,
    body: impl Into<Bytes>,
) -> Answer {
    let mut request = Request::post(path).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("x-auth-token", token);
    }
    let response = world.send(request.body(body.into()).unwrap()).await;
    let status = response.status().as_u16();
    let body = serde_json::from_slice(response.body()).unwrap_or(Json::Null);
    Answer { status, body }
}

pub(super) async fn log_in<N: Network>(world: &World<N>, username: &str, password: &str) -> Answer {
    let body = json!({ "username": username, "password": password, "nonce": nonce(world) });
    send(world, "/stamp/SubmitFilingAuth", None, body.to_string()).await
}

/// The time in Bangkok.
pub(super) fn nonce<N>(world: &World<N>) -> String {
    Offset::constant(7).to_datetime(world.clock.now()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A filer who has logged in.
pub(super) struct Desk {
    pub(super) token: String,
    pub(super) sender: String,
}

impl Desk {
    pub(super) async fn of<N: Network>(world: &World<N>, username: &str) -> Self {
        let answer = log_in(world, username, demo::FILER_PASSWORD).await.expect(200, "I07000");
        let text = |value: &Json| value.as_str().unwrap().to_owned();
        Self { token: text(&answer.body["tokenId"]), sender: text(&answer.body["sender"]["id"]) }
    }

    /// Signs a form and sends it.
    pub(super) async fn call<N: Network>(&self, world: &World<N>, name: &str, form: &Json) -> Answer {
        self.send(world, name, &sign(form)).await
    }

    /// Sends a form that somebody has signed.
    pub(super) async fn send<N: Network>(&self, world: &World<N>, name: &str, signed: &str) -> Answer {
        let mut sender = json!({ "id": self.sender });
        if name == "SubmitFiling" {
            sender["senderRole"] = "1".into();
        }
        let body = json!({ "eInstrument": { "sender": sender, "rdForm": signed } });
        send(world, &format!("/stamp/{name}"), Some(&self.token), body.to_string()).await
    }

    pub(super) async fn file<N: Network>(&self, world: &World<N>, form: &Json) -> Answer {
        self.call(world, "SubmitFiling", form).await
    }

    pub(super) async fn filing_status<N: Network>(&self, world: &World<N>, api_ref_no: &str) -> Answer {
        let form = json!({ "apiRefNo": api_ref_no, "responsePaymentType": "4" });
        self.call(world, "CheckFilingStatus", &form).await
    }

    pub(super) async fn payment_status<N: Network>(&self, world: &World<N>, api_ref_no: &str) -> Answer {
        let form = json!({ "apiRefNo": api_ref_no, "instInfo": { "refNo": [] } });
        self.call(world, "CheckPaymentStatus", &form).await
    }

    pub(super) async fn files<N: Network>(&self, world: &World<N>, kind: &str, api_ref_no: &str) -> Answer {
        let form = json!({ "requestType": kind, "apiRefNo": api_ref_no });
        self.call(world, "ReqFormReceiptFile", &form).await
    }
}

/// Signs with the key of the demo, and with its good certificate in `x5c`.
pub(super) fn sign(form: &Json) -> String {
    sign_with(form, Some(demo::FILER_CERTIFICATE))
}

pub(super) fn sign_with(form: &Json, certificate: Option<&str>) -> String {
    signer(&PrivateKey::from_pem(demo::FILER_KEY).unwrap(), certificate).sign(form.to_string()).unwrap()
}

pub(super) fn signer(key: &PrivateKey, certificate: Option<&str>) -> Signer {
    let mut key = SigningKey::new(key.clone(), SignatureAlgorithm::Rs256).unwrap();
    if let Some(pem) = certificate {
        key = key.with_certificates(vec![Certificate::from_pem(pem).unwrap()]).unwrap();
    }
    let profile = Profile::new([SignatureAlgorithm::Rs256]).typ("JWT").key_id(Presence::Refused);
    let profile = profile.certificates(Presence::Optional).max_token(4 << 20).max_payload(3 << 20);
    Signer::new(&profile, &key).unwrap()
}

/// A form of this many instruments, each of 120 baht of duty, under a new `requestId`.
pub(super) fn form(instruments: usize) -> Json {
    let id = System.uuid().simple().to_string();
    let instrument = |position: usize| {
        json!({
            "id": format!("{}/{position}", id.get(..12).unwrap()),
            "contractNo": "L-2569-01",
            "creationDate": "2026-02-21",
            "instAmount": 120_000.00,
            "taxPayer": { "specifiedTaxRegistration": { "id": "1234567890121" } },
            "payment": { "dutyAmount": 120.00, "dupDutyAmount": 0.00, "totalAmount": 120.00 },
        })
    };
    let total = 120 * instruments;
    json!({
        "documentDetail": {
            "requestId": id, "formType": "OS9", "typeCode": "5", "version": "01.00.0001",
            "transAmount": instruments,
        },
        "instInfo": (1..=instruments).map(instrument).collect::<Vec<_>>(),
        "summary": {
            "totalDuty": total, "totalDupDutyAmount": 0, "totalPayment": total,
            "payer": { "specifiedTaxRegistration": { "id": "1234567890121" } },
            "responsePaymentType": "4",
        },
    })
}

/// The bill of a filing, to be paid by the demo's first customer.
pub(super) fn bill(filed: &Answer) -> StampDutyPayment {
    let info = &filed.form()["paymentInfo"];
    StampDutyPayment {
        transaction_identification: System.uuid().to_string().parse().unwrap(),
        account_number: demo::DRAWERS[0].account.parse().unwrap(),
        amount: Some(format!("{:.2}", info["totalAmount"].as_f64().unwrap()).parse().unwrap()),
        reference1: info["ref1"].as_str().unwrap().parse().ok(),
        reference2: info["ref2"].as_str().unwrap().parse().ok(),
        qr_payment: None,
    }
}
