//! Where the banks that this gateway plays are asked: under `/issuers/`, their code, and the contract's path.

use super::Played;
use http::{
    request::Parts,
    uri::{PathAndQuery, Uri},
};

/// The first segment of all their addresses.
pub(crate) const FIRST_SEGMENT: &str = "issuers";

/// What all paths of the contract begin with: nothing else is there.
const BELOW: &str = "v1/issuer/";

/// Where the bank of this code is asked, below the gateway's own address.
pub(super) fn of(own_url: &str, bank: &str) -> String {
    format!("{own_url}/{FIRST_SEGMENT}/{bank}")
}

/// Makes the path of a request the contract's, and notes which bank is asked.
pub(crate) fn rewrite(head: &mut Parts) {
    let path = head.uri.path().strip_prefix('/').and_then(|path| path.strip_prefix(FIRST_SEGMENT));
    let Some((bank, rest)) = path.and_then(|path| path.strip_prefix('/')?.split_once('/')) else { return };
    let Some(bank) = bank.parse().ok().filter(|_| rest.starts_with(BELOW)) else { return };
    let target = match head.uri.query() {
        Some(query) => format!("/{rest}?{query}"),
        None => format!("/{rest}"),
    };
    let mut parts = std::mem::take(&mut head.uri).into_parts();
    // Made of parts of one that was right, so it is right.
    parts.path_and_query = PathAndQuery::try_from(target).ok().or(parts.path_and_query);
    head.uri = Uri::from_parts(parts).unwrap_or_default();
    head.extensions.insert(Played(bank));
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    #[test]
    fn the_code_is_taken_out_of_the_path() {
        for (given, bank, rest) in [
            ("/issuers/014/v1/issuer/x?a=b", Some("014"), "/v1/issuer/x?a=b"),
            ("/issuers/999/v1/issuer/x", Some("999"), "/v1/issuer/x"),
            ("/issuers/14/v1/issuer/x", None, "/issuers/14/v1/issuer/x"),
            ("/issuers/014", None, "/issuers/014"),
            ("/issuers/014/sandbox/v1/clock", None, "/issuers/014/sandbox/v1/clock"),
            ("/issuers014/v1", None, "/issuers014/v1"),
            ("/v1/issuer/x", None, "/v1/issuer/x"),
            ("/", None, "/"),
        ] {
            let (mut head, ()) = Request::get(given).body(()).unwrap().into_parts();
            rewrite(&mut head);
            let played = head.extensions.get().map(|Played(bank)| bank.as_str().to_owned());
            assert_eq!((played.as_deref(), head.uri.to_string().as_str()), (bank, rest), "{given}");
        }
    }
}
