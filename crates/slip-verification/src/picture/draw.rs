//! Draws a code.

use super::PictureError;
use fast_qr::{ECL, QRBuilder};
use std::{vec, vec::Vec};

/// The white around a code, in modules (ISO/IEC 18004).
const MARGIN: usize = 4;
/// The widest picture, in pixels.
const WIDEST: usize = 4096;

/// A PNG file with a code of this text, `scale` pixels a module, black on white, error correction M, with the margin that readers need.
///
/// # Errors
/// [`PictureError::TooLong`] when the text does not fit into a code, or the picture would be wider than 4096 pixels or `scale` is 0.
pub fn draw(text: &str, scale: usize) -> Result<Vec<u8>, PictureError> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| PictureError::TooLong)?;
    let width = (code.size + 2 * MARGIN).saturating_mul(scale);
    if !(1..=WIDEST).contains(&width) {
        return Err(PictureError::TooLong);
    }
    let mut pixels = vec![u8::MAX; width * width];
    for (y, row) in pixels.chunks_exact_mut(width).enumerate() {
        for (x, pixel) in row.iter_mut().enumerate() {
            let place =
                |pixel: usize| (pixel / scale).checked_sub(MARGIN).filter(|module| *module < code.size);
            let (Some(column), Some(row)) = (place(x), place(y)) else { continue };
            let module = code.data.get(row * code.size + column);
            if module.is_some_and(|module| module.value()) {
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
