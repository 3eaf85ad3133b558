//! `satang qr`: codes and barcodes that ask for a payment.

mod build;

use super::{Kind, Source, built, forgiven, names, refuse_for};
use crate::output::{Exit, Output, Stream};
use clap::Subcommand;
use satang_slip_verification::{
    AdditionalData, Amount, Barcode, BillPayment, CreditTransfer, Initiation, Mode, PaymentQr, Proxy,
    Reading, Tag, Text,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read PromptPay codes and bill barcodes: from an argument, a file, a picture or a pipe
    Read(Source),
    /// Build a PromptPay code. That it reads well does not mean that every bank's app pays it
    Build(Box<build::Build>),
}

const KIND: Kind = Kind {
    judge,
    is_one: |payload, mode| PaymentQr::read_in(payload, mode).is_ok(),
    missing: ("no_payment_code", "the picture holds no code that asks for a payment"),
};

pub fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    match &arguments.command {
        Command::Read(source) => super::read(source, output, &KIND),
        Command::Build(build) => Ok(built(output, &build.payload()?)),
    }
}

/// Tells what a payload says, or why it says nothing.
fn judge(payload: &[u8], mode: Mode, stream: &mut Stream) -> io::Result<bool> {
    if payload.starts_with(b"|") {
        return match Barcode::read(payload) {
            Ok(barcode) => tell_barcode(&barcode, stream),
            Err(error) => refuse_for(stream, &error),
        };
    }
    match PaymentQr::read_in(payload, mode) {
        Ok(reading) => tell(&reading, stream),
        Err(error) => refuse_for(stream, &error),
    }
}

/// What a code says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    valid: bool,
    kind: &'static str,
    initiation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bill: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<Value>,
    /// The amount in satang, and the same in baht for people.
    satang: Option<i64>,
    baht: Option<String>,
    country: Option<&'a str>,
    #[serde(flatten)]
    rest: Map<String, Value>,
    remarks: Vec<&'static str>,
}

fn tell(reading: &Reading<PaymentQr<'_>>, stream: &mut Stream) -> io::Result<bool> {
    let (qr, remarks) = (&reading.value, reading.remarks);
    let told = Told {
        valid: true,
        kind: "payment",
        initiation: qr.initiation.map(|initiation| match initiation {
            Initiation::Static => "static",
            Initiation::Dynamic => "dynamic",
        }),
        proxy: qr.credit_transfer.as_ref().map(proxy),
        bill: qr.bill_payment.as_ref().map(bill),
        application: qr.application.as_ref().map(
            |template| json!({ "aid": template.aid(), "tags": template.tags().map(tag).collect::<Vec<_>>() }),
        ),
        satang: qr.amount.map(Amount::satang),
        baht: qr.amount.map(|amount| amount.to_string()),
        country: qr.country,
        rest: rest(qr),
        remarks: names(remarks),
    };
    let mut payees = Vec::new();
    payees.extend(qr.credit_transfer.map(|it| match it.proxy {
        Proxy::Mobile(mobile) => format!("mobile {}", mobile.national().as_str()),
        Proxy::NationalId(number) => format!("citizen or tax number {}", number.as_str()),
        Proxy::EWallet(wallet) => format!("wallet {}", wallet.as_str()),
        Proxy::BankAccount(account) => {
            format!("account {} at bank {}", account.number().as_str(), account.bank)
        }
        other => other.kind().to_owned(),
    }));
    payees.extend(
        qr.bill_payment.map(|it| format!("biller {}, reference {}", it.biller.as_str(), it.ref1.as_str())),
    );
    payees.extend(qr.application.as_ref().map(|it| format!("application {}", it.aid())));
    let to = if payees.is_empty() { "nobody we know".to_owned() } else { payees.join(", or ") };
    let amount = qr.amount.map_or("any amount".to_owned(), |amount| format!("{amount} baht"));
    stream.say(&told, format_args!("pay {amount} to {to}{}", forgiven(remarks)))?;
    Ok(true)
}

