//! A customer's way to the bank and back.

use satang_core::Error;
use satang_schema::{DateTime, JourneyIdentifier, Secret, direct_debit::KmaDeeplink};
use satang_validation::{Code, Pointer, Rule, Violations};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};
use subtle::ConstantTimeEq;

/// A customer's way to the bank and back.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/example.rs"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
/// # let bank = DirectDebit::new(Bank);
/// # let client = OAuthClient { bank: "https://bank.example".parse()?, client_id: "my-client-id".parse()?,
/// #     redirect_uri: "https://shop.example/registered".parse()? };
/// let journey = bank.register(&Registration::new("CUSTOMER-7".parse()?), &client).await?;
/// let session = serde_json::to_string(&journey.stored())?; // on the server, never in a cookie that can be read
///
/// // The browser comes back, to a request of its own.
/// # let state = journey.url().split("&state=").nth(1).unwrap().split('&').next().unwrap();
/// # let returned_uri = format!("/registered?code=Sp1xlOBeZQQYbYS6WxSbIA&state={state}");
/// let journey = Journey::restore(serde_json::from_str::<Stored>(&session)?);
/// match journey.finish(&returned_uri)? {
///     Returned::Code(_) => println!("the customer has been there; wait for the outcome"),
///     Returned::Error { error, .. } => println!("the customer turned back: {error}"),
/// }
/// # Ok(()) }) }
/// ```
#[derive(Clone)]
pub struct Journey(Stored);

/// A [`Journey`] to be kept between two requests of a web application. It holds secrets: keep it where the customer cannot
/// read it, such as a session on the server, and no longer than the journey.
#[derive(Clone, Serialize, Deserialize)]
pub struct Stored {
    url: String,
    identifier: JourneyIdentifier,
    expires: Option<DateTime>,
    secrets: Option<Secrets>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Secrets {
    state: Secret,
    code_verifier: Secret,
}

/// What the browser brought back. **It is not the outcome**: that is told by the callback and by the inquiry (B), so
/// [`wait`](crate::DirectDebit::wait) for it in either case.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Returned {
    /// The customer went through the bank's pages. The authorization code is good once, and not needed to charge.
    Code(Secret),
    /// The bank sent the customer back with an error of RFC 6749, 4.1.2.1, such as `access_denied`. Both are a stranger's
    /// text, without control characters and cut to 500.
    Error {
        /// The code.
        error: String,
        /// The bank's words.
        description: Option<String>,
    },
}

impl Journey {
    pub(crate) fn on_the_web(
        url: String,
        identifier: JourneyIdentifier,
        state: Secret,
        code_verifier: Secret,
    ) -> Self {
        Self(Stored { url, identifier, expires: None, secrets: Some(Secrets { state, code_verifier }) })
    }

    pub(crate) fn in_app(link: KmaDeeplink) -> Self {
        let KmaDeeplink { deeplink_url, journey_identifier, expiry_date_time } = link;
        let url = deeplink_url.as_str().to_owned();
        Self(Stored { url, identifier: journey_identifier, expires: Some(expiry_date_time), secrets: None })
    }

    /// Where to send the customer: the bank's page, or the link that opens the bank's app. Good once.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// What the callback and the inquiries call this journey.
    #[must_use]
    pub fn identifier(&self) -> JourneyIdentifier {
        self.0.identifier
    }

    /// Until when the app may be opened. Of a web journey the bank does not say it; ten minutes are proposed.
    #[must_use]
    pub fn expires(&self) -> Option<DateTime> {
        self.0.expires
    }

    /// Proves, to whoever exchanges the code, that the journey is yours (RFC 7636); none in the app.
    #[must_use]
    pub fn code_verifier(&self) -> Option<&Secret> {
        self.0.secrets.as_ref().map(|secrets| &secrets.code_verifier)
    }

    /// This journey, secrets and all, to be kept in a session.
    #[must_use]
    pub fn stored(&self) -> Stored {
        self.0.clone()
    }

    /// The journey that was kept.
    #[must_use]
    pub fn restore(stored: Stored) -> Self {
        Self(stored)
    }

    /// Reads the URI, or its path and query, that the browser returned with, and believes it only when it carries this
    /// journey's `state`.
    ///
    /// | result | what has happened | what to do |
    /// | --- | --- | --- |
    /// | [`Returned::Code`] | the customer came back from the bank | [`wait`](crate::DirectDebit::wait) |
    /// | [`Returned::Error`] | the customer came back with an error | [`wait`](crate::DirectDebit::wait): expect a rejection |
    /// | `Err` | a stranger made this request, or somebody changed it | answer 400; the journey is as it was |
    ///
    /// # Errors
    /// [`Error`] whose [`violations`](Error::violations) name each parameter that is missing, repeated or wrong, without
    /// its value; also for a journey in the app, which brings nothing back.
    pub fn finish(&self, returned_uri: &str) -> Result<Returned, Error> {
        let mut found = Violations::new();
        let mut refuse = |name: &str, code, detail: &'static str| {
            let root = Pointer::root();
            let place = if name.is_empty() { root } else { root.member(name) };
            found.add(place, Rule::new(code, detail));
        };
        let Some(secrets) = self.0.secrets.as_ref().filter(|_| returned_uri.len() <= LONGEST) else {
            refuse("", Code::Limit, "expected a web journey, and a URI of at most 8,192 bytes");
            return Err(Error::invalid(found));
        };
        let [code, state, error, description] = RETURNED.map(|name| {
            let mut values = parameters(returned_uri).filter(|(found, _)| found == name);
            let first = values.next().map(|(_, value)| value.into_owned());
            if values.next().is_some() {
                refuse(name, Code::Duplicate, "expected once");
            }
            first.filter(|value| !value.is_empty())
        });
        match state {
            None => refuse("state", Code::Missing, "a required parameter"),
            Some(state) if !bool::from(state.as_bytes().ct_eq(secrets.state.as_str().as_bytes())) => {
                refuse("state", Code::Inconsistent, "expected the journey's own");
            }
            Some(_) => {}
        }
        let code = code.map(Secret::try_from).transpose();
        let returned = match (code, error) {
            (Err(rule), _) => {
                refuse("code", rule.code, "expected visible characters");
                None
            }
            (Ok(Some(code)), None) => Some(Returned::Code(code)),
            (Ok(None), Some(error)) => Some(Returned::Error {
                error: plain(&error),
                description: description.map(|words| plain(&words)),
            }),
            (Ok(_), _) => {
                refuse("", Code::Inconsistent, "expected either code or error");
                None
            }
        };
        match (returned, found.is_empty()) {
            (Some(returned), true) => Ok(returned),
            _ => Err(Error::invalid(found)),
        }
    }
}

/// Neither the URL, which holds the state, nor any secret.
impl fmt::Debug for Journey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journey")
            .field("identifier", &self.identifier)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

impl From<&Journey> for JourneyIdentifier {
    fn from(journey: &Journey) -> Self {
        journey.identifier()
    }
}

/// What the bank adds to the redirect URI.
pub(crate) const RETURNED: [&str; 4] = ["code", "state", "error", "error_description"];

/// How long a returned URI may be.
const LONGEST: usize = 8_192;

/// The query's parameters, decoded.
pub(crate) fn parameters(uri: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let before_fragment = uri.split_once('#').map_or(uri, |(before, _)| before);
    let query = before_fragment.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
}

/// A stranger's text, fit for a line.
fn plain(text: &str) -> String {
    text.chars().take(500).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
