//! How near a question has to be, learned from how answers were judged.
//!
//! Above the threshold, the share of wrong answers is at most what the user allows, with 95 %
//! certainty. Before anything was judged, what was measured on pairs of questions stands in:
//! readings that agree were wrong less than once in [`MEASURED`] hits.

use crate::store::responses::Judged;

/// No answer is given below this: readings that agree are hardly ever that far apart.
pub(super) const LEAST: f32 = 0.6;
/// Hits without an error that stand for what was measured. `cargo xtask bench similar` prints it.
const MEASURED: f32 = 300.0;
/// One-sided 99 %: it is looked at many places, and at each the bound may be missed by chance.
const CERTAINTY: f32 = 2.33;

/// The lowest cosine from which on at most this share of the answers is wrong.
pub(super) fn threshold(judged: &[Judged], allowed: f32) -> f32 {
    let mut by_score = judged.to_vec();
    by_score.sort_by(|one, other| other.score.total_cmp(&one.score));
    let (mut count, mut wrong) = (0.0_f32, 0.0);
    // Just above the nearest question whose answer was too often wrong from there on.
    let mut lowest = LEAST;
    for (at, one) in by_score.iter().enumerate() {
        count += 1.0;
        wrong += if one.right { 0.0 } else { 1.0 };
        let next = by_score.get(at + 1).map_or(LEAST, |next| next.score);
        // What was measured counts less, the more was judged.
        if upper_bound(wrong, count.max(MEASURED)) > allowed && next < one.score {
            lowest = one.score.next_up();
            break;
        }
    }
    lowest.max(LEAST)
}

/// The upper bound of Wilson's interval for a share.
fn upper_bound(wrong: f32, count: f32) -> f32 {
    let share = wrong / count;
    let square = CERTAINTY * CERTAINTY;
    let middle = share + square / (2.0 * count);
    let spread = (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt();
    (middle + CERTAINTY * spread) / (1.0 + square / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(score: f32, right: bool) -> Judged {
        Judged { score, right }
    }

    fn is_least(score: f32) -> bool {
        (score - LEAST).abs() < f32::EPSILON
    }

    #[test]
    fn what_was_never_wrong_is_given_from_the_floor_on() {
        assert!(is_least(threshold(&[], 0.02)));
        let right: Vec<Judged> = (60..100)
            .map(|one| judged(one as f32 / 100.0, true))
            .collect();
        assert!(is_least(threshold(&right, 0.02)));
    }

    #[test]
    fn errors_move_the_threshold_above_them() {
        let wrong = [judged(0.8, false), judged(0.82, false), judged(0.9, true)];
        let least = threshold(&wrong, 0.02);
        assert!(least > 0.8 && least < 0.9, "{least}");
        assert!(
            threshold(&wrong, 0.005) > 0.9,
            "a smaller share allows nothing yet"
        );
        assert!(is_least(threshold(&wrong, 0.2)));
    }

    /// A generator of its own, so that a seed names a run.
    fn random(state: &mut u64) -> f32 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 40) as f32 / (1_u64 << 24) as f32
    }

    #[test]
    fn s7_after_two_thousand_judgements_the_chosen_share_holds_in_95_of_100_runs() {
        let is_wrong = |score: f32, state: &mut u64| {
            // The nearer, the rarer; at the floor one in ten.
            random(state) < 0.1 * ((1.0 - score) / (1.0 - LEAST)).powi(2)
        };
        let mut held = 0;
        for seed in 1..=100_u64 {
            let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let judged: Vec<Judged> = (0..2000)
                .map(|_| {
                    let score = LEAST + (1.0 - LEAST) * random(&mut state);
                    let right = !is_wrong(score, &mut state);
                    Judged { score, right }
                })
                .collect();
            let least = threshold(&judged, 0.02);
            let (mut hits, mut wrong) = (0, 0);
            for _ in 0..20_000 {
                let score = LEAST + (1.0 - LEAST) * random(&mut state);
                if score >= least {
                    hits += 1;
                    wrong += i32::from(is_wrong(score, &mut state));
                }
            }
            held += i32::from(wrong * 50 <= hits);
        }
        assert!(held >= 95, "{held} of 100");
    }
}
