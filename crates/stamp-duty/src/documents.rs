//! Forms and receipts, decoded.

use crate::{unreadable, wire};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use satang_core::Error;
use satang_schema::Text;
use satang_validation::Pointer;
use std::fmt;
use wire::{InstrumentFiles, Unknown};

/// The documents of an instrument. Which there are depends on what was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Documents {
    /// The reference of the form อ.ส.9.
    pub ref_no: Option<Text<0, 64>>,
    /// The code to verify the payment with.
    pub verification_code: Option<String>,
    /// The files.
    pub files: Vec<File>,
    /// Where to load form, receipt and QR code from, when addresses were asked for.
    pub addresses: Vec<(Document, String)>,
    /// Members that nobody told us of: the names of those that hold files are proposed by Satang, so a file may be among
    /// these, for [`File::decode`].
    pub other: Unknown,
}

/// A file.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// What it is.
    pub document: Document,
    /// What it looks like, by its first bytes.
    pub media: Media,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// What a file or an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Document {
    /// The receipt.
    Receipt,
    /// The form อ.ส.9 and its kin.
    Form,
    /// The form ป.2.
    Form2,
    /// A QR code to verify the payment with.
    Verification,
    /// A slip to pay with.
    PayInSlip,
}

/// What a file looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Media {
    /// It begins as PDF files do (ISO 32000-1, 7.5.2).
    Pdf,
    /// Anything else.
    Other,
}

/// The most bytes.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) of_file: usize,
    pub(crate) of_answer: usize,
}

pub(crate) const LIMITS: Limits = Limits { of_file: 16 * 1024 * 1024, of_answer: 64 * 1024 * 1024 };

/// With or without padding: not published.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl File {
    /// Decodes a file from base64, up to 16 MiB. `pointer` is where it stands in the answer, for the error.
    ///
    /// # Errors
    /// [`Error`] of kind [`Unreadable`](satang_core::Kind::Unreadable) when it is no base64 or too large.
    pub fn decode(document: Document, pointer: Pointer, base64: &str) -> Result<Self, Error> {
        Self::within(LIMITS.of_file, document, pointer, base64)
    }

    fn within(most: usize, document: Document, pointer: Pointer, base64: &str) -> Result<Self, Error> {
        let too_large = |pointer| unreadable(pointer, "expected a file of at most 16 MiB");
        // So that nothing is decoded that cannot fit.
        if base64.len() > most.div_ceil(3).saturating_mul(4) {
            return Err(too_large(pointer));
        }
        let Ok(bytes) = BASE64.decode(base64) else { return Err(unreadable(pointer, "expected base64")) };
        if bytes.len() > most {
            return Err(too_large(pointer));
        }
        let media = if bytes.starts_with(b"%PDF-") { Media::Pdf } else { Media::Other };
        Ok(Self { document, media, bytes })
    }
}

impl fmt::Debug for File {
    /// A receipt has names and numbers of people: only its size is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({:?}, {:?}, {} bytes)", self.document, self.media, self.bytes.len())
    }
}

/// Decodes what an answer holds.
///
/// # Errors
/// As [`File::decode`], and when all files together are larger than the limit.
pub(crate) fn decode(instruments: Vec<InstrumentFiles>, limits: Limits) -> Result<Vec<Documents>, Error> {
    let place = Pointer::from("/eInstrument/rdForm/instInfo");
    let mut room = limits.of_answer;
    let mut all = Vec::with_capacity(instruments.len());
    for (position, found) in instruments.into_iter().enumerate() {
        let mut files = Vec::new();
        for (document, name, base64) in [
            (Document::Receipt, "receiptFile", found.receipt_file),
            (Document::Form, "formFile", found.form_file),
            (Document::Form2, "form2File", found.form2_file),
        ] {
            let Some(base64) = base64 else { continue };
            let pointer = place.index(position).member(name);
            let file = File::within(limits.of_file, document, pointer.clone(), &base64)?;
            room = room
                .checked_sub(file.bytes.len())
                .ok_or_else(|| unreadable(pointer, "expected files of at most 64 MiB together"))?;
            files.push(file);
        }
        let addresses = [
            (Document::Receipt, found.receipt_url),
            (Document::Form, found.form_url),
            (Document::Verification, found.verification_url),
        ];
        all.push(Documents {
            ref_no: found.ref_no,
            verification_code: found.verification_code,
            files,
            addresses: addresses.into_iter().filter_map(|(document, url)| Some((document, url?))).collect(),
            other: found.other,
        });
    }
    Ok(all)
}
