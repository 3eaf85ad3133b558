//! SPDX licence expressions.

/// Licences that ask for no more than a notice, or (MPL) for changes to the file itself, and so go with
/// `MIT OR Apache-2.0`.
const COMPATIBLE: [&str; 18] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "IJG",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "NCSA",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// True when some choice that the expression leaves is compatible throughout.
///
/// `OR` binds less tightly than `AND`, and old manifests write `/` for `OR`.
pub fn is_compatible(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest).is_some_and(|compatible| compatible && rest.is_empty())
}

/// `all OR all ...`, or nothing where the expression cannot be read.
fn any(rest: &mut &[&str]) -> Option<bool> {
    let mut compatible = all(rest)?;
    while let Some(("OR", tail)) = rest.split_first().map(|(word, tail)| (*word, tail)) {
        *rest = tail;
        compatible |= all(rest)?;
    }
    Some(compatible)
}

/// `one AND one ...`
fn all(rest: &mut &[&str]) -> Option<bool> {
    let mut compatible = one(rest)?;
    while let Some(("AND", tail)) = rest.split_first().map(|(word, tail)| (*word, tail)) {
        *rest = tail;
        compatible &= one(rest)?;
    }
    Some(compatible)
}

/// A licence, perhaps with an exception, or an expression in parentheses.
fn one(rest: &mut &[&str]) -> Option<bool> {
    let (&word, tail) = rest.split_first()?;
    *rest = tail;
    if word == "(" {
        let compatible = any(rest)?;
        let (&")", tail) = rest.split_first()? else { return None };
        *rest = tail;
        return Some(compatible);
    }
    if let ["WITH", exception, tail @ ..] = *rest {
        *rest = tail;
        return Some(COMPATIBLE.contains(&format!("{word} WITH {exception}").as_str()));
    }
    Some(COMPATIBLE.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_choice_must_be_compatible_throughout() {
        for (expression, expected) in [
            ("MIT", true),
            ("MIT OR Apache-2.0", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0-only OR MIT", true),
            ("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", true),
            ("(MIT OR GPL-3.0-only) AND Unicode-3.0", true),
            ("MIT AND GPL-3.0-only", false),
            ("MIT OR GPL-3.0-only AND GPL-3.0-only", true),
            ("GPL-2.0-only WITH Classpath-exception-2.0", false),
            ("AGPL-3.0-only", false),
            ("", false),
            ("MIT OR", false),
            ("(MIT", false),
            ("MIT MIT", false),
        ] {
            assert_eq!(is_compatible(expression), expected, "{expression}");
        }
    }
}
