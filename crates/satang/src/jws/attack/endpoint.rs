//! The endpoint: sends a token, and tells from the answer whether it was accepted.

use super::{
    Arguments,
    placement::{self, Placement, Template},
};
use crate::output::Exit;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use satang_core::{Kind, Sent};
use satang_jose::attack::Attack;
use satang_transport::Courier;
use std::{fmt, time::Duration};

/// How much of an answer is read, in bytes.
const ANSWER_LIMIT: usize = 256 * 1024;

/// What an answer means.
#[derive(Clone, Copy, Debug)]
pub enum Verdict {
    Accepted(StatusCode),
    Refused(StatusCode),
    /// The server failed (5xx): the token was not accepted, and not refused as it should be.
    Failing(StatusCode),
    /// The connection was closed without an answer, which is how servers refuse what is far too large.
    Closed,
    /// Nothing is known of this token: too many requests, no connection, no answer in time.
    Undecided(&'static str),
    /// HTTP cannot carry such a token in this place.
    CannotTravel,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted(status) => write!(f, "accepted with {status}"),
            Self::Refused(status) => write!(f, "refused with {status}"),
            Self::Failing(status) => write!(f, "answered {status}"),
            Self::Closed => f.write_str("closed without an answer"),
            Self::Undecided(why) => f.write_str(why),
            Self::CannotTravel => f.write_str("HTTP cannot carry it there"),
        }
    }
}

/// Where the tokens go, and how.
pub struct Endpoint {
    courier: Courier,
    url: Uri,
    method: Method,
    headers: Vec<(HeaderName, HeaderValue)>,
    way: Way,
    accepted_if: Vec<String>,
    refused_if: Vec<String>,
}

enum Way {
    Body,
    Header(HeaderName, String, String),
    Json(Template),
}

impl Endpoint {
    pub fn new(arguments: &Arguments) -> Result<Self, Exit> {
        let url: Uri = arguments
            .url
            .parse()
            .map_err(|_| Exit::Usage("expected a URL such as http://127.0.0.1:8080/verify".into()))?;
        let timeout = Duration::from_secs(arguments.timeout.into());
        // It is the user's own, wherever it is.
        let courier = Courier::builder().private_addresses(true).connect_timeout(timeout).timeout(timeout);
        let courier = courier.response_limit(ANSWER_LIMIT).build();
        let courier = courier.map_err(|error| Exit::failed("nothing can be sent", &error))?;
        courier.check(&url).map_err(|error| Exit::Usage(error.to_string()))?;
        let body = arguments.body.as_deref().map(super::contents).transpose()?;
        let way = match (&arguments.placement, body) {
            (Placement::Body, None) => Way::Body,
            (Placement::Header(name, before, after), None) => {
                Way::Header(name.clone(), before.clone(), after.clone())
            }
            (Placement::Json(pointer), Some(json)) => {
                Way::Json(Template::new(&json, pointer).map_err(Exit::Usage)?)
            }
            _ => {
                return Err(Exit::Usage(
                    "--body goes with --as json:POINTER, and the other way round".to_owned(),
                ));
            }
        };
        Ok(Self {
            courier,
            url,
            method: arguments.method.clone(),
            headers: arguments.header.clone(),
            way,
            accepted_if: arguments.accepted_if.clone(),
            refused_if: arguments.refused_if.clone(),
        })
    }

    /// Sends a token, once.
    pub async fn judge(&self, attack: &Attack) -> Verdict {
        let Some(request) = self.request(attack) else { return Verdict::CannotTravel };
        match self.courier.exchange(request).await {
            Ok(response) => self.read(response.status(), response.body()),
            Err(error) => match error.kind() {
                Kind::Interrupted if error.sent() == Sent::Yes => {
                    Verdict::Undecided("the answer broke off, or has more than 256 KiB")
                }
                Kind::Interrupted => Verdict::Closed,
                Kind::Timeout => Verdict::Undecided("no answer in time"),
                Kind::Connect => Verdict::Undecided("no connection"),
                _ => Verdict::Undecided("the address may not be called"),
            },
        }
    }

    fn request(&self, attack: &Attack) -> Option<Request<Bytes>> {
        let (body, kind) = match &self.way {
            Way::Body => (Bytes::from(attack.token.clone()), "application/jose"),
            Way::Header(..) => (Bytes::from(attack.payload.clone()), "application/json"),
            Way::Json(template) => (template.filled(&attack.token), "application/json"),
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.url.clone();
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        for (name, value) in &self.headers {
            request.headers_mut().insert(name, value.clone());
        }
        if let Way::Header(name, before, after) = &self.way {
            request.headers_mut().insert(name, placement::header_value(before, &attack.token, after)?);
        }
        Some(request)
    }

    fn read(&self, status: StatusCode, body: &[u8]) -> Verdict {
        let says = |text: &String| body.windows(text.len().max(1)).any(|window| window == text.as_bytes());
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Verdict::Undecided("too many requests: lower --rate");
        }
        let is_accepted =
            if self.accepted_if.is_empty() { status.is_success() } else { self.accepted_if.iter().any(says) };
        if is_accepted && !self.refused_if.iter().any(says) {
            Verdict::Accepted(status)
        } else if status.is_server_error() {
            Verdict::Failing(status)
        } else {
            Verdict::Refused(status)
        }
    }
}
