//! Random numbers that a seed repeats.

use satang_core::{Entropy as _, System};

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and random enough to choose moments and amounts.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 1 to `most`.
    pub(crate) fn up_to(&mut self, most: u64) -> u64 {
        self.next() % most + 1
    }
}

/// The seed of this run: `SATANG_SEED`, or another one each time.
pub(crate) fn seed() -> u64 {
    from_environment("SATANG_SEED").unwrap_or_else(|| System.uuid().as_u64_pair().0 % 1_000_000)
}

/// A number from the environment.
pub(crate) fn from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}
