//! A customer with a browser that knows nothing but pages, forms, cookies and redirects.

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::Full;
use satang_core::{
    Transport,
    direct_debit::{Client, authorize_uri},
};
use satang_gateway::{Gateway, Site, demo, store::StoreError};
use satang_schema::direct_debit::{
    AuthorizeRequest, AuthorizeScope, CodeChallengeMethod, PrepareOAuthContext, RegistrationContext,
    ResponseType, TokenDetails, TokenFilter,
};
use std::sync::Arc;

pub(crate) const STATE: &str = "s&t=1 ก";

/// A browser.
pub(crate) struct Visitor {
    site: Site,
    gateway: Arc<Gateway>,
    /// Name, value and path.
    cookies: Vec<(String, String, String)>,
    /// Where the last answer came from.
    path: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) page: String,
}

impl Visitor {
    pub(crate) fn new(gateway: &Arc<Gateway>) -> Self {
        Self {
            site: gateway.site(),
            gateway: Arc::clone(gateway),
            cookies: Vec::new(),
            path: String::new(),
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            page: String::new(),
        }
    }

    /// Pretends to be the browser of a journey, by a secret of its own.
    pub(crate) fn pretend(&mut self, secret: &str, journey: &str) {
        self.cookies.push(("journey".into(), secret.into(), format!("/consent/{journey}")));
    }

    /// Opens an address, without following where it leads.
    pub(crate) async fn open(&mut self, address: &str) {
        let target = address.strip_prefix("http://127.0.0.1:8700").unwrap_or(address);
        self.send(Request::get(target), target, Bytes::new()).await;
    }

    /// Follows redirects as long as they stay here; answers where they lead away to.
    pub(crate) async fn follow(&mut self) -> Option<String> {
        while let Some(location) = self.location() {
            if !location.starts_with('/') {
                return Some(location);
            }
            self.open(&location).await;
        }
        None
    }

    pub(crate) fn location(&self) -> Option<String> {
        self.headers.get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned())
    }

    /// Fills in the page's form, presses a button, and follows.
    pub(crate) async fn press(&mut self, action: &str, fields: &[(&str, &str)]) -> Option<String> {
        let form = self.form(action, fields);
        self.post(&form, &[("sec-fetch-site", "same-origin")]).await;
        self.follow().await
    }

    /// What the browser would post.
    pub(crate) fn form(&self, action: &str, fields: &[(&str, &str)]) -> String {
        let hidden = ["csrf", "turn"].map(|name| (name, self.hidden(name)));
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(hidden.iter().map(|(name, value)| (*name, value.as_str())));
        form.extend_pairs(fields).append_pair("action", action).finish()
    }

    pub(crate) async fn post(&mut self, form: &str, headers: &[(&str, &str)]) {
        let path = self.path.clone();
        let mut request = Request::post(&path).header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, &path, Bytes::copy_from_slice(form.as_bytes())).await;
    }

    fn hidden(&self, name: &str) -> String {
        let (_, rest) = self.page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_default();
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    async fn send(&mut self, request: http::request::Builder, target: &str, body: Bytes) {
        let path = target.split('?').next().unwrap_or_default().to_owned();
        let mut request = request.header("host", "127.0.0.1:8700");
        for (name, value, _) in self.cookies.iter().filter(|(_, _, of)| path.starts_with(of.as_str())) {
            request = request.header("cookie", format!("{name}={value}"));
        }
        let response: Response<Bytes> = self.site.answer(request.body(Full::new(body)).unwrap()).await;
        for cookie in response.headers().get_all("set-cookie") {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let of = attributes.split("Path=").nth(1).unwrap().split(';').next().unwrap();
            self.cookies.push((name.into(), value.into(), of.into()));
        }
        (self.status, self.headers) = (response.status(), response.headers().clone());
        self.page = String::from_utf8(response.into_body().to_vec()).unwrap();
        self.path = path;
    }

    /// The title that the page shows.
    pub(crate) fn title(&self) -> &str {
        let (_, rest) = self.page.split_once("<h1>").unwrap_or_default();
        rest.split("</h1>").next().unwrap_or_default()
    }

    /// Where the link back to the partner leads.
    pub(crate) fn link_back(&self) -> Option<String> {
        let (_, rest) = self.page.split_once("class=\"button\" href=\"")?;
        Some(rest.split('"').next()?.replace("&amp;", "&"))
    }

    /// The newest one-time password.
    pub(crate) async fn otp(&self) -> String {
        let sql = "SELECT content FROM message ORDER BY created_at DESC, id DESC LIMIT 1";
        let content = self.gateway.store().read(move |tx| tx.query_one(sql, &[], |row| row.text(0)));
        let content = content.await.unwrap_or_else(|error: StoreError| panic!("{error}")).unwrap();
        content.split(' ').find(|word| word.len() == 6 && word.parse::<u32>().is_ok()).unwrap().to_owned()
    }
}

/// The parameters of an authorize URL for a context.
pub(crate) fn authorize(context: &str) -> AuthorizeRequest {
    AuthorizeRequest {
        response_type: ResponseType::Code,
        client_id: demo::CLIENT_ID.parse().unwrap(),
        redirect_uri: demo::REDIRECT_URI.parse().unwrap(),
        scope: AuthorizeScope::DirectDebitRegistration,
        oauth_context_id: context.parse().unwrap(),
        state: STATE.parse().ok(),
        code_challenge: None,
        code_challenge_method: None::<CodeChallengeMethod>,
    }
}

/// The URL that a partner opens.
pub(crate) fn url(request: &AuthorizeRequest) -> String {
    authorize_uri(request).unwrap().to_string()
}

/// A prepares a context, for whoever comes.
pub(crate) async fn prepare<T: Transport>(client: &Client<T>, context: RegistrationContext) -> String {
    let request = PrepareOAuthContext { direct_debit_registration: context };
    client.prepare_oauth_context(&request).await.unwrap().oauth_context_id.as_str().to_owned()
}

pub(crate) fn reference() -> RegistrationContext {
    RegistrationContext { ref1: "REG0001".parse().ok(), ..RegistrationContext::default() }
}

/// C: what is known of a journey.
pub(crate) async fn details<T: Transport>(client: &Client<T>, journey: &str) -> TokenDetails {
    let filter = TokenFilter { journey_identifier: journey.parse().ok(), ..TokenFilter::default() };
    let mut found = client.token_inquiry(&filter).await.unwrap().token_information;
    assert_eq!(found.len(), 1, "one journey, one registration");
    found.remove(0)
}

/// The parameters of a query.
pub(crate) fn parameters(address: &str) -> Vec<(String, String)> {
    let (_, query) = address.split_once('?').unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

pub(crate) fn parameter(address: &str, name: &str) -> Option<String> {
    parameters(address).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}
