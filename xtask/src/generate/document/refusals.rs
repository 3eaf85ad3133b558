//! The error answers: one component for each status of each envelope, with an example for each code.

mod hub;
mod krungsri;
mod problem;
mod revenue_department;
mod token_endpoint;

use crate::json::Json;
use hub::HUB;
use krungsri::ENVELOPE;
use problem::PROBLEM;
use revenue_department::{INSTRUMENT, LOGIN};
use satang_schema::{
    contract::{Envelope, Example, Product, Response, Row, Security},
    krungsri::{ErrorEnvelope, SandboxError},
    sandbox::Problem,
    slip_verification::{HubCode, HubError},
};
use serde_json::json;
use token_endpoint::TOKEN_ENDPOINT;

/// The error answers of an operation: those of every one, and its own.
pub(super) fn of(envelope: Envelope, row: &Row) -> Vec<(String, Json)> {
    let is_client = row.security.contains(&Security::Client);
    let mut statuses = vec![400, 413, 429, 500, 501, 504];
    statuses.extend(row.errors);
    if !row.security.is_empty() {
        statuses.push(401);
    }
    statuses.sort_unstable();
    let is_page = matches!(row.response, Response::Page);
    let answer = |status: u16| {
        let refusals = match envelope {
            _ if is_client => TOKEN_ENDPOINT,
            Envelope::Krungsri => ENVELOPE,
            Envelope::Problem => PROBLEM,
            Envelope::RevenueDepartment if row.security.contains(&Security::Password) => LOGIN,
            Envelope::RevenueDepartment => INSTRUMENT,
            Envelope::Hub if row.security.contains(&Security::MerchantKey) => PROBLEM,
            Envelope::Hub => HUB,
        };
        let refusal = refusals.iter().find(|refusal| refusal.status == status);
        let name = refusal.unwrap_or_else(|| panic!("status {status} has no answer")).name;
        let name = if is_page && status == 400 { INVALID_PAGE } else { name };
        (status.to_string(), reference(name))
    };
    statuses.into_iter().map(answer).collect()
}

/// The error answers that the operations of a product refer to, by name.
pub(super) fn components(product: &Product) -> Json {
    let rows = product.operations.iter().chain(&product.callbacks);
    let used: Vec<Json> =
        rows.flat_map(|row| of(product.envelope, row)).map(|(_, response)| response).collect();
    let mut all = envelope_of(product.envelope);
    if let Json::Object(members) = &mut all {
        members.retain(|(name, _)| used.contains(&reference(name)));
    }
    all
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/responses/{name}") }).into()
}

/// All error answers of an envelope, by name.
fn envelope_of(of: Envelope) -> Json {
    let named = |refusals: &[Refusal], style: Style| -> Vec<(&str, Json)> {
        refusals.iter().map(|refusal| (refusal.name, refusal.response(style))).collect()
    };
    Json::object(match of {
        Envelope::Krungsri => {
            let page = vec![(INVALID_PAGE, invalid_page())];
            [named(ENVELOPE, Style::Krungsri), named(TOKEN_ENDPOINT, Style::OAuth), page].concat()
        }
        Envelope::Problem => named(PROBLEM, Style::Problem),
        Envelope::RevenueDepartment => {
            [named(INSTRUMENT, Style::Instrument), named(LOGIN, Style::Login)].concat()
        }
        Envelope::Hub => [named(HUB, Style::Hub), named(PROBLEM, Style::Problem)].concat(),
    })
}

/// How a refusal is written.
#[derive(Clone, Copy)]
enum Style {
    Krungsri,
    OAuth,
    Problem,
    Instrument,
    Login,
    Hub,
}

impl Style {
    fn schema(self) -> &'static str {
        match self {
            Self::Krungsri => "ErrorEnvelope",
            Self::OAuth => "AccessTokenError",
            Self::Problem => "Problem",
            Self::Instrument => "RevenueError",
            Self::Login => "LoginError",
            Self::Hub => "HubError",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Krungsri | Self::OAuth | Self::Instrument | Self::Login | Self::Hub => "application/json",
            Self::Problem => "application/problem+json",
        }
    }

    fn example(self, status: u16, case: &Case) -> Json {
        match self {
            Self::Krungsri => envelope(case),
            Self::OAuth => access_token_error(case),
            Self::Problem => problem(status, case),
            Self::Instrument => Json::object([("eInstrument", revenue("responsMessage", case))]),
            Self::Login => revenue("responseMessage", case),
            Self::Hub => hub(case),
        }
    }
}

/// The name of the answer to a browser that cannot be sent back to anybody.
const INVALID_PAGE: &str = "InvalidPage";

fn invalid_page() -> Json {
    let envelope = json!({ "schema": { "$ref": "#/components/schemas/ErrorEnvelope" } });
    json!({
        "description": "A page that says that the partner is unknown, or the address not its own (RFC 6749, 4.1.2.1). \
            A server without pages answers in the envelope.",
        "content": { "text/html": { "schema": { "type": "string" } }, "application/json": envelope },
    })
    .into()
}

