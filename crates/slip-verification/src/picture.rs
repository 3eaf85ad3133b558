//! Pictures of slips: finds the mini-QR in one, and draws one.
//!
//! ```
//! use satang_slip_verification::{Mode, Slip, picture};
//!
//! let payload = "004100060000010103014022000111222233344ABCD125102TH910417DF";
//! let png = picture::draw(payload, 4)?;
//!
//! let codes = picture::read(&png, &picture::Limits::default())?;
//! let slips: Vec<Slip<'_>> = codes.slips(Mode::Strict).map(|reading| reading.value).collect();
//! assert_eq!(slips, [Slip::read(payload)?]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A slip often holds an advertisement with a code of its own: all codes are read, and those that are slips are kept. Nothing is ever fetched
//! from anywhere. A picture of a slip proves nothing: ask the bank.

mod decode;
mod draw;

pub use draw::{Symbol, draw};

use crate::{Mode, Reading, Slip};
use std::{fmt, panic, vec::Vec};

/// How large a picture may be. All is checked before a pixel is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Width times height. A large picture is made smaller before codes are looked for.
    pub pixels: usize,
    /// Different codes in one picture, at most ten, since no more than 32 corners of codes are looked at.
    pub codes: usize,
}

impl Default for Limits {
    /// 10 MiB, 24 million pixels, 4 codes: a photograph or a screenshot of a slip.
    fn default() -> Self {
        Self { bytes: 10 << 20, pixels: 24_000_000, codes: 4 }
    }
}

/// Why a picture is not read or drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PictureError {
    /// It is neither PNG nor JPEG.
    UnknownFormat,
    /// The file, or what it would decode to, is larger than its limit.
    TooLarge,
    /// There are more codes than the limit.
    TooManyCodes,
    /// It cannot be decoded.
    Damaged,
    /// A text does not fit into a code, or its picture would be larger than the limit.
    TooLong,
}

impl PictureError {
    /// The name, for programs. Proposed by Satang.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownFormat => "unknown_picture_format",
            Self::TooLarge => "picture_too_large",
            Self::TooManyCodes => "too_many_codes",
            Self::Damaged => "damaged_picture",
            Self::TooLong => "text_too_long",
        }
    }

    /// The rule, for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::UnknownFormat => "the picture is neither PNG nor JPEG",
            Self::TooLarge => "the picture is larger than its limit",
            Self::TooManyCodes => "the picture holds more codes than its limit",
            Self::Damaged => "the picture cannot be decoded",
            Self::TooLong => "the text does not fit into a code",
        }
    }
}

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for PictureError {}

/// The codes of a picture, whatever they say. `Debug` says how many there are.
pub struct Codes(Vec<Vec<u8>>);

impl Codes {
    /// The contents of all codes.
    pub fn payloads(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(Vec::as_slice)
    }

    /// The codes that are slips.
    pub fn slips(&self, mode: Mode) -> impl Iterator<Item = Reading<Slip<'_>>> {
        self.0.iter().filter_map(move |payload| Slip::read_in(payload, mode).ok())
    }
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} codes", self.0.len())
    }
}

/// Whether bytes begin as a PNG or JPEG file does.
#[must_use]
pub fn is_picture(bytes: &[u8]) -> bool {
    decode::Format::of(bytes).is_some()
}

/// Finds the codes in a PNG or JPEG file, in the order of their contents, each once.
///
/// # Errors
/// What is wrong with the picture. That it holds no code is no error.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Codes, PictureError> {
    guarded(|| find(decode::grey(bytes, limits)?, limits))
}

/// Finds the codes among grey pixels, row by row from the top, 0 black and 255 white.
///
/// # Errors
/// [`PictureError::Damaged`] when there are not `width` times as many as rows, and what is wrong otherwise.
pub fn read_grey(pixels: Vec<u8>, width: usize, limits: &Limits) -> Result<Codes, PictureError> {
    if width == 0 || pixels.is_empty() || !pixels.len().is_multiple_of(width) {
        return Err(PictureError::Damaged);
    }
    if pixels.len() > limits.pixels {
        return Err(PictureError::TooLarge);
    }
    let height = pixels.len() / width;
    guarded(|| find(decode::Grey { pixels, width, height }, limits))
}

fn find(grey: decode::Grey, limits: &Limits) -> Result<Codes, PictureError> {
    let grey = grey.reduced();
    let mut codes = found(&grey);
    if codes.is_empty() {
        // One threshold for all of it does not do for a photograph with a shadow on it.
        codes = found(&grey.flattened());
    }
    codes.sort();
    codes.dedup();
    if codes.len() > limits.codes { Err(PictureError::TooManyCodes) } else { Ok(Codes(codes)) }
}

fn found(grey: &decode::Grey) -> Vec<Vec<u8>> {
    let mut finder = quircs::Quirc::default();
    let codes = finder.identify(grey.width, grey.height, &grey.pixels);
    codes.filter_map(|code| Some(code.ok()?.decode().ok()?.payload)).collect()
}

/// Pictures are decoded by others' code, which may panic on a damaged one.
fn guarded<T>(work: impl FnOnce() -> Result<T, PictureError>) -> Result<T, PictureError> {
    panic::catch_unwind(panic::AssertUnwindSafe(work)).unwrap_or(Err(PictureError::Damaged))
}
