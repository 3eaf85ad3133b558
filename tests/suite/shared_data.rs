//! Data that is too large, or not ours, to be kept in this repository: the provider's own pages.
//!
//! `SATANG_TEST_DATA` names a folder that holds them. Without it the tests that compare with them say so and pass.

use std::{fs, path::PathBuf};

/// The text of a file below `SATANG_TEST_DATA`, or `None` and a loud word when there is no such folder.
pub fn shared_file(name: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("SATANG_TEST_DATA") else {
        eprintln!("NOT CHECKED: {name} is not at hand; set SATANG_TEST_DATA to the folder that holds it");
        return None;
    };
    let path = PathBuf::from(folder).join(name);
    Some(fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// Our fixtures are what the provider's page prints, typographic quotes and no-break spaces included.
#[test]
fn fixtures_are_passages_of_the_published_page() {
    let Some(page) = shared_file("sources/krungsri-direct-debit.txt") else { return };
    for (name, fixture) in [
        ("token_status_inquiry", include_str!("fixtures/token_status_inquiry.txt")),
        ("real_time_payment", include_str!("fixtures/real_time_payment.txt")),
    ] {
        assert!(page.contains(fixture.trim_end_matches('\n')), "{name} is not on the page");
    }
}
