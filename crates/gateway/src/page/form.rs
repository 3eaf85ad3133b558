//! Forms: read within limits, from our own pages only, and drawn with each error beside its input.

use super::{Language, Text};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL};
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use maud::{Markup, html};
use sha2::{Digest as _, Sha256};
use std::error::Error as StdError;
use subtle::ConstantTimeEq;

/// The largest form that is read, in bytes.
const SIZE_LIMIT: usize = 16 * 1024;
/// How many fields a form may have.
const FIELD_LIMIT: usize = 64;
/// The field that proves that a form is from a page of this session.
const CSRF_FIELD: &str = "csrf";

/// What a visitor has posted.
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    /// The status that says why not: it is no form, too large, has too many fields, or one of them twice.
    pub(super) async fn read<B>(headers: &HeaderMap, body: B) -> Result<Self, StatusCode>
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        let kind =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let body = Box::pin(Limited::new(body, SIZE_LIMIT)).collect().await;
        let body = body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?.to_bytes();
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(&body) {
            if fields.len() == FIELD_LIMIT || fields.iter().any(|(known, _)| *known == name) {
                return Err(StatusCode::BAD_REQUEST);
            }
            fields.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(fields))
    }

    /// What a field holds, without spaces around it; nothing when it is not there.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }
}

/// What proves that a form is from a page of the same session: it follows from the session's secret, which other sites
/// do not know, and tells nothing about it.
pub(crate) struct Csrf(String);

impl Csrf {
    /// The proof of a session, by the secret in its cookie.
    pub(crate) fn of(session: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"satang csrf\0");
        hash.update(session.as_bytes());
        Self(BASE64_URL.encode(hash.finalize()))
    }

    /// The hidden input that belongs into each form.
    pub(crate) fn field(&self) -> Markup {
        html! { input type="hidden" name=(CSRF_FIELD) value=(self.0); }
    }

    /// Whether a form has it.
    pub(crate) fn is_in(&self, form: &Form) -> bool {
        bool::from(form.field(CSRF_FIELD).as_bytes().ct_eq(self.0.as_bytes()))
    }
}

/// An input with its label, its hint and what is wrong with it, which screen readers say together.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a> {
    pub(crate) name: &'a str,
    pub(crate) label: Text,
    /// `text`, `password`, `tel`, …
    pub(crate) kind: &'a str,
    /// What it holds at first; passwords are never sent back.
    pub(crate) value: &'a str,
    /// Which keyboard a phone shows, such as `numeric`.
    pub(crate) input_mode: Option<&'a str>,
    /// Such as `username` or `one-time-code`; `off` unless told otherwise.
    pub(crate) autocomplete: &'a str,
    pub(crate) max_length: Option<u16>,
    pub(crate) is_optional: bool,
    pub(crate) hint: Option<Text>,
    pub(crate) error: Option<Text>,
}

impl<'a> Input<'a> {
    /// A text input that must be filled.
    pub(crate) const fn new(name: &'a str, label: Text) -> Self {
        Self {
            name,
            label,
            kind: "text",
            value: "",
            input_mode: None,
            autocomplete: "off",
            max_length: None,
            is_optional: false,
            hint: None,
            error: None,
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, language: Language) -> Markup {
        let (hint, error) = (format!("{}-hint", self.name), format!("{}-error", self.name));
        let described = match (self.hint.is_some(), self.error.is_some()) {
            (true, true) => Some(format!("{error} {hint}")),
            (true, false) => Some(hint.clone()),
            (false, true) => Some(error.clone()),
            (false, false) => None,
        };
        html! {
            div.field {
                label for=(self.name) { (self.label.to(language)) }
                @if let Some(text) = self.hint { p.hint id=(hint) { (text.to(language)) } }
                @if let Some(text) = self.error { p.error id=(error) { (text.to(language)) } }
                input id=(self.name) name=(self.name) type=(self.kind) required[!self.is_optional]
                    value=[(self.kind != "password" && !self.value.is_empty()).then_some(self.value)]
                    inputmode=[self.input_mode] autocomplete=(self.autocomplete) maxlength=[self.max_length]
                    aria-invalid=[self.error.map(|_| "true")] aria-describedby=[described];
            }
        }
    }
}

#[cfg(test)]
mod tests;
