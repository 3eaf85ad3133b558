//! The picture of a slip, as a bank's app would show it: with masked accounts, and with a mini-QR that readers of slips find.
//!
//! Letters are Latin, so people are shown by their Latin names. Nobody should take a picture of the sandbox for a real slip, so each says
//! what it is, above and below.

use super::{
    canvas::{Area, Canvas, Colour, Pen},
    payload,
};
use jiff::tz::Offset;
use noto_sans_mono_bitmap::{FontWeight, RasterHeight};
use satang_schema::slip_verification::{BankCode, DisplayedName, SlipParty, TransactionData};
use satang_slip_verification::{interbank::KeptTransaction, picture::Symbol};
use std::error::Error as StdError;

const WIDTH: usize = 720;
const HEIGHT: usize = 1136;
const MARGIN: usize = 48;
/// Pixels for each square of the code: half of them are enough for readers.
const SCALE: usize = 8;

const PAPER: Colour = [255, 255, 255];
const INK: Colour = [27, 33, 38];
const QUIET: Colour = [91, 103, 113];
const LINE: Colour = [220, 225, 229];
const ACCENT: Colour = [11, 107, 98];
const WARNING: Colour = [255, 205, 60];

const NOTICE: &str = "SANDBOX SLIP - NO REAL MONEY";

const SMALL: Pen = Pen { weight: FontWeight::Regular, size: RasterHeight::Size20, colour: QUIET };
const PLAIN: Pen = Pen { weight: FontWeight::Regular, size: RasterHeight::Size24, colour: INK };
const BOLD: Pen = Pen { weight: FontWeight::Bold, size: RasterHeight::Size24, colour: INK };
const LARGE: Pen = Pen { weight: FontWeight::Bold, size: RasterHeight::Size32, colour: INK };

/// Draws a slip as a PNG file: the same bytes for the same slip.
///
/// # Errors
/// The slip holds what cannot be told of it.
pub(super) fn draw(slip: &KeptTransaction) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
    let told = slip.masked()?;
    let symbol = Symbol::new(&payload(slip)?)?;
    let moment = Offset::constant(7).to_datetime(slip.at).strftime("%-d %b %Y, %H:%M:%S").to_string();
    let mut canvas = Canvas::new(WIDTH, HEIGHT, PAPER);
    for top in [0, HEIGHT - 48] {
        canvas.fill(Area(0, top, WIDTH, 48), WARNING);
        let left = (WIDTH - BOLD.width(NOTICE)) / 2;
        canvas.write(NOTICE, (left, top + 12), BOLD);
    }
    canvas.fill(Area(0, 48, WIDTH, 128), ACCENT);
    canvas.write("Transfer completed", (MARGIN, 78), Pen { colour: PAPER, ..LARGE });
    canvas.write(&format!("{moment} in Bangkok"), (MARGIN, 126), Pen { colour: PAPER, ..SMALL });
    party(&mut canvas, 204, ("From", told.sender.as_ref(), Some(&told.sending_bank)));
    party(&mut canvas, 344, ("To", told.receiver.as_ref(), told.receiving_bank.as_ref()));
    rule(&mut canvas, 484);
    let amount = format!("{} THB", grouped(&told.amount.to_string()));
    canvas.write("Amount", (MARGIN, 510), SMALL);
    canvas.write(&amount, (WIDTH - MARGIN - LARGE.width(&amount), 504), LARGE);
    rule(&mut canvas, 556);
    for (number, (name, text)) in references(&told).into_iter().enumerate() {
        let top = 580 + number * 36;
        canvas.write(name, (MARGIN, top + 2), SMALL);
        canvas.write(text, (MARGIN + 144, top), PLAIN);
    }
    canvas.put(&symbol, (WIDTH - MARGIN - symbol.side() * SCALE, 728), SCALE);
    for (number, line) in ["Scan to", "verify this", "slip"].into_iter().enumerate() {
        canvas.write(line, (MARGIN, 766 + number * 32), PLAIN);
    }
    canvas.write("Made by Satang", (MARGIN, 996), SMALL);
    canvas.write("It proves nothing", (MARGIN, 1024), SMALL);
    Ok(canvas.png()?)
}

/// One side of the transaction.
fn party(
    canvas: &mut Canvas,
    top: usize,
    (role, party, bank): (&str, Option<&SlipParty>, Option<&BankCode>),
) {
    let column = MARGIN + 96;
    canvas.write(role, (MARGIN, top + 4), SMALL);
    let account = party.and_then(|party| party.account.as_ref()?.value.as_ref());
    let proxy = party.and_then(|party| party.proxy.as_ref());
    let proxy = proxy.and_then(|proxy| {
        Some(format!("{} {}", proxy.kind.as_ref()?.as_str(), proxy.value.as_ref()?.as_str()))
    });
    let lines = [
        party.and_then(name).map(|name| (name, BOLD)),
        bank.map(|bank| (institution(bank), SMALL)),
        account.map(|account| (account.as_str().to_owned(), PLAIN)),
        proxy.map(|proxy| (proxy, SMALL)),
    ];
    for (number, (text, pen)) in lines.into_iter().flatten().enumerate() {
        canvas.write(&fitting(&text, pen, WIDTH - MARGIN - column), (column, top + number * 32), pen);
    }
}

/// The name in Latin letters, which are all that can be drawn.
fn name(party: &SlipParty) -> Option<String> {
    let is_latin =
        |name: &&DisplayedName| name.as_str().bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    let names =
        [&party.name, &party.display_name].into_iter().flatten().filter(|name| !name.as_str().is_empty());
    let latin = names.clone().find(is_latin).map(|name| name.as_str().to_owned());
    latin.or_else(|| names.clone().next().map(|_| "(name in other letters)".to_owned()))
}

fn institution(bank: &BankCode) -> String {
    let code = bank.as_str();
    let named = super::institution(bank).map(|it| format!("{} ({code})", it.name));
    named.unwrap_or_else(|| format!("Bank {code}"))
}

fn references(told: &TransactionData) -> Vec<(&'static str, &str)> {
    let numbered = [("Ref. 1", &told.ref1), ("Ref. 2", &told.ref2), ("Ref. 3", &told.ref3)];
    let numbered = numbered.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?.as_str())));
    [("Reference", told.trans_ref.as_str())].into_iter().chain(numbered).collect()
}

fn rule(canvas: &mut Canvas, top: usize) {
    canvas.fill(Area(MARGIN, top, WIDTH - 2 * MARGIN, 2), LINE);
}

/// As much of a text as has room.
fn fitting(text: &str, pen: Pen, room: usize) -> String {
    let most = room / pen.width("x");
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(2)).chain("..".chars()).collect()
}

/// An amount with its thousands apart.
fn grouped(amount: &str) -> String {
    let (baht, satang) = amount.split_once('.').unwrap_or((amount, "00"));
    let digits = baht.chars().enumerate().flat_map(|(place, digit)| {
        let is_first = place > 0 && (baht.len() - place).is_multiple_of(3);
        is_first.then_some(',').into_iter().chain([digit])
    });
    format!("{}.{satang}", digits.collect::<String>())
}

#[cfg(test)]
mod tests;
