//! What a partner proves itself with opens nothing else: not after it was suspended, not with another's key, and not the
//! control API.

use super::party::{Answer, Party, first, operation, picture, second};
use crate::behaviour::{
    behaviour,
    world::{ADMIN_KEY, DEMO, Network, OTHER, World},
};
use http::Request;
use satang_core::Operation;
use satang_gateway::demo::CLIENT_ID;
use satang_schema::{
    contract::{Product, Row},
    direct_debit, sandbox,
    sandbox::{PartnerChange, PartnerStatus},
};
use serde_json::{Value, json};

behaviour!(
    a_suspended_partner_is_as_good_as_unknown,
    a_token_takes_the_signature_of_its_partner_alone,
    nothing_of_a_partners_opens_the_control_api,
);

async fn a_suspended_partner_is_as_good_as_unknown(world: World<impl Network>) {
    let mine = first(&world).await;
    for (operation, request) in examples(|row| operation(row.id).bearer) {
        let answer = mine.answer(&world, operation, &request).await;
        assert_ne!(answer.status, 401, "{}: the token was good", operation.id);
    }
    let status = |status| PartnerChange {
        client_id: CLIENT_ID.parse().unwrap(),
        name: None,
        status: Some(status),
        agreement: None,
    };
    world.control().change_partner(&status(PartnerStatus::Suspended)).await.unwrap();
    let nobody = Party { access_token: "A".repeat(mine.access_token.len()), ..mine.clone() };
    for (operation, request) in examples(|row| operation(row.id).bearer) {
        let suspended = mine.answer(&world, operation, &request).await;
        assert_eq!(suspended.status, 401, "{}", operation.id);
        assert_eq!(suspended, nobody.answer(&world, operation, &request).await, "{}", operation.id);
    }
    let grant = |id: &str, secret: &str| json!({ "grant_type": "client_credentials", "client_id": id, "client_secret": secret });
    let token = operation("access_token");
    let refused = mine.answer(&world, token, &grant(DEMO.client_id, DEMO.secret)).await;
    assert_eq!(refused, mine.answer(&world, token, &grant("dema-partner", DEMO.secret)).await);
    assert_eq!(refused.status, 401);
    let [of_suspended, of_nobody] = [DEMO.client_id, "dema-partner"].map(|client_id| {
        json!({
            "response_type": "code", "client_id": client_id, "redirect_uri": mine.redirect_uri,
            "scope": "direct-debit-registration", "oauth_context_id": "x",
        })
    });
    let authorize = operation("authorize");
    let page = mine.answer(&world, authorize, &of_suspended).await.without(DEMO.client_id);
    assert_eq!(page, mine.answer(&world, authorize, &of_nobody).await.without("dema-partner"));
    assert_eq!(page.status, 400);

    world.control().change_partner(&status(PartnerStatus::Active)).await.unwrap();
    assert_eq!(mine.answer(&world, token, &grant(DEMO.client_id, DEMO.secret)).await.status, 200);
}

async fn a_token_takes_the_signature_of_its_partner_alone(world: World<impl Network>) {
    let (mine, theirs) = (first(&world).await, second(&world).await);
    let before = picture(&world).await;
    let mut signed = 0;
    for (operation, request) in examples(|row| operation(row.id).signed) {
        for (token, key) in [(&mine, &theirs), (&theirs, &mine)] {
            let mixed = Party { signature_key: key.who.signature_key, ..token.clone() };
            let nobody = Party { signature_key: "nobody's-signature-key", ..token.clone() };
            let refused = mixed.answer(&world, operation, &request).await;
            assert!(
                refused.status == 401 && refused.body.contains("SBX-4012"),
                "{}: {refused:?}",
                operation.id
            );
            assert_eq!(refused, nobody.answer(&world, operation, &request).await, "{}", operation.id);
        }
        signed += 1;
    }
    assert_eq!((signed, picture(&world).await), (4, before), "F, D, I and K");
}

async fn nothing_of_a_partners_opens_the_control_api(world: World<impl Network>) {
    let (mine, theirs) = (first(&world).await, second(&world).await);
    let before = picture(&world).await;
    let basic = |who: &Party| {
        let pair = format!("{}:{}", who.who.client_id, who.who.secret);
        format!("Basic {}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, pair))
    };
    let bearer = |token: &str| format!("Bearer {token}");
    for row in &sandbox::product().operations {
        let request = |authorization: &str| {
            let request =
                Request::builder().method(row.method).uri(row.path).header("authorization", authorization);
            let body = if row.method == "GET" { String::new() } else { (row.request.example)() };
            request.header("content-type", "application/json").body(body.into()).unwrap()
        };
        let nonsense = Answer::of(world.send(request(&bearer("nonsense"))).await);
        assert_eq!(nonsense.status, 401, "{}", row.id);
        for authorization in [
            bearer(&mine.access_token),
            bearer(&theirs.access_token),
            bearer(DEMO.secret),
            bearer(OTHER.signature_key),
            bearer("other-api-key"),
            basic(&mine),
            basic(&theirs),
        ] {
            let refused = Answer::of(world.send(request(&authorization)).await);
            assert_eq!(refused, nonsense, "{}: {authorization}", row.id);
        }
    }
    // Nor does the operator's key make a partner.
    let operator = Party { access_token: ADMIN_KEY.into(), ..mine.clone() };
    for (operation, request) in examples(|row| operation(row.id).bearer) {
        assert_eq!(operator.answer(&world, operation, &request).await.status, 401, "{}", operation.id);
    }
    assert_eq!(picture(&world).await, before);
}

/// The operations that are meant, each with its example.
fn examples(is_meant: fn(&Row) -> bool) -> Vec<(&'static Operation, Value)> {
    let Product { operations, .. } = direct_debit::product();
    let meant = operations.iter().filter(|row| is_meant(row));
    meant.map(|row| (operation(row.id), serde_json::from_str(&(row.request.example)()).unwrap())).collect()
}
