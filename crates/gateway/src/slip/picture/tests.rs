//! What is drawn can be read by the reader of slips, also when the picture has been through a messenger.

use super::*;
use crate::slip::testing::{detailed, slip};
use jpeg_encoder::{ColorType, Encoder};
use satang_slip_verification::{
    Mode,
    picture::{Limits, read},
};

/// A picture of pixels.
struct Photograph {
    pixels: Vec<Colour>,
    width: usize,
}

impl Photograph {
    fn of(png: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        let (pixels, _) = bytes.as_chunks::<3>();
        Self { pixels: pixels.to_vec(), width: info.width as usize }
    }

    /// Half as wide and as high, of the mean of each four pixels.
    fn halved(&self) -> Self {
        let mut pixels = Vec::new();
        for rows in self.pixels.chunks_exact(2 * self.width) {
            let (upper, lower) = rows.split_at(self.width);
            for (above, below) in upper.chunks_exact(2).zip(lower.chunks_exact(2)) {
                let mean = |part: usize| {
                    let sum: u32 = above.iter().chain(below).map(|pixel| u32::from(pixel[part])).sum();
                    u8::try_from(sum / 4).unwrap()
                };
                pixels.push([0, 1, 2].map(mean));
            }
        }
        Self { pixels, width: self.width / 2 }
    }

    fn jpeg(&self, quality: u8) -> Vec<u8> {
        let mut file = Vec::new();
        let side = |length: usize| u16::try_from(length).unwrap();
        let (width, height) = (side(self.width), side(self.pixels.len() / self.width));
        Encoder::new(&mut file, quality)
            .encode(self.pixels.as_flattened(), width, height, ColorType::Rgb)
            .unwrap();
        file
    }
}

fn found(file: &[u8]) -> Vec<String> {
    let codes = read(file, &Limits::default()).unwrap();
    codes.slips(Mode::Strict).map(|found| found.value.to_payload().unwrap()).collect()
}

#[test]
fn the_code_is_found_in_what_messengers_make_of_the_picture() {
    for length in [1, 10, 17, 20, 25] {
        let drawn = detailed("025", &"KSA0aB3dE5gH7jK9mN1pQ3sTz"[..length]);
        let payload = payload(&drawn).unwrap();
        let png = draw(&drawn).unwrap();
        let whole = Photograph::of(&png);
        for (what, file) in [
            ("as it is", png),
            ("as JPEG", whole.jpeg(60)),
            ("as a poor JPEG", whole.jpeg(20)),
            ("as JPEG of half the size", whole.halved().jpeg(60)),
            ("twice", Photograph::of(&draw(&drawn).unwrap()).halved().jpeg(30)),
        ] {
            assert_eq!(found(&file), [payload.as_str()], "{what}, a reference of {length}");
        }
    }
}

#[test]
fn the_same_slip_makes_the_same_bytes_and_another_one_others() {
    let drawn = draw(&slip("014", "a")).unwrap();
    assert!(drawn == draw(&slip("014", "a")).unwrap());
    for other in [slip("014", "b"), slip("004", "a"), detailed("014", "a")] {
        assert!(drawn != draw(&other).unwrap());
    }
}

/// What is told of a slip decides, so nothing else can be seen in its picture.
#[test]
fn whole_accounts_do_not_change_the_picture() {
    let mut other = detailed("014", "a");
    other.sender.account = Some("1231211559".into());
    other.receiver.account = Some("000000089015".into());
    let mut own = detailed("014", "a");
    own.sender.account = Some("7770011550".into());
    own.receiver.account = Some("123456789010".into());
    assert!(draw(&own).unwrap() == draw(&other).unwrap());
    other.sender.account = Some("1231211569".into());
    assert!(draw(&own).unwrap() != draw(&other).unwrap(), "a digit that is told");
}

#[test]
fn texts_of_any_length_are_drawn() {
    let mut long = detailed("999", "x");
    long.sender.name = "W".repeat(50).parse().ok();
    long.receiver.display_name = "ก".repeat(50).parse().ok();
    long.receiver.name = None;
    long.receiver.account = Some("1".repeat(40));
    long.amount = "9999999999999.99".parse().unwrap();
    long.references = [(); 3].map(|()| Some("R".repeat(20)));
    assert_eq!(found(&draw(&long).unwrap()).len(), 1);
}

#[test]
fn amounts_have_their_thousands_apart() {
    for (amount, shown) in
        [("0.01", "0.01"), ("999.00", "999.00"), ("1000.50", "1,000.50"), ("1234567.00", "1,234,567.00")]
    {
        assert_eq!(grouped(amount), shown);
    }
}