/// An error answer.
struct Refusal {
    status: u16,
    name: &'static str,
    description: &'static str,
    cases: &'static [Case],
}

/// One reason for it.
struct Case {
    code: &'static str,
    summary: &'static str,
    message: &'static str,
    message_th: &'static str,
    /// Pointer, code and detail of the one broken rule that the message tells of.
    violation: Option<[&'static str; 3]>,
}

impl Case {
    /// A broken rule is told in the message as well.
    fn words(&self) -> String {
        match self.violation {
            None => self.message.to_owned(),
            Some(["", code, detail]) => format!("(document): {detail} ({code})"),
            Some([pointer, code, detail]) => format!("{pointer}: {detail} ({code})"),
        }
    }

    fn violation(&self) -> Option<Json> {
        let json = |[pointer, code, detail]: [&str; 3]| {
            json!({ "pointer": pointer, "code": code, "detail": detail }).into()
        };
        self.violation.map(json)
    }
}

impl Refusal {
    fn response(&self, style: Style) -> Json {
        let examples = self.cases.iter().map(|case| {
            (
                case.code,
                Json::object([("summary", case.summary.into()), ("value", style.example(self.status, case))]),
            )
        });
        let media = Json::object([
            ("schema", json!({ "$ref": format!("#/components/schemas/{}", style.schema()) }).into()),
            ("examples", Json::object(examples)),
        ]);
        let mut response = Json::object([("description", self.description.into())]);
        if let Some((name, header)) = self.header(style) {
            response.set("headers", Json::object([(name, header)]));
        }
        response.set("content", Json::object([(style.media_type(), media)]));
        response
    }

    /// What the status's own definition asks for (RFC 9110, 11.6.1 and RFC 6585, 4). The Department's tokens have no
    /// scheme that could be named.
    fn header(&self, style: Style) -> Option<(&'static str, Json)> {
        match self.status {
            401 if matches!(style, Style::Instrument | Style::Login) => None,
            401 => Some((
                "WWW-Authenticate",
                json!({ "description": "The scheme to authenticate with.",
                    "schema": { "type": "string" }, "example": "Bearer" })
                .into(),
            )),
            429 => Some((
                "Retry-After",
                json!({ "description": "Seconds to wait.", "required": true,
                    "schema": { "type": "integer", "minimum": 0 }, "example": 1 })
                .into(),
            )),
            _ => None,
        }
    }
}

/// The body of a refusal: the canonical one, with the words of this case.
fn envelope(case: &Case) -> Json {
    let canonical = serde_json::to_string(&ErrorEnvelope::example()).expect("it can be written");
    let canonical = Json::parse(&canonical).expect("it is JSON");
    let mut error = canonical.get("error").expect("an envelope holds an error").clone();
    error.set("code", case.code.into());
    error.set("message", case.words().into());
    error.set("messageTH", case.message_th.into());
    match case.violation() {
        Some(violation) => error.set("violations", Json::Array(vec![violation])),
        None => error.remove("violations"),
    }
    Json::object([("error", error)])
}

fn access_token_error(case: &Case) -> Json {
    json!({ "error": case.code, "error_description": case.message }).into()
}

fn problem(status: u16, case: &Case) -> Json {
    let canonical = serde_json::to_string(&Problem::example()).expect("it can be written");
    let mut problem = Json::parse(&canonical).expect("it is JSON");
    problem.set("type", format!("urn:satang:problem:{}", case.code).into());
    problem.set("title", case.message.into());
    problem.set("status", Json::Literal(status.to_string()));
    problem.set("detail", case.words().into());
    problem.set("code", case.code.into());
    match case.violation() {
        Some(violation) => problem.set("errors", Json::Array(vec![violation])),
        None => problem.remove("errors"),
    }
    problem
}

fn revenue(message: &str, case: &Case) -> Json {
    let mut body = Json::object([("responseCode", case.code.into()), (message, case.message_th.into())]);
    if let Some(violation) = case.violation() {
        body.set("violations", Json::Array(vec![violation]));
    }
    body
}

fn hub(case: &Case) -> Json {
    let code = case.code.parse::<HubCode>().expect("a case has a code of the hub");
    let error = HubError { status: HubError::new(code).status.saying(case.message) };
    Json::parse(&serde_json::to_string(&error).expect("it can be written")).expect("it is JSON")
}

const fn case(error: &'static SandboxError, summary: &'static str) -> Case {
    let SandboxError { code, message, message_th, .. } = *error;
    Case { code, summary, message, message_th, violation: None }
}

const fn invalid(error: &'static SandboxError, summary: &'static str, violation: [&'static str; 3]) -> Case {
    let SandboxError { code, message, message_th, .. } = *error;
    Case { code, summary, message, message_th, violation: Some(violation) }
}
