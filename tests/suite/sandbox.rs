//! A bank in which nothing is written yet, with a clock that stands and randomness that repeats.

use satang_core::{
    Clock, Entropy, Host, Incoming, Refusal,
    direct_debit::{CallbackHandler, Handler},
};

/// Answers 501 to everything.
pub struct Unwritten;

/// 2020-08-15T00:00:00+07:00
pub const NOW: i64 = 1_597_424_400;

impl Host for Unwritten {
    type Caller = ();

    async fn admit(&self, _: &Incoming) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Clock for Unwritten {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(NOW).unwrap()
    }
}

impl Entropy for Unwritten {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0x11);
    }
}

impl Handler for Unwritten {}
impl CallbackHandler for Unwritten {}
impl satang_core::sandbox::Handler for Unwritten {}
impl satang_core::slip_verification::Handler for Unwritten {}
impl satang_core::slip_verification::CallbackHandler for Unwritten {}
impl satang_core::stamp_duty::Handler for Unwritten {}
