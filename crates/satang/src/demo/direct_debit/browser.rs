//! A customer's browser, as far as the bank's pages need one: cookies, forms and redirects, over plain HTTP. The tests of
//! the command line walk the pages with it too.

use bytes::Bytes;
use http::{Method, Request, Response, header};
use satang_core::{
    Operation, Transport,
    operation::{Body, Repeat},
};
use satang_transport::Client;

static OPEN: Operation =
    Operation::new("open", Method::GET, "/").without_token().with_body(Body::Query).repeating(Repeat::Safe);
static SUBMIT: Operation = Operation::new("submit", Method::POST, "/").without_token().with_body(Body::Form);

/// How many redirects in a row are followed.
const MOST_REDIRECTS: usize = 5;

pub(super) struct Browser {
    client: Client,
    /// Where the pages are.
    origin: String,
    cookies: Vec<(String, String)>,
}

/// Where the browser has come to.
pub(super) enum Place {
    /// A page of the origin, by its path.
    Page { path: String, html: String },
    /// An address that is not the origin's.
    Elsewhere(String),
}

/// Why the browser can go no further.
#[derive(Debug)]
pub(super) struct Lost(pub(super) String);

impl Browser {
    pub(super) fn new(origin: &str) -> Result<Self, Lost> {
        let client = Client::builder(origin).build().map_err(|e| Lost(format!("no client: {e}")))?;
        Ok(Self { client, origin: origin.to_owned(), cookies: Vec::new() })
    }

    /// Opens an address, and where it redirects to.
    pub(super) async fn open(&mut self, url: &str) -> Result<Place, Lost> {
        let mut url = url.to_owned();
        for _ in 0..MOST_REDIRECTS {
            let Some(path) = self.path_of(&url) else { return Ok(Place::Elsewhere(url)) };
            let request = self.request(Method::GET, &path, Bytes::new())?;
            let response = self.send(&OPEN, request).await?;
            match location(&response) {
                Some(next) => url = next,
                None => {
                    let html = String::from_utf8_lossy(response.body()).into_owned();
                    return Ok(Place::Page { path, html });
                }
            }
        }
        Err(Lost("the pages redirect without end".to_owned()))
    }

    /// Posts a page's form with these fields and its own hidden ones, and follows.
    pub(super) async fn submit(&mut self, place: &Place, fields: &[(&str, &str)]) -> Result<Place, Lost> {
        let Place::Page { path, html } = place else {
            return Err(Lost("there is no page to go on from".to_owned()));
        };
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(hidden(html)).extend_pairs(fields);
        let mut request = self.request(Method::POST, path, form.finish().into())?;
        let form_type = header::HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(header::CONTENT_TYPE, form_type);
        let response = self.send(&SUBMIT, request).await?;
        match location(&response) {
            Some(next) => self.open(&next).await,
            None => {
                let html = String::from_utf8_lossy(response.body()).into_owned();
                Ok(Place::Page { path: path.clone(), html })
            }
        }
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Bytes>, Lost> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookies.join("; "))
            .header(header::ORIGIN, &self.origin)
            .header(header::ACCEPT_LANGUAGE, "en")
            .body(body)
            .map_err(|e| Lost(format!("the pages' address: {e}")))
    }

    async fn send(
        &mut self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Lost> {
        let response = self.client.call(operation, request).await;
        let response = response.map_err(|e| Lost(format!("the pages: {e}")))?;
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().ok().and_then(|text| text.split(';').next()?.split_once('='));
            if let Some((name, value)) = pair {
                self.cookies.retain(|(known, _)| known != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        Ok(response)
    }

    /// The path of an address of the origin.
    fn path_of(&self, url: &str) -> Option<String> {
        let path = url.strip_prefix(&self.origin).unwrap_or(url);
        path.starts_with('/').then(|| path.to_owned())
    }
}

impl Place {
    /// The heading, for people.
    pub(super) fn heading(&self) -> String {
        match self {
            Self::Page { html, .. } => {
                let heading = html.split_once("<h1>").and_then(|(_, rest)| rest.split_once("</h1>"));
                heading.map_or("a page without a heading", |(heading, _)| heading).to_owned()
            }
            Self::Elsewhere(_) => "back".to_owned(),
        }
    }
}

fn location(response: &Response<Bytes>) -> Option<String> {
    let is_redirect = response.status().is_redirection();
    let location = response.headers().get(header::LOCATION).filter(|_| is_redirect)?;
    location.to_str().ok().map(str::to_owned)
}

/// The hidden fields of a page: what proves that the form is the page's own.
fn hidden(html: &str) -> Vec<(&str, &str)> {
    let inputs = html.split("<input ").skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag));
    let hidden = inputs.filter(|tag| tag.contains(r#"type="hidden""#));
    hidden.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
}

fn attribute<'h>(tag: &'h str, name: &str) -> Option<&'h str> {
    let (_, rest) = tag.split_once(&format!(r#"{name}=""#))?;
    rest.split_once('"').map(|(value, _)| value)
}
