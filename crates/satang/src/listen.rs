//! `satang listen`: a partner's side, to look at callbacks and to pass them on to a program that is being written.

mod forward;
mod registered;

use crate::{
    output::{Exit, Output},
    signals::Signals,
};
use bytes::Bytes;
use forward::Forward;
use http::{Method, Request, Response, StatusCode, header, request::Parts};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use satang_core::{
    Clock as _, System,
    signature::{self, Key},
    webhook::{self, Secret, Trusted},
};
use satang_gateway::demo;
use satang_schema::{decode, direct_debit::RegistrationResult};
use satang_transport::{Limits, Server};
use serde_json::{Value, json};
use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower_service::Service;

/// The largest callback that is read, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

#[derive(clap::Args)]
pub struct Arguments {
    /// The address to listen on; a port of 0 takes any that is free. The demo partner's callbacks go to the default
    #[arg(long, env = "SATANG_CALLBACK_LISTEN", default_value = "127.0.0.1:8701")]
    listen: SocketAddr,
    /// Passes each request on to this URL as it came, and answers what that answers
    #[arg(long, value_name = "URL")]
    forward: Option<String>,
    /// The key of the callbacks' signatures, also as `whsec_...`
    #[arg(long, env = "SATANG_SIGNATURE_KEY", hide_env_values = true, default_value = demo::SIGNATURE_KEY, hide_default_value = true)]
    signature_key: String,
}

pub async fn run(arguments: &Arguments, output: Output) -> Result<Exit, Exit> {
    let wrong_key = |error: signature::InvalidKey| Exit::Usage(format!("--signature-key: {error}"));
    let key =
        Key::new(&arguments.signature_key).and_then(|key| key.with_id("callback")).map_err(wrong_key)?;
    let trusted = Trusted::new().secret(Secret::from_setting(&arguments.signature_key).map_err(wrong_key)?);
    let forward = arguments.forward.as_deref().map(Forward::new).transpose()?;
    let server = Server::bind(arguments.listen).await.map_err(|e| Exit::failed("cannot listen", &e))?;
    let address = server.local_addr().map_err(|e| Exit::failed("cannot listen", &e))?;
    // From the moment that the address is known, a signal drains.
    let signals = Signals::new().map_err(|e| Exit::failed("cannot wait for signals", &e))?;
    output.say(
        &json!({ "listening": format!("http://{address}"), "forward": arguments.forward }),
        format!(
            "Waiting for callbacks on http://{address}{}. Stop with Ctrl-C.",
            arguments.forward.as_ref().map(|url| format!(", to be passed on to {url}")).unwrap_or_default()
        ),
    );
    let listener = Listener(Arc::new(Partner { output, key, trusted, forward }));
    let drained = server.limits(Limits::default()).serve(listener, signals.reach(1)).await;
    tracing::info!(?drained, "stopped");
    Ok(Exit::Success)
}

/// The service.
#[derive(Clone)]
struct Listener(Arc<Partner>);

struct Partner {
    output: Output,
    key: Key,
    trusted: Trusted,
    forward: Option<Forward>,
}

impl Service<Request<Incoming>> for Listener {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let partner = Arc::clone(&self.0);
        Box::pin(async move { Ok(partner.answer(request).await.map(Full::new)) })
    }
}

impl Partner {
    async fn answer(&self, request: Request<Incoming>) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        match (&parts.method, parts.uri.path()) {
            (&Method::GET, "/registered") => {
                registered::page(&self.output, parts.uri.query().unwrap_or_default())
            }
            (&Method::POST, _) => match Limited::new(body, BODY_LIMIT).collect().await {
                Ok(body) => self.callback(parts, body.to_bytes()).await,
                Err(_) => plain(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large or did not arrive"),
            },
            (&Method::GET, _) => {
                plain(StatusCode::NOT_FOUND, "callbacks are POST; browsers come back to /registered")
            }
            _ => {
                let mut refused = plain(StatusCode::METHOD_NOT_ALLOWED, "callbacks are POST");
                refused.headers_mut().insert(header::ALLOW, http::HeaderValue::from_static("GET, POST"));
                refused
            }
        }
    }

    /// Verifies and prints a callback, and passes it on: also one whose signature is wrong, so that the program behind
    /// can be seen to refuse it.
    async fn callback(&self, parts: Parts, body: Bytes) -> Response<Bytes> {
        let proof = self.prove(&parts, &body);
        let told = decode::<RegistrationResult>(&body).ok();
        let response = match &self.forward {
            Some(forward) => forward.pass_on(&parts, body.clone()).await,
            None if proof.is_ok() => plain(StatusCode::OK, ""),
            None => plain(StatusCode::UNAUTHORIZED, "the signature is wrong"),
        };
        self.print(&parts, &body, &proof, told.as_ref(), response.status());
        response
    }

    /// How the signature proves the callback, or why it does not.
    fn prove(&self, parts: &Parts, body: &[u8]) -> Result<&'static str, String> {
        let now = System.now();
        let target = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let signed = signature::verify(&self.key, &parts.method, target, &parts.headers, body, now);
        let standard = webhook::verify(&self.trusted, &parts.headers, body, now);
        match (signed, standard) {
            (Ok(_), Ok(_)) => Ok("HTTP signature and Standard Webhooks"),
            (Ok(_), Err(webhook::Refused::Missing)) => Ok("HTTP signature"),
            (Err(signature::Refused::Missing), Ok(_)) => Ok("Standard Webhooks"),
            (Err(why), _) if why != signature::Refused::Missing => Err(why.to_string()),
            (_, Err(why)) if why != webhook::Refused::Missing => Err(why.to_string()),
            _ => Err("there is no signature".to_owned()),
        }
    }

    fn print(
        &self,
        parts: &Parts,
        body: &Bytes,
        proof: &Result<&'static str, String>,
        told: Option<&RegistrationResult>,
        answered: StatusCode,
    ) {
        let id = parts.headers.get(signature::CLIENT_TRANSACTION_ID).and_then(|id| id.to_str().ok());
        let read = serde_json::from_slice::<Value>(body);
        let word = match proof {
            Ok(proof) => proof,
            Err(why) => why.as_str(),
        };
        let value = json!({
            "callback": id, "path": parts.uri.path(), "verified": proof.is_ok(),
            "proof": word, "answered": answered.as_u16(),
            "body": read.unwrap_or_else(|_| String::from_utf8_lossy(body).into()),
        });
        let what = told.map_or_else(
            || line(&String::from_utf8_lossy(body)),
            |told| {
                // Enough of the token to recognise it: whoever has it can charge the account.
                let token = told
                    .payment_token
                    .as_ref()
                    .map(|token| token.as_str().chars().take(8).collect::<String>());
                let token = token.map(|token| format!(", token {token}…")).unwrap_or_default();
                let reason =
                    told.status_reason_code.as_deref().map(|code| format!(", {code}")).unwrap_or_default();
                line(&format!("{} is {}{token}{reason}", told.journey_identifier, told.payment_token_status))
            },
        );
        let mark = match proof {
            Ok(proof) => format!("verified by {proof}"),
            Err(why) => format!("NOT VERIFIED: {why}"),
        };
        let text = format!(
            "{} {}\n  {what}\n  {mark}; callback {}; answered {}",
            parts.method,
            line(parts.uri.path()),
            line(id.unwrap_or("without an identifier")),
            answered.as_u16()
        );
        self.output.say(&value, text);
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// A stranger's text on one line of a terminal, which must not take it for commands; not more than fits there.
fn line(text: &str) -> String {
    text.chars().take(500).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
