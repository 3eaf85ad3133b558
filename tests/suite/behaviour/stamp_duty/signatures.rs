//! Signed forms over the wire: what is refused, with which code, at which place.

use super::desk::{Desk, form, send, sign, sign_with, signer};
use crate::behaviour::{
    behaviour,
    world::{Network, World},
};
use satang_core::sandbox::FilerAdmission;
use satang_gateway::demo;
use satang_jose::PrivateKey;
use satang_schema::contract::Example as _;
use serde_json::json;

async fn each_certificate_has_its_code<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let asked = json!({ "apiRefNo": "1", "instInfo": { "refNo": [] } });
    for (certificate, status, code) in [
        (Some(demo::FILER_CERTIFICATE), 200, "E07100"),
        (None, 200, "E07100"),
        (Some(demo::EXPIRED_CERTIFICATE), 400, "E07118"),
        (Some(demo::REVOKED_CERTIFICATE), 400, "E07119"),
        (Some(demo::UNREGISTERED_CERTIFICATE), 400, "E07120"),
    ] {
        let answer = desk.send(&world, "CheckPaymentStatus", &sign_with(&asked, certificate)).await;
        let answer = answer.expect(status, code);
        assert_eq!(answer.pointers().is_empty(), status == 200);
    }
}

async fn a_changed_or_printed_token_is_refused_at_its_place<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let token = sign(&form(1));
    let strange = signer(&PrivateKey::generate_rsa(2048).unwrap(), None).sign(form(1).to_string()).unwrap();
    let (rest, signature) = token.rsplit_once('.').unwrap();
    for token in [
        format!(" {token}"),
        token.replacen('.', " .", 1),
        format!("{rest}.{}", &signature[1..]),
        format!("{rest}.{}", signature.chars().rev().collect::<String>()),
        strange,
        "a.b".into(),
    ] {
        let answer = desk.send(&world, "SubmitFiling", &token).await.expect(400, "E07117");
        assert_eq!(answer.pointers(), ["/eInstrument/rdForm"]);
    }
    assert_eq!(world.count("SELECT count(*) FROM filing WHERE filer = $1", demo::FILER).await, 0);
}

async fn what_is_wrong_inside_is_told_behind_the_form<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let mut wrong = form(2);
    wrong["documentDetail"]["formType"] = "OS4".into();
    wrong["instInfo"][1]["creationDate"] = "21/02/2569".into();
    let answer = desk.file(&world, &wrong).await.expect(400, "E07201");
    assert_eq!(
        answer.pointers(),
        ["/eInstrument/rdForm/documentDetail/formType", "/eInstrument/rdForm/instInfo/1/creationDate"]
    );
    let body = json!({ "eInstrument": {
        "sender": { "id": desk.sender, "senderRole": "1" }, "encryptType": "1", "rdForm": sign(&form(1)),
    } });
    let answer = send(&world, "/stamp/SubmitFiling", Some(&desk.token), body.to_string()).await;
    assert_eq!(answer.expect(400, "E07114").pointers(), ["/eInstrument/encryptType"]);
}

/// A filer of one's own signs with a key of one's own, and the demo's key opens nothing of it.
async fn a_filer_of_ones_own_signs_with_its_own_key<N: Network>(world: World<N>) {
    let filer = FilerAdmission::example();
    world.control().admit_filer(&filer).await.unwrap();
    let again = world.control().admit_filer(&filer).await.unwrap_err();
    assert_eq!(again.status().map(|status| status.as_u16()), Some(409));
    let mut broken = filer.clone();
    broken.certificate = "MIIB".parse().unwrap();
    let refused = world.control().admit_filer(&broken).await.unwrap_err();
    assert_eq!(refused.violations()[0].pointer.as_str(), "/certificate");

    let answer =
        super::desk::log_in(&world, filer.username.as_str(), "shop-password").await.expect(200, "I07000");
    let token = answer.body["tokenId"].as_str().unwrap().to_owned();
    let desk = Desk { token, sender: filer.sender.to_string() };
    // The example's certificate is the one of the demo's key that no demo filer has registered.
    let own = sign_with(&form(1), Some(demo::UNREGISTERED_CERTIFICATE));
    desk.send(&world, "SubmitFiling", &own).await.expect(200, "I07000");
    desk.send(&world, "SubmitFiling", &sign(&form(1))).await.expect(400, "E07120");
}

behaviour! {
    each_certificate_has_its_code,
    a_changed_or_printed_token_is_refused_at_its_place,
    what_is_wrong_inside_is_told_behind_the_form,
    a_filer_of_ones_own_signs_with_its_own_key,
}
