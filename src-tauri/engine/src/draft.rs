//! Guessing ahead: several tokens are computed at once and kept as far as the model agrees.
//!
//! What is sent is what the model draws itself, so a guess changes the speed alone.

mod lookup;
mod model;

use std::time::Duration;

use hearth_protocol::{EngineFault, LoadModel};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::token::LlamaToken;

use crate::load::LoadedModel;
use crate::slot::Slot;
pub(crate) use model::DraftModel;

/// How many tokens are guessed at once. Costs are learned for each, so there are few.
const LENGTHS: [usize; 4] = [3, 7, 15, 23];
/// What a guess that agrees with [`lookup::SHORTEST`] words is trusted at first.
const TRUST: f64 = 0.7;
/// How fast trust follows what came of the last guess.
const LEARNING: f64 = 0.3;
/// How fast lost trust comes back with each token, so that another try is made some day.
const RECOVERY: f64 = 0.005;
/// How fast a measured cost returns to the estimate while it is not measured again.
const FORGETTING: f64 = 0.002;
/// What a further token in a step is taken to cost before that was measured.
const FURTHER_TOKEN: f64 = 0.15;

/// The ways to guess that are switched on.
pub(crate) struct Drafts<'m> {
    lookup: bool,
    model: Option<model::Drafting<'m>>,
    costs: Costs,
    /// Whether the step also made a draft model read what it had missed.
    caught_up: bool,
}

impl<'m> Drafts<'m> {
    /// None where the model cannot take tokens back.
    pub(crate) fn new(
        backend: &LlamaBackend,
        loaded: &'m LoadedModel,
        order: &LoadModel,
        slots: u32,
        can_cut: bool,
    ) -> Result<Self, EngineFault> {
        let draft = loaded.draft.as_ref().filter(|_| can_cut);
        Ok(Self {
            lookup: order.lookup && can_cut,
            model: draft
                .map(|draft| draft.start(backend, order, slots))
                .transpose()?,
            costs: Costs::default(),
            caught_up: false,
        })
    }

    /// What may follow `next`, which stands behind the slot's tokens; at most `most` tokens,
    /// and none where that would not pay.
    pub(crate) fn guess(&mut self, slot: &Slot, next: LlamaToken, most: usize) -> Vec<LlamaToken> {
        let Some(guessing) = slot.job.as_ref().map(|job| &job.guessing) else {
            return Vec::new();
        };
        if self.lookup
            && let Some(found) = lookup::find(&slot.cached, next)
        {
            let length = self.costs.best_length(guessing.trust_in(found.agreement));
            return found.continuation(&slot.cached, next, length.min(most));
        }
        let length = self.costs.best_length(guessing.trust);
        match &mut self.model {
            Some(model) if length.min(most) > 0 => {
                if model.catch_up(slot) {
                    self.caught_up = true;
                    return Vec::new();
                }
                model.guess(slot, next, length.min(most))
            }
            _ => Vec::new(),
        }
    }

    /// Learns what a step for one answer alone took, with so many guessed tokens.
    pub(crate) fn learn(&mut self, guessed: usize, took: Duration) {
        if !std::mem::take(&mut self.caught_up) {
            self.costs.learn(guessed, took);
        }
    }
}

/// What steps take, by the number of guessed tokens in them. It differs widely: where the
/// memory is the limit further tokens are almost free, and some kernels are slow for a few.
#[derive(Debug, Default)]
struct Costs {
    alone: Option<f64>,
    guessed: [Option<f64>; LENGTHS.len()],
}

impl Costs {
    fn learn(&mut self, guessed: usize, took: Duration) {
        let cost = match guessed {
            0 => &mut self.alone,
            _ => match LENGTHS.iter().position(|&length| length == guessed) {
                Some(place) => &mut self.guessed[place],
                None => return,
            },
        };
        let took = took.as_secs_f64();
        *cost = Some(cost.map_or(took, |before| before + LEARNING * (took - before)));
        // A cost that was once high by accident would never be measured again.
        for (length, cost) in LENGTHS.into_iter().zip(&mut self.guessed) {
            if let (Some(cost), Some(alone)) = (cost, self.alone) {
                *cost += FORGETTING * (estimate(alone, length) - *cost);
            }
        }
    }

