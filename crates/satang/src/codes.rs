//! `satang slip` and `satang qr`: codes from the command line, a file, a picture or a pipe.

mod picture;
pub mod qr;
pub mod slip;

use crate::{
    lines::{self, Line, Lines},
    output::{Exit, Output, Stream},
};
use satang_slip_verification::{Error, Mode, Remarks};
use serde::Serialize;
use std::{
    ffi::OsString,
    fs::File,
    io::{self, BufRead},
    path::Path,
};

/// Bytes of the longest line: the longest payload, and white space around it.
const LINE: usize = 4352;

/// What to read, and how strictly.
#[derive(clap::Args)]
pub struct Source {
    /// A payload; a file that holds one a line; a picture (PNG, JPEG); or - for standard input, one a line, each
    /// answered by one JSON object
    #[arg(value_name = "PAYLOAD|FILE|-")]
    payload: OsString,
    /// How strictly to read
    #[arg(long, value_enum, default_value_t = Strictness::Strict)]
    mode: Strictness,
}

/// The modes of the codecs, by the names that the command line has for them.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Strictness {
    /// The format as it is defined
    Strict,
    /// Forgive what does no harm: white space, order, another country; and say so
    Tolerant,
    /// Strict, but give checksums back the zeros that some apps cut off; and say so
    Repair,
    /// Take any checksum: to look at what is damaged, and for nothing else
    IgnoreCrc,
}

impl Strictness {
    fn mode(self) -> Mode {
        match self {
            Self::Strict => Mode::Strict,
            Self::Tolerant => Mode::Tolerant,
            Self::Repair => Mode::Repair,
            Self::IgnoreCrc => Mode::IgnoreCrc,
        }
    }
}

/// A kind of code.
struct Kind {
    /// Tells of one payload, and whether it is good.
    judge: Judge,
    /// Whether a payload is of this kind, and good: a picture may hold others.
    is_one: fn(&[u8], Mode) -> bool,
    /// What is told when a picture holds none.
    missing: (&'static str, &'static str),
}

type Judge = fn(&[u8], Mode, &mut Stream) -> io::Result<bool>;

/// Reads every payload of a source. The answer is no when one of them is not good.
fn read(source: &Source, output: &Output, kind: &Kind) -> Result<Exit, Exit> {
    let mode = source.mode.mode();
    let path = Path::new(&source.payload);
    let is_piped = source.payload == "-";
    // A program reads what comes of a pipe, whether it says so or not.
    let mut stream = if is_piped { Output::new(true).stream() } else { output.stream() };
    let told = if is_piped {
        read_lines(io::stdin().lock(), mode, &mut stream, kind.judge)
    } else if path.is_file() {
        let file = File::open(path).map_err(|error| Exit::failed("cannot open the file", &error))?;
        read_file(file, mode, &mut stream, kind)
    } else if names_a_file(path) {
        Err(Stopped::Input(io::ErrorKind::NotFound.into()))
    } else {
        (kind.judge)(source.payload.as_encoded_bytes(), mode, &mut stream).map_err(Stopped::Output)
    };
    match told.and_then(|good| stream.flush().map(|()| good).map_err(Stopped::Output)) {
        Ok(true) => Ok(Exit::Success),
        Ok(false) => Ok(Exit::No),
        // Whoever closes our output early, such as `head`, has seen enough.
        Err(Stopped::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Success),
        Err(Stopped::Output(error)) => Err(Exit::failed("cannot print", &error)),
        Err(Stopped::Input(error)) => Err(Exit::failed("cannot read on", &error)),
    }
}

/// Whether whoever wrote this meant a file, though there is none: a payload ends with its checksum.
fn names_a_file(path: &Path) -> bool {
    let endings = ["csv", "gif", "heic", "jpeg", "jpg", "json", "pdf", "png", "txt", "webp"];
    path.extension().is_some_and(|of| endings.iter().any(|ending| of.eq_ignore_ascii_case(ending)))
}

/// Why not all lines were read.
enum Stopped {
    Input(io::Error),
    Output(io::Error),
}

fn read_file(file: File, mode: Mode, stream: &mut Stream, kind: &Kind) -> Result<bool, Stopped> {
    let mut file = io::BufReader::with_capacity(lines::BUFFER, file);
    if file.fill_buf().map_err(Stopped::Input)?.is_empty() {
        let (reason, message) = ("empty_file", "the file is empty");
        let empty = Refused { valid: false, reason, offset: None, tag: None, message };
        return refuse(stream, &empty).map_err(Stopped::Output);
    }
    if satang_slip_verification::picture::is_picture(file.fill_buf().map_err(Stopped::Input)?) {
        picture::read(file, mode, stream, kind)
    } else {
        read_lines(file, mode, stream, kind.judge)
    }
}

fn read_lines(input: impl BufRead, mode: Mode, stream: &mut Stream, judge: Judge) -> Result<bool, Stopped> {
    let (mut lines, mut good) = (Lines::new(input, LINE), true);
    loop {
        // Whoever types, or waits for an answer, gets it before we wait for more.
        if lines.would_wait() {
            stream.flush().map_err(Stopped::Output)?;
        }
        let told = match lines.next().map_err(Stopped::Input)? {
            None => return Ok(good),
            Some(Line::Whole(payload)) => judge(payload, mode, stream),
            Some(Line::TooLong) => refuse(
                stream,
                &Refused {
                    valid: false,
                    reason: "too_long",
                    offset: Some(LINE),
                    tag: None,
                    message: "the line is longer than its limit",
                },
            ),
        };
        good &= told.map_err(Stopped::Output)?;
    }
}

/// Why a payload is not good, without a word of what it says.
#[derive(Serialize)]
struct Refused {
    valid: bool,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    message: &'static str,
}

fn refuse(stream: &mut Stream, refused: &Refused) -> io::Result<bool> {
    let Refused { reason, message, .. } = refused;
    let place = refused.offset.map(|offset| format!(" at byte {offset}")).unwrap_or_default();
    let tag = refused.tag.as_ref().map(|tag| format!(", tag {tag}")).unwrap_or_default();
    stream.say(refused, format_args!("not valid: {message} ({reason}){place}{tag}"))?;
    Ok(false)
}

/// Tells of a fault.
fn refuse_for(stream: &mut Stream, error: &Error) -> io::Result<bool> {
    let tag = Some(error.path().to_string()).filter(|tag| !tag.is_empty());
    let (reason, message) = (error.reason().as_str(), error.reason().message());
    refuse(stream, &Refused { valid: false, reason, offset: Some(error.offset()), tag, message })
}

/// What was forgiven, by name.
fn names(remarks: Remarks) -> Vec<&'static str> {
    remarks.iter().map(|remark| remark.as_str()).collect()
}

/// The same for people.
fn forgiven(remarks: Remarks) -> String {
    if remarks.is_empty() { String::new() } else { format!(" (forgiven: {remarks})") }
}

/// Prints a payload that was built.
fn built(output: &Output, payload: &str) -> Exit {
    output.say(&serde_json::json!({ "payload": payload }), payload);
    Exit::Success
}

/// A fault of what a flag says.
fn wrong(flag: &'static str) -> impl Fn(Error) -> Exit {
    move |error| Exit::Usage(format!("{flag}: {}", error.reason().message()))
}
