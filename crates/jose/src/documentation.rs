//! Tokens as documents print them: over several lines, indented, with blanks. No verifier takes such text.
//!
//! A token that travels has no white space (RFC 7515, 3.1), and a verifier that dropped some would have two texts for one
//! token. So this is a step of its own, which a person asks for.

/// A printed token on one line: without blanks, tabs, line feeds, carriage returns and form feeds. Everything else
/// stays, so what comes out may still be no token.
///
/// ```
/// use satang_jose::documentation;
///
/// let printed = " eyJhbGciOi\n    JFZERTQSJ9.\n    YQ.c2ln ";
/// assert_eq!(documentation::without_white_space(printed), b"eyJhbGciOiJFZERTQSJ9.YQ.c2ln");
/// ```
#[must_use]
pub fn without_white_space(printed: impl AsRef<[u8]>) -> Vec<u8> {
    printed.as_ref().iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}
