//! Lines of bytes, none longer than a limit.

use std::io::{self, BufRead};

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
    limit: usize,
    line: Vec<u8>,
    buffered: usize,
}

impl<R: BufRead> Lines<R> {
    /// The lines of `input`, of up to `limit` bytes each.
    pub fn new(input: R, limit: usize) -> Self {
        Self { input, limit, line: Vec::new(), buffered: 0 }
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
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            if buffer.is_empty() {
                break;
            }
            any = true;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            too_long |= self.line.len() + part.len() > self.limit;
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
        Ok(Some(if too_long { Line::TooLong } else { Line::Whole(trimmed(&self.line)) }))
    }
}

/// A line without its end, LF or CR LF.
pub fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_or_too_long_however_they_come_and_the_next_is_read() {
        const LIMIT: usize = 1000;
        let long = "x".repeat(LIMIT);
        for (text, expected) in [
            ("", vec![]),
            ("\n", vec![""]),
            ("a", vec!["a"]),
            ("a\nb\r\n", vec!["a", "b"]),
            ("a\r\n\n\r\nbc", vec!["a", "", "", "bc"]),
            (&format!("{long}\nb"), vec![&long, "b"]),
            (&format!("{long}x\nend"), vec!["too long", "end"]),
            (&format!("{long}{long}{long}"), vec!["too long"]),
        ] {
            for capacity in [1, 2, 3, 7, 64, 100_000] {
                let mut lines = Lines::new(io::BufReader::with_capacity(capacity, text.as_bytes()), LIMIT);
                let mut found = Vec::new();
                while let Some(line) = lines.next().unwrap() {
                    found.push(match line {
                        Line::Whole(line) => String::from_utf8(line.to_vec()).unwrap(),
                        Line::TooLong => "too long".to_owned(),
                    });
                }
                assert_eq!(found, expected, "{capacity} bytes at once");
            }
        }
    }
}
