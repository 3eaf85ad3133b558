//! The pages on which a customer agrees: the bank's side of the authorize URL, and a stand-in for its app.
//!
//! Security follows RFC 6749, RFC 9126 and RFC 9700: who asks is not redirected before it is known where to; a context is
//! good for one browser; nothing here can be framed, cached, or posted to from elsewhere.

mod authorize;
mod ending;
mod reading;
mod steps;
mod texts;

pub(crate) use authorize::authorize;

use crate::{
    Gateway,
    customer::{self, Customer, CustomerAccount},
    journey::{self, Arrival, Fresh, Journey, Kind, Outcome},
    page::{self, Cookie, Csrf, Page, SameSite, Visit},
    store::{StoreError, Tx},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL};
use bytes::Bytes;
use http::{Response, StatusCode};
use satang_core::{Clock, Entropy, Refusal};
use std::time::Duration;

/// Holds the browser's secret; each journey has its own, by its path.
const COOKIE: &str = "journey";
/// Longer than any journey.
const COOKIE_LASTS: Duration = Duration::from_secs(1_800);

/// Answers a request for a journey's page.
pub(crate) async fn answer(gateway: &Gateway, kind: Kind, visit: &Visit) -> Response<Bytes> {
    let id = visit.path().strip_prefix(kind.path()).unwrap_or_default();
    let outcome = match (visit.cookie(COOKIE), visit.form()) {
        (Some(session), None) => show(gateway, visit, (kind, id, session), &[]).await,
        (Some(session), Some(_)) => post(gateway, visit, (kind, id, session)).await,
        (None, None) if kind == Kind::App => open_app(gateway, visit, id).await,
        (None, _) => Ok(texts::not_yours(visit)),
    };
    outcome.unwrap_or_else(|refusal| page::failure(visit, refusal.status()))
}

/// A journey as its pages show it.
struct View {
    journey: Journey,
    partner: String,
    customer: Option<Customer>,
    accounts: Vec<CustomerAccount>,
}

fn view(tx: &mut Tx<'_>, kind: Kind, id: &str, session: &str) -> Result<Option<View>, StoreError> {
    let Some(journey) = journey::of_session(tx, kind, id, session)? else { return Ok(None) };
    let sql = "SELECT name FROM partner WHERE client_id = $1";
    let partner = tx.query_one(sql, &[(&journey.registration.partner).into()], |row| row.text(0))?;
    let customer = journey.customer.as_deref().map(|id| customer::find(tx, id)).transpose()?.flatten();
    let accounts = match &customer {
        Some(customer) => customer::accounts(tx, &customer.id)?,
        None => Vec::new(),
    };
    Ok(Some(View { journey, partner: partner.unwrap_or_default(), customer, accounts }))
}

/// Shows where the journey stands, with what was wrong.
async fn show(
    gateway: &Gateway,
    visit: &Visit,
    (kind, id, session): (Kind, &str, &str),
    errors: &[reading::FieldError],
) -> Result<Response<Bytes>, Refusal> {
    let now = gateway.now();
    let read = |id: &str| {
        let (id, session) = (id.to_owned(), session.to_owned());
        gateway.store.read(move |tx| view(tx, kind, &id, &session))
    };
    let Some(mut found) = read(id).await? else { return Ok(texts::not_yours(visit)) };
    if found.journey.is_late(now) {
        // At once, not only when the agenda comes to it.
        let late = id.to_owned();
        gateway.store.write(move |tx| journey::expire(tx, &late, now)).await?;
        gateway.wake();
        let Some(ended) = read(id).await? else { return Ok(texts::not_yours(visit)) };
        found = ended;
    }
    if !found.journey.is_open(now) {
        return Ok(ending::answer(
            visit,
            &found,
            journey::destination(&found.journey, session, &gateway.pepper, now),
        ));
    }
    let (title, main) = steps::draw(visit, &found, &Csrf::of(session), errors);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page::new(visit, title, main).with_status(status);
    // The form may end at the partner's, by redirect.
    let return_uri = found.journey.return_uri.as_deref().unwrap_or_default();
    Ok(page.may_lead_to(return_uri).answer())
}

/// Does what the customer posts, and shows what comes of it.
async fn post(
    gateway: &Gateway,
    visit: &Visit,
    (kind, id, session): (Kind, &str, &str),
) -> Result<Response<Bytes>, Refusal> {
    let Some(form) = visit.form().filter(|form| Csrf::of(session).is_in(form)) else {
        return Ok(page::failure(visit, StatusCode::FORBIDDEN));
    };
    let input = match reading::input(form) {
        Ok(Some(input)) => input,
        Ok(None) => return Ok(page::failure(visit, StatusCode::BAD_REQUEST)),
        Err(errors) => return show(gateway, visit, (kind, id, session), &errors).await,
    };
    let (fresh, now, pepper) = (gateway.fresh(), gateway.now(), gateway.pepper.clone());
    let turn = form.field(steps::TURN).to_owned();
    let of = (id.to_owned(), session.to_owned());
    let work = move |tx: &mut Tx<'_>| {
        journey::act(tx, (kind, &of.0, &of.1), (&turn, &input), (&pepper, &fresh), now)
    };
    let outcome = gateway.store.write(work).await?;
    gateway.wake();
    match outcome {
        None => Ok(texts::not_yours(visit)),
        // Shown by GET, so that a reload posts nothing.
        Some(Outcome::Moved) => Ok(page::redirect(visit, visit.path())),
        Some(Outcome::Wrong(mistake)) => {
            show(gateway, visit, (kind, id, session), &[texts::mistake(mistake)]).await
        }
    }
}

/// Takes in the phone that opened the deep link.
async fn open_app(gateway: &Gateway, visit: &Visit, id: &str) -> Result<Response<Bytes>, Refusal> {
    let (session, now) = (gateway.session(), gateway.now());
    let of = (id.to_owned(), session.clone());
    let arrival = gateway.store.write(move |tx| journey::open_app(tx, &of.0, &of.1, now)).await?;
    Ok(match arrival {
        Arrival::First => enter(visit, Kind::App, id, Some(&session)),
        Arrival::Again | Arrival::Refused(_) => texts::not_yours(visit),
    })
}

/// Leads to a journey's page, as the browser whose journey it is from now on, if it has a secret.
fn enter(visit: &Visit, kind: Kind, id: &str, session: Option<&str>) -> Response<Bytes> {
    let path = format!("{}{id}", kind.path());
    let mut response = page::redirect(visit, &path);
    if let Some(value) = session {
        let (same_site, lasts) = (SameSite::Lax, Some(COOKIE_LASTS));
        Cookie { name: COOKIE, value, path: &path, same_site, lasts }.set_on(&mut response, visit);
    }
    response
}

impl Gateway {
    /// A browser's secret.
    fn session(&self) -> String {
        let mut random = [0; 32];
        self.fill(&mut random);
        BASE64_URL.encode(random)
    }

    fn fresh(&self) -> Fresh {
        let mut random = [0; 8];
        self.fill(&mut random);
        let password = format!("{:06}", u64::from_be_bytes(random) % 1_000_000);
        Fresh::new(password, self.reference(self.now()), self.uuid())
    }
}
