//! Grey pixels from PNG and JPEG.

use super::{Limits, PictureError};
use std::{io::Cursor, vec, vec::Vec};

/// What can be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Jpeg,
}

impl Format {
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else {
            None
        }
    }
}

/// Grey pixels, row by row.
pub(super) struct Grey {
    pub(super) pixels: Vec<u8>,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Pixels among which codes are looked for: more take longer and find no more.
const ENOUGH: usize = 4_200_000;

/// Decodes a file whose size, and whose picture's size, is within the limits.
pub(super) fn grey(bytes: &[u8], limits: &Limits) -> Result<Grey, PictureError> {
    if bytes.len() > limits.bytes {
        return Err(PictureError::TooLarge);
    }
    match Format::of(bytes).ok_or(PictureError::UnknownFormat)? {
        Format::Png => png(bytes, limits),
        Format::Jpeg => jpeg(bytes, limits),
    }
}

fn png(bytes: &[u8], limits: &Limits) -> Result<Grey, PictureError> {
    // Four bytes a pixel, and something for the decoder itself.
    let memory = png::Limits { bytes: limits.pixels.saturating_mul(4).saturating_add(1 << 20) };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), memory);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    let header = decoder.read_header_info().map_err(|_| PictureError::Damaged)?;
    let (width, height) = sizes(header.width as usize, header.height as usize, limits)?;
    let mut reader = decoder.read_info().map_err(|_| PictureError::Damaged)?;
    let size = reader.output_buffer_size().ok_or(PictureError::TooLarge)?;
    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(|_| PictureError::Damaged)?;
    let pixels = match frame.color_type {
        png::ColorType::Grayscale => samples,
        png::ColorType::GrayscaleAlpha => mapped(&samples, |[grey, alpha]| over_white(*grey, *alpha)),
        png::ColorType::Rgb => mapped(&samples, |[red, green, blue]| luma(*red, *green, *blue)),
        png::ColorType::Rgba => {
            mapped(&samples, |[red, green, blue, alpha]| over_white(luma(*red, *green, *blue), *alpha))
        }
        png::ColorType::Indexed => return Err(PictureError::Damaged), // was to be expanded
    };
    whole(pixels, width, height)
}

fn jpeg(bytes: &[u8], limits: &Limits) -> Result<Grey, PictureError> {
    use zune_jpeg::zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| PictureError::Damaged)?;
    let info = decoder.info().ok_or(PictureError::Damaged)?;
    let (width, height) = sizes(info.width.into(), info.height.into(), limits)?;
    whole(decoder.decode().map_err(|_| PictureError::Damaged)?, width, height)
}

/// Refuses a picture before it is decoded.
fn sizes(width: usize, height: usize, limits: &Limits) -> Result<(usize, usize), PictureError> {
    match width.checked_mul(height) {
        Some(0) => Err(PictureError::Damaged),
        Some(pixels) if pixels <= limits.pixels => Ok((width, height)),
        _ => Err(PictureError::TooLarge),
    }
}

fn whole(pixels: Vec<u8>, width: usize, height: usize) -> Result<Grey, PictureError> {
    if pixels.len() == width * height {
        Ok(Grey { pixels, width, height })
    } else {
        Err(PictureError::Damaged)
    }
}

fn mapped<const N: usize>(samples: &[u8], pixel: impl Fn(&[u8; N]) -> u8) -> Vec<u8> {
    samples.as_chunks::<N>().0.iter().map(pixel).collect()
}

/// How light a colour is (ITU-R BT.601).
fn luma(red: u8, green: u8, blue: u8) -> u8 {
    byte((299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000)
}

/// What lies behind a transparent picture is taken for white, as apps show it.
fn over_white(grey: u8, alpha: u8) -> u8 {
    let (grey, alpha) = (u32::from(grey), u32::from(alpha));
    byte((grey * alpha + 255 * (255 - alpha)) / 255)
}

fn byte(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

impl Grey {
    /// The same at half the size as often as it takes to have enough pixels and no more.
    pub(super) fn reduced(mut self) -> Self {
        while self.pixels.len() > ENOUGH && self.width > 1 && self.height > 1 {
            self = self.halved();
        }
        self
    }

    fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut pixels = Vec::with_capacity(width * height);
        let mut rows = self.pixels.chunks_exact(self.width);
        while let (Some(upper), Some(lower)) = (rows.next(), rows.next()) {
            let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
            let mean = |(upper, lower): (&[u8; 2], &[u8; 2])| {
                byte(upper.iter().chain(lower).map(|pixel| u32::from(*pixel)).sum::<u32>() / 4)
            };
            pixels.extend(pairs.map(mean));
        }
        Self { pixels, width, height }
    }

    /// Black where a pixel is darker than those around it, and white elsewhere.
    pub(super) fn flattened(&self) -> Self {
        let reach = (self.width.min(self.height) / 16).max(1);
        let side = self.width + 1;
        // What stands above and left of each place.
        let mut sums = vec![0_u64; side * (self.height + 1)];
        for (y, row) in self.pixels.chunks_exact(self.width).enumerate() {
            let mut sum = 0;
            for (x, pixel) in row.iter().enumerate() {
                sum += u64::from(*pixel);
                let above = sums.get(y * side + x + 1).copied().unwrap_or_default();
                if let Some(place) = sums.get_mut((y + 1) * side + x + 1) {
                    *place = above + sum;
                }
            }
        }
        let sum = |x: usize, y: usize| sums.get(y * side + x).copied().unwrap_or_default();
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for (y, row) in self.pixels.chunks_exact(self.width).enumerate() {
            let (top, bottom) = (y.saturating_sub(reach), (y + reach).min(self.height));
            for (x, pixel) in row.iter().enumerate() {
                let (left, right) = (x.saturating_sub(reach), (x + reach).min(self.width));
                let around = sum(right, bottom) + sum(left, top) - sum(left, bottom) - sum(right, top);
                let count = ((right - left) * (bottom - top)) as u64;
                // An eighth darker: what is even stays white.
                let dark = u64::from(*pixel) * count * 8 < around * 7;
                pixels.push(if dark { 0 } else { u8::MAX });
            }
        }
        Self { pixels, width: self.width, height: self.height }
    }
}
