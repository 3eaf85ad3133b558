//! The authorize URL (RFC 6749, 4.1.1): where a customer's browser comes in.

use super::{enter, texts};
use crate::{
    Gateway,
    journey::{self, Arrival, Kind},
    page::{self, Visit},
    store::{StoreError, Tx},
};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use satang_core::{Clock, Refusal};
use satang_schema::{decode_members, direct_debit::AuthorizeRequest};
use satang_validation::{Code, Violations};
use std::error::Error as StdError;

/// What is known in the query. "The authorization server MUST ignore unrecognized request parameters" (RFC 6749, 3.1).
const KNOWN: [&str; 8] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "oauth_context_id",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// Answers the authorize URL.
///
/// Who asks, and where the browser goes back to, is checked first: a page says what is wrong there, since nobody who is
/// not known may be redirected to. Everything else goes back to the partner as an error.
pub(crate) async fn authorize<B>(gateway: &Gateway, request: Request<B>) -> Response<Bytes>
where
    B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
{
    let query = request.uri().query().unwrap_or_default();
    let mut query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    query.retain(|(name, _)| KNOWN.contains(&name.as_str()));
    match Visit::read(request, &gateway.public_url).await {
        Ok(visit) => {
            let answer = begin(gateway, &visit, query).await;
            answer.unwrap_or_else(|refusal| page::failure(&visit, refusal.status()))
        }
        Err(refused) => refused,
    }
}

async fn begin(
    gateway: &Gateway,
    visit: &Visit,
    query: Vec<(String, String)>,
) -> Result<Response<Bytes>, Refusal> {
    let known = (only(&query, "client_id"), only(&query, "redirect_uri"));
    let (Some(client_id), Some(redirect_uri)) = known else { return Ok(texts::unknown_partner(visit)) };
    let (client, uri) = (client_id.to_owned(), redirect_uri.to_owned());
    if !gateway.store.read(move |tx| is_registered(tx, &client, &uri)).await? {
        return Ok(texts::unknown_partner(visit));
    }
    let state = only(&query, "state").map(str::to_owned);
    let pairs = query.iter().map(|(name, value)| (name.into(), value.into()));
    let request: AuthorizeRequest = match decode_members(pairs) {
        Ok(request) => request,
        Err(violations) => {
            let (error, why) = (error_of(&violations), violations.to_string());
            return Ok(back(visit, &journey::denied(redirect_uri, error, &why, state.as_deref())));
        }
    };
    let (session, now) = (gateway.session(), gateway.now());
    let (id, of) = (request.oauth_context_id.as_str().to_owned(), session.clone());
    let arrival = gateway.store.write(move |tx| journey::arrive(tx, &request, &of, now)).await?;
    Ok(match arrival {
        Arrival::First => enter(visit, Kind::Web, &id, Some(&session)),
        Arrival::Again => enter(visit, Kind::Web, &id, None),
        Arrival::Refused(why) => {
            back(visit, &journey::denied(redirect_uri, "invalid_request", why, state.as_deref()))
        }
    })
}

/// The value of a parameter that is there once.
fn only<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    let mut values = query.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// Whether an active partner has this very address: "exact string matching" (RFC 9700, 2.1).
fn is_registered(tx: &mut Tx<'_>, client_id: &str, redirect_uri: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM partner_redirect JOIN partner ON client_id = partner
        WHERE client_id = $1 AND uri = $2 AND status = 'ACTIVE'";
    Ok(tx.query_one(sql, &[client_id.into(), redirect_uri.into()], |row| row.int(0))?.is_some())
}

/// The code of RFC 6749, 4.1.2.1.
fn error_of(violations: &Violations) -> &'static str {
    let is_malformed = |pointer: &str| {
        let mut all = violations.as_slice().iter();
        all.any(|violation| violation.code == Code::Malformed && violation.pointer.as_str() == pointer)
    };
    if is_malformed("/response_type") {
        "unsupported_response_type"
    } else if is_malformed("/scope") {
        "invalid_scope"
    } else {
        "invalid_request"
    }
}

/// Leads the browser back before anything has begun.
fn back(visit: &Visit, address: &str) -> Response<Bytes> {
    let Ok(location) = HeaderValue::from_str(address) else {
        return page::failure(visit, StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::FOUND;
    page::secure(response.headers_mut());
    response.headers_mut().insert(header::LOCATION, location);
    response
}
