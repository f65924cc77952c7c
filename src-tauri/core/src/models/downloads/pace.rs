//! How fast downloads may be, how fast they are, and how long a failed one waits.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::config::Settings;

/// The time over which a speed is taken.
const WINDOW: Duration = Duration::from_secs(5);

/// The limit that the settings name for all downloads together.
pub(super) struct Limit {
    settings: Settings,
    /// When what was taken so far is paid for.
    paid: Mutex<Instant>,
}

impl Limit {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            settings,
            paid: Mutex::new(Instant::now()),
        }
    }

    /// Waits as long as these bytes take at the limit.
    pub(super) async fn take(&self, bytes: usize) {
        let limit = self.settings.get().hub.limit;
        if limit == 0 {
            return;
        }
        let cost = Duration::from_secs_f64(bytes as f64 / (f64::from(limit) * 1e6));
        let until = {
            let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
            *paid = (*paid).max(Instant::now()) + cost;
            *paid
        };
        tokio::time::sleep_until(until.into()).await;
    }
}

/// How fast something comes, over the last seconds.
#[derive(Default)]
pub(super) struct Speed(VecDeque<(Instant, u64)>);

impl Speed {
    /// So many bytes are there now; gives bytes a second.
    pub(super) fn at(&mut self, now: Instant, bytes: u64) -> f64 {
        self.0.push_back((now, bytes));
        while self.0.len() > 2 && now.duration_since(self.0[0].0) > WINDOW {
            self.0.pop_front();
        }
        let (start, first) = self.0[0];
        let seconds = now.duration_since(start).as_secs_f64();
        if seconds > 0.0 {
            bytes.saturating_sub(first) as f64 / seconds
        } else {
            0.0
        }
    }
}

/// How long a download waits after troubles in a row.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// After the first.
    pub first: Duration,
    /// At most.
    pub most: Duration,
    /// How long a server may be silent.
    pub stall: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            most: Duration::from_mins(1),
            stall: Duration::from_secs(30),
        }
    }
}

impl Patience {
    /// The wait after so many troubles: twice as long each time, shortened by up to half, so
    /// that many who were cut off together do not come back together.
    pub(super) fn after(&self, troubles: u32) -> Duration {
        let whole = self
            .first
            .saturating_mul(1 << troubles.min(10))
            .min(self.most);
        let chance = f64::from(uuid::Uuid::new_v4().as_fields().0) / f64::from(u32::MAX);
        whole.mul_f64(1.0 - chance / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_to_its_most() {
        let patience = Patience::default();
        for troubles in 0..40 {
            let wait = patience.after(troubles);
            let whole = Duration::from_secs(1 << troubles.min(6)).min(patience.most);
            assert!(wait >= whole / 2 && wait <= whole, "{troubles}: {wait:?}");
        }
    }

    #[test]
    fn speed_is_that_of_the_last_seconds() {
        let start = Instant::now();
        let mut speed = Speed::default();
        speed.at(start, 0);
        for second in 1..=20_u32 {
            let bytes = u64::from(second.saturating_sub(10)) * 1000;
            speed.at(start + Duration::from_secs(second.into()), bytes);
        }
        let now = speed.at(start + Duration::from_secs(21), 11_000);
        assert!((now - 1000.0).abs() < 1.0, "{now}");
    }
}
