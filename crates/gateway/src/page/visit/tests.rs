//! Who may ask for a page, and who may post to one.

use super::*;
use http_body_util::Full;

async fn read(method: &str, uri: &str, headers: &[(&str, &str)]) -> Result<Visit, StatusCode> {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(Bytes::from_static(b"a=1"))).unwrap();
    Visit::read(request, "https://pay.example").await.map_err(|refused| refused.status())
}

#[tokio::test]
async fn a_page_is_served_under_names_of_the_gateway_only() {
    for host in [
        "pay.example",
        "PAY.example:443",
        "127.0.0.1:8700",
        "[::1]:8700",
        "10.0.0.7",
        "localhost",
        "a.localhost:1",
    ] {
        assert!(read("GET", "/", &[("host", host)]).await.is_ok(), "{host}");
    }
    for host in
        ["evil.example", "pay.example.evil.example", "localhost.evil.example", "127.0.0.1.evil.example", ""]
    {
        let refused = read("GET", "/", &[("host", host)]).await.err();
        assert_eq!(refused, Some(StatusCode::MISDIRECTED_REQUEST), "{host}");
    }
    assert!(read("GET", "/", &[]).await.is_err(), "no name at all");
    assert!(read("GET", "https://pay.example/", &[]).await.is_ok(), "the name of HTTP/2");
}

#[tokio::test]
async fn a_form_is_taken_from_our_own_pages_only() {
    let post = async |headers: &[(&str, &str)]| {
        let form = [("host", "127.0.0.1:8700"), ("content-type", "application/x-www-form-urlencoded")];
        read("POST", "/", &[&form, headers].concat()).await
    };
    for headers in [
        &[("origin", "http://127.0.0.1:8700")][..],
        &[("origin", "https://pay.example")],
        &[("sec-fetch-site", "same-origin")],
        &[("origin", "http://127.0.0.1:8700"), ("sec-fetch-site", "same-origin")],
    ] {
        assert_eq!(post(headers).await.ok().unwrap().form().unwrap().field("a"), "1", "{headers:?}");
    }
    for headers in [
        &[][..],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:8701")],
        &[("origin", "https://evil.example")],
        &[("origin", "https://pay.example.evil.example")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://127.0.0.1:8700"), ("sec-fetch-site", "cross-site")],
    ] {
        assert_eq!(post(headers).await.err(), Some(StatusCode::FORBIDDEN), "{headers:?}");
    }
}

#[tokio::test]
async fn other_methods_are_refused() {
    let refused = read("DELETE", "/", &[("host", "localhost")]).await.err();
    assert_eq!(refused, Some(StatusCode::METHOD_NOT_ALLOWED));
}

#[tokio::test]
async fn the_language_is_asked_for_or_remembered_or_preferred() {
    let prefers_thai = ("accept-language", "th");
    for (uri, headers, language) in [
        ("/", vec![prefers_thai], Language::Thai),
        ("/", vec![prefers_thai, ("cookie", "x=1; lang=en")], Language::English),
        ("/?lang=th", vec![("cookie", "lang=en")], Language::Thai),
        ("/?lang=xx", vec![prefers_thai], Language::Thai),
        ("/", vec![("cookie", "lang=xx")], Language::English),
    ] {
        let visit = read("GET", uri, &[&headers[..], &[("host", "localhost")]].concat()).await.ok().unwrap();
        assert_eq!(visit.language(), language, "{uri} {headers:?}");
    }
}

#[tokio::test]
async fn an_address_keeps_what_is_not_changed() {
    let visit = read("GET", "/x?a=1&b=%26&lang=en", &[("host", "localhost")]).await.ok().unwrap();
    assert_eq!(visit.address_with(&[("lang", Some("th"))]), "/x?a=1&b=%26&lang=th");
    assert_eq!(visit.address_with(&[("a", None), ("b", None), ("lang", None)]), "/x");
}
