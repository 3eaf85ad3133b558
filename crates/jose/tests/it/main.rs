//! Tests of the crate from outside, each over every back end where there is something to sign or encrypt.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)] // tests say so by failing

mod attacks;
mod certificates;
mod claims;
mod encrypted;
mod headers;
mod keys;
mod printed;
mod robustness;
mod rotation;
mod sample;
mod sets;
mod trust;
mod vectors;
