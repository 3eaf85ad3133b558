//! The gateway's pages, in a real browser: Chromium, driven over WebDriver.
//!
//! Where there is no `chromedriver`, each of these tests says that it is skipped and passes; `cargo xtask test` has a
//! step that finds that out, and fails with `--strict`. With `SATANG_SCREENSHOTS=FOLDER` they leave pictures of what
//! they saw.

mod consent;
mod console;
mod docs;
mod driver;
mod journey;
mod served;
mod shell;
mod stamp_duty;

use driver::{Browser, Window};
use served::Served;
