//! What is read as a form, and what is not.

use super::*;
use bytes::Bytes;
use http_body_util::Full;

async fn read(kind: &str, body: &str) -> Result<Form, StatusCode> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
    Form::read(&headers, Full::new(Bytes::from(body.to_owned()))).await
}

const URL_ENCODED: &str = "application/x-www-form-urlencoded; charset=utf-8";

#[tokio::test]
async fn a_form_is_read_within_its_limits() {
    let form = read(URL_ENCODED, "name=+%E0%B8%AA+&otp=123456").await.ok().unwrap();
    assert_eq!((form.field("name"), form.field("otp"), form.field("none")), ("ส", "123456", ""));

    let fields = |count| (0..count).map(|n| format!("f{n}=")).collect::<Vec<_>>().join("&");
    assert!(read(URL_ENCODED, &fields(FIELD_LIMIT)).await.is_ok());
    assert!(read(URL_ENCODED, &format!("a={}", "x".repeat(SIZE_LIMIT - 2))).await.is_ok());
    for (kind, body, status) in [
        (URL_ENCODED, fields(FIELD_LIMIT + 1), StatusCode::BAD_REQUEST),
        (URL_ENCODED, "a=1&a=2".to_owned(), StatusCode::BAD_REQUEST),
        (URL_ENCODED, format!("a={}", "x".repeat(SIZE_LIMIT - 1)), StatusCode::PAYLOAD_TOO_LARGE),
        ("text/plain", "a=1".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("multipart/form-data", "a=1".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        assert_eq!(read(kind, &body).await.err(), Some(status), "{kind}, {} bytes", body.len());
    }
}

#[tokio::test]
async fn only_the_session_itself_has_its_proof() {
    let csrf = Csrf::of("session-1");
    let posted = |proof: &str| format!("{CSRF_FIELD}={proof}");
    let (own, other) = (posted(&csrf.0), posted(&Csrf::of("session-2").0));
    assert!(csrf.is_in(&read(URL_ENCODED, &own).await.ok().unwrap()));
    for wrong in [other.as_str(), "csrf=", "", "csrf=session-1", &own[..own.len() - 1]] {
        assert!(!csrf.is_in(&read(URL_ENCODED, wrong).await.ok().unwrap()), "{wrong}");
    }
}

#[test]
fn an_error_is_tied_to_its_input_and_a_password_is_not_sent_back() {
    let label = Text { en: "Password", th: "รหัสผ่าน" };
    let error = Some(Text { en: "Wrong", th: "ไม่ถูกต้อง" });
    let input = Input { kind: "password", value: "hunter2", error, ..Input::new("password", label) };
    let drawn = input.draw(Language::Thai).into_string();
    assert!(drawn.contains(r#"aria-invalid="true" aria-describedby="password-error""#), "{drawn}");
    assert!(drawn.contains(r#"<p class="error" id="password-error">ไม่ถูกต้อง</p>"#), "{drawn}");
    assert!(!drawn.contains("hunter2"), "{drawn}");
}
