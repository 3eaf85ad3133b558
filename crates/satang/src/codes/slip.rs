//! `satang slip`: the mini-QR on a slip.

mod verify;

use super::{Kind, Source, built, forgiven, names, refuse_for, wrong};
use crate::output::{Exit, Output, Stream};
use clap::Subcommand;
use satang_slip_verification::{BankCode, BankSlip, Mode, Reading, Slip, TransRef, TrueMoneySlip, picture};
use serde::Serialize;
use serde_json::json;
use std::{fs, io, path::PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read mini-QRs: from an argument, a file, a picture or a pipe. A good one names a transaction; that it exists only its bank can say
    Read(Source),
    /// Build a mini-QR: a bank's, or TrueMoney's
    Build(Build),
    /// Draw a mini-QR
    Picture(Picture),
    /// Show a slip to your bank, which asks the bank that printed it: yes or no
    Verify(Box<verify::Arguments>),
}

#[derive(clap::Args)]
struct Build {
    /// The sending bank's code, three digits
    #[arg(long, requires = "trans_ref", required_unless_present = "event_type")]
    sending_bank: Option<String>,
    /// The bank's reference of the transaction, up to 25 letters and digits
    #[arg(long, requires = "sending_bank")]
    trans_ref: Option<String>,
    /// For TrueMoney: what happened, such as P2P
    #[arg(long, requires_all = ["transaction_id", "date"], conflicts_with_all = ["sending_bank", "trans_ref"])]
    event_type: Option<String>,
    /// For TrueMoney: which transaction it was
    #[arg(long, requires = "event_type")]
    transaction_id: Option<String>,
    /// For TrueMoney: the day, DDMMYYYY
    #[arg(long, requires = "event_type")]
    date: Option<String>,
}

#[derive(clap::Args)]
struct Picture {
    /// What it shall say: the payload of a slip
    payload: String,
    /// Where the picture goes (PNG)
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Pixels for each of its squares
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    scale: u8,
}

const KIND: Kind = Kind {
    judge,
    is_one: |payload, mode| Slip::read_in(payload, mode).is_ok(),
    missing: ("no_slip", "the picture holds no mini-QR of a slip"),
};

pub async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    match &arguments.command {
        Command::Read(source) => super::read(source, output, &KIND),
        Command::Picture(picture) => picture.draw(output),
        Command::Build(build) => Ok(built(output, &build.payload()?)),
        Command::Verify(arguments) => verify::run(arguments, output).await,
    }
}

impl Build {
    fn payload(&self) -> Result<String, Exit> {
        let text = |flag: &Option<String>| flag.clone().unwrap_or_default();
        if self.event_type.is_some() {
            let (event, transaction, date) =
                (text(&self.event_type), text(&self.transaction_id), text(&self.date));
            let slip = TrueMoneySlip::new(&event, &transaction, &date).map_err(wrong("the slip"))?;
            return slip.to_payload().map_err(wrong("the slip"));
        }
        let (bank, reference) = (text(&self.sending_bank), text(&self.trans_ref));
        let bank = BankCode::new(&bank).map_err(wrong("--sending-bank"))?;
        let reference = TransRef::new(&reference).map_err(wrong("--trans-ref"))?;
        BankSlip::new(bank, reference).to_payload().map_err(wrong("the slip"))
    }
}

impl Picture {
    fn draw(&self, output: &Output) -> Result<Exit, Exit> {
        Slip::read(&self.payload).map_err(wrong("the payload"))?;
        let png = picture::draw(&self.payload, self.scale.into())
            .map_err(|error| Exit::Usage(error.to_string()))?;
        fs::write(&self.out, &png).map_err(|error| Exit::failed("cannot write the picture", &error))?;
        let written = self.out.display();
        output.say(&json!({ "written": written.to_string(), "bytes": png.len() }), format_args!("{written}"));
        Ok(Exit::Success)
    }
}

/// What a slip says.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum Told<'a> {
    BankSlip {
        valid: bool,
        sending_bank: &'a str,
        /// By the list of institutions, which ages.
        bank_name: Option<&'static str>,
        trans_ref: &'a str,
        country: &'a str,
        remarks: Vec<&'static str>,
    },
    TrueMoneySlip {
        valid: bool,
        event_type: &'a str,
        transaction_id: &'a str,
        date: &'a str,
        remarks: Vec<&'static str>,
    },
}

/// Tells what a payload says, or why it says nothing.
pub(super) fn judge(payload: &[u8], mode: Mode, stream: &mut Stream) -> io::Result<bool> {
    let Reading { value, remarks } = match Slip::read_in(payload, mode) {
        Ok(reading) => reading,
        Err(error) => return refuse_for(stream, &error),
    };
    match value {
        Slip::Bank(slip) => {
            let bank_name = slip.sending_bank.institution().map(|it| it.name);
            let (sending_bank, trans_ref) = (slip.sending_bank.as_str(), slip.trans_ref.as_str());
            stream.say(
                &Told::BankSlip {
                    valid: true,
                    sending_bank,
                    bank_name,
                    trans_ref,
                    country: slip.country(),
                    remarks: names(remarks),
                },
                format_args!(
                    "slip of {sending_bank} ({}), transaction {trans_ref}{}",
                    bank_name.unwrap_or("not in our list"),
                    forgiven(remarks)
                ),
            )?;
        }
        Slip::TrueMoney(slip) => {
            let date = slip.iso_date();
            let date = str::from_utf8(&date).unwrap_or_default();
            let (event_type, transaction_id) = (slip.event_type(), slip.transaction_id().as_str());
            stream.say(
                &Told::TrueMoneySlip {
                    valid: true,
                    event_type,
                    transaction_id,
                    date,
                    remarks: names(remarks),
                },
                format_args!(
                    "slip of TrueMoney, {event_type} {transaction_id} of {date}{}",
                    forgiven(remarks)
                ),
            )?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}
