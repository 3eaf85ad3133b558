//! Where the Department is reached: under `/stamp` as its page shows, or under another prefix as clients that work do, with
//! the names of operations in either case (`SubmitFiling`, `submitFiling`).

use http::{
    Uri,
    uri::{Parts, PathAndQuery},
};

/// The prefix of the contract.
const OWN: &str = "/stamp";

/// The paths of the Department.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// Begins with a slash and does not end with one.
    other: Option<String>,
}

impl Paths {
    /// Serves another prefix too, unless it is empty.
    pub(crate) fn new(prefix: &str) -> Self {
        let prefix = prefix.trim_matches('/');
        Self { other: (!prefix.is_empty()).then(|| format!("/{prefix}")) }
    }

    /// The path as the contract has it; `None` when it is none of the Department's.
    fn canonical(&self, path: &str) -> Option<String> {
        let mut letters = self.behind(path)?.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        Some(format!("{OWN}/{}{}", first.map(String::from).unwrap_or_default(), letters.as_str()))
    }

    /// What comes after the prefix.
    fn behind<'a>(&self, path: &'a str) -> Option<&'a str> {
        let prefixes = [Some(OWN), self.other.as_deref()];
        let behind = |prefix: &str| path.strip_prefix(prefix)?.strip_prefix('/');
        prefixes.into_iter().flatten().find_map(behind)
    }

    /// Makes the path of a request the contract's, if it is one of the Department's.
    pub(crate) fn rewrite(&self, uri: &mut Uri) {
        let Some(path) = self.canonical(uri.path()).filter(|path| path != uri.path()) else { return };
        let path_and_query = match uri.query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        let mut parts: Parts = std::mem::take(uri).into_parts();
        // Made of parts of one that was right, so it is right.
        parts.path_and_query = PathAndQuery::try_from(path_and_query).ok().or(parts.path_and_query);
        *uri = Uri::from_parts(parts).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_comes_to_the_contracts() {
        let paths = Paths::new("/rd-stamp-os9-service/");
        for (given, canonical) in [
            ("/stamp/SubmitFiling", Some("/stamp/SubmitFiling")),
            ("/stamp/submitFiling", Some("/stamp/SubmitFiling")),
            ("/rd-stamp-os9-service/SubmitFiling", Some("/stamp/SubmitFiling")),
            ("/rd-stamp-os9-service/submitFiling", Some("/stamp/SubmitFiling")),
            ("/rd-stamp-os9-service/reqFormReceiptFile?a=b", Some("/stamp/ReqFormReceiptFile?a=b")),
            // Nothing has these paths, and it is the Department that says so.
            ("/stamp/", Some("/stamp/")),
            ("/stamp/SUBMITFILING", Some("/stamp/SUBMITFILING")),
            ("/rd-stamp-os9-service/a/b", Some("/stamp/A/b")),
            ("/stamp", None),
            ("/stamps/SubmitFiling", None),
            ("/rd-stamp-os9-services/submitFiling", None),
            ("/", None),
        ] {
            let mut uri: Uri = given.parse().unwrap();
            paths.rewrite(&mut uri);
            assert_eq!(uri.to_string(), canonical.unwrap_or(given), "{given}");
        }
        let alone = Paths::new("");
        for path in ["//SubmitFiling", "/rd-stamp-os9-service/submitFiling"] {
            let mut uri: Uri = path.parse().unwrap();
            alone.rewrite(&mut uri);
            assert_eq!(uri, path);
        }
    }
}
