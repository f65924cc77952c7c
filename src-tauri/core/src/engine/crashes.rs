//! When a model that keeps breaking its worker is left alone.

use std::time::{Duration, Instant};

/// Crashes without a whole answer between them after which a model is left alone.
const TOO_MANY: usize = 3;

/// The crashes of one model since its last whole answer.
#[derive(Debug, Default)]
pub(super) struct Crashes(Vec<Instant>);

impl Crashes {
    /// Another crash.
    pub(super) fn add(&mut self, now: Instant) {
        self.0.push(now);
    }

    /// An answer was whole, or the user wants to try again.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// How many there were.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// How long the model is left alone yet, if it has crashed too often within `window`.
    pub(super) fn rest(&mut self, now: Instant, window: Duration) -> Option<Duration> {
        self.0.retain(|&crash| now.duration_since(crash) < window);
        let oldest = self
            .0
            .len()
            .checked_sub(TOO_MANY)
            .map(|from| self.0[from])?;
        Some(window.saturating_sub(now.duration_since(oldest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_crashes_within_the_window_rest_until_the_first_of_them_is_past() {
        let window = Duration::from_mins(10);
        let start = Instant::now();
        let at = |minutes| start + Duration::from_mins(minutes);
        let mut crashes = Crashes::default();
        for minute in [0, 4, 8] {
            assert_eq!(crashes.rest(at(minute), window), None);
            crashes.add(at(minute));
        }
        assert_eq!(crashes.rest(at(9), window), Some(Duration::from_mins(1)));
        assert_eq!(crashes.rest(at(10), window), None, "the first is past");
        crashes.add(at(11));
        assert_eq!(crashes.rest(at(11), window), Some(Duration::from_mins(3)));
        crashes.forget();
        assert_eq!(crashes.rest(at(11), window), None);
    }
}
