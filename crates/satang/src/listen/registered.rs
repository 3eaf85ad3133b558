//! The page to which the customer's browser comes back.

use super::line;
use crate::output::Output;
use bytes::Bytes;
use http::{HeaderValue, Response, header};
use serde_json::json;

/// What the redirect says (RFC 6749, 4.1.2), on a page and in a line.
pub(super) fn page(output: &Output, query: &str) -> Response<Bytes> {
    let parameter = |name: &str| {
        let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(found, _)| found == name);
        found.next().map(|(_, value)| line(&value))
    };
    let [code, state, error, description] = ["code", "state", "error", "error_description"].map(parameter);
    // A code is good once, for whoever has it: enough of it to recognise, too little to use.
    let code = code.map(|code| format!("{}…", code.chars().take(6).collect::<String>()));
    let value = json!({ "registered": error.is_none() && code.is_some(), "code": code, "state": state, "error": error,
        "errorDescription": description });
    let rows: Vec<(&str, String)> =
        [("code", code), ("state", state), ("error", error), ("description", description)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
    let told: Vec<String> = rows.iter().map(|(name, value)| format!("{name} {value}")).collect();
    output.say(&value, format!("GET /registered\n  the browser has come back: {}", told.join(", ")));
    let rows: String = rows.iter().map(|(name, value)| format!("<dt>{name}<dd>{}", escaped(value))).collect();
    let body = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>Back from the bank</title><h1>The browser has come back</h1><dl>{rows}</dl>\
         <p>How the registration ended is told by the callback or by the token status inquiry, not by this redirect.\
         <p lang=th>เบราว์เซอร์กลับมาแล้ว ผลการลงทะเบียนแจ้งทาง callback"
    );
    let mut response = Response::new(Bytes::from(body));
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        // The address holds the code.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