    /// How many tokens to guess when each is right with this probability: as many as give the
    /// most tokens in a second; 0 where none gives more than no guess.
    fn best_length(&self, trust: f64) -> usize {
        let Some(alone) = self.alone else { return 0 };
        let mut best = (1.0 / alone, 0);
        for (length, cost) in LENGTHS.into_iter().zip(self.guessed) {
            let cost = cost.unwrap_or_else(|| estimate(alone, length));
            // The model's own token, and as many guesses as are right in a row.
            let mut tokens = 1.0;
            let mut row = 1.0;
            for _ in 0..length {
                row *= trust;
                tokens += row;
            }
            if tokens / cost > best.0 {
                best = (tokens / cost, length);
            }
        }
        best.1
    }
}

/// What a step with so many guesses takes, before it was measured.
fn estimate(alone: f64, length: usize) -> f64 {
    alone * (1.0 + FURTHER_TOKEN * length as f64)
}

/// How far guesses can be trusted in one answer: it follows how the last ones went.
#[derive(Debug)]
pub(crate) struct Guessing {
    /// How likely a guessed token is right.
    trust: f64,
}

impl Default for Guessing {
    fn default() -> Self {
        Self { trust: TRUST }
    }
}

impl Guessing {
    /// The more words agree, the more a guess is trusted.
    fn trust_in(&self, agreement: usize) -> f64 {
        self.trust
            .powf(lookup::SHORTEST as f64 / agreement.max(1) as f64)
    }

    /// Learns how a step went: how many tokens were guessed, how many proved right.
    pub(crate) fn learn(&mut self, guessed: usize, right: usize) {
        if guessed == 0 {
            if self.trust < TRUST {
                self.trust += RECOVERY * (TRUST - self.trust);
            }
            return;
        }
        // Of those that were looked at: behind the first wrong one nothing is known.
        let seen = (right + 1).min(guessed);
        let share = right as f64 / seen as f64;
        self.trust += LEARNING * (share - self.trust);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The costs of a machine on which a further token costs this much of a whole step.
    fn costs(further: f64) -> Costs {
        let mut costs = Costs::default();
        for length in [0].into_iter().chain(LENGTHS) {
            let took = Duration::from_secs_f64(0.01 * (1.0 + further * length as f64));
            costs.learn(length, took);
        }
        costs
    }

    #[test]
    fn guesses_are_as_long_as_pays_on_this_machine() {
        assert_eq!(Costs::default().best_length(1.0), 0, "nothing is known yet");
        let cheap = costs(0.05);
        assert_eq!(cheap.best_length(0.95), 23);
        assert_eq!(cheap.best_length(0.5), 3);
        assert_eq!(cheap.best_length(0.04), 0);
        let dear = costs(0.6);
        assert_eq!(dear.best_length(0.7), 0);
        assert!(dear.best_length(0.97) >= 7);
        assert_eq!(costs(1.1).best_length(1.0), 0, "guessing can never pay");
    }

    #[test]
    fn trust_follows_success_and_comes_back_slowly() {
        let mut guessing = Guessing::default();
        assert!(guessing.trust_in(12) > guessing.trust_in(3));
        for _ in 0..10 {
            guessing.learn(7, 7);
        }
        assert!(guessing.trust > 0.95);
        for _ in 0..4 {
            guessing.learn(7, 0);
        }
        let lost = guessing.trust;
        assert!(lost < 0.3);
        for _ in 0..50 {
            guessing.learn(0, 0);
        }
        assert!(guessing.trust > lost && guessing.trust < 0.5);
    }
}
