//! How a registration begins: A, E, or at a branch.

use super::{Registration, Why, change, status::record};
use crate::{
    direct_debit::state::RegistrationEvent,
    journey::{self, Kind, NewJourney},
    name,
    partner::Partner,
    store::Tx,
};
use jiff::{SignedDuration, Timestamp};
use satang_core::{Refusal, operation::Envelope};
use satang_schema::{
    DateTime, JourneyIdentifier,
    direct_debit::{KmaDeeplink, KmaDeeplinkRequest, OAuthContext, PrepareOAuthContext, RegistrationChannel},
    krungsri::SandboxError,
};
use satang_validation::{Pointer, Rule, Violations};
use uuid::Uuid;

/// How long a customer has. Proposed by Satang; not published by the bank.
const JOURNEY_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// What would run in the page that leads back, or read the customer's files.
const REFUSED_SCHEMES: [&str; 4] = ["javascript", "data", "file", "vbscript"];

/// The new identifiers of a registration and of its journey. The journey's is all that a customer's browser shows at
/// first, so it cannot be guessed.
#[derive(Clone, Copy)]
pub(crate) struct Identifiers {
    pub(crate) registration: Uuid,
    pub(crate) journey: Uuid,
}

/// A: keeps what the bank shall know before the customer arrives.
pub(crate) fn prepare(
    tx: &mut Tx<'_>,
    partner: &Partner,
    request: &PrepareOAuthContext,
    identifiers: Identifiers,
    now: Timestamp,
) -> Result<OAuthContext, Refusal> {
    let context = &request.direct_debit_registration;
    let opening = Opening {
        kind: Kind::Web,
        reference1: context.ref1.as_ref().map(|reference| reference.as_str()),
        reference2: context.ref2.as_ref().map(|reference| reference.as_str()),
        identification: (context.type_of_identification.as_ref().map(|kind| kind.as_str()))
            .zip(context.identification_number.as_ref().map(|number| number.as_str())),
        return_uri: None,
    };
    open(tx, partner, &opening, identifiers, now)?;
    let oauth_context_id = identifiers.journey.to_string().parse().map_err(|_| Refusal::internal())?;
    Ok(OAuthContext { oauth_context_id })
}

/// E: a link that opens the app.
pub(crate) fn deeplink(
    tx: &mut Tx<'_>,
    partner: &Partner,
    request: &KmaDeeplinkRequest,
    (identifiers, public_url): (Identifiers, &str),
    now: Timestamp,
) -> Result<KmaDeeplink, Refusal> {
    let return_uri = request.return_deeplink.as_str();
    check_scheme(return_uri)?;
    let opening = Opening {
        kind: Kind::App,
        reference1: Some(request.reference_number1.as_str()),
        reference2: request.reference_number2.as_ref().map(|reference| reference.as_str()),
        identification: (request.type_of_identification.as_ref().map(|kind| kind.as_str()))
            .zip(request.identification_number.as_ref().map(|number| number.as_str())),
        return_uri: Some(return_uri),
    };
    let expires_at = open(tx, partner, &opening, identifiers, now)?;
    let url = format!("{public_url}{}{}", Kind::App.path(), identifiers.journey);
    Ok(KmaDeeplink {
        deeplink_url: url.parse().map_err(|_| {
            tracing::error!("the public URL makes no link");
            Refusal::internal()
        })?,
        journey_identifier: JourneyIdentifier(identifiers.journey),
        expiry_date_time: DateTime::in_bangkok(expires_at),
    })
}

fn check_scheme(uri: &str) -> Result<(), Refusal> {
    let scheme = uri.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if !REFUSED_SCHEMES.contains(&scheme.as_str()) {
        return Ok(());
    }
    let mut violations = Violations::new();
    let detail = format!("must not have the scheme {}", REFUSED_SCHEMES.join(", "));
    violations.add(Pointer::root().member("returnDeeplink"), Rule::malformed(detail));
    Err(Refusal::invalid(Envelope::Krungsri, violations))
}

/// What A and E know of a registration.
struct Opening<'a> {
    kind: Kind,
    reference1: Option<&'a str>,
    reference2: Option<&'a str>,
    /// Kind and number of an identity document.
    identification: Option<(&'a str, &'a str)>,
    return_uri: Option<&'a str>,
}

