//! Randomness that is the same on every run.

/// Marsaglia's xorshift64.
pub struct Random(u64);

impl Random {
    /// A sequence of its own for each seed but 0.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`.
    #[must_use]
    pub fn below(&mut self, end: u32) -> u32 {
        // The upper bits are the better ones; 24 of them always fit.
        u32::try_from(self.bits() >> 40).unwrap_or_default() % end
    }
}
