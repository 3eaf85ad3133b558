//! What is wrong with a form, by the code and the places that a filer is told.

use super::*;
use satang_schema::contract::Example;
use serde_json::{Value as Json, json};

fn example() -> Json {
    serde_json::to_value(FilingForm::example()).unwrap()
}

/// The code, and the first place behind the form's, of a form that was changed.
fn refused(change: impl FnOnce(&mut Json)) -> (String, String) {
    let mut form = example();
    change(&mut form);
    let refused = read::<FilingForm>(form.to_string().as_bytes()).and_then(|form| check(&form)).unwrap_err();
    let place = refused.message().split(':').next().unwrap().to_owned();
    (refused.code().to_owned(), place.replace("/eInstrument/rdForm", ""))
}

#[test]
fn what_is_wrong_has_its_code_and_place() {
    let first = |name: &'static str| move |form: &mut Json, value: Json| form["instInfo"][0][name] = value;
    let (id, made) = (first("id"), first("creationDate"));
    let cases: Vec<((String, String), &str, &str)> = vec![
        (
            refused(|form| form["documentDetail"]["formType"] = "OS4".into()),
            "E07201",
            "/documentDetail/formType",
        ),
        (refused(|form| id(form, "".into())), "E07202", "/instInfo/0/id"),
        (
            refused(|form| drop(form["instInfo"][0].as_object_mut().unwrap().remove("id"))),
            "E07202",
            "/instInfo/0/id",
        ),
        (refused(|form| id(form, 7.into())), "E07114", "/instInfo/0/id"),
        (refused(|form| made(form, "2562-02-21T".into())), "E07114", "/instInfo/0/creationDate"),
        (refused(|form| drop(form.as_object_mut().unwrap().remove("summary"))), "E07115", "/summary"),
        (refused(|form| form["summary"]["totalDuty"] = json!(1)), "E07114", "/summary/totalDuty"),
        (
            refused(|form| form["documentDetail"]["typeCode"] = "0".into()),
            "E07114",
            "/documentDetail/typeCode",
        ),
        (
            refused(|form| form["documentDetail"]["typeCode"] = "29".into()),
            "E07114",
            "/documentDetail/typeCode",
        ),
        (
            refused(|form| form["documentDetail"]["typeCode"] = "08".into()),
            "E07114",
            "/documentDetail/typeCode",
        ),
        (
            refused(|form| form["documentDetail"]["typeCode"] = "8".into()),
            "E07203",
            "/instInfo/0/attachDetail/date",
        ),
        (refused(|form| form["extra"] = 1.into()), "E07114", "/extra"),
    ];
    for (position, ((code, place), expected, at)) in cases.iter().enumerate() {
        assert_eq!((code.as_str(), place.as_str()), (*expected, *at), "{position}");
    }
    let mut meeting = example();
    meeting["documentDetail"]["typeCode"] = "8".into();
    meeting["instInfo"][0]["attachDetail"] = json!({ "date": "2026-03-01" });
    assert!(check(&read(meeting.to_string().as_bytes()).unwrap()).is_ok());
}

#[test]
fn the_form_of_another_inquiry_lacks_something() {
    let read = |form: Json| {
        read_filing_status(form.to_string().as_bytes()).map_err(|refused| refused.code().to_owned())
    };
    assert!(read(json!({ "apiRefNo": "1" })).is_ok());
    for (form, code) in [
        (json!({ "apiRefNo": "1", "instInfo": { "refNo": [] } }), "E07115"),
        (json!({ "responsePaymentType": "4" }), "E07115"),
        (json!({ "apiRefNo": "1", "other": 1 }), "E07114"),
        (json!({ "apiRefNo": "" }), "E07114"),
    ] {
        assert_eq!(read(form.clone()).unwrap_err(), code, "{form}");
    }
}

#[test]
fn encrypted_forms_are_refused() {
    assert!(expect_plain(None).is_ok() && expect_plain(Some(EncryptType::Plain)).is_ok());
    assert_eq!(expect_plain(Some(EncryptType::Encrypted)).unwrap_err().code(), "E07114");
}
