//! Lines of tokens, as long as they come: each is answered before the next is read, and a bad one stops nothing.

use super::MOST;
use std::io::{self, BufRead};

/// A line, without its end.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// At most 1 MiB.
    Whole(Vec<u8>),
    /// Longer; it was read and forgotten.
    TooLong,
}

/// The next line; `None` after the last. It never keeps more than 1 MiB.
pub fn next(input: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let (mut is_too_long, mut is_begun) = (false, false);
    loop {
        let buffer = match input.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let piece = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
        is_begun |= !buffer.is_empty();
        let is_over = end.is_some() || buffer.is_empty();
        is_too_long |= (line.len() + piece.len()) as u64 > MOST;
        if is_too_long {
            line.clear();
        } else {
            line.extend_from_slice(piece);
        }
        let used = end.map_or(buffer.len(), |end| end + 1);
        input.consume(used);
        if is_over {
            break;
        }
    }
    Ok(match (is_begun, is_too_long) {
        (false, _) => None,
        (true, true) => Some(Line::TooLong),
        (true, false) => {
            line.truncate(trimmed(&line).len());
            Some(Line::Whole(line))
        }
    })
}

/// A line without its end, LF or CR LF.
pub fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::{Line, next};
    use std::io::BufReader;

    #[test]
    fn lines_are_whole_or_too_long_and_the_next_is_read() {
        let long = "a".repeat(1024 * 1024);
        let whole = |text: &str| Line::Whole(text.into());
        for (text, expected) in [
            ("", vec![]),
            ("\n", vec![whole("")]),
            ("a", vec![whole("a")]),
            ("a\nb\r\n", vec![whole("a"), whole("b")]),
            ("a\n\n\r\nb", vec![whole("a"), whole(""), whole(""), whole("b")]),
            (&format!("{long}\nb"), vec![whole(&long), whole("b")]),
            (&format!("{long}a\nb"), vec![Line::TooLong, whole("b")]),
            (&format!("{long}{long}{long}"), vec![Line::TooLong]),
        ] {
            for capacity in [1, 7, 8192] {
                let mut input = BufReader::with_capacity(capacity, text.as_bytes());
                let mut found = Vec::new();
                while let Some(line) = next(&mut input).unwrap() {
                    found.push(line);
                }
                assert!(found == expected, "{} characters, {capacity} at a time", text.len());
            }
        }
    }
}
