//! The types under test: right documents in which every member occurs, and the schemas that say what may be.

use crate::{
    document::{Document, contracts, members, places, validator},
    wire_types::{decode_as, lenient},
};
use jsonschema::Validator;
use satang_schema::contract::Type;
use serde_json::{Value, json};
use std::{collections::HashSet, rc::Rc};

/// What the canonical examples leave out, as merge patches (RFC 7396: `null` removes).
fn patches() -> [(&'static str, Value); 30] {
    let reason = json!({ "statusReasonCode": "AM04", "statusReasonDescription": "too little" });
    [
        ("AccessTokenRequest", json!({ "scope": "a b" })),
        (
            "AccessTokenRequest",
            json!({
                "grant_type": "authorization_code", "code": "c", "redirect_uri": "https://p.example/",
                "code_verifier": "v",
            }),
        ),
        ("AuthorizeRequest", json!({ "code_challenge": "a".repeat(43), "code_challenge_method": "S256" })),
        (
            "PrepareOAuthContext",
            json!({ "direct-debit-registration": {
                "typeOfIdentification": "PASSPORT", "identificationNumber": "AA1234567",
            } }),
        ),
        ("TokenFilter", json!({ "paymentToken": "06252dbc-0a4c-437f-b718-f2aa836b10b3" })),
        ("KmaDeeplinkRequest", json!({ "referenceNumber2": "REF2" })),
        (
            "TransactionFilter",
            json!({
                "transactionIdentification": "071f2a78-a77b-4e45-91ba-4bd96d5bcde9",
                "paymentReferenceIdentification": "R1", "paymentToken": "T1", "processingStatus": "ACSC",
                "referenceNumber1": "REF1", "referenceNumber2": "REF2",
            }),
        ),
        (
            "ScheduleSubmission",
            json!({ "transactionInformation": { "referenceNumber2": "R", "annotation": "A" } }),
        ),
        (
            "ScheduleSubmission",
            json!({ "scheduleInformation": { "numberOfOccurrences": null, "endDate": "2021-08-31" } }),
        ),
        (
            "ScheduleFilter",
            json!({
                "scheduleIdentification": "0b8f6f0e-3a5c-4a0f-8f5e-3a1d7c2b9e44",
                "transactionIdentification": "5c1d2f62-1f0e-4f0e-9a68-5a5ed1a3a9d2",
                "startCreateDateTime": "2020-08-15T00:00:00+07:00", "endCreateDateTime": "2020-08-16T00:00:00+07:00",
            }),
        ),
        ("ScheduleCancellation", json!({ "cancellationReason": "contract ended" })),
        ("RegistrationResult", reason.clone()),
        ("RegistrationResult", json!({ "referenceNumber2": "REF2" })),
        (
            "StampDutyPayment",
            json!({ "qrPayment": "0002", "reference1": null, "reference2": null, "amount": null }),
        ),
        ("NewFault", json!({ "kind": "ERROR", "delayMilliseconds": null, "status": 503 })),
        ("NewFault", json!({ "kind": "SLOW_BODY", "delayMilliseconds": null, "bytesPerSecond": 10 })),
        ("NewFault", json!({ "kind": "DROP_ANSWER", "delayMilliseconds": null })),
        ("IssuerChange", json!({ "behaviour": "CODE", "delayMilliseconds": null, "code": "8500" })),
        ("IssuerChange", json!({ "behaviour": "DOWN", "delayMilliseconds": null })),
        ("HubMemberAdmission", json!({ "keys": [rsa_key()] })),
        ("HubMemberChange", json!({ "keys": [rsa_key()] })),
        ("NewSlip", json!({ "ref2": "2", "ref3": "3" })),
        ("PartnerQuery", json!({ "cursor": "c2hvcA" })),
        ("PartnerAdmission", json!({ "agreement": { "registrationAccount": "1112223334" } })),
        ("PartnerList", json!({ "partners": [] })),
        (
            "SlipToVerify",
            json!({
                "payload": null, "sendingBank": "014", "transRef": "00111222233344ABCD12",
            }),
        ),
        ("SlipVerdict", json!({ "outcome": "duplicate", "firstSeen": "2026-07-02T14:00:00+07:00" })),
        ("SlipVerdict", json!({ "outcome": "pending", "slip": null, "retryAfterSeconds": 30 })),
        ("FilingForm", filing()),
        ("PaymentStatusForm", json!({ "responsePaymentType": "4" })),
    ]
}

/// The members of an RSA key, whose numbers nobody looks at here.
fn rsa_key() -> Value {
    json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "069-1", "n": "AQAB", "e": "AQAB" })
}

