//! Where in a request a token travels.

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use serde_json::Value;
use std::str::FromStr;

/// How a token travels.
#[derive(Clone, Debug, PartialEq)]
pub enum Placement {
    /// It is the body.
    Body,
    /// In a header, between two texts.
    Header(HeaderName, String, String),
    /// A string in a JSON body.
    Json(String),
}

impl FromStr for Placement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected body, header:NAME, header:NAME: TEXT {} TEXT, or json:/POINTER".to_owned();
        if text == "body" {
            return Ok(Self::Body);
        }
        if let Some(pointer) = text.strip_prefix("json:") {
            return if pointer.starts_with('/') { Ok(Self::Json(pointer.to_owned())) } else { Err(wrong()) };
        }
        let header = text.strip_prefix("header:").ok_or_else(wrong)?;
        let (name, around) = header.split_once(':').unwrap_or((header, "{}"));
        let name = name.trim().parse().map_err(|_| wrong())?;
        let (before, after) = around.trim().split_once("{}").ok_or_else(wrong)?;
        Ok(Self::Header(name, before.to_owned(), after.to_owned()))
    }
}

/// `NAME: VALUE`
pub fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let wrong = || "expected NAME: VALUE".to_owned();
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    Ok((name.trim().parse().map_err(|_| wrong())?, value.trim().parse().map_err(|_| wrong())?))
}

/// The value of a header; `None` where HTTP cannot carry the token there, such as with a line feed in it.
pub fn header_value(before: &str, token: &[u8], after: &str) -> Option<HeaderValue> {
    HeaderValue::from_bytes(&[before.as_bytes(), token, after.as_bytes()].concat()).ok()
}

/// A JSON document with a place for a token.
#[derive(Debug)]
pub struct Template {
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Template {
    /// The document, whose string at `pointer` gives way to the token.
    ///
    /// # Errors
    /// When it is not JSON, or has nothing at the pointer.
    pub fn new(json: &[u8], pointer: &str) -> Result<Self, String> {
        let mut document: Value =
            serde_json::from_slice(json).map_err(|error| format!("--body: not JSON: {error}"))?;
        // Long enough not to stand anywhere else, which is checked all the same.
        const MARK: &str = "satang-jws-attack-2f1c9e5a7b3d";
        let place = document.pointer_mut(pointer);
        *place.ok_or_else(|| format!("--body has nothing at {pointer}"))? = MARK.into();
        let text = document.to_string();
        match text.split(&format!("\"{MARK}\"")).collect::<Vec<_>>()[..] {
            [before, after] => Ok(Self { before: before.into(), after: after.into() }),
            _ => Err("--body holds the mark of this program".to_owned()),
        }
    }

    /// The document with a token in its place. Bytes that are not text stand there as they are.
    pub fn filled(&self, token: &[u8]) -> Bytes {
        let quoted = match std::str::from_utf8(token) {
            Ok(text) => Value::from(text).to_string().into_bytes(),
            Err(_) => [b"\"", token, b"\""].concat(),
        };
        [&self.before[..], &quoted, &self.after].concat().into()
    }
}

#[cfg(test)]
mod tests {
    use super::{Placement, Template, header, header_value};

    #[test]
    fn placements_are_read() {
        let header_of = |name: &'static str, before: &str, after: &str| {
            Ok(Placement::Header(http::HeaderName::from_static(name), before.to_owned(), after.to_owned()))
        };
        for (text, expected) in [
            ("body", Ok(Placement::Body)),
            ("json:/eInstrument/rdForm", Ok(Placement::Json("/eInstrument/rdForm".to_owned()))),
            ("header:X-Token", header_of("x-token", "", "")),
            ("header:Authorization: Bearer {}", header_of("authorization", "Bearer ", "")),
            ("header:Signature: sig=\"{}\";v=1", header_of("signature", "sig=\"", "\";v=1")),
        ] {
            assert_eq!(text.parse::<Placement>(), expected, "{text}");
        }
        for wrong in
            ["", "Body", "json:", "json:rdForm", "header:", "header:a b", "header:A: Bearer", "query:a"]
        {
            assert!(wrong.parse::<Placement>().is_err(), "{wrong}");
        }
        assert!(header("X-Auth-Token: abc").is_ok());
        assert!(header("X-Auth-Token").is_err() && header("a b: c").is_err() && header("a: b\nc").is_err());
        assert!(header_value("Bearer ", b"a.b.c", "").is_some());
        assert!(header_value("Bearer ", b"a\nb", "").is_none());
    }

    #[test]
    fn a_token_takes_its_place_in_a_document() {
        let json = br#"{"eInstrument": {"sender": {"id": "1"}, "rdForm": ""}}"#;
        let template = Template::new(json, "/eInstrument/rdForm").unwrap();
        for (token, filled) in [
            (&b"a.b.c"[..], &br#"{"eInstrument":{"rdForm":"a.b.c","sender":{"id":"1"}}}"#[..]),
            (b"\"\n", br#"{"eInstrument":{"rdForm":"\"\n","sender":{"id":"1"}}}"#),
            (b"\xff", b"{\"eInstrument\":{\"rdForm\":\"\xff\",\"sender\":{\"id\":\"1\"}}}"),
        ] {
            let found = template.filled(token);
            // The order of members is that of whoever builds serde_json.
            if std::str::from_utf8(token).is_ok() {
                let read = |json: &[u8]| serde_json::from_slice::<serde_json::Value>(json).unwrap();
                assert_eq!(read(&found), read(filled), "{token:?}");
            } else {
                assert!(found.windows(3).any(|window| window == b"\"\xff\""), "{token:?}");
            }
        }
        assert!(Template::new(json, "/eInstrument/rdform").is_err());
        assert!(Template::new(b"{", "/a").is_err());
    }
}
