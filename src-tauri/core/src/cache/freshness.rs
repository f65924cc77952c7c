//! How long an answer holds.

use crate::config::cache::Cache as Settings;

use super::kind::QuestionKind;

/// However often an answer is used, it is made anew after so many lifetimes of its kind, else
/// what is popular would never be renewed.
const MOST_LIFETIMES: i64 = 2;
/// How far the clock may have gone back since an answer was made. Further, and nobody can tell
/// how old the answer is.
const CLOCK_BACK: i64 = 60_000;

/// What is known of an answer's use. Times in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Use {
    pub(super) made_at: i64,
    pub(super) used_at: i64,
    pub(super) hits: u32,
}

/// Whether an answer still holds at a time.
pub(super) fn is_fresh(kind: QuestionKind, used: Use, now: i64, settings: &Settings) -> bool {
    if now < used.made_at - CLOCK_BACK {
        return false;
    }
    let lifetime = kind.lifetime(settings);
    if !settings.adaptive {
        return now < used.made_at.saturating_add(lifetime);
    }
    // A time of use that lies ahead was noted before the clock went back.
    let last = used.used_at.clamp(used.made_at, now.max(used.made_at));
    let most = used.made_at.saturating_add(lifetime * MOST_LIFETIMES);
    now < last.saturating_add(by_use(used, last)).min(most)
}

/// When an answer is over at the latest.
pub(super) fn end(kind: QuestionKind, made_at: i64, settings: &Settings) -> i64 {
    let lifetimes = if settings.adaptive { MOST_LIFETIMES } else { 1 };
    made_at.saturating_add(kind.lifetime(settings) * lifetimes)
}

/// How long an answer holds after its last use, in milliseconds: the more often it is used, the
/// longer.
fn by_use(used: Use, last: i64) -> i64 {
    let seconds = ((last - used.made_at) as f64 / 1000.0).max(1.0);
    let rate = f64::from(used.hits) / seconds;
    let held = if rate > 1.0 {
        7_200
    } else if rate > 0.5 {
        3_600
    } else if rate > 0.1 {
        1_800
    } else {
        600
    };
    held * 1000
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: i64 = 1000;

    fn fresh_for(used: Use, settings: &Settings) -> i64 {
        let holds = |seconds: i64| {
            is_fresh(
                QuestionKind::General,
                used,
                used.used_at + seconds * SECOND,
                settings,
            )
        };
        (0..200_000).find(|&seconds| !holds(seconds)).unwrap()
    }

    #[test]
    fn i5_the_rate_of_hits_gives_the_four_lifetimes() {
        let settings = Settings {
            adaptive: true,
            ..Settings::default()
        };
        for (hits, lifetime) in [(150, 7_200), (60, 3_600), (20, 1_800), (3, 600), (0, 600)] {
            let used = Use {
                made_at: 0,
                used_at: 100 * SECOND,
                hits,
            };
            assert_eq!(fresh_for(used, &settings), lifetime, "{hits} hits");
        }
    }

    #[test]
    fn what_is_popular_is_made_anew_all_the_same() {
        let settings = Settings {
            adaptive: true,
            ..Settings::default()
        };
        let day = 24 * 3600 * SECOND;
        let used = Use {
            made_at: 0,
            used_at: 2 * day - SECOND,
            hits: u32::MAX,
        };
        assert_eq!(fresh_for(used, &settings), 1);
    }

    #[test]
    fn a_clock_that_jumps_is_survived() {
        let settings = Settings::default();
        let used = Use {
            made_at: 1_000_000 * SECOND,
            used_at: 1_000_000 * SECOND,
            hits: 0,
        };
        let at = |seconds: i64| is_fresh(QuestionKind::General, used, seconds * SECOND, &settings);
        assert!(at(1_000_000 - 30), "a small step back");
        assert!(!at(500_000), "far back: its age is unknown");
        assert!(!at(0) && !at(i64::MAX / SECOND) && !at(-1));
    }

    proptest! {
        #[test]
        fn nothing_is_served_beyond_its_end(made in -1_000_000_i64..1_000_000, since in any::<i32>(), now in any::<i32>(), hits in any::<u32>(), adaptive in any::<bool>()) {
            let settings = Settings { adaptive, ..Settings::default() };
            let used = Use { made_at: made, used_at: made + i64::from(since), hits };
            let now = i64::from(now);
            if is_fresh(QuestionKind::Code, used, now, &settings) {
                prop_assert!(now < end(QuestionKind::Code, made, &settings));
            }
        }
    }
}
