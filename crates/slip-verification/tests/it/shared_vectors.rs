//! Vectors gathered from public test suites and documents, kept outside this repository: all of them, by their kind.
//!
//! `SATANG_TEST_DATA` names the folder that holds them. Without it this test says so and passes; the other modules hold
//! the most telling of them.

use satang_slip_verification::{
    Amount, BankSlip, Barcode, EWallet, Message, Mobile, Mode, NationalId, Order, PaymentQr, Proxy, Reason,
    Remark, Slip, Tags, crc16, limits,
};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::PathBuf};

#[test]
fn every_public_vector_reads_as_its_source_says() {
    let name = "vectors/slip-promptpay.json";
    let Some(folder) = std::env::var_os("SATANG_TEST_DATA") else {
        eprintln!("NOT CHECKED: {name} is not at hand; set SATANG_TEST_DATA to the folder that holds it");
        return;
    };
    let path = PathBuf::from(folder).join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: Value = serde_json::from_str(&text).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(file["count"].as_u64().unwrap(), vectors.len() as u64);
    let mut kinds = BTreeMap::<&str, usize>::new();
    for vector in vectors {
        let kind = vector["kind"].as_str().unwrap();
        *kinds.entry(kind).or_default() += 1;
        check(kind, vector["id"].as_str().unwrap(), vector["input"].as_str().unwrap(), &vector["expect"]);
    }
    assert!(kinds.len() >= 21, "{kinds:?}");
}

