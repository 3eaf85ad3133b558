//! Every operation, asked by one partner for every kind of thing that is another's: the members of each request come from
//! the contract, so that a new operation or member is here, or fails here.

use super::party::{Answer, Estate, Party, first, operation, picture, second};
use crate::{
    behaviour::{
        behaviour,
        world::{Network, World},
    },
    document::Document,
};
use satang_core::{Entropy, Operation, System, operation::Repeat};
use satang_schema::{contract::Row, direct_debit};
use serde_json::{Value, json};
use std::collections::BTreeSet;

behaviour!(every_operation_takes_anothers_for_unknown, a_broad_search_finds_ones_own_alone);

/// What a member of a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Journey,
    Token,
    Payment,
    PaymentReference,
    Reference1,
    Reference2,
    Schedule,
    Submission,
    CreditorAccount,
    DrawerAccount,
    Code,
    ClientId,
    RedirectUri,
    /// The caller chooses the value, and it says nothing of another's who has chosen the same.
    Own(&'static str),
}

/// What a member names, or `None` when it names nothing that belongs to anybody.
fn kind(row: &Row, pointer: &str) -> Option<Kind> {
    Some(match (row.id, pointer) {
        (_, "/journeyIdentifier" | "/oauth_context_id") => Kind::Journey,
        (_, "/paymentToken" | "/payerInformation/paymentToken") => Kind::Token,
        ("real_time_payment", "/transactionIdentification") => Kind::Own("payment"),
        ("schedule_submission", "/transactionIdentification") => Kind::Own("schedule"),
        ("schedule_inquiry", "/transactionIdentification") => Kind::Submission,
        (_, "/transactionIdentification") => Kind::Payment,
        (_, "/paymentReferenceIdentification") => Kind::PaymentReference,
        (_, "/referenceNumber1") if row.id == "transaction_inquiry" => Kind::Reference1,
        (_, "/referenceNumber2") if row.id == "transaction_inquiry" => Kind::Reference2,
        (_, "/scheduleIdentification") => Kind::Schedule,
        (_, "/creditorAccountNumber") => Kind::CreditorAccount,
        (_, "/drawerAccountNumber") => Kind::DrawerAccount,
        (_, "/code") => Kind::Code,
        (_, "/client_id") => Kind::ClientId,
        (_, "/redirect_uri") => Kind::RedirectUri,
        (_, pointer) if NAMES_NOTHING.iter().any(|end| pointer.ends_with(end)) => return None,
        (id, pointer) => panic!("{id}: does {pointer} name something that belongs to somebody? Say so here"),
    })
}

/// The ends of pointers to what belongs to nobody.
const NAMES_NOTHING: [&str; 30] = [
    "/grant_type",
    "/client_secret",
    "/scope",
    "/code_verifier",
    "/response_type",
    "/state",
    "/code_challenge",
    "/code_challenge_method",
    "/ref1",
    "/ref2",
    "/typeOfIdentification",
    "/identificationNumber",
    "/referenceNumber1",
    "/referenceNumber2",
    "/returnDeeplink",
    "/paymentTokenStatus",
    "/processingStatus",
    "/startCreateDateTime",
    "/endCreateDateTime",
    "/cancellationReason",
    "/transactionType",
    "/paymentInstrument",
    "/paymentAmount",
    "/annotation",
    "/frequency",
    "/startDate",
    "/endDate",
    "/numberOfOccurrences",
    "/direct-debit-registration",
    "Information",
];

/// The operations whose requests name nothing that could be another's.
const NAME_NOTHING: [&str; 2] = ["prepare_oauth_context", "kma_deeplink"];

