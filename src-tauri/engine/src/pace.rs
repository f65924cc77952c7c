//! How much of a prompt is read in one step.
//!
//! A computation is not interrupted, so the size of a piece decides how long everything else
//! waits; it follows the speed that was measured.

use std::time::Duration;

use crate::scheduler::BATCH;

/// How long a piece may take while others are in work beside it: so long they pause.
const STEP_SHARED: Duration = Duration::from_millis(120);
/// How long it may take when nobody waits for anything else. It bounds how long a cancelled
/// prompt holds its slot; the user's answer is stopped by the core at once. Shorter pieces
/// read a prompt up to a quarter slower.
const STEP_ALONE: Duration = Duration::from_millis(900);
/// The smallest piece worth a step, in tokens; pieces are multiples of it, which suits the
/// matrix kernels.
const SMALLEST_PIECE: usize = 16;

/// The speed at which prompts are read. Before it is known a piece is the smallest: on a slow
/// machine a wrong guess would be taken for a hang.
#[derive(Default)]
pub(crate) struct Pace {
    tokens_per_second: Option<f64>,
}

impl Pace {
    /// Prompt tokens for the next step; `shared` says that other requests are in work beside.
    pub(crate) fn piece(&self, shared: bool) -> usize {
        let step = if shared { STEP_SHARED } else { STEP_ALONE };
        let fitting = self.tokens_per_second.unwrap_or_default() * step.as_secs_f64();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to a batch first"
        )]
        let fitting = fitting.clamp(SMALLEST_PIECE as f64, f64::from(BATCH)) as usize;
        fitting / SMALLEST_PIECE * SMALLEST_PIECE
    }

    /// Learns from a step how fast prompts are read.
    pub(crate) fn learn(&mut self, tokens: usize, took: Duration) {
        if tokens >= SMALLEST_PIECE {
            let speed = tokens as f64 / took.as_secs_f64().max(1e-6);
            let before = self.tokens_per_second.unwrap_or(speed);
            self.tokens_per_second = Some(f64::midpoint(before, speed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_follows_the_speed_and_never_exceeds_a_batch() {
        let mut pace = Pace::default();
        assert_eq!(pace.piece(false), 16, "nothing is known yet");
        pace.learn(16, Duration::from_millis(40));
        assert_eq!((pace.piece(false), pace.piece(true)), (352, 48));
        for _ in 0..20 {
            pace.learn(512, Duration::from_millis(1));
        }
        assert_eq!((pace.piece(false), pace.piece(true)), (512, 512));
        for _ in 0..40 {
            pace.learn(16, Duration::from_secs(10));
        }
        assert_eq!((pace.piece(false), pace.piece(true)), (16, 16));
        pace.learn(1, Duration::ZERO);
        assert_eq!(
            pace.piece(false),
            16,
            "a single token says nothing about prompts"
        );
    }
}