/// Opens a registration and its journey, and says when that ends.
fn open(
    tx: &mut Tx<'_>,
    partner: &Partner,
    opening: &Opening<'_>,
    identifiers: Identifiers,
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    let agreed = tx.query_one(
        "SELECT registration_account FROM partner WHERE client_id = $1",
        &[(&partner.client_id).into()],
        |row| row.optional_text(0),
    )?;
    let creditor = agreed.flatten().ok_or_else(|| {
        let message = "the partner has agreed no account into which registered customers pay";
        Refusal::of(&SandboxError::NOT_ENTITLED).saying(message)
    })?;
    let channel = matches!(opening.kind, Kind::App).then_some(RegistrationChannel::Kma);
    let registration = New {
        id: &identifiers.registration.to_string(),
        partner: &partner.client_id,
        journey: &identifiers.journey.to_string(),
        token: None,
        channel: channel.as_ref().map(RegistrationChannel::as_str),
        drawer_account: None,
        creditor_account: &creditor,
        references: (opening.reference1, opening.reference2),
        identification: opening.identification,
        maximum_amount: None,
    };
    let opened = insert(tx, &registration, now)?;
    record(tx, "registration.opened", &opened, now)?;
    let expires_at = now.checked_add(JOURNEY_LIFE).unwrap_or(Timestamp::MAX);
    let (id, return_uri) = (registration.journey, opening.return_uri);
    let journey =
        NewJourney { id, registration: registration.id, kind: opening.kind, return_uri, expires_at };
    journey::open(tx, &journey)?;
    Ok(expires_at)
}

/// A registration that was made at a branch, so that there was no journey.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BranchRegistration<'a> {
    pub(crate) partner: &'a str,
    /// New, and not to be guessed.
    pub(crate) token: &'a str,
    pub(crate) drawer_account: &'a str,
    pub(crate) creditor_account: &'a str,
    pub(crate) references: (Option<&'a str>, Option<&'a str>),
    /// The most that one payment may take, in satang, unless the gateway's own limit holds.
    pub(crate) maximum_amount: Option<i64>,
}

/// Registers an account as a branch does: at once. The journey identifier, by which callbacks call it, is the branch's.
///
/// # Errors
/// [`Refusal`] when the store failed, which it also does when the token is taken or partner or account are unknown.
pub(crate) fn branch(
    tx: &mut Tx<'_>,
    new: &BranchRegistration<'_>,
    now: Timestamp,
) -> Result<Registration, Refusal> {
    let id = name::uuid(&["branch registration", new.token]).to_string();
    let journey = name::uuid(&["branch journey", new.token]).to_string();
    let registration = New {
        id: &id,
        partner: new.partner,
        journey: &journey,
        token: Some(new.token),
        channel: Some(RegistrationChannel::Branch.as_str()),
        drawer_account: Some(new.drawer_account),
        creditor_account: new.creditor_account,
        references: new.references,
        identification: None,
        maximum_amount: new.maximum_amount,
    };
    insert(tx, &registration, now)?;
    change(tx, &id, RegistrationEvent::Approved, Why::NOTHING, now)
}

/// A registration to be kept.
struct New<'a> {
    id: &'a str,
    partner: &'a str,
    journey: &'a str,
    token: Option<&'a str>,
    channel: Option<&'a str>,
    drawer_account: Option<&'a str>,
    creditor_account: &'a str,
    references: (Option<&'a str>, Option<&'a str>),
    identification: Option<(&'a str, &'a str)>,
    maximum_amount: Option<i64>,
}

fn insert(tx: &mut Tx<'_>, new: &New<'_>, now: Timestamp) -> Result<Registration, Refusal> {
    let now = now.as_microsecond();
    tx.execute(
        "INSERT INTO registration (id, partner, journey, token, status, status_at, channel, drawer_account,
             creditor_account, reference1, reference2, identification_type, identification_number, maximum_amount,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, 'PDNG', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &[
            new.id.into(),
            new.partner.into(),
            new.journey.into(),
            new.token.into(),
            now.into(),
            new.channel.into(),
            new.drawer_account.into(),
            new.creditor_account.into(),
            new.references.0.into(),
            new.references.1.into(),
            new.identification.map(|(kind, _)| kind).into(),
            new.identification.map(|(_, number)| number).into(),
            new.maximum_amount.into(),
            now.into(),
            now.into(),
        ],
    )?;
    super::find(tx, new.id)?.ok_or_else(Refusal::internal)
}
