//! Draws a code.

use super::PictureError;
use fast_qr::{ECL, QRBuilder, QRCode};
use std::{fmt, vec, vec::Vec};

/// The white around a code, in modules (ISO/IEC 18004).
const MARGIN: usize = 4;
/// The widest picture, in pixels.
const WIDEST: usize = 4096;

/// A code as dark and light squares, its margin included, for whoever draws it into a picture of theirs. `Debug` tells its size only.
pub struct Symbol(QRCode);

impl Symbol {
    /// The code of this text, with error correction M.
    ///
    /// # Errors
    /// [`PictureError::TooLong`] when the text does not fit into a code.
    pub fn new(text: &str) -> Result<Self, PictureError> {
        QRBuilder::new(text).ecl(ECL::M).build().map(Self).map_err(|_| PictureError::TooLong)
    }

    /// How many squares a side has, with the margin of four that readers need.
    #[must_use]
    pub fn side(&self) -> usize {
        self.0.size + 2 * MARGIN
    }

    /// Whether a square is dark, counted from the left and from the top; what lies outside is not.
    #[must_use]
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        let size = self.0.size;
        let place = |at: usize| at.checked_sub(MARGIN).filter(|module| *module < size);
        let (Some(column), Some(row)) = (place(column), place(row)) else { return false };
        self.0.data.get(row * size + column).is_some_and(|module| module.value())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Symbol").field("side", &self.side()).finish_non_exhaustive()
    }
}

/// A PNG file with a code of this text, `scale` pixels a module, black on white, error correction M, with the margin that readers need.
///
/// # Errors
/// [`PictureError::TooLong`] when the text does not fit into a code, or the picture would be wider than 4096 pixels or `scale` is 0.
pub fn draw(text: &str, scale: usize) -> Result<Vec<u8>, PictureError> {
    let symbol = Symbol::new(text)?;
    let width = symbol.side().saturating_mul(scale);
    if !(1..=WIDEST).contains(&width) {
        return Err(PictureError::TooLong);
    }
    let mut pixels = vec![u8::MAX; width * width];
    for (y, row) in pixels.chunks_exact_mut(width).enumerate() {
        for (x, pixel) in row.iter_mut().enumerate() {
            if symbol.is_dark(x / scale, y / scale) {
                *pixel = 0;
            }
        }
    }
    encode(&pixels, width).map_err(|_| PictureError::TooLong)
}

fn encode(pixels: &[u8], width: usize) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let side = u32::try_from(width).unwrap_or_default();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}