fn check(kind: &str, id: &str, input: &str, expect: &Value) {
    match kind {
        "crc16" => assert_eq!(format!("{:04X}", crc16(input.as_bytes())), text(expect), "{id}"),
        "slip_ok" => slip(id, input, expect),
        "slip_case" => {
            let slip = BankSlip::read(input).unwrap_or_else(|error| panic!("{id}: {error}"));
            assert_eq!((slip.sending_bank.as_str(), slip.trans_ref.as_str()), pair(expect), "{id}");
            assert_eq!(slip.to_payload().unwrap().to_lowercase(), input.to_lowercase(), "{id}");
        }
        "slip_repair" | "truemoney_slip_repair" => repair(id, input, expect),
        "truemoney_slip_ok" => {
            let Ok(Slip::TrueMoney(slip)) = Slip::read(input) else { panic!("{id}") };
            let found = (slip.event_type(), slip.transaction_id().as_str(), slip.date().as_str());
            let wanted = ["event_type", "transaction_id", "date"].map(|name| text(&expect[name]));
            assert_eq!(found, (wanted[0], wanted[1], wanted[2]), "{id}");
            assert_eq!(slip.to_payload().unwrap().to_lowercase(), input.to_lowercase(), "{id}");
        }
        "slip_bad" => refused(id, Slip::read(input).map(drop), expect),
        "emv_bad" => refused(id, PaymentQr::read(input).map(drop), expect),
        "barcode_bad" => refused(id, Barcode::read(input).map(drop), expect),
        "anyid" => proxy(id, input, expect),
        "truemoney_pay" => {
            let qr = PaymentQr::read(input).unwrap();
            let Some(Proxy::EWallet(wallet)) = qr.credit_transfer.map(|it| it.proxy) else { panic!("{id}") };
            assert_eq!(wallet.as_str(), text(&expect["wallet"]), "{id}");
            assert_eq!(wallet.true_money_number().unwrap().as_str(), text(&expect["mobile"]), "{id}");
            assert_eq!(EWallet::true_money(Mobile::new(text(&expect["mobile"])).unwrap()), wallet, "{id}");
            rewritten(id, input, &qr);
        }
        "tag81" => {
            let mut buffer = [0; limits::MESSAGE];
            let message = Message::encode(input, &mut buffer).unwrap();
            assert_eq!(message.as_hex(), text(expect), "{id}");
            assert_eq!(message.characters().map(Result::unwrap).collect::<String>(), input, "{id}");
        }
        "billpay" => bill(id, input, expect),
        "emv_min" => {
            let qr = PaymentQr::read(input).unwrap();
            assert_eq!((qr.states_currency, text(&expect["currency"])), (true, "764"), "{id}");
            rewritten(id, input, &qr);
        }
        "emv_lax" => {
            let tags = Tags::new(input).map(|tag| tag.map(|tag| (format!("{:02}", tag.id()), tag.value())));
            assert_eq!(
                serde_json::json!(tags.collect::<Result<Vec<_>, _>>().unwrap()),
                expect["tags"],
                "{id}"
            );
        }
        "barcode_ok" | "barcode_amount" => barcode(id, input, expect),
        "id13" => {
            let valid = expect["valid"].as_bool().unwrap();
            assert_eq!(NationalId::new(input).is_ok(), valid, "{id}");
            assert_eq!(NationalId::unchecked(input).unwrap().check_digit_fits(), valid, "{id}");
        }
        "msisdn" => assert_eq!(Mobile::new(input).unwrap().as_str(), text(&expect["wire"]), "{id}"),
        "msisdn_bad" => assert_eq!(Mobile::new(input).unwrap_err().reason(), Reason::NotMobile, "{id}"),
        // Answers of a bank's programming interface, not codes.
        "api_sample" => {}
        other => panic!("{id}: nobody checks vectors of the kind {other}"),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn pair(expect: &Value) -> (&str, &str) {
    (text(&expect["sending_bank"]), text(&expect["trans_ref"]))
}

fn slip(id: &str, input: &str, expect: &Value) {
    for mode in [Mode::Strict, Mode::Tolerant, Mode::Repair, Mode::IgnoreCrc] {
        let reading = Slip::read_in(input, mode).unwrap_or_else(|error| panic!("{id}, {mode:?}: {error}"));
        assert!(reading.remarks.is_empty(), "{id}, {mode:?}");
        let Slip::Bank(slip) = reading.value else { panic!("{id}") };
        assert_eq!((slip.sending_bank.as_str(), slip.trans_ref.as_str()), pair(expect), "{id}");
        assert_eq!(slip.country(), text(&expect["country"]), "{id}");
        assert_eq!(slip.to_payload().unwrap(), input, "{id}");
    }
    assert!(input.ends_with(text(&expect["crc"])), "{id}");
}

fn repair(id: &str, input: &str, expect: &Value) {
    for mode in [Mode::Strict, Mode::Tolerant] {
        assert_eq!(Slip::read_in(input, mode).unwrap_err().reason(), Reason::CrcLength, "{id}, {mode:?}");
    }
    let reading = Slip::read_in(input, Mode::Repair).unwrap_or_else(|error| panic!("{id}: {error}"));
    assert_eq!(reading.remarks.iter().collect::<Vec<_>>(), [Remark::CrcRepaired], "{id}");
    assert_eq!(reading.value.to_payload().unwrap(), text(&expect["repaired"]), "{id}");
    match reading.value {
        Slip::Bank(slip) => {
            assert_eq!((slip.sending_bank.as_str(), slip.trans_ref.as_str()), pair(expect), "{id}");
        }
        Slip::TrueMoney(slip) => {
            assert_eq!(slip.transaction_id().as_str(), text(&expect["transaction_id"]), "{id}");
        }
        other => panic!("{id}: {other:?}"),
    }
}

fn refused(id: &str, found: Result<(), satang_slip_verification::Error>, expect: &Value) {
    let error = found.expect_err(id);
    if let Some(reason) = expect["reason"].as_str() {
        assert_eq!(error.reason().as_str(), reason, "{id}: {error}");
    }
}

fn satang(expect: &Value) -> Option<i64> {
    expect["amount_satang"].as_i64()
}

fn proxy(id: &str, input: &str, expect: &Value) {
    let qr = PaymentQr::read(input).unwrap_or_else(|error| panic!("{id}: {error}"));
    let proxy = qr.credit_transfer.unwrap().proxy;
    assert_eq!(proxy.kind(), text(&expect["type"]), "{id}");
    match proxy {
        Proxy::Mobile(mobile) => assert_eq!(mobile.national().as_str(), text(&expect["target"]), "{id}"),
        Proxy::NationalId(number) => assert_eq!(number.as_str(), text(&expect["target"]), "{id}"),
        Proxy::EWallet(wallet) => assert_eq!(wallet.as_str(), text(&expect["target"]), "{id}"),
        Proxy::BankAccount(account) => {
            assert_eq!(account.bank.as_str(), text(&expect["bank"]), "{id}");
            assert_eq!(account.number().as_str(), text(&expect["account"]), "{id}");
        }
        other => panic!("{id}: {other:?}"),
    }
    assert_eq!(qr.amount.map(Amount::satang), satang(expect), "{id}");
    rewritten(id, input, &qr);
}

fn bill(id: &str, input: &str, expect: &Value) {
    let qr = PaymentQr::read(input).unwrap_or_else(|error| panic!("{id}: {error}"));
    let bill = qr.bill_payment.unwrap();
    assert_eq!(bill.biller.as_str(), text(&expect["biller_id"]), "{id}");
    assert_eq!(bill.ref1.as_str(), text(&expect["ref1"]), "{id}");
    assert_eq!(bill.ref2.map(|it| it.as_str()), expect["ref2"].as_str(), "{id}");
    assert_eq!(qr.amount.map(Amount::satang), satang(expect), "{id}");
    let third = expect["ref3"].as_str().or(expect["terminal"].as_str());
    assert_eq!(qr.additional.terminal_label.map(|it| it.as_str()), third, "{id}");
    if let Some(wanted) = expect["tag31"].as_object() {
        let template = qr.application.as_ref().unwrap();
        assert_eq!(template.aid(), text(&wanted["aid"]), "{id}");
        let names = [(1, "acquirer"), (2, "ref"), (4, "ref4")];
        assert!(names.iter().all(|(tag, name)| template.value(*tag) == wanted[*name].as_str()), "{id}");
    }
    rewritten(id, input, &qr);
}

/// What is read and written again says the same, and is the same text when the tags stand in a known order and the
/// amount has its decimals.
fn rewritten(id: &str, input: &str, qr: &PaymentQr<'_>) {
    let payload = qr.to_payload().unwrap();
    assert_eq!(PaymentQr::read(&payload).as_ref(), Ok(qr), "{id}");
    let orders = [Order::Ascending, Order::Promptparse, Order::PromptpayQr];
    let mut buffer = [0; 512];
    let same = orders.iter().any(|order| qr.write(&mut buffer, *order) == Ok(input));
    // One has an amount without decimals, two have tags in an order of their own.
    assert!(same || ["anyid-015", "billpay-006", "anyid-019"].contains(&id), "{id}: {payload}");
}

fn barcode(id: &str, input: &str, expect: &Value) {
    let barcode = Barcode::read(input).unwrap_or_else(|error| panic!("{id}: {error}"));
    assert_eq!(barcode.amount.map(Amount::satang), satang(expect), "{id}");
    if let Some(baht) = expect["baht"].as_str() {
        assert_eq!(barcode.amount.unwrap().to_string(), baht, "{id}");
    } else {
        assert_eq!(barcode.biller.as_str(), text(&expect["biller_id"]), "{id}");
        assert_eq!(barcode.ref1.as_str(), text(&expect["ref1"]), "{id}");
        assert_eq!(barcode.ref2.map(|it| it.as_str()), expect["ref2"].as_str(), "{id}");
    }
    assert_eq!(barcode.to_payload(), input, "{id}");
    let payload = PaymentQr::from(barcode).to_payload().unwrap();
    assert_eq!(Barcode::try_from(&PaymentQr::read(&payload).unwrap()), Ok(barcode), "{id}");
}
