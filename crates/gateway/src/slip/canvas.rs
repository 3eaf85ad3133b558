//! A picture that is drawn into: areas, letters, codes.
//!
//! The same drawing makes the same bytes. Letters are bitmaps of the program's own, and Latin: what they cannot show is a question
//! mark.

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, RasterizedChar, get_raster, get_raster_width};
use satang_slip_verification::picture::Symbol;

/// Red, green, blue.
pub(super) type Colour = [u8; 3];

/// Letters of one size, in a colour.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    pub(super) weight: FontWeight,
    pub(super) size: RasterHeight,
    pub(super) colour: Colour,
}

impl Pen {
    /// How wide a text is, in pixels.
    pub(super) fn width(&self, text: &str) -> usize {
        text.chars().count() * get_raster_width(self.weight, self.size)
    }
}

/// From where to where something goes, in pixels: left, top, width, height.
#[derive(Clone, Copy)]
pub(super) struct Area(pub(super) usize, pub(super) usize, pub(super) usize, pub(super) usize);

pub(super) struct Canvas {
    width: usize,
    pixels: Vec<Colour>,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize, colour: Colour) -> Self {
        Self { width, pixels: vec![colour; width * height] }
    }

    pub(super) fn fill(&mut self, Area(left, top, width, height): Area, colour: Colour) {
        for row in self.pixels.chunks_exact_mut(self.width).skip(top).take(height) {
            row.iter_mut().skip(left).take(width).for_each(|pixel| *pixel = colour);
        }
    }

    /// Writes a line of text whose upper left corner is here. What does not fit is cut off.
    pub(super) fn write(&mut self, text: &str, (left, top): (usize, usize), pen: Pen) {
        let step = pen.width("x");
        for (place, letter) in text.chars().enumerate() {
            let shape = get_raster(letter, pen.weight, pen.size);
            let shape = shape.or_else(|| get_raster('?', pen.weight, pen.size));
            if let Some(shape) = shape {
                self.press(&shape, (left + place * step, top), pen);
            }
        }
    }

    fn press(&mut self, shape: &RasterizedChar, (left, top): (usize, usize), pen: Pen) {
        for (row, inks) in self.pixels.chunks_exact_mut(self.width).skip(top).zip(shape.rows()) {
            for (pixel, ink) in row.iter_mut().skip(left).zip(inks) {
                *pixel = mixed(*pixel, pen.colour, *ink);
            }
        }
    }

    /// Draws a code, `scale` pixels a square, black on white.
    pub(super) fn put(&mut self, symbol: &Symbol, (left, top): (usize, usize), scale: usize) {
        let side = symbol.side() * scale;
        for (y, row) in self.pixels.chunks_exact_mut(self.width).skip(top).take(side).enumerate() {
            for (x, pixel) in row.iter_mut().skip(left).take(side).enumerate() {
                *pixel = if symbol.is_dark(x / scale, y / scale) { [0; 3] } else { [u8::MAX; 3] };
            }
        }
    }

    /// The picture as a PNG file.
    pub(super) fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut file = Vec::new();
        let height = self.pixels.len() / self.width;
        let side = |length: usize| u32::try_from(length).unwrap_or_default();
        let mut encoder = png::Encoder::new(&mut file, side(self.width), side(height));
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(self.pixels.as_flattened())?;
        writer.finish()?;
        Ok(file)
    }
}

/// A colour over another, as far as there is ink.
fn mixed(ground: Colour, colour: Colour, ink: u8) -> Colour {
    let mut mixed = ground;
    for (ground, colour) in mixed.iter_mut().zip(colour) {
        let (old, new, ink) = (u32::from(*ground), u32::from(colour), u32::from(ink));
        let both = (old * (255 - ink) + new * ink) / 255;
        *ground = u8::try_from(both).unwrap_or(u8::MAX);
    }
    mixed
}
