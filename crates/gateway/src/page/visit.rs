//! A request for a page, as far as pages need to know it: read within limits, and from where it may come.

use super::{Form, Language, failure};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use std::{error::Error as StdError, net::IpAddr};

/// How many parameters of a query are looked at.
const PARAMETER_LIMIT: usize = 32;

/// A request for a page.
pub(crate) struct Visit {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    language: Language,
    is_secure: bool,
    form: Option<Form>,
}

impl Visit {
    /// Reads a request to a gateway that browsers reach at `public_url`.
    ///
    /// A request for a name that is neither the gateway's nor an address of its own is refused: a page of another site
    /// may have pointed its own name here (DNS rebinding). A form is refused that is not from a page of the gateway.
    ///
    /// # Errors
    /// The page that says why the request is refused.
    pub(crate) async fn read<B>(request: Request<B>, public_url: &str) -> Result<Self, Response<Bytes>>
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default();
        let query: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().take(PARAMETER_LIMIT).collect();
        let public: Option<Uri> = public_url.parse().ok();
        let mut visit = Self {
            language: language(&query, &parts.headers),
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query,
            is_secure: public.as_ref().is_some_and(|url| url.scheme_str() == Some("https")),
            headers: parts.headers,
            form: None,
        };
        let authority = parts.uri.authority().map(|authority| authority.as_str().to_owned());
        let authority =
            authority.or_else(|| visit.header(&header::HOST).map(str::to_owned)).unwrap_or_default();
        if !is_ours(&authority, public.as_ref()) {
            return Err(failure(&visit, StatusCode::MISDIRECTED_REQUEST));
        }
        match visit.method {
            Method::GET | Method::HEAD => Ok(visit),
            Method::POST => {
                if !visit.is_from_here(&authority, public_url) {
                    return Err(failure(&visit, StatusCode::FORBIDDEN));
                }
                match Form::read(&visit.headers, body).await {
                    Ok(form) => visit.form = Some(form),
                    Err(status) => return Err(failure(&visit, status)),
                }
                Ok(visit)
            }
            _ => {
                let mut refused = failure(&visit, StatusCode::METHOD_NOT_ALLOWED);
                refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
                Err(refused)
            }
        }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// A parameter of the query.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What the visitor has posted; `None` when the page is only asked for.
    pub(crate) fn form(&self) -> Option<&Form> {
        self.form.as_ref()
    }

    /// A cookie that the browser has sent.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        cookie(&self.headers, name)
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// Whether the visitor has chosen the language here and now, so that it is to be remembered.
    pub(super) fn has_chosen_language(&self) -> bool {
        self.query("lang").and_then(Language::read).is_some()
    }

    /// Whether browsers reach the gateway by HTTPS.
    pub(crate) fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// The address of this page with other parameters: `None` takes one out.
    pub(crate) fn address_with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let is_changed = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
        query.extend_pairs(self.query.iter().filter(|(name, _)| !is_changed(name)));
        query.extend_pairs(changes.iter().filter_map(|(name, value)| Some((name, (*value)?))));
        let query = query.finish();
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }

    fn header(&self, name: &header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether a page of the gateway has posted this. Browsers say so in one of two headers; what says nothing is no
    /// browser of today.
    fn is_from_here(&self, authority: &str, public_url: &str) -> bool {
        let site = self.headers.get("sec-fetch-site");
        let origin = self.header(&header::ORIGIN);
        let is_own = |origin: &str| {
            let origin_authority = origin.split_once("://").map(|(_, authority)| authority);
            origin == public_url || origin_authority == Some(authority)
        };
        (site.is_some() || origin.is_some())
            && site.is_none_or(|site| site == "same-origin")
            && origin.is_none_or(is_own)
    }
}

/// By `?lang=`, else as chosen before, else as the browser likes it.
fn language(query: &[(String, String)], headers: &HeaderMap) -> Language {
    let asked = query.iter().find(|(name, _)| name == "lang").and_then(|(_, tag)| Language::read(tag));
    asked
        .or_else(|| cookie(headers, super::LANGUAGE_COOKIE).and_then(Language::read))
        .unwrap_or_else(|| Language::accepted(headers))
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let values = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Whether a request for this authority is meant for us: by address, as this machine, or by the public name.
fn is_ours(authority: &str, public: Option<&Uri>) -> bool {
    let Ok(authority) = authority.parse::<http::uri::Authority>() else { return false };
    let host = authority.host();
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    address.parse::<IpAddr>().is_ok()
        || host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || public.and_then(Uri::host).is_some_and(|public| public.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests;
