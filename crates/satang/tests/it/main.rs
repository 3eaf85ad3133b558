//! The program as its users run it: a process that is killed, starved of its disk, raced, and told to stop.

// Tests say so by failing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod bank;
mod books;
mod callbacks;
mod command_line;
mod crash;
mod faults;
mod filings;
mod gateway_process;
mod hub;
mod program;
mod proxy;
mod race;
mod random;
mod schedules;
mod wire;
