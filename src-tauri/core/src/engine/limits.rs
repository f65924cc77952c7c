//! How long a worker may take before it counts as hanging.

use std::time::Duration;

/// The supervisor's patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest silence while a model is loaded.
    pub load_stall: Duration,
    /// Longest silence while an answer is in work.
    pub answer_stall: Duration,
    /// The first pause before a worker that keeps breaking is started again; it doubles.
    pub restart_pause: Duration,
    /// A model that crashes three times within this is left alone until the first is past.
    pub quarantine: Duration,
    /// Longest time for a worker to keep what is worth keeping before it ends.
    pub unload: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            load_stall: Duration::from_mins(5),
            answer_stall: Duration::from_mins(1),
            restart_pause: Duration::from_secs(1),
            quarantine: Duration::from_mins(10),
            unload: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// No pause after a first break, then 1, 2, 4, 4 … times the set one.
    pub(super) fn pause_before_start(&self, broken_starts: u32) -> Duration {
        match broken_starts {
            0 | 1 => Duration::ZERO,
            more => self.restart_pause * 2_u32.pow((more - 2).min(2)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_and_stays_bounded() {
        let limits = Limits::default();
        let pauses: Vec<u64> = (0..8)
            .map(|broken| limits.pause_before_start(broken).as_secs())
            .collect();
        assert_eq!(pauses, [0, 0, 1, 2, 4, 4, 4, 4]);
    }
}