async fn every_operation_takes_anothers_for_unknown(world: World<impl Network>) {
    let (mine, theirs) = (first(&world).await, second(&world).await);
    let estate = Estate::of_first(&world).await;
    let (cases, before) = (cases(&estate), picture(&world).await);
    let nobodys_context = System.uuid().to_string();
    for case in &cases {
        let ask = async |value: &str| {
            let request = case.request(&theirs, &estate, &nobodys_context, value);
            theirs.answer(&world, case.operation, &request).await.without(value)
        };
        let (anothers, nobodys) = (ask(&case.value).await, ask(&nobodys(&case.value)).await);
        assert_eq!(anothers, nobodys, "{case}");
        let expected = !matches!(case.kind, Kind::Own(_));
        assert_eq!(anothers.is_empty_handed(), expected, "{case}: {anothers:?}");
        assert_eq!(picture(&world).await, before, "{case}");
    }
    // The values were right, and nothing is used up: their owner gets what the other was refused.
    for case in in_order_of_the_owner(&cases, &estate) {
        let request = case.request(&mine, &estate, &estate.journeys[0], &case.value);
        let answer = mine.answer(&world, case.operation, &request).await;
        assert!(!answer.is_empty_handed(), "{case}: {answer:?}");
    }
    world.audit().await;
}

async fn a_broad_search_finds_ones_own_alone(world: World<impl Network>) {
    let (mine, theirs) = (first(&world).await, second(&world).await);
    let estate = Estate::of_first(&world).await;
    let range = json!({
        "startCreateDateTime": "2026-02-20T00:00:00+07:00", "endCreateDateTime": "2026-03-20T00:00:00+07:00",
    });
    for row in direct_debit::product().operations.iter().filter(|row| row.request.name.ends_with("Filter")) {
        let operation = operation(row.id);
        let own = mine.answer(&world, operation, &range).await;
        let [found, others] =
            [own, theirs.answer(&world, operation, &range).await].map(|answer: Answer| answer.body);
        let names = [&estate.token, &estate.journeys[0], &estate.journeys[1]].map(String::as_str);
        for name in names.into_iter().chain(["ESTATE-REF-1", mine.payment_token, mine.account]) {
            assert!(!others.contains(name), "{}: {others}", row.id);
        }
        assert!(found.contains(&estate.token), "{}: {found}", row.id);
    }
}

/// One member of one request with one value that is the first partner's.
struct Case {
    operation: &'static Operation,
    pointer: String,
    kind: Kind,
    value: String,
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {:?} {}", self.operation.id, self.pointer, self.kind, self.value)
    }
}

fn cases(estate: &Estate) -> Vec<Case> {
    let product = direct_debit::product();
    let document = Document::of(&product);
    let mut cases = Vec::new();
    for row in &product.operations {
        let before = cases.len();
        for pointer in pointers(&document, row) {
            let Some(kind) = kind(row, &pointer) else { continue };
            for value in values(kind, estate) {
                cases.push(Case { operation: operation(row.id), pointer: pointer.clone(), kind, value });
            }
        }
        assert_eq!(cases.len() == before, NAME_NOTHING.contains(&row.id), "{} has no case", row.id);
    }
    // From the first attempt on, the second partner has payments of its own that name these things, so it asks before.
    cases.sort_by_key(|case: &Case| case.operation.repeat != Repeat::Safe);
    cases
}

/// The places of all members that a request can have.
fn pointers(document: &Document, row: &Row) -> BTreeSet<String> {
    if row.method == "GET" {
        let query = document.query(&document.pointer_of(row));
        return query["properties"].as_object().unwrap().keys().map(|name| format!("/{name}")).collect();
    }
    let (mut found, mut open) = (BTreeSet::new(), vec![String::new()]);
    while let Some(place) = open.pop() {
        let schema = document.schema_of_place(row.request.name, &place);
        for name in schema["properties"].as_object().into_iter().flat_map(|members| members.keys()) {
            open.push(format!("{place}/{name}"));
            found.insert(format!("{place}/{name}"));
        }
    }
    found
}

