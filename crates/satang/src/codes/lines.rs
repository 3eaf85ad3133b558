//! Lines of bytes, none longer than a limit.

use std::io::{self, BufRead};

/// Bytes of the longest line: the longest payload, and white space around it.
pub const LIMIT: usize = 4352;
/// How much is read at once.
pub const BUFFER: usize = 64 * 1024;

/// A line without what ends it.
pub enum Line<'a> {
    Whole(&'a [u8]),
    /// Its bytes were passed over.
    TooLong,
}

/// The lines of an input, without ever holding more than one of them.
pub struct Lines<R> {
    input: R,
    line: Vec<u8>,
    buffered: usize,
}

impl<R: BufRead> Lines<R> {
    pub fn new(input: R) -> Self {
        Self { input, line: Vec::with_capacity(LIMIT), buffered: 0 }
    }

    /// Whether the next line has to be waited for, as far as is known.
    pub fn would_wait(&self) -> bool {
        self.buffered == 0
    }

    /// The next line, or `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let (mut too_long, mut any) = (false, false);
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            any = true;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            too_long |= self.line.len() + part.len() > LIMIT;
            if !too_long {
                self.line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.buffered = buffer.len() - used;
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        Ok(Some(if too_long { Line::TooLong } else { Line::Whole(line) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_however_they_come() {
        let long = "x".repeat(LIMIT + 1);
        let text = format!("a\r\n\nbc\n{long}\n{}\nend", &long[1..]);
        for capacity in [1, 2, 3, 7, 64, 100_000] {
            let mut lines = Lines::new(io::BufReader::with_capacity(capacity, text.as_bytes()));
            let mut found = Vec::new();
            while let Some(line) = lines.next().unwrap() {
                found.push(match line {
                    Line::Whole(line) => String::from_utf8(line.to_vec()).unwrap(),
                    Line::TooLong => "too long".to_owned(),
                });
            }
            assert_eq!(found, ["a", "", "bc", "too long", &long[1..], "end"], "{capacity} bytes at once");
        }
    }
}
