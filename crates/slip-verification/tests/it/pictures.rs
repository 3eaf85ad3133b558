//! Slips in pictures: drawn, photographed, damaged, and made to be a nuisance.

use proptest::prelude::*;
use satang_slip_verification::{
    BankCode, BankSlip, Mode, Slip, TransRef,
    picture::{self, Limits, PictureError},
};

const SLIP: &str = "004100060000010103014022000111222233344ABCD125102TH910417DF";
const ADVERT: &str = "00020101021129370016A000000677010111011300668123456785802TH530376463045D82";

/// Drawn slips as files of other programs: grey, and in colour, progressive and of low quality.
const JPEG: [&[u8]; 2] = [include_bytes!("slip.jpg"), include_bytes!("slip_progressive.jpg")];

/// A grey picture.
#[derive(Clone)]
struct Canvas {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
}

impl Canvas {
    fn new(width: usize, height: usize, grey: impl Fn(usize, usize) -> u8) -> Self {
        let pixels = (0..width * height).map(|place| grey(place % width, place / width)).collect();
        Self { pixels, width, height }
    }

    /// The picture of a code.
    fn code(payload: &str, scale: usize) -> Self {
        let png = picture::draw(payload, scale).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        Self { pixels, width: info.width as usize, height: info.height as usize }
    }

    fn put(mut self, other: &Self, left: usize, top: usize) -> Self {
        for (y, row) in other.pixels.chunks_exact(other.width).enumerate() {
            let start = (top + y) * self.width + left;
            self.pixels[start..start + row.len()].copy_from_slice(row);
        }
        self
    }

    /// The same where what is white has the brightness that `light` gives the place.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the light is 0 to 1")]
    fn lit(mut self, light: impl Fn(usize, usize) -> f64) -> Self {
        for (place, pixel) in self.pixels.iter_mut().enumerate() {
            *pixel = (f64::from(*pixel) * light(place % self.width, place / self.width)) as u8;
        }
        self
    }

    /// The same as a PNG with these samples for each grey.
    fn png<const N: usize>(&self, color: png::ColorType, samples: impl Fn(u8) -> [u8; N]) -> Vec<u8> {
        let mut file = Vec::new();
        let (width, height) = (u32::try_from(self.width).unwrap(), u32::try_from(self.height).unwrap());
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(color);
        let mut writer = encoder.write_header().unwrap();
        let bytes: Vec<u8> = self.pixels.iter().flat_map(|grey| samples(*grey)).collect();
        writer.write_image_data(&bytes).unwrap();
        writer.finish().unwrap();
        file
    }

    fn read(self, limits: &Limits) -> Result<picture::Codes, PictureError> {
        picture::read_grey(self.pixels, self.width, limits)
    }
}

/// A slip as apps draw it: lines of text, an advertisement with a code, and the mini-QR below.
fn slip_like() -> Canvas {
    let text =
        |x: usize, y: usize| if y % 60 < 24 && (x * 7 + y / 60 * 13) % 11 < 5 && x < 900 { 40 } else { 235 };
    Canvas::new(1080, 1920, text).put(&Canvas::code(ADVERT, 6), 60, 1500).put(
        &Canvas::code(SLIP, 6),
        700,
        1500,
    )
}

fn slips(found: Result<picture::Codes, PictureError>) -> Vec<String> {
    let codes = found.unwrap();
    codes.slips(Mode::Strict).map(|reading| reading.value.to_payload().unwrap()).collect()
}

#[test]
fn every_length_of_a_slip_is_drawn_and_found() {
    for length in 1..=25 {
        let reference = &"20201107013FsG6joxJrXDrbJ"[..length];
        let slip = BankSlip::new(BankCode::new("014").unwrap(), TransRef::new(reference).unwrap());
        let payload = slip.to_payload().unwrap();
        for scale in [2, 3, 8] {
            let png = picture::draw(&payload, scale).unwrap();
            assert!(picture::is_picture(&png));
            assert_eq!(
                slips(picture::read(&png, &Limits::default())),
                [payload.as_str()],
                "{length}, {scale}"
            );
        }
    }
    assert_eq!(picture::draw(SLIP, 0), Err(PictureError::TooLong));
    assert_eq!(picture::draw(SLIP, 1000), Err(PictureError::TooLong));
    assert_eq!(picture::draw(&"x".repeat(5000), 1), Err(PictureError::TooLong));
}

#[test]
fn the_slip_is_found_beside_an_advertisement() {
    let found = slip_like().read(&Limits::default()).unwrap();
    assert_eq!(found.payloads().count(), 2);
    assert_eq!(slips(Ok(found)), [SLIP]);
    // The same slip twice is one slip.
    let twice = slip_like().put(&Canvas::code(SLIP, 5), 400, 1100);
    assert_eq!(slips(twice.read(&Limits::default())), [SLIP]);
}

