//! The exchange of authorization codes (RFC 6749, 4.1.3, and RFC 7636).

use super::{
    behaviour,
    visitor::{Visitor, authorize, parameter, prepare, reference, url},
    world::{DEMO, Identity, Network, OTHER, World},
};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use jiff::SignedDuration;
use satang_gateway::demo::{CUSTOMERS, PASSWORD, REDIRECT_URI};
use serde_json::Value as Json;

behaviour!(
    a_code_is_exchanged_once,
    a_code_is_its_partners_and_its_addresses,
    a_challenge_wants_its_verifier,
    a_code_grows_too_old,
);

/// The example of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The code of a registration that has just succeeded.
async fn code(world: &World<impl Network>, challenge: Option<&str>) -> String {
    let mut request = authorize(&prepare(&world.client(DEMO).await, reference()).await);
    request.code_challenge = challenge.and_then(|challenge| challenge.parse().ok());
    request.code_challenge_method = challenge.and_then(|_| "S256".parse().ok());
    let mut visitor = Visitor::new(&world.gateway);
    visitor.open(&url(&request)).await;
    visitor.follow().await;
    visitor.press("login", &[]).await;
    visitor.press("password", &[("user_name", CUSTOMERS[0].user_name), ("password", PASSWORD)]).await;
    visitor.press("account", &[("account", CUSTOMERS[0].accounts[0])]).await;
    let away = visitor.press("agree", &[]).await.unwrap();
    parameter(&away, "code").unwrap()
}

async fn ask(world: &World<impl Network>, request: Request<Full<Bytes>>) -> (StatusCode, Json) {
    let answer = world.gateway.site().answer(request).await;
    (answer.status(), serde_json::from_slice(answer.body()).unwrap())
}

async fn exchange(
    world: &World<impl Network>,
    who: Identity,
    (code, redirect_uri, verifier): (&str, &str, Option<&str>),
) -> (StatusCode, Json) {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs([
        ("grant_type", "authorization_code"),
        ("client_id", who.client_id),
        ("client_secret", who.secret),
        ("code", code),
        ("redirect_uri", redirect_uri),
    ]);
    form.extend_pairs(verifier.map(|verifier| ("code_verifier", verifier)));
    let request = Request::post("/auth/oauth/v2/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(form.finish())));
    ask(world, request.unwrap()).await
}

/// The status of an inquiry with this access token.
async fn inquire(world: &World<impl Network>, token: &str) -> StatusCode {
    let request = Request::post("/rest/api/v1/corporateServices/directDebit/tokenStatus/inquiry")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .header("x-client-transaction-id", "11111111-2222-4333-8444-555555555555")
        .body(Full::new(Bytes::from_static(br#"{"paymentTokenStatus":"ACTV"}"#)));
    ask(world, request.unwrap()).await.0
}

async fn a_code_is_exchanged_once(world: World<impl Network>) {
    let (first, other) = (code(&world, None).await, code(&world, None).await);
    let (status, answer) = exchange(&world, DEMO, (&first, REDIRECT_URI, None)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(
        (&answer["token_type"], &answer["scope"]),
        (&"Bearer".into(), &"direct-debit-registration".into())
    );
    let token = answer["access_token"].as_str().unwrap();
    let (_, kept) = exchange(&world, DEMO, (&other, REDIRECT_URI, None)).await;
    for _ in 0..2 {
        assert_eq!(inquire(&world, token).await, StatusCode::OK);
    }
    // "the authorization server MUST deny the request and SHOULD revoke all tokens previously issued"
    for _ in 0..2 {
        let (status, answer) = exchange(&world, DEMO, (&first, REDIRECT_URI, None)).await;
        assert_eq!((status, &answer["error"]), (StatusCode::BAD_REQUEST, &"invalid_grant".into()));
        assert_eq!(inquire(&world, token).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(inquire(&world, kept["access_token"].as_str().unwrap()).await, StatusCode::OK);
}

async fn a_code_is_its_partners_and_its_addresses(world: World<impl Network>) {
    world.add_other().await;
    let code = code(&world, None).await;
    for (who, code, address) in [
        (OTHER, code.as_str(), REDIRECT_URI),
        (DEMO, "unknown", REDIRECT_URI),
        (DEMO, &code, "http://127.0.0.1:8701/other"),
    ] {
        let (status, answer) = exchange(&world, who, (code, address, None)).await;
        assert_eq!(
            (status, &answer["error"]),
            (StatusCode::BAD_REQUEST, &"invalid_grant".into()),
            "{answer}"
        );
    }
    // Another's attempt looks like an unknown code, and spoils nothing.
    let (_, anothers) = exchange(&world, OTHER, (&code, REDIRECT_URI, None)).await;
    let (_, unknown) = exchange(&world, OTHER, ("unknown", REDIRECT_URI, None)).await;
    assert_eq!(anothers, unknown);
    assert_eq!(exchange(&world, DEMO, (&code, REDIRECT_URI, None)).await.0, StatusCode::OK);
}

async fn a_challenge_wants_its_verifier(world: World<impl Network>) {
    let with = code(&world, Some(CHALLENGE)).await;
    for verifier in [None, Some(CHALLENGE)] {
        let (status, answer) = exchange(&world, DEMO, (&with, REDIRECT_URI, verifier)).await;
        assert_eq!((status, &answer["error"]), (StatusCode::BAD_REQUEST, &"invalid_grant".into()));
    }
    assert_eq!(exchange(&world, DEMO, (&with, REDIRECT_URI, Some(VERIFIER))).await.0, StatusCode::OK);
    let without = code(&world, None).await;
    let (status, _) = exchange(&world, DEMO, (&without, REDIRECT_URI, Some(VERIFIER))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "the challenge was taken away");
}

async fn a_code_grows_too_old(world: World<impl Network>) {
    let (in_time, too_late) = (code(&world, None).await, code(&world, None).await);
    world.clock.advance(SignedDuration::from_millis(59_999));
    assert_eq!(exchange(&world, DEMO, (&in_time, REDIRECT_URI, None)).await.0, StatusCode::OK);
    world.clock.advance(SignedDuration::from_millis(1));
    let (status, answer) = exchange(&world, DEMO, (&too_late, REDIRECT_URI, None)).await;
    assert_eq!((status, &answer["error"]), (StatusCode::BAD_REQUEST, &"invalid_grant".into()));
}
