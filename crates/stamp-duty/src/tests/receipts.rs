//! Files of an answer: decoded, looked at, and not without bound.

use super::{REFERENCE, Script, coded, facade, refused, token};
use crate::{
    Document, Documents, Error, File, Media, Outcome,
    documents::{self, Limits},
    wire::{InstrumentFiles, RequestType},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use pollster::block_on;
use satang_core::Kind;
use satang_validation::Pointer;

fn fetch(instruments: &str) -> Result<Outcome<Vec<Documents>>, Error> {
    let script = Script::new([token(1), coded("I07000", &format!(r#"{{"instInfo": {instruments}}}"#))]);
    block_on(facade(script).receipts(&REFERENCE.parse().unwrap(), RequestType::All, &[]))
}

/// %PDF-1.7
const PDF: &str = "JVBERi0xLjcK";

#[test]
fn files_are_decoded_and_recognised() {
    let body = format!(
        r#"[{{"refNo": "P1", "verificationCode": "4F7K", "receiptFile": "{PDF}", "formFile": "aGVsbG8",
            "form2File": "JVBELTEuNw==", "receiptUrl": "https://r.example/1", "newFile": "{PDF}"}},
            {{"refNo": "P2"}}]"#
    );
    let Outcome::Done(found) = fetch(&body).unwrap() else { panic!("pending") };
    let [first, second] = &found[..] else { panic!("{found:?}") };
    let files: Vec<_> = first.files.iter().map(|file| (file.document, file.media, &file.bytes[..])).collect();
    assert_eq!(
        files,
        [
            (Document::Receipt, Media::Pdf, &b"%PDF-1.7\n"[..]),
            (Document::Form, Media::Other, b"hello"),
            (Document::Form2, Media::Other, b"%PD-1.7"),
        ]
    );
    assert_eq!(first.verification_code.as_deref(), Some("4F7K"));
    assert_eq!(first.addresses, [(Document::Receipt, "https://r.example/1".to_owned())]);
    assert_eq!(first.other["newFile"], PDF);
    assert!(second.files.is_empty() && second.ref_no.is_some());
    assert_eq!(format!("{:?}", first.files[0]), "File(Receipt, Pdf, 9 bytes)");
}

#[test]
fn what_is_no_file_is_named_by_its_place() {
    for bad in ["%", "aGVsbG8==", "aGVs bG8=", "aGVsbG9"] {
        let error = fetch(&format!(r#"[{{}}, {{"formFile": "{bad}"}}]"#)).unwrap_err();
        assert_eq!(error.kind(), Kind::Unreadable, "{bad}");
        assert_eq!(error.violations()[0].pointer.as_str(), "/eInstrument/rdForm/instInfo/1/formFile");
        assert!(!error.to_string().contains(bad), "{error}");
    }
}

#[test]
fn files_have_limits() {
    let limits = Limits { of_file: 10, of_answer: 25 };
    let files = |sizes: &[usize]| -> Vec<InstrumentFiles> {
        let file = |size: &usize| InstrumentFiles {
            receipt_file: Some(STANDARD.encode(vec![0; *size])),
            ..InstrumentFiles::default()
        };
        sizes.iter().map(file).collect()
    };
    for (sizes, refused) in [
        (&[10, 10, 5][..], None),
        (&[0; 30], None),
        (&[11], Some(0)),
        (&[1, 12], Some(1)),
        (&[10, 13], Some(1)),
        (&[10, 10, 6], Some(2)),
        (&[10, 10, 5, 1], Some(3)),
    ] {
        let decoded = documents::decode(files(sizes), limits);
        let place = decoded.err().map(|error| error.violations()[0].pointer.to_string());
        let expected = refused.map(|at: usize| format!("/eInstrument/rdForm/instInfo/{at}/receiptFile"));
        assert_eq!(place, expected, "{sizes:?}");
    }
    let large = "A".repeat(16 * 1024 * 1024 / 3 * 4 + 8);
    let error = File::decode(Document::Receipt, Pointer::root().member("f"), &large).unwrap_err();
    assert_eq!(error.violations()[0].pointer.as_str(), "/f");
}

#[test]
fn a_slip_to_pay_with_is_a_file() {
    let slip = |base64: &str| {
        let form = format!(r#"{{"paymentInfo": {{"payInSlipFile": {base64}}}}}"#);
        let script = Script::new([token(1), coded("I07000", &form)]);
        let Ok(Outcome::Done(accepted)) = block_on(facade(script).wait(&REFERENCE.parse().unwrap())) else {
            panic!("{form}")
        };
        accepted.pay_in_slip()
    };
    assert_eq!(
        slip(&format!("\"{PDF}\"")).unwrap().map(|file| (file.document, file.media)),
        Some((Document::PayInSlip, Media::Pdf))
    );
    assert_eq!(slip("null").unwrap(), None);
    let error = slip("\"%\"").unwrap_err();
    assert_eq!(error.violations()[0].pointer.as_str(), "/eInstrument/rdForm/paymentInfo/payInSlipFile");
}

#[test]
fn a_receipt_that_is_not_there_is_an_error() {
    let script = Script::new([token(1), refused(200, "E07110")]);
    let references = ["P1".parse().unwrap()];
    let department = facade(script.clone());
    let error = block_on(department.receipts(&REFERENCE.parse().unwrap(), RequestType::Receipt, &references));
    assert_eq!(error.unwrap_err().code(), Some("E07110"));
    let body = script.calls.lock().unwrap()[1].body.clone();
    let written = r#"{"requestType":"2","apiRefNo":"20190916000000007181","instInfo":[{"refNo":"P1"}]}"#;
    assert_eq!(super::signed::payload(&body), written);
}