fn tell_barcode(barcode: &Barcode<'_>, stream: &mut Stream) -> io::Result<bool> {
    let Barcode { biller, ref1, ref2, amount } = *barcode;
    let told = json!({ "valid": true, "kind": "barcode",
        "bill": bill(&BillPayment { biller, ref1, ref2, cross_border: false }),
        "satang": amount.map(Amount::satang), "baht": amount.map(|amount| amount.to_string()), "remarks": [] });
    let amount = amount.map_or("any amount".to_owned(), |amount| format!("{amount} baht"));
    stream.say(
        &told,
        format_args!("pay {amount} to biller {}, reference {}", biller.as_str(), ref1.as_str()),
    )?;
    Ok(true)
}

fn proxy(transfer: &CreditTransfer<'_>) -> Value {
    let (proxy, shown) = (&transfer.proxy, transfer.customer_presented);
    let value = match proxy {
        Proxy::Mobile(mobile) => mobile.national().as_str().to_owned(),
        Proxy::NationalId(number) => number.as_str().to_owned(),
        Proxy::EWallet(wallet) => wallet.as_str().to_owned(),
        Proxy::BankAccount(account) => account.number().as_str().to_owned(),
        Proxy::Customer(code) => code.as_str().to_owned(),
        _ => String::new(),
    };
    let (mut bank, mut fits) = (None, None);
    match proxy {
        Proxy::BankAccount(account) => bank = Some(account.bank.as_str().to_owned()),
        Proxy::NationalId(number) => fits = Some(number.check_digit_fits()),
        _ => {}
    }
    json!({ "type": proxy.kind(), "value": value, "bank": bank, "checkDigitFits": fits, "customerPresented": shown })
}

fn bill(bill: &BillPayment<'_>) -> Value {
    json!({ "billerId": bill.biller.as_str(), "checkDigitFits": bill.biller.check_digit_fits(),
        "ref1": bill.ref1.as_str(), "ref2": bill.ref2.map(|it| it.as_str()), "crossBorder": bill.cross_border })
}

fn tag(tag: Tag<'_>) -> Value {
    json!({ "tag": format!("{:02}", tag.id()), "value": tag.value() })
}

/// What few codes have: only what there is.
fn rest(qr: &PaymentQr<'_>) -> Map<String, Value> {
    let mut rest = Map::new();
    let mut add = |name: &str, value: Option<Value>| {
        rest.extend(value.map(|value| (name.to_owned(), value)));
    };
    let text = |text: Option<Text<'_>>| text.map(|text| Value::from(text.as_str()));
    add("merchantCategory", qr.merchant_category.as_ref().map(|it| it.as_str().into()));
    add("merchantName", text(qr.merchant_name));
    add("merchantCity", text(qr.merchant_city));
    add("postcode", text(qr.postcode));
    let AdditionalData {
        bill_number,
        mobile_number,
        store_label,
        loyalty_number,
        reference_label,
        customer_label,
        terminal_label,
        purpose,
        consumer_data_request,
        others,
    } = &qr.additional;
    for (name, value) in [
        ("billNumber", bill_number),
        ("mobileNumber", mobile_number),
        ("storeLabel", store_label),
        ("loyaltyNumber", loyalty_number),
        ("referenceLabel", reference_label),
        ("customerLabel", customer_label),
        ("terminalLabel", terminal_label),
        ("purpose", purpose),
        ("consumerDataRequest", consumer_data_request),
    ] {
        add(name, text(*value));
    }
    let tags = |tags: Vec<Value>| (!tags.is_empty()).then(|| Value::from(tags));
    add("additionalOthers", tags(others.iter().map(tag).collect()));
    add(
        "vat",
        qr.vat.map(|vat| {
            json!({ "branch": vat.branch.as_ref().map(|it| it.as_str()), "rate": vat.rate(), "amount": vat.amount() })
        }),
    );
    let message =
        qr.message.map(|it| it.characters().map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect());
    add("message", message.map(|it: String| it.into()));
    add("others", tags(qr.others.iter().map(tag).collect()));
    rest
}