/// A form with one instrument of which everything is told.
fn filing() -> Value {
    let names = |list: &[&str]| -> Value {
        list.iter().map(|name| ((*name).to_owned(), json!("x"))).collect::<serde_json::Map<_, _>>().into()
    };
    let mut row = names(&[
        "attType",
        "attActionType1",
        "attActionType2",
        "attDetail1",
        "attDetail2",
        "attDetail3",
        "attDetail4",
        "attDetail5",
        "attDetail6",
    ]);
    merge(&mut row, json!({ "attAmount1": 1.5, "attAmount2": 2.5, "attAmount3": 3.5, "attNumber1": 1 }));
    let mut details = names(&[
        "detail1",
        "detail2",
        "detail3",
        "detail4",
        "detail5",
        "detail6",
        "detail7",
        "detail8",
        "actionType",
        "actionType1",
    ]);
    merge(
        &mut details,
        json!({
            "date": "2019-02-21", "amount": 1.5, "amount1": 1.5, "amount2": 1.5, "amount3": 1.5, "amount4": 1.5,
            "number": 2, "arrayDetail": [row],
        }),
    );
    let registration = json!({ "id": "1234567890121" });
    let related = json!({
        "specifiedTaxRegistration": registration, "titleName": "x", "name": "x", "surname": "x", "branchNo": "0",
        "branchType": "O",
    });
    let mut party = related.clone();
    let address = names(&[
        "buildingName",
        "roomNo",
        "floorNo",
        "villageName",
        "buildingNumber",
        "moo",
        "soiName",
        "junctionName",
        "streetName",
        "citySubDivisionName",
        "cityName",
        "countrySubDivisionName",
        "postCode",
        "countryId",
    ]);
    merge(&mut party, json!({ "totalParty": 1, "postalTradeAddress": address }));
    json!({ "instInfo": [{
        "id": "2562/01", "contractNo": "L", "creationDate": "2019-02-21", "effectiveDate": "2019-02-22",
        "expireDate": "2020-02-21", "expireDateText": "x", "receiveDate": "", "sendFormType": "1", "filingNo": 1,
        "overdueFlag": "0", "dupNumber": 0,
        "relateInstInfo": { "id": "2561/09", "contractNo": "K", "creationDate": "2018-02-21" },
        "instAmount": 240_000.5,
        "taxPayer": {
            "specifiedTaxRegistration": registration, "branchNo": "00000", "branchType": "V", "relationship": "1",
        },
        "party": party, "attachDetail": details, "relateParty": related, "relateContract": related,
        "payment": { "dutyAmount": 120, "dupDutyAmount": 0, "totalAmount": 120 },
    }] })
}

/// A type with everything that says what it may be.
pub struct Subject {
    pub name: &'static str,
    /// The canonical example, and what a patch makes of it.
    pub documents: Vec<Value>,
    schemas: Vec<Validator>,
    document: Rc<Document>,
    /// Its members are parameters.
    is_query: bool,
}

/// What a partner sends to the bank, and what is therefore read strictly.
pub fn requests() -> Vec<Subject> {
    let mut seen = HashSet::new();
    let mut subjects = Vec::new();
    for (document, product) in contracts() {
        let document = Rc::new(document);
        let questions = product.callbacks.iter().filter(|row| row.method == "GET");
        for row in product.operations.iter().chain(questions).filter(|row| seen.insert(row.request.name)) {
            subjects.push(match row.method {
                "GET" => {
                    let schema = document.query(&document.pointer_of(row));
                    Subject { is_query: true, ..Subject::new(&document, &row.request, &[schema]) }
                }
                _ => Subject::of_component(&document, &row.request),
            });
        }
        subjects.extend(product.enclosed.iter().map(|form| Subject::of_component(&document, form)));
    }
    subjects
}

/// What the bank sends.
pub fn answers() -> Vec<Subject> {
    let mut seen = HashSet::new();
    let mut subjects = Vec::new();
    for (document, product) in contracts() {
        let document = Rc::new(document);
        let all = lenient(&product).into_iter().filter(|of| seen.insert(of.name));
        subjects.extend(all.map(|of| Subject::of_component(&document, &of)));
    }
    subjects
}

impl Subject {
    fn new(document: &Rc<Document>, of: &Type, schemas: &[Value]) -> Self {
        let example: Value = serde_json::from_str(&(of.example)()).unwrap();
        let mut documents = vec![example.clone()];
        for (_, patch) in patches().into_iter().filter(|(name, _)| *name == of.name) {
            let mut patched = example.clone();
            merge(&mut patched, patch);
            documents.push(patched);
        }
        let schemas = schemas.iter().map(validator).collect();
        Self { name: of.name, documents, schemas, document: Rc::clone(document), is_query: false }
    }

    fn of_component(document: &Rc<Document>, of: &Type) -> Self {
        let (_, alone) = document.standalone().into_iter().find(|(name, _)| name == of.name).unwrap();
        Self::new(document, of, &[document.component(of.name), alone])
    }

    /// Whether the schemas take it, which agree with each other.
    pub fn schema_takes(&self, body: &str) -> bool {
        let Ok(value) = serde_json::from_str(body) else { return false };
        let taken: HashSet<bool> = self.schemas.iter().map(|schema| schema.is_valid(&value)).collect();
        assert_eq!(taken.len(), 1, "{}: component and schema file disagree on {body}", self.name);
        taken.contains(&true)
    }
}

fn merge(document: &mut Value, patch: Value) {
    let (Value::Object(members), Value::Object(changes)) = (&mut *document, &patch) else {
        *document = patch;
        return;
    };
    for (name, change) in changes {
        if change.is_null() {
            members.shift_remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), change.clone());
        }
    }
}

/// Otherwise a document spoilt on purpose proves nothing.
#[test]
fn all_documents_are_right() {
    for subject in requests().iter().chain(&answers()) {
        for document in &subject.documents {
            assert!(subject.schema_takes(&document.to_string()), "{}: {document}", subject.name);
            let read = decode_as(subject.name, document.to_string().as_bytes());
            assert!(read.is_ok(), "{}: {document}: {read:?}", subject.name);
        }
    }
}

/// Otherwise a member that no example shows would never be spoilt.
#[test]
fn every_member_of_a_request_occurs_in_some_document() {
    for subject in requests().iter().filter(|subject| !subject.is_query) {
        let document = &subject.document;
        for (pointer, _) in subject.documents.iter().flat_map(places).filter(|(_, value)| value.is_object()) {
            for (name, _) in members(&document.schema_of_place(subject.name, &pointer)["properties"]) {
                let member = format!("{pointer}/{name}");
                let occurs = subject.documents.iter().any(|document| document.pointer(&member).is_some());
                assert!(occurs, "{} {member}: patch it into a document", subject.name);
            }
        }
    }
}