#[test]
fn formats_are_decoded_to_what_is_seen() {
    let canvas = slip_like();
    let limits = Limits::default();
    for (number, file) in JPEG.iter().enumerate() {
        assert_eq!(slips(picture::read(file, &limits)), [SLIP], "JPEG {number}");
    }
    for (name, file) in [
        ("grey", canvas.png(png::ColorType::Grayscale, |grey| [grey])),
        ("colour", canvas.png(png::ColorType::Rgb, |grey| [grey, grey / 2, grey])),
        ("transparent", canvas.png(png::ColorType::Rgba, |grey| [0, 0, 0, 255 - grey])),
        ("grey and transparent", canvas.png(png::ColorType::GrayscaleAlpha, |grey| [0, 255 - grey])),
    ] {
        assert_eq!(slips(picture::read(&file, &limits)), [SLIP], "{name}");
    }
    // A photograph of twelve million pixels.
    let large = Canvas::new(3000, 4000, |_, _| 220).put(&Canvas::code(SLIP, 16), 1000, 2000);
    assert_eq!(slips(large.read(&limits)), [SLIP]);
}

#[test]
fn a_shadow_hides_no_slip() {
    // Its edge falls across the code: what is white on one side is darker than the mean of all.
    let shadow = slip_like().lit(|x, y| ((x as f64 + y as f64 / 2.0 - 1480.0) / 300.0).clamp(0.2, 1.0));
    assert_eq!(slips(shadow.read(&Limits::default())), [SLIP]);
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    let limits = Limits::default();
    let png = picture::draw(SLIP, 4).unwrap();
    for file in [&png[..], JPEG[0], JPEG[1]] {
        for (limits, error) in [
            (Limits { bytes: 100, ..limits }, PictureError::TooLarge),
            (Limits { pixels: 1000, ..limits }, PictureError::TooLarge),
            (Limits { codes: 0, ..limits }, PictureError::TooManyCodes),
        ] {
            assert_eq!(picture::read(file, &limits).unwrap_err(), error, "{limits:?}");
        }
    }
    assert_eq!(picture::read(&png[..png.len() / 3], &limits).unwrap_err(), PictureError::Damaged);
    // What is there of a JPEG is looked at.
    assert_eq!(picture::read(&JPEG[0][..2000], &limits).unwrap().payloads().count(), 0);
    for (bytes, error) in [
        (&b""[..], PictureError::UnknownFormat),
        (b"GIF89a", PictureError::UnknownFormat),
        (b"https://example.com/slip.png", PictureError::UnknownFormat),
        (b"\x89PNG\r\n\x1a\n", PictureError::Damaged),
        (b"\xff\xd8\xff", PictureError::Damaged),
    ] {
        assert_eq!(picture::read(bytes, &limits).unwrap_err(), error, "{bytes:?}");
    }
    assert_eq!(picture::read_grey(vec![0; 10], 3, &limits).unwrap_err(), PictureError::Damaged);
    assert_eq!(picture::read_grey(vec![], 0, &limits).unwrap_err(), PictureError::Damaged);
}

/// A picture that claims to be larger than any memory, in a few bytes, with right checksums.
#[test]
fn a_bomb_is_not_lit() {
    let mut bomb = Vec::new();
    let mut encoder = png::Encoder::new(&mut bomb, 60_000, 60_000);
    encoder.set_color(png::ColorType::Rgba);
    drop(encoder.write_header().unwrap());
    assert_eq!(picture::read(&bomb, &Limits::default()).unwrap_err(), PictureError::TooLarge);
}

/// Nothing but corners of codes: each might belong to each.
#[test]
fn a_wall_of_corners_ends() {
    let corner = |x: usize, y: usize| {
        let (x, y) = ((x / 2) % 10, (y / 2) % 10);
        let ring = x.max(y) < 7 && (x == 0 || x == 6 || y == 0 || y == 6);
        if ring || ((2..5).contains(&x) && (2..5).contains(&y)) { 0 } else { 255 }
    };
    let found = Canvas::new(2000, 2000, corner).read(&Limits::default());
    assert!(found.is_ok_and(|codes| codes.payloads().count() == 0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_are_survived(
        jpeg in any::<bool>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        length in any::<prop::sample::Index>(),
    ) {
        let mut file = if jpeg { JPEG[0].to_vec() } else { picture::draw(SLIP, 2).unwrap() };
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let keep = file.len() - length.index(file.len() / 2);
        for bytes in [&file[..], &file[..keep]] {
            if let Ok(codes) = picture::read(bytes, &Limits { pixels: 400_000, ..Limits::default() }) {
                // What can still be read is what it was: codes and checksums see to that.
                prop_assert!(codes.slips(Mode::Strict).all(|reading| Ok(reading.value) == Slip::read(SLIP)));
            }
        }
    }

    #[test]
    fn noise_is_survived(pixels in proptest::collection::vec(any::<u8>(), 1..20_000), width in 1..200_usize) {
        let length = pixels.len() / width * width;
        let _ = picture::read_grey(pixels[..length].to_vec(), width, &Limits::default());
    }
}
