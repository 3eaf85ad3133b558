//! The access token: how it is asked for, how long it is used, and who asks.

use super::{
    exchange::{Exchange, Failure},
    headers::Headers,
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use form_urlencoded::Serializer;
use http::{
    HeaderValue, Request, Response, StatusCode, Uri,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use jiff::Timestamp;
use satang_core::{Error, Kind, Sent};
use satang_schema::krungsri::AccessToken;
use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

const TOKEN_PATH: &str = "/auth/oauth/v2/token";

/// The OAuth 2.0 client credentials of an application (RFC 6749, 4.4).
#[derive(Clone)]
pub struct Credentials {
    id: String,
    secret: Zeroizing<String>,
    style: SecretStyle,
    scope: Option<String>,
}

/// How the client secret travels (RFC 6749, 2.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecretStyle {
    /// As form fields, which is what callers of the bank are seen to do.
    #[default]
    ClientSecretPost,
    /// As HTTP Basic authentication, which is what the bank's portal describes.
    ClientSecretBasic,
}

impl Credentials {
    /// Credentials that travel as form fields.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: Zeroizing::new(secret.into()),
            style: SecretStyle::default(),
            scope: None,
        }
    }

    /// Chooses how the secret travels.
    #[must_use]
    pub fn style(mut self, style: SecretStyle) -> Self {
        self.style = style;
        self
    }

    /// Asks for a scope: names separated by spaces.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    fn form(&self) -> Bytes {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if self.style == SecretStyle::ClientSecretPost {
            form.append_pair("client_id", &self.id).append_pair("client_secret", &self.secret);
        }
        if let Some(scope) = &self.scope {
            form.append_pair("scope", scope);
        }
        form.finish().into()
    }

    /// "The client identifier is encoded using the `application/x-www-form-urlencoded` encoding algorithm [...]
    /// and the encoded value is used as the username" (RFC 6749, 2.3.1); the same for the password.
    fn basic(&self) -> Result<Option<HeaderValue>, Error> {
        if self.style != SecretStyle::ClientSecretBasic {
            return Ok(None);
        }
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = Zeroizing::new(format!("{}:{}", encode(&self.id), encode(&self.secret)));
        secret_value(&format!("Basic {}", BASE64.encode(pair.as_bytes()))).map(Some)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, style, scope, .. } = self;
        f.debug_struct("Credentials")
            .field("id", id)
            .field("style", style)
            .field("scope", scope)
            .finish_non_exhaustive()
    }
}

/// The tokens of one client: one at a time, shared by all calls.
pub(super) struct Tokens {
    form: Bytes,
    basic: Option<HeaderValue>,
    current: RwLock<Option<Arc<Token>>>,
    /// Held by the one call that fetches a token while the others wait for it.
    fetching: tokio::sync::Mutex<()>,
}

impl Tokens {
    pub(super) fn new(credentials: &Credentials) -> Result<Self, Error> {
        Ok(Self {
            form: credentials.form(),
            basic: credentials.basic()?,
            current: RwLock::default(),
            fetching: tokio::sync::Mutex::default(),
        })
    }

    /// A token that is good for a while.
    pub(super) async fn bearer(
        &self,
        exchange: &Exchange,
        headers: &Headers,
        deadline: Instant,
    ) -> Result<Arc<Token>, Failure> {
        if let Some(token) = self.usable(headers.clock.now()) {
            return Ok(token);
        }
        let Ok(_turn) = timeout_at(deadline, self.fetching.lock()).await else {
            return Err(Failure::transient(Kind::Timeout, Sent::No, "no access token before the deadline"));
        };
        let now = headers.clock.now();
        if let Some(token) = self.usable(now) {
            return Ok(token);
        }
        let token = Arc::new(self.fetch(exchange, headers, deadline, now).await.map_err(unsent)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&token));
        Ok(token)
    }

    /// Drops a token that the provider refused, unless another call has replaced it already.
    pub(super) fn forget(&self, token: &Arc<Token>) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|current| Arc::ptr_eq(current, token)) {
            *current = None;
        }
    }

    fn usable(&self, now: Timestamp) -> Option<Arc<Token>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|token| now < token.refresh_at).cloned()
    }

    async fn fetch(
        &self,
        exchange: &Exchange,
        headers: &Headers,
        deadline: Instant,
        now: Timestamp,
    ) -> Result<Token, Failure> {
        let mut request = Request::post(exchange.address.join(&Uri::from_static(TOKEN_PATH))?)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(self.form.clone())
            .map_err(|error| Failure::configuration(format!("no token request can be made: {error}")))?;
        headers.put_common(request.headers_mut())?;
        if let Some(basic) = &self.basic {
            request.headers_mut().insert(AUTHORIZATION, basic.clone());
        }
        let response = exchange.send(request, deadline).await?;
        if response.status() != StatusCode::OK {
            let error = Error::from_response(&response);
            let transient = error.is_retryable();
            return Err(Failure { error, transient });
        }
        Ok(Token::read(&response, now)?)
    }
}

