//! Forms as they are signed: exact bytes, one profile, and what it refuses.

use super::{KEY, filing, signer};
use crate::{
    Filing, FormSigner, Instrument, SignedFiling,
    duty::{Authority, Meetings, Nature},
    profile,
    wire::{AttachDetail, Contract, SignedForm},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use satang_core::Kind;
use satang_jose::{
    Certificate, KeySet, Kind as JoseKind, NewCertificate, NumericDate, SignatureAlgorithm, Verifier,
    VerifyingKey, documentation,
};
use satang_schema::{Check, Date, Satang};
use satang_validation::{Code, Violations};

/// The payload of the form in a request.
pub(super) fn payload(body: &str) -> String {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let token = body["eInstrument"]["rdForm"].as_str().unwrap();
    part(token, 1)
}

fn part(token: &str, position: usize) -> String {
    let part = token.split('.').nth(position).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn verifier() -> Verifier {
    Verifier::new(&profile(), KeySet::new([signer().verifying_key().clone()]).unwrap()).unwrap()
}

fn now() -> NumericDate {
    NumericDate::new(1_788_000_000).unwrap()
}

/// The exact bytes of a filing.
#[test]
fn a_filing_is_written_once_and_signed_as_it_is() {
    let lease =
        Instrument::lease(super::paper(1), "Flat 12, Silom".parse().unwrap(), "240000.01".parse().unwrap())
            .unwrap()
            .with_contract("L-1".parse().unwrap())
            .valid("2026-03-01".parse().unwrap(), Some("2027-02-28".parse().unwrap()))
            .with_duplicates(2)
            .unwrap();
    let filing =
        Filing::new("REQ-2569-000001".parse().unwrap(), "0105541069237".parse().unwrap()).with(lease);
    let signed = SignedFiling::new(&filing, &signer()).unwrap();
    assert_eq!(part(signed.as_str(), 0), r#"{"typ":"JWT","alg":"RS256"}"#);
    let written = concat!(
        r#"{"documentDetail":{"requestId":"REQ-2569-000001","formType":"OS9","typeCode":"1","version":"01.00.0001","transAmount":1},"#,
        r#""instInfo":[{"id":"2569/01","contractNo":"L-1","creationDate":"2026-02-21","effectiveDate":"2026-03-01","#,
        r#""expireDate":"2027-02-28","sendFormType":"1","filingNo":1,"overdueFlag":"0","dupNumber":2,"instAmount":240000.01,"#,
        r#""taxPayer":{"specifiedTaxRegistration":{"id":"0105541069237"}},"#,
        r#""attachDetail":{"arrayDetail":[{"attType":"1","attDetail1":"Flat 12, Silom"},{"attType":"2","attAmount1":240000.01}]},"#,
        r#""payment":{"dutyAmount":241.00,"dupDutyAmount":10.00,"totalAmount":251.00}}],"#,
        r#""summary":{"totalDuty":241.00,"totalDupDutyAmount":10.00,"totalPayment":251.00,"#,
        r#""payer":{"specifiedTaxRegistration":{"id":"0105541069237"}},"responsePaymentType":"4"}}"#,
    );
    assert_eq!(part(signed.as_str(), 1), written);
    let verified = verifier().verify(signed.as_str(), now()).unwrap();
    assert_eq!(verified.payload(), written.as_bytes());
    // RS256 has no randomness: the same filing is the same token.
    assert_eq!(SignedFiling::new(&filing, &signer()).unwrap(), signed);
}

#[test]
fn a_certificate_travels_when_it_is_given() {
    let certificate = certificate();
    let with = FormSigner::with_certificate(KEY.clone(), certificate.clone()).unwrap();
    let token = SignedFiling::new(&filing(1), &with).unwrap();
    let header: serde_json::Value = serde_json::from_str(&part(token.as_str(), 0)).unwrap();
    assert_eq!((&header["alg"], &header["typ"]), (&"RS256".into(), &"JWT".into()));
    assert_eq!(header["x5c"].as_array().map(Vec::len), Some(1));
    let key = VerifyingKey::new(KEY.public().clone(), SignatureAlgorithm::Rs256).unwrap();
    let keys = KeySet::new([key.with_certificates(vec![certificate]).unwrap()]).unwrap();
    assert!(Verifier::new(&profile(), keys).unwrap().verify(token.as_str(), now()).is_ok());
    let other = satang_jose::PrivateKey::generate_rsa(2048).unwrap();
    assert!(FormSigner::with_certificate(other, self::certificate()).is_err());
}

fn certificate() -> Certificate {
    NewCertificate::new("demo-filer", now(), 365).self_signed(&KEY).unwrap()
}

/// The token on the page of CheckPaymentStatus, as it is printed there: over ten lines, and one character short.
const PRINTED: &str = " eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhcGlSZWZObyI6
            IjIwMTkwOTE2MDAwMDAwMDA3MTgxIiwicmVzcG9uc2VQYXltZW50VHl
            wZSI6IjQifQ.CyiHUO0d6LxpRzvaVol_MWHjOYlggLdZzuPaZaAUnfA71N0Kpo8NX
            otFn_9ZegyUxLs_u1jQtKdgnVcwucFpxmHgnK5OlnHe77FtcP351PYeYmY
            THQSb4YHIAhGHVChYmRHptMwOzBuzRtHwSWqZ8K7dfgA2Bgcw9D
            5__orM0byktHMqs4_ZltyUlF2LfSk7_6hYawtieEA5-woLNodUDVtV
            YmfsQtK4FrP9ts1OO28uBqsRvu90jKV1nSElUNu5Cep6D7pFkx0zsNk
            -FPnH0p-QsDgD79tCvS5WdFq0Z0Fzdw04oDaVFfrCfZ0FklQoxEYB-
            PHZOqlC69XpMBlPQ";

#[test]
fn the_token_of_the_page_is_refused() {
    // As printed it is no token, and without the blanks its signature has a length that base64url cannot have.
    assert_eq!(verifier().verify(PRINTED, now()).unwrap_err().kind(), JoseKind::Malformed);
    let token = documentation::without_white_space(PRINTED);
    assert_eq!(verifier().verify(&token, now()).unwrap_err().kind(), JoseKind::ImpossibleLength);
}

#[test]
fn what_is_altered_is_refused() {
    let token = SignedFiling::new(&filing(1), &signer()).unwrap();
    let [header, body, signature] = [0, 1, 2].map(|at| token.as_str().split('.').nth(at).unwrap());
    let other = part(token.as_str(), 1).replace("120.00", "120.01");
    for (forged, kind) in [
        (format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(other)), JoseKind::Signature),
        (format!(" {}", token.as_str()), JoseKind::Malformed),
        (format!("{}\n", token.as_str()), JoseKind::Signature),
        (format!("{header}.{body}."), JoseKind::Signature),
        (format!("{}.{body}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#)), JoseKind::Algorithm),
        (format!("{}.{body}.{signature}", URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#)), JoseKind::Header),
        (
            format!(
                "{}.{body}.{signature}",
                URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT","kid":"a"}"#)
            ),
            JoseKind::Header,
        ),
    ] {
        assert_eq!(verifier().verify(&forged, now()).unwrap_err().kind(), kind, "{forged:?}");
    }
}

#[test]
fn a_thousand_instruments_are_one_filing_and_no_more() {
    let full = super::signed(1000);
    assert!(verifier().verify(full.as_str(), now()).is_ok());
    for count in [0, 1001] {
        let error = SignedFiling::new(&filing(count), &signer()).unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid);
        assert_eq!(error.violations()[0].pointer.as_str(), "/instInfo");
    }
}

#[test]
fn instruments_of_one_filing_are_of_one_nature() {
    let power = Instrument::power_of_attorney(super::paper(3), Authority::Once).unwrap();
    let violations = filing(2).with(power).form().unwrap_err();
    let [one] = violations.as_slice() else { panic!("{violations}") };
    assert_eq!((one.pointer.as_str(), one.code), ("/instInfo/2", Code::Inconsistent));
}

/// What is more than fits is refused before it is sent, not by the Department.
#[test]
fn a_form_that_is_too_large_is_refused() {
    let mut filing = Filing::new("REQ-1".parse().unwrap(), "0105541069237".parse().unwrap());
    for number in 1..=1000 {
        let long = || Some("ก".repeat(500).parse().unwrap());
        let attached =
            AttachDetail { detail1: long(), detail2: long(), detail3: long(), ..AttachDetail::default() };
        let loan = Instrument::loan(super::paper(number), Satang::from_baht(1)).unwrap();
        filing = filing.with(loan.with_attachment(attached));
    }
    let error = SignedFiling::new(&filing, &signer()).unwrap_err();
    assert_eq!((error.kind(), error.sent()), (Kind::Invalid, satang_core::Sent::No));
}

/// What each nature writes into `attachDetail` unless told otherwise.
#[test]
fn details_are_those_of_the_table() {
    let baht = Satang::from_baht;
    let paper = || super::paper(1);
    let day: Date = "2026-04-30".parse().unwrap();
    for (made, code, written) in [
        (Instrument::loan(paper(), baht(5)), 5, r#"{"amount":5.00}"#),
        (
            Instrument::hire_of_work(paper(), "paint".parse().unwrap(), baht(9)),
            4,
            r#"{"detail1":"paint","amount":9.00}"#,
        ),
        (Instrument::power_of_attorney(paper(), Authority::Once), 7, r#"{"actionType":"1"}"#),
        (Instrument::power_of_attorney(paper(), Authority::Jointly), 7, r#"{"actionType":"2"}"#),
        (
            Instrument::power_of_attorney(paper(), Authority::Severally { persons: 3 }),
            7,
            r#"{"number":3,"actionType":"3"}"#,
        ),
        (Instrument::proxy(paper(), Meetings::Several, day), 8, r#"{"date":"2026-04-30","actionType":"2"}"#),
        (Instrument::guarantee(paper(), Some(baht(7))), 17, r#"{"amount":7.00}"#),
        (Instrument::guarantee(paper(), None), 17, "{}"),
        (Instrument::of(Nature::HirePurchase { value: baht(7) }, paper()), 3, r#"{"amount":7.00}"#),
    ] {
        let made = made.unwrap();
        let detail = serde_json::to_string(made.form().attach_detail.as_ref().unwrap()).unwrap();
        assert_eq!((made.type_code(), detail.as_str()), (code, written));
    }
    assert!(Instrument::raw(28, paper(), baht(1), baht(1)).unwrap().form().attach_detail.is_none());
    for code in [0, 29] {
        assert!(Instrument::raw(code, paper(), baht(1), baht(1)).is_err());
    }
    assert!(Instrument::raw(28, paper(), Satang(-1), baht(1)).is_err());
    assert!(Instrument::raw(28, paper(), baht(1), Satang(Satang::MAX.0 + 1)).is_err());
    assert!(Instrument::loan(paper(), baht(1)).unwrap().with_duplicates(10_000).is_err());
    assert!(Instrument::raw(28, paper(), baht(1), Satang::MAX).unwrap().with_duplicates(1).is_err());
}

#[test]
fn an_instrument_tells_what_it_is_told() {
    let other = Contract { id: "2569/00".parse().unwrap(), contract_no: None, creation_date: None };
    let made = Instrument::loan(super::paper(1), Satang::from_baht(1))
        .unwrap()
        .received("2026-02-22".parse().unwrap())
        .unwrap()
        .owed_by_branch("00001".parse().unwrap(), crate::wire::BranchType::Vat)
        .related_to(other)
        .overdue();
    let written = serde_json::to_string(made.form()).unwrap();
    for part in [
        r#""receiveDate":"2026-02-22""#,
        r#""branchNo":"00001","branchType":"V""#,
        r#""relateInstInfo":{"id":"2569/00"}"#,
        r#""overdueFlag":"1""#,
    ] {
        assert!(written.contains(part), "{part} in {written}");
    }
}

/// A form is checked before it is signed: nothing broken ever carries a signature.
#[test]
fn a_broken_form_is_not_signed() {
    let mut form = filing(2).form().unwrap();
    form.summary.total_duty = "0.01".parse().unwrap();
    let signed: Result<SignedForm<_>, _> = signer().sign(&form);
    let error = signed.unwrap_err();
    assert_eq!(error.violations()[0].pointer.as_str(), "/summary/totalDuty");
}

proptest! {
    /// Whatever is put into a filing, its form keeps the contract's rules: count, sums, totals.
    #[test]
    fn every_form_is_right(
        parts in prop::collection::vec((0..=Satang::MAX.0, 0..=9_999_u16), 1..20),
        type_code in 1..=28_u8,
    ) {
        let mut filing = Filing::new("REQ-1".parse().unwrap(), "0105541069237".parse().unwrap());
        for (amount, duplicates) in parts {
            // Duties whose sum can still travel.
            let made = Instrument::raw(type_code, super::paper(1), Satang(amount), Satang(amount / 100));
            filing = filing.with(made.unwrap().with_duplicates(duplicates).unwrap());
        }
        let mut found = Violations::new();
        filing.form().unwrap().check(&mut found);
        prop_assert!(found.is_empty(), "{found}");
    }
}
