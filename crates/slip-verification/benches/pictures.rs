//! What finding a slip in a picture costs, beside bare `rqrr` over the same pixels in the same process.
//!
//! `cargo xtask bench slip` runs it. Both take turns, and count the thread's own processor time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // whoever measures reads panics
#![allow(clippy::print_stdout, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

use satang_slip_verification::{
    Mode,
    picture::{self, Limits},
};
use std::{fs, hint::black_box, process::ExitCode, time::Duration};

const SLIP: &str = "004600060000010103014022520201107013FsG6joxJrXDrbJ5102TH910437B6";
const SIZE: (usize, usize) = (1080, 1920);

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().collect();
    let has = |name: &str| given.iter().any(|argument| argument == name);
    if !has("--bench") {
        return ExitCode::SUCCESS; // `cargo test` has nothing to do here
    }
    let rounds = if has("--quick") { 3 } else { 15 };
    println!("| ms of processor time a picture, median of {rounds} | satang | rqrr | times |");
    println!("| --- | --- | --- | --- |");
    let mut met = true;
    for (name, pixels) in pictures() {
        let mut figures = (Vec::new(), Vec::new());
        let (mut ours, mut peer) = (false, false);
        for _ in 0..rounds {
            figures.0.push(time(|| ours = find(&pixels)));
            figures.1.push(time(|| peer = find_by_peer(&pixels)));
        }
        let (fast, slow) = (median(figures.0), median(figures.1));
        let found = |found: bool| if found { "" } else { " (not found)" };
        println!("| {name} | {fast:.1}{} | {slow:.1}{} | {:.1} |", found(ours), found(peer), slow / fast);
        // Whoever finds nothing is not faster.
        met &= ours && (fast <= slow || !peer);
    }
    for (name, file) in files() {
        let mut figures = Vec::new();
        for _ in 0..rounds {
            figures.push(time(|| {
                let codes = picture::read(black_box(&file), &Limits::default()).unwrap();
                assert_eq!(codes.slips(Mode::Strict).count(), 1);
            }));
        }
        println!("| {name} | {:.1} | | |", median(figures));
    }
    if met || !has("--strict") { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A drawn slip of 1080 by 1920 in several lights.
fn pictures() -> Vec<(&'static str, Vec<u8>)> {
    let clean = slip();
    let lit = |light: fn(usize, usize) -> f64| {
        let light =
            |(place, pixel): (usize, &u8)| (f64::from(*pixel) * light(place % SIZE.0, place / SIZE.0)) as u8;
        clean.iter().enumerate().map(light).collect()
    };
    let faint = clean.iter().map(|pixel| 100 + pixel / 4).collect();
    let shadow = lit(|x, y| ((x as f64 + y as f64 / 2.0 - 1480.0) / 300.0).clamp(0.2, 1.0));
    vec![("clean", clean.clone()), ("faint", faint), ("in a shadow", shadow)]
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    let pixels = slip();
    let (width, height) = (u32::try_from(SIZE.0).unwrap(), u32::try_from(SIZE.1).unwrap());
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    vec![
        ("clean, from a PNG file", png),
        ("480 by 640, from a JPEG file", include_bytes!("../tests/it/slip.jpg").to_vec()),
    ]
}

/// Lines as of text, and a mini-QR.
fn slip() -> Vec<u8> {
    let text =
        |x: usize, y: usize| if y % 60 < 24 && (x * 7 + y / 60 * 13) % 11 < 5 && x < 900 { 40 } else { 235 };
    let mut pixels: Vec<u8> =
        (0..SIZE.0 * SIZE.1).map(|place| text(place % SIZE.0, place / SIZE.0)).collect();
    let png = picture::draw(SLIP, 5).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut code = vec![0; reader.output_buffer_size().unwrap()];
    let width = reader.next_frame(&mut code).unwrap().width as usize;
    for (y, row) in code.chunks_exact(width).enumerate() {
        let start = (1500 + y) * SIZE.0 + 700;
        pixels[start..start + width].copy_from_slice(row);
    }
    pixels
}

fn find(pixels: &[u8]) -> bool {
    let codes = picture::read_grey(black_box(pixels).to_vec(), SIZE.0, &Limits::default()).unwrap();
    codes.slips(Mode::Strict).count() == 1
}

fn find_by_peer(pixels: &[u8]) -> bool {
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(SIZE.0, SIZE.1, |x, y| pixels[y * SIZE.0 + x]);
    black_box(&mut picture)
        .detect_grids()
        .iter()
        .any(|grid| grid.decode().is_ok_and(|(_, text)| text == SLIP))
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Milliseconds of this thread's processor time, of work that is repeated until the system's clock tells.
fn time(mut work: impl FnMut()) -> f64 {
    let (start, mut count) = (processor_time(), 0);
    loop {
        work();
        count += 1;
        let used = processor_time() - start;
        if used >= Duration::from_millis(100) {
            return used.as_secs_f64() * 1e3 / f64::from(count);
        }
    }
}

/// What this thread has used of the processors so far.
fn processor_time() -> Duration {
    let schedstat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = schedstat.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(first.unwrap_or_default())
}
