//! `satang slip verify`: a merchant shows a slip to its bank.

use super::super::names_a_file;
use crate::{
    loopback::{GATEWAY, or_demo},
    output::{Exit, Output, line},
};
use satang_core::Error;
use satang_gateway::demo;
use satang_schema::{
    DateTime, Secret,
    slip_verification::{
        AccountSuffix, BankCode, CheckResult, HubCode, OrderReference, SlipAmount, SlipChecks, TransRef,
        TransactionData,
    },
};
use satang_slip_verification::{
    Mode, Slip,
    merchant::{Merchant, ShownSlip, Verdict},
    picture,
};
use satang_transport::Client;
use serde::Serialize;
use serde_json::json;
use std::{ffi::OsString, fs::File, io::Read as _, path::Path, time::Duration};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The payload of the mini-QR, or a picture of the slip (PNG, JPEG)
    #[arg(value_name = "PAYLOAD|PICTURE", required_unless_present = "sending_bank")]
    slip: Option<OsString>,
    /// Instead of a slip: the code of the bank that printed it, three digits
    #[arg(long, requires = "trans_ref", conflicts_with_all = ["slip", "repair"])]
    sending_bank: Option<BankCode>,
    /// Instead of a slip: its reference, up to 25 letters and digits
    #[arg(long, requires = "sending_bank")]
    trans_ref: Option<TransRef>,
    /// Give a checksum back the zeros that some apps cut off
    #[arg(long)]
    repair: bool,
    /// It must be of exactly this amount, in baht
    #[arg(long)]
    amount: Option<SlipAmount>,
    /// It must have paid an account at this bank
    #[arg(long, requires = "receiver_account")]
    receiver_bank: Option<BankCode>,
    /// That account, as far as its masked number shows it: the last 3 to 7 digits
    #[arg(long, requires = "receiver_bank", value_name = "LAST DIGITS")]
    receiver_account: Option<AccountSuffix>,
    /// It must not be older, such as 2026-07-02T00:00:00+07:00
    #[arg(long, value_name = "DATE-TIME")]
    paid_since: Option<DateTime>,
    /// The order that it pays for: for the same order it is no duplicate of itself, so that a lost answer can be asked for
    #[arg(long)]
    order: Option<OrderReference>,
    /// It may have been shown before, and is not remembered
    #[arg(long, conflicts_with = "order")]
    shown_again: bool,
    /// Where the merchant's bank, or a gateway, answers
    #[arg(long, env = "SATANG_SLIP_URL", default_value = GATEWAY)]
    base_url: String,
    /// The merchant's key, the demo merchant's on this machine; better given by the environment, which other users do not see
    #[arg(long, env = "SATANG_MERCHANT_KEY", hide_env_values = true)]
    key: Option<Secret>,
}

/// How long the answer may take: longer than the bank waits for the hub.
const PATIENCE: Duration = Duration::from_secs(15);

pub(super) async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let slip = match arguments.shown()? {
        Ok(slip) => slip,
        Err(fault) => return Ok(refuse(&fault, output)),
    };
    let key = or_demo(
        &arguments.base_url,
        arguments.key.clone(),
        "--key (SATANG_MERCHANT_KEY)",
        demo::MERCHANT_KEY,
    )?;
    let client = Client::builder(&arguments.base_url).bearer_token(key.as_str()).timeout(PATIENCE).build();
    let merchant = Merchant::new(client.map_err(|error| Exit::Usage(error.to_string()))?);
    let verdict = merchant.verify(&slip).await.map_err(|error| unanswered(&error))?;
    Ok(tell(&verdict, output))
}

impl Arguments {
    /// What is shown, or why that is no slip.
    fn shown(&self) -> Result<Result<ShownSlip, satang_slip_verification::Error>, Exit> {
        let pair = self.sending_bank.clone().zip(self.trans_ref.clone());
        let mut slip = match (&self.slip, pair) {
            (Some(given), _) => match self.read(given)? {
                Ok(slip) => slip,
                Err(fault) => return Ok(Err(fault)),
            },
            (None, Some((bank, reference))) => ShownSlip::new(bank, reference),
            (None, None) => return Err(Exit::Usage("there is no slip".to_owned())),
        };
        if let Some(amount) = self.amount {
            slip = slip.of_amount(amount);
        }
        if let Some((bank, account)) = self.receiver_bank.clone().zip(self.receiver_account.clone()) {
            slip = slip.paid_to(bank, account);
        }
        if let Some(moment) = self.paid_since {
            slip = slip.paid_since(moment.timestamp());
        }
        if let Some(order) = self.order.clone() {
            slip = slip.for_order(order);
        }
        Ok(Ok(if self.shown_again { slip.shown_again() } else { slip }))
    }

    fn read(&self, given: &OsString) -> Result<Result<ShownSlip, satang_slip_verification::Error>, Exit> {
        let path = Path::new(given);
        let payload = if path.is_file() || names_a_file(path) {
            self.found_in(path)?
        } else {
            given.to_str().ok_or_else(|| Exit::Usage("the payload is not text".to_owned()))?.to_owned()
        };
        let read = if self.repair { ShownSlip::read_repaired } else { ShownSlip::read };
        Ok(read(&payload))
    }

