//! Where the operations are.

use http::Uri;
use satang_core::{Error, Kind, Operation, Sent};
use satang_validation::Rule;

/// The paths of the operations, behind the base URL of the transport.
///
/// The Department's pages have `/stamp/SubmitFiling` on a host that is a placeholder; clients that work are seen to use
/// `/rd-stamp-os9-service/submitFiling` (public). So both are yours to set.
///
/// ```
/// use satang_stamp_duty::Paths;
///
/// let pages = Paths::default(); // /stamp/SubmitFiling
/// let seen = Paths::new("/rd-stamp-os9-service")?.lower_camel(); // /rd-stamp-os9-service/submitFiling
/// # assert_ne!(pages, seen);
/// # Ok::<(), satang_validation::Rule>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    prefix: String,
    lower_camel: bool,
}

impl Default for Paths {
    /// Those of the pages.
    fn default() -> Self {
        Self { prefix: "/stamp".to_owned(), lower_camel: false }
    }
}

impl Paths {
    /// Paths behind `prefix`, which is empty or begins with a slash and does not end with one.
    ///
    /// # Errors
    /// [`Rule`] when it is no such prefix.
    pub fn new(prefix: &str) -> Result<Self, Rule> {
        let is_segment = |segment: &str| {
            let is_fitting = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            !matches!(segment, "" | "." | "..") && segment.bytes().all(is_fitting)
        };
        let is_prefix =
            prefix.is_empty() || prefix.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_segment));
        if is_prefix && prefix.len() <= 200 {
            Ok(Self { prefix: prefix.to_owned(), lower_camel: false })
        } else {
            Err(Rule::malformed("expected nothing, or a path such as /rd-stamp-os9-service"))
        }
    }

    /// With `submitFiling` in place of `SubmitFiling`.
    #[must_use]
    pub fn lower_camel(mut self) -> Self {
        self.lower_camel = true;
        self
    }

    /// Where an operation is.
    pub(crate) fn of(&self, operation: &Operation) -> Result<Uri, Error> {
        let name = operation.path.rsplit('/').next().unwrap_or_default();
        let path = match name.chars().next().filter(|_| self.lower_camel) {
            Some(first) => {
                let rest = name.get(first.len_utf8()..).unwrap_or_default();
                format!("{}/{}{rest}", self.prefix, first.to_ascii_lowercase())
            }
            None => format!("{}/{name}", self.prefix),
        };
        path.parse().map_err(|error| {
            Error::new(Kind::Configuration, Sent::No, "the path makes no URL").with_source(error)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use satang_core::stamp_duty::{REQ_FORM_RECEIPT_FILE, SUBMIT_FILING};

    #[test]
    fn paths_are_configuration() {
        for (paths, submit, receipt) in [
            (Paths::default(), "/stamp/SubmitFiling", "/stamp/ReqFormReceiptFile"),
            (Paths::new("").unwrap(), "/SubmitFiling", "/ReqFormReceiptFile"),
            (
                Paths::new("/rd-stamp-os9-service").unwrap().lower_camel(),
                "/rd-stamp-os9-service/submitFiling",
                "/rd-stamp-os9-service/reqFormReceiptFile",
            ),
            (Paths::new("/a/b").unwrap(), "/a/b/SubmitFiling", "/a/b/ReqFormReceiptFile"),
        ] {
            assert_eq!(paths.of(&SUBMIT_FILING).unwrap(), submit);
            assert_eq!(paths.of(&REQ_FORM_RECEIPT_FILE).unwrap(), receipt);
        }
        for prefix in
            ["stamp", "/", "/stamp/", "//", "/a//b", "/a?b", "/a#b", "/../a", "/a b", "/ก", "https://x"]
        {
            assert!(Paths::new(prefix).is_err(), "{prefix}");
        }
    }
}
