//! One login for all, again when it has expired, and never in a loop.

use super::{Script, answer, coded, facade, lost, refused, token};
use crate::{Nonce, Outcome, Paths, StampDuty};
use futures_util::future::join_all;
use pollster::block_on;
use satang_core::send;
use satang_core::{Error, Kind, Sent, stamp_duty::SUBMIT_FILING_AUTH};
use satang_schema::stamp_duty::{LoginAnswer, PaidForm, SubmitFilingAuth};

fn paid() -> super::Act {
    coded("I07000", r#"{"formStatus": 1, "instInfo": []}"#)
}

async fn ask(department: &StampDuty<Script>) -> Result<Outcome<PaidForm>, Error> {
    department.payment_status(&super::REFERENCE.parse().unwrap(), &[]).await
}

const LOGIN: &str = "/stamp/SubmitFilingAuth";

#[test]
fn one_login_serves_many_calls() {
    let script = Script::new([token(1), paid(), paid()]);
    let department = facade(script.clone());
    block_on(async {
        for _ in 0..2 {
            assert!(matches!(ask(&department).await, Ok(Outcome::Done(_))));
        }
    });
    let asked = "/stamp/CheckPaymentStatus token-1";
    assert_eq!(script.calls(), [LOGIN, asked, asked]);
}

#[test]
fn many_callers_wait_for_one_login() {
    let script = Script::new([token(1), paid(), paid(), paid(), paid(), paid()]);
    let department = facade(script.clone());
    let all = block_on(join_all((0..5).map(|_| ask(&department))));
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(script.calls().iter().filter(|call| *call == LOGIN).count(), 1);
    script.is_played();
}

/// Otherwise as many wrong passwords would be counted as there are callers.
#[test]
fn many_callers_share_a_failed_login() {
    let script =
        Script::new([answer(r#"{"responseCode": "E07103", "responseMessage": "ผิด"}"#), token(1), paid()]);
    let department = facade(script.clone());
    let all = block_on(join_all((0..5).map(|_| ask(&department))));
    for outcome in all {
        let error = outcome.unwrap_err();
        assert_eq!((error.code(), error.sent()), (Some("E07103"), Sent::No));
    }
    assert_eq!(script.calls(), [LOGIN]);
    // Who comes later tries again.
    assert!(block_on(ask(&department)).is_ok());
    script.is_played();
}

#[test]
fn an_expired_token_is_renewed_once() {
    let asked = "/stamp/CheckPaymentStatus";
    for expired in [
        refused(200, "E07104"),
        refused(401, "E07104"),
        super::Act::Answer(401, String::new()),
        super::Act::Answer(401, "<html>".to_owned()),
    ] {
        let script = Script::new([token(1), paid(), expired, token(2), paid()]);
        let department = facade(script.clone());
        assert!(block_on(ask(&department)).is_ok());
        assert!(block_on(ask(&department)).is_ok());
        let [first, second] = [1, 2].map(|number| format!("{asked} token-{number}"));
        assert_eq!(script.calls(), [LOGIN, &first, &first, LOGIN, &second]);
        script.is_played();
    }
}

#[test]
fn a_department_that_refuses_every_token_is_asked_twice() {
    let script = Script::new([token(1), refused(200, "E07104"), token(2), refused(200, "E07104")]);
    let department = facade(script.clone());
    let error = block_on(ask(&department)).unwrap_err();
    assert_eq!((error.code(), error.kind(), error.sent()), (Some("E07104"), Kind::Refused, Sent::Yes));
    script.is_played();
}

#[test]
fn callers_whose_token_expired_together_log_in_together() {
    let expired = || refused(200, "E07104");
    let script = Script::new([
        token(1),
        paid(), // all know token 1 from here on
        expired(),
        expired(),
        expired(),
        token(2),
        paid(),
        paid(),
        paid(),
    ]);
    let department = facade(script.clone());
    block_on(async {
        let _ = ask(&department).await.unwrap();
        let all = join_all((0..3).map(|_| ask(&department))).await;
        assert!(all.iter().all(Result::is_ok), "{all:?}");
    });
    assert_eq!(script.calls().iter().filter(|call| *call == LOGIN).count(), 2);
    script.is_played();
}

/// Of the call that wanted the token nothing was sent, so a filing is certainly not filed.
#[test]
fn a_login_that_fails_sends_nothing_else() {
    for (act, code, kind) in [
        (lost(), None, Kind::Interrupted),
        (answer(r#"{"responseCode": "E07116", "responseMessage": "ช้า"}"#), Some("E07116"), Kind::Refused),
        (answer(r#"{"responseCode": "I07000", "responseMessage": "ok"}"#), None, Kind::Unreadable),
        (answer(r#"{"responseCode": "P07000", "tokenId": "t"}"#), None, Kind::Unreadable),
        (answer(r#"{"responseCode": "I07000", "tokenId": "two words"}"#), None, Kind::Unreadable),
        (answer("{"), None, Kind::Unreadable),
        (super::Act::Answer(500, String::new()), None, Kind::Refused),
    ] {
        let script = Script::new([act]);
        let error = block_on(facade(script.clone()).file(&super::signed(1))).unwrap_err();
        assert_eq!((error.code(), error.kind(), error.sent()), (code, kind, Sent::No));
        assert_eq!(script.calls(), [LOGIN]);
    }
}

#[test]
fn a_renewal_that_fails_leaves_nothing_filed() {
    let script = Script::new([token(1), refused(200, "E07104"), lost()]);
    let error = block_on(facade(script.clone()).file(&super::signed(1))).unwrap_err();
    assert_eq!(error.sent(), Sent::No);
    script.is_played();
}

#[test]
fn the_nonce_is_bangkoks_wall_clock() {
    for (nonce, written) in [(Nonce::Space, "2018-12-10 15:45:00"), (Nonce::T, "2018-12-10T15:45:00")] {
        let script = Script::new([token(1)]);
        block_on(facade(script.clone()).with_nonce(nonce).log_in()).unwrap();
        let body = &script.calls.lock().unwrap()[0].body;
        assert_eq!(
            *body,
            format!(r#"{{"username":"demo-filer","password":"demo-password","nonce":"{written}"}}"#)
        );
    }
}

#[test]
fn paths_are_those_of_the_configuration() {
    let script = Script::new([token(1), paid()]);
    let paths = Paths::new("/rd-stamp-os9-service").unwrap().lower_camel();
    let _ = block_on(ask(&facade(script.clone()).with_paths(paths))).unwrap();
    let calls =
        ["/rd-stamp-os9-service/submitFilingAuth", "/rd-stamp-os9-service/checkPaymentStatus token-1"];
    assert_eq!(script.calls(), calls);
}

/// A login of one's own, through the operations, is not mixed up with the session's.
#[test]
fn the_login_operation_has_no_token() {
    let script = Script::new([token(7)]);
    let department = facade(script.clone());
    let request = SubmitFilingAuth {
        username: "other".parse().unwrap(),
        password: "secret".parse().unwrap(),
        nonce: "2018-12-10 15:45:00".parse().unwrap(),
    };
    let answer: LoginAnswer =
        block_on(send(department.client().transport(), &SUBMIT_FILING_AUTH, &request)).unwrap();
    assert_eq!(answer.token_id.unwrap().as_str(), "token-7");
    assert_eq!(script.calls(), [LOGIN]);
}

#[test]
fn nothing_secret_is_shown() {
    let department = facade(super::department::Department::over());
    block_on(department.log_in()).unwrap();
    let shown = format!("{department:?}");
    assert!(shown.contains("demo-filer"), "{shown}");
    assert!(!shown.contains("demo-password") && !shown.contains("token-"), "{shown}");
}