/// The call that wanted the token was never sent, whatever became of the token's own request.
fn unsent(failure: Failure) -> Failure {
    Failure { error: failure.error.with_sent(Sent::No), ..failure }
}

/// A bearer token, ready for its header.
pub(super) struct Token {
    authorization: HeaderValue,
    refresh_at: Timestamp,
}

impl Token {
    /// A token that was given, for as long as the client lives.
    pub(super) fn given(token: &str) -> Result<Self, Error> {
        let authorization = secret_value(&format!("Bearer {token}"))?;
        Ok(Self { authorization, refresh_at: Timestamp::MAX })
    }

    pub(super) fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }

    fn read(response: &Response<Bytes>, asked_at: Timestamp) -> Result<Self, Error> {
        let answer: AccessToken =
            satang_schema::decode(response.body()).map_err(|found| unreadable(&found.to_string()))?;
        if !answer.token_type.eq_ignore_ascii_case("bearer") {
            return Err(unreadable("its type is not Bearer"));
        }
        let text = Zeroizing::new(format!("Bearer {}", answer.access_token.as_str()));
        let authorization = secret_value(&text).map_err(|_| unreadable("it does not fit into a header"))?;
        let lifetime = answer.expires_in;
        let used_for = usable_time(Duration::from_secs(lifetime.into()));
        Ok(Self { authorization, refresh_at: asked_at.checked_add(used_for).unwrap_or(Timestamp::MAX) })
    }
}

/// A new token is fetched at 90 % of the lifetime or 30 s before the end, whichever is earlier. A token that
/// lives less than a minute is used for half of its life, so that short ones are still shared.
fn usable_time(lifetime: Duration) -> Duration {
    let margin = (lifetime / 10).max(Duration::from_secs(30)).min(lifetime / 2);
    lifetime - margin
}

fn unreadable(why: &str) -> Error {
    Error::new(Kind::Unreadable, Sent::Yes, format!("the access token is not as agreed: {why}"))
}

fn secret_value(text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::try_from(text)
        .map_err(|_| Error::new(Kind::Configuration, Sent::No, "a secret does not fit into a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_refreshed_early() {
        for (lifetime, used_for) in [(3600, 3240), (300, 270), (100, 70), (60, 30), (20, 10), (1, 0), (0, 0)]
        {
            assert_eq!(usable_time(Duration::from_secs(lifetime)).as_secs(), used_for, "{lifetime}");
        }
    }

    #[test]
    fn answers() {
        for (body, expected) in [
            (r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#, Some(3240)),
            (r#"{"access_token":"t","token_type":"bearer","expires_in":"3600","scope":"a b"}"#, Some(3240)),
            (r#"{"access_token":"t","token_type":"BEARER","expires_in":4294967295}"#, Some(3_865_470_565)),
            (r#"{"access_token":"t","token_type":"mac","expires_in":3600}"#, None),
            (r#"{"access_token":"t","token_type":"Bearer","expires_in":"soon"}"#, None),
            (r#"{"access_token":"t","token_type":"Bearer","expires_in":-1}"#, None),
            (r#"{"access_token":"t","token_type":"Bearer"}"#, None),
            (r#"{"access_token":"a\nb","token_type":"Bearer","expires_in":3600}"#, None),
            ("", None),
        ] {
            let response = Response::new(Bytes::from_static(body.as_bytes()));
            let seconds =
                Token::read(&response, Timestamp::UNIX_EPOCH).ok().map(|t| t.refresh_at.as_second());
            assert_eq!(seconds, expected, "{body}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let credentials = Credentials::new("shop", "hunter2").style(SecretStyle::ClientSecretBasic);
        assert!(!format!("{credentials:?}").contains("hunter2"));
        let basic = credentials.basic().unwrap().unwrap();
        assert_eq!(basic, "Basic c2hvcDpodW50ZXIy");
        assert_eq!(format!("{basic:?}"), "Sensitive");
    }

    #[test]
    fn basic_authentication_is_encoded_twice() {
        let credentials = Credentials::new("a:b", "c d+é").style(SecretStyle::ClientSecretBasic);
        let expected = format!("Basic {}", BASE64.encode("a%3Ab:c+d%2B%C3%A9"));
        assert_eq!(credentials.basic().unwrap().unwrap(), expected);
    }
}
