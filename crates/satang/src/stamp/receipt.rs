//! `satang stamp receipt`: receipts and forms, written to files.

use super::{connection::Connection, refused};
use crate::output::{Exit, Output, line};
use satang_schema::Text;
use satang_stamp_duty::{Document, Documents, File, Media, Outcome, RefNo, StampDuty, wire::RequestType};
use satang_transport::Client;
use serde_json::{Value, json};
use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    connection: Connection,
    /// The reference of the filing
    api_ref_no: Text<1, 20>,
    /// Into which directory; it is made if it is not there. A file that is there is never written over
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What to fetch
    #[arg(long, value_enum, default_value = "receipt")]
    what: What,
    /// The reference of an instrument; as often as needed; without it, all of them
    #[arg(long)]
    ref_no: Vec<Text<1, 20>>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// The codes to verify payments with
    Code,
    /// Receipts
    Receipt,
    /// Forms
    Forms,
    /// Codes, receipts and forms
    Both,
    /// Forms ป.2
    Form2,
    /// All of it
    All,
}

impl From<What> for RequestType {
    fn from(what: What) -> Self {
        match what {
            What::Code => Self::VerificationCode,
            What::Receipt => Self::Receipt,
            What::Forms => Self::Forms,
            What::Both => Self::CodeReceiptAndForms,
            What::Form2 => Self::Form2,
            What::All => Self::All,
        }
    }
}

pub(super) async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let department = arguments.connection.open()?;
    let Some(references) = references(&department, arguments).await? else {
        output.say(&json!({ "outcome": "pending" }), "Still being verified");
        return Ok(Exit::Unknown);
    };
    // An answer that names none wants them all.
    let parts: Vec<&[RefNo]> = match references.as_slice() {
        [] => vec![&[]],
        some => some.chunks(AT_ONCE).collect(),
    };
    let failed = |error: &dyn std::error::Error| {
        Exit::failed(&format!("{} cannot be written to", arguments.out.display()), error)
    };
    let mut count = 0;
    for part in parts {
        let found = department.receipts(&arguments.api_ref_no, arguments.what.into(), part).await;
        let Outcome::Done(found) = found.map_err(|error| refused("there are no files", &error))? else {
            output.say(&json!({ "outcome": "pending" }), "Still being verified");
            return Ok(Exit::Unknown);
        };
        fs::create_dir_all(&arguments.out).map_err(|error| failed(&error))?;
        for documents in &found {
            let name = name(documents, count);
            let mut files = Vec::new();
            for file in &documents.files {
                let path = arguments.out.join(file_name(&name, file));
                write(&path, &file.bytes).map_err(|error| failed(&error))?;
                files.push(path.display().to_string());
            }
            say(documents, &files, output);
            count += 1;
        }
    }
    let value = json!({ "outcome": "done", "instruments": count });
    output.say(&value, format!("{count} instruments, in {}", arguments.out.display()));
    Ok(Exit::Success)
}

/// Of how many instruments files are fetched at once: so that no answer is too large. The gateway here gives no more.
const AT_ONCE: usize = 100;

/// The instruments that are asked for, or all of the filing; `None` while it is being verified.
async fn references(
    department: &StampDuty<Client>,
    arguments: &Arguments,
) -> Result<Option<Vec<RefNo>>, Exit> {
    if !arguments.ref_no.is_empty() {
        return Ok(Some(arguments.ref_no.clone()));
    }
    let status = department.payment_status(&arguments.api_ref_no, &[]).await;
    let Outcome::Done(paid) = status.map_err(|error| refused("there are no files", &error))? else {
        return Ok(None);
    };
    // One that is too long to be asked with is left to the Department.
    let references = paid.inst_info.iter().map(|one| one.ref_no.as_str().parse());
    Ok(Some(references.collect::<Result<_, _>>().unwrap_or_default()))
}

fn say(documents: &Documents, files: &[String], output: &Output) {
    let reference = documents.ref_no.as_ref().map(Text::as_str);
    let code = documents.verification_code.as_deref();
    let value: Value = json!({ "refNo": reference, "verificationCode": code, "files": files });
    let mut text = line(reference.unwrap_or("untold"));
    for part in code.into_iter().chain(files.iter().map(String::as_str)) {
        text.push_str(&format!(" {}", line(part)));
    }
    output.say(&value, text);
}

/// What to call the files of an instrument: its reference, as far as that is fit for a file's name, which a stranger's text
/// need not be.
fn name(documents: &Documents, position: usize) -> String {
    let is_fit = |text: &&str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let reference = documents.ref_no.as_ref().map(Text::as_str).filter(is_fit);
    reference.map_or_else(|| format!("instrument-{}", position + 1), str::to_owned)
}

fn file_name(name: &str, file: &File) -> String {
    let what = match file.document {
        Document::Receipt => "receipt",
        Document::Form => "form",
        Document::Form2 => "form2",
        Document::PayInSlip => "slip",
        _ => "file",
    };
    let extension = if file.media == Media::Pdf { "pdf" } else { "bin" };
    format!("{name}-{what}.{extension}")
}

/// Writes a new file.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_reference_is_no_path() {
        for (reference, expected) in [
            (Some("P0900022091"), "P0900022091"),
            (Some("../../etc/passwd"), "instrument-3"),
            (Some("a/b"), "instrument-3"),
            (Some(".."), "instrument-3"),
            (Some("C:x"), "instrument-3"),
            (Some(""), "instrument-3"),
            (None, "instrument-3"),
        ] {
            let documents = Documents {
                ref_no: reference.map(|text| text.parse().unwrap()),
                verification_code: None,
                files: Vec::new(),
                addresses: Vec::new(),
                other: Default::default(),
            };
            assert_eq!(name(&documents, 2), expected);
        }
    }
}
