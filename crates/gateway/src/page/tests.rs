//! What every page says to the browser.

use super::*;
use http::Request;
use http_body_util::Full;

async fn visit(uri: &str) -> Visit {
    let request =
        Request::builder().uri(uri).header("host", "localhost").body(Full::new(Bytes::new())).unwrap();
    Visit::read(request, "https://pay.example").await.ok().unwrap()
}

#[tokio::test]
async fn a_page_loads_nothing_from_elsewhere_and_is_not_kept() {
    let visit = visit("/?lang=th").await;
    let page = Page::new(&visit, "a <b>", html! { p { "1 < 2" } });
    let answer = page.may_lead_to("https://shop.example:8443/done?x=1").may_lead_to("myshop://done").answer();
    let header =
        |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
    assert_eq!(
        header("content-security-policy"),
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'self'; img-src 'self' data:; \
         form-action 'self' https://shop.example:8443 myshop:"
    );
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("x-frame-options"), "DENY");
    assert_eq!(header("set-cookie"), "lang=th; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000; Secure");
    let html = std::str::from_utf8(answer.body()).unwrap();
    assert!(
        html.contains(r#"<html lang="th">"#) && html.contains("<title>a &lt;b&gt; · Satang</title>"),
        "{html}"
    );
    assert!(html.contains(r#"<a href="/?lang=en" lang="en" hreflang="en">English</a>"#), "{html}");
}

#[test]
fn the_place_of_an_address_cannot_widen_the_policy() {
    for (address, expected) in [
        ("http://127.0.0.1:8701/registered", Some("http://127.0.0.1:8701")),
        ("https://a.example", Some("https://a.example")),
        ("https://user@a.example/", Some("https://a.example")),
        ("com.example.app:/done", Some("com.example.app:")),
        ("https://*.example/", None),
        ("https://a.example;script-src", None),
        ("a;script-src *:x", None),
        (":x", None),
        ("/relative", None),
        ("", None),
    ] {
        assert_eq!(source(address).as_deref(), expected, "{address}");
    }
}

#[tokio::test]
async fn a_redirect_that_no_header_can_hold_is_a_failure() {
    let visit = visit("/").await;
    let answer = redirect(&visit, "https://a.example/?x=1");
    assert_eq!(
        (answer.status(), answer.headers()["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, "https://a.example/?x=1")
    );
    assert_eq!(redirect(&visit, "/a\r\nSet-Cookie: x=1").status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[test]
fn the_stylesheet_is_kept_by_browsers_under_its_own_name() {
    let found = style(style::path());
    assert_eq!(found.status(), StatusCode::OK);
    assert_eq!(found.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert!(found.body().starts_with(b"/* "));
    assert_eq!(style("/style/0000000000000000.css").status(), StatusCode::NOT_FOUND);
}
