//! That the sequences come wherever something can go wrong: each command meets each state.

use super::bank::Reached;

const OF_REGISTRATIONS: [&str; 9] = ["B", "C", "D", "F", "F misspelt", "I", "suspend", "resume", "cancel"];
const REGISTRATIONS: [&str; 7] = ["PDNG", "ACTV", "SUSP", "CANC", "RJCT", "EXPD", "unknown"];
const OF_SCHEDULES: [&str; 2] = ["J", "K"];
const SCHEDULES: [&str; 6] = ["SCHD", "due", "ACSC", "CANC", "RJCT", "unknown"];
const OF_ALL: [&str; 9] = ["open", "visit", "branch", "G", "mark", "move", "advance", "neglect", "catch up"];
const ACTS: [&str; 13] = [
    "come",
    "reload",
    "login",
    "card",
    "back",
    "password",
    "show card",
    "app PIN",
    "otp",
    "again",
    "account",
    "agree",
    "refuse",
];
const PAGES: [&str; 8] = [
    "Register for direct debit",
    "Log in to web banking",
    "Use your card",
    "Enter the one-time password",
    "Unlock the app",
    "Choose an account",
    "Confirm",
    "ended",
];

pub(super) fn check(reached: &Reached) {
    let pairs = pairs(&REGISTRATIONS, &OF_REGISTRATIONS)
        .chain(pairs(&SCHEDULES, &OF_SCHEDULES))
        .chain(pairs(&["any"], &OF_ALL))
        .chain(pairs(&PAGES, &ACTS));
    let missing: Vec<_> =
        pairs.filter(|(state, name)| !reached.contains_key(&(*state, (*name).into()))).collect();
    assert_eq!(missing, [], "states and commands that never met");
}

fn pairs<'a>(states: &'a [&'a str], names: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
    states.iter().flat_map(move |state| names.iter().map(move |name| (*state, *name)))
}