/// All that the first partner has of a kind.
fn values(kind: Kind, estate: &Estate) -> Vec<String> {
    let information = &estate.payment.transaction_information;
    match kind {
        Kind::Journey => estate.journeys.to_vec(),
        Kind::Token => vec![estate.token.clone()],
        Kind::Payment | Kind::Own("payment") => vec![estate.payment.transaction_identification.to_string()],
        Kind::Submission | Kind::Own(_) => vec![estate.submission.transaction_identification.to_string()],
        Kind::PaymentReference => vec![estate.payment_reference.clone()],
        Kind::Reference1 => vec![information.reference_number1.to_string()],
        Kind::Reference2 => vec![information.reference_number2.as_ref().unwrap().to_string()],
        Kind::Schedule => vec![estate.schedule.clone()],
        Kind::CreditorAccount => vec![satang_gateway::demo::CREDITOR_ACCOUNT.into()],
        // The second's own customer has the first of them.
        Kind::DrawerAccount => vec![satang_gateway::demo::DRAWERS[1].account.into()],
        Kind::Code => vec![estate.code.clone()],
        Kind::ClientId => vec![satang_gateway::demo::CLIENT_ID.into()],
        Kind::RedirectUri => vec![satang_gateway::demo::REDIRECT_URI.into()],
    }
}

/// A value of the same form that nobody has.
fn nobodys(value: &str) -> String {
    let place = value.len() - 2;
    let other = if &value[place..=place] == "1" { "2" } else { "1" };
    format!("{}{other}{}", &value[..place], &value[place + 1..])
}

impl Case {
    /// A request that would be right in the mouth of `party`, if the one value were its own.
    fn request(&self, party: &Party, estate: &Estate, context: &str, value: &str) -> Value {
        let product = direct_debit::product();
        let row = product.operations.iter().find(|row| row.id == self.operation.id).unwrap();
        let mut request = match row.id {
            "access_token" if self.kind == Kind::ClientId => json!({ "grant_type": "client_credentials" }),
            "access_token" => json!({
                "grant_type": "authorization_code", "code": estate.code, "redirect_uri": party.redirect_uri,
            }),
            _ if row.request.name.ends_with("Filter") => json!({}),
            _ => serde_json::from_str(&(row.request.example)()).unwrap(),
        };
        let own = [
            ("/client_id", party.who.client_id),
            ("/client_secret", party.who.secret),
            ("/redirect_uri", party.redirect_uri),
            ("/oauth_context_id", context),
            ("/creditorAccountNumber", party.account),
            ("/payerInformation/paymentToken", party.payment_token),
            ("/scheduleInformation/startDate", "2026-03-31"),
        ];
        for (pointer, value) in own {
            if let Some(place) = request.pointer_mut(pointer) {
                *place = value.into();
            }
        }
        if row.id == "access_token" {
            (request["client_id"], request["client_secret"]) =
                (party.who.client_id.into(), party.who.secret.into());
        }
        let is_keyed = matches!(row.id, "real_time_payment" | "schedule_submission");
        if is_keyed {
            request["transactionIdentification"] = System.uuid().to_string().into();
        }
        match request.pointer_mut(&self.pointer) {
            Some(place) => *place = value.into(),
            None => request[&self.pointer[1..]] = value.into(),
        }
        request
    }
}

/// The cases in which the value alone gives the owner a right; what ends a thing comes after what needs it.
fn in_order_of_the_owner<'a>(cases: &'a [Case], estate: &Estate) -> Vec<&'a Case> {
    let gives_a_right = |case: &&Case| match (case.operation.id, case.kind) {
        ("access_token", Kind::RedirectUri) | (_, Kind::Own(_)) => false,
        // Whose customer has agreed leads nobody to the page.
        ("authorize", Kind::Journey) => case.value == estate.journeys[0],
        _ => true,
    };
    let mut ordered: Vec<_> = cases.iter().filter(gives_a_right).collect();
    ordered.sort_by_key(|case| case.operation.id == "token_cancellation");
    ordered
}