    /// The one slip in a picture.
    fn found_in(&self, path: &Path) -> Result<String, Exit> {
        let limits = picture::Limits::default();
        let unreadable = |error| Exit::failed("cannot read the picture", &error);
        let mut bytes = Vec::new();
        // One more than is allowed tells that there are too many.
        let mut file = File::open(path).map_err(unreadable)?.take(limits.bytes as u64 + 1);
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        let codes = picture::read(&bytes, &limits).map_err(|error| Exit::Usage(error.to_string()))?;
        let mode = if self.repair { Mode::Repair } else { Mode::Strict };
        let mut slips = codes.payloads().filter(|code| Slip::read_in(*code, mode).is_ok());
        let none = || Exit::Usage("the picture holds no mini-QR of a slip".to_owned());
        let slip = slips.next().ok_or_else(none)?;
        if slips.next().is_some() {
            return Err(Exit::Usage("the picture holds more than one slip".to_owned()));
        }
        String::from_utf8(slip.to_vec()).map_err(|_| none())
    }
}

/// Nobody needs to be asked about what is no slip.
fn refuse(fault: &satang_slip_verification::Error, output: &Output) -> Exit {
    let (reason, offset) = (fault.reason().as_str(), fault.offset());
    let value = json!({ "outcome": "invalid", "reason": reason, "offset": offset });
    output.say(&value, format!("no slip: {fault}"));
    Exit::No
}

/// Nothing is known of the slip, and the bank may have noted it as seen.
fn unanswered(error: &Error) -> Exit {
    let violations: Vec<_> = error.violations().iter().map(ToString::to_string).collect();
    Exit::call("the slip was not verified; ask again, with --order if you gave one", error)
        .with("violations", violations)
}

/// A verdict as programs read it: amounts keep their digits.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<&'a SlipChecks>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<DateTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hub_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slip: Option<&'a TransactionData>,
}

fn tell(verdict: &Verdict, output: &Output) -> Exit {
    let none = Told::default();
    let (exit, told, text) = match verdict {
        Verdict::Verified { slip, first_seen } => (
            Exit::Success,
            Told { outcome: "verified", slip: Some(slip), first_seen: *first_seen, ..none },
            format!(
                "verified: {}\nThe payer was debited; whether the payee has the money is not said",
                words(slip)
            ),
        ),
        Verdict::Mismatch { checks, slip } => (
            Exit::No,
            Told { outcome: "mismatch", checks: Some(checks), slip: Some(slip), ..none },
            format!("not as expected ({}): {}", failed(checks).join(", "), words(slip)),
        ),
        Verdict::Duplicate { first_seen } => (
            Exit::No,
            Told { outcome: "duplicate", first_seen: *first_seen, ..none },
            format!("shown before{}", first_seen.map(|at| format!(", at {at}")).unwrap_or_default()),
        ),
        Verdict::NotFound => (
            Exit::No,
            Told { outcome: "notFound", ..none },
            "its bank knows no such transaction, or it is older than it keeps them".to_owned(),
        ),
        Verdict::Pending { retry_after, hub_code } => (
            Exit::Unknown,
            Told {
                outcome: "pending",
                retry_after_seconds: Some(retry_after.as_secs()),
                hub_code: hub_code.as_ref().map(HubCode::as_str),
                ..none
            },
            format!("nobody knows just now: ask again in {} s", retry_after.as_secs()),
        ),
        Verdict::Unavailable { retry_after, hub_code } => (
            Exit::Unknown,
            Told {
                outcome: "unavailable",
                retry_after_seconds: retry_after.as_ref().map(Duration::as_secs),
                hub_code: hub_code.as_ref().map(HubCode::as_str),
                ..none
            },
            "its bank cannot be asked".to_owned(),
        ),
        _ => (
            Exit::Unknown,
            Told { outcome: "unclear", ..none },
            "the bank's answer makes no sense".to_owned(),
        ),
    };
    output.say(&told, text);
    exit
}

/// The transaction in a line. Its texts are a stranger's.
fn words(slip: &TransactionData) -> String {
    let receiver = slip.receiver.as_ref().and_then(|party| {
        let name = party.name.as_ref().or(party.display_name.as_ref());
        name.map(|name| format!(" to {}", line(name.as_str())))
    });
    format!(
        "{} baht{} on {} at {}",
        slip.amount,
        receiver.unwrap_or_default(),
        slip.trans_date.as_str(),
        slip.trans_time.as_str()
    )
}

fn failed(checks: &SlipChecks) -> Vec<&'static str> {
    [("amount", &checks.amount), ("receiver", &checks.receiver), ("time", &checks.time)]
        .into_iter()
        .filter(|(_, check)| **check == CheckResult::Failed)
        .map(|(name, _)| name)
        .collect()
}
