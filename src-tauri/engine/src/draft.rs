//! Guessing ahead: several tokens are computed at once and kept as far as the model agrees.
//!
//! What is sent is what the model draws itself, so a guess changes the speed alone.

mod lookup;
mod model;

use hearth_protocol::{EngineFault, LoadModel};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::token::LlamaToken;

use crate::load::LoadedModel;
use crate::slot::Slot;
pub(crate) use model::DraftModel;

/// Tokens that are guessed at first, and after a failure.
const SHORT: usize = 3;
/// Tokens that are guessed at most.
const LONG: usize = 24;
/// Tokens without a guess after the first failure; it doubles with each further one.
const PAUSE: u32 = 8;
/// The longest pause.
const LONGEST_PAUSE: u32 = 256;

/// The ways to guess that are switched on.
pub(crate) struct Drafts<'m> {
    lookup: bool,
    model: Option<model::Drafting<'m>>,
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
        })
    }

    /// What may follow `next`, which stands behind the slot's tokens; at most `most` tokens.
    pub(crate) fn guess(&mut self, slot: &Slot, next: LlamaToken, most: usize) -> Vec<LlamaToken> {
        let Some(job) = &slot.job else {
            return Vec::new();
        };
        let most = job.guessing.length().min(most);
        if most == 0 {
            return Vec::new();
        }
        if self.lookup {
            let found = lookup::continuation(&slot.cached, next, most);
            if !found.is_empty() {
                return found;
            }
        }
        match &mut self.model {
            Some(model) => model.guess(slot, next, most),
            None => Vec::new(),
        }
    }
}

/// How far ahead it is worth guessing for one answer: it follows how the last guesses went.
#[derive(Debug)]
pub(crate) struct Guessing {
    length: usize,
    pause: u32,
    next_pause: u32,
}

impl Default for Guessing {
    fn default() -> Self {
        Self {
            length: SHORT,
            pause: 0,
            next_pause: PAUSE,
        }
    }
}

impl Guessing {
    fn length(&self) -> usize {
        if self.pause > 0 { 0 } else { self.length }
    }

    /// Learns how a step went: how many tokens were guessed, how many proved right.
    pub(crate) fn learn(&mut self, guessed: usize, right: usize) {
        if guessed == 0 {
            self.pause = self.pause.saturating_sub(1);
        } else if right == 0 {
            self.length = SHORT;
            self.pause = self.next_pause;
            self.next_pause = (self.next_pause * 2).min(LONGEST_PAUSE);
        } else {
            self.next_pause = PAUSE;
            self.length = if right == guessed {
                (self.length * 2).min(LONG)
            } else {
                right.clamp(SHORT, LONG)
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_grow_with_success_and_pause_longer_after_each_failure() {
        let mut guessing = Guessing::default();
        assert_eq!(guessing.length(), SHORT);
        for _ in 0..5 {
            let length = guessing.length();
            guessing.learn(length, length);
        }
        assert_eq!(guessing.length(), LONG);
        guessing.learn(LONG, 5);
        assert_eq!(guessing.length(), 5, "as long as the last one was right");
        let mut pauses = Vec::new();
        for _ in 0..8 {
            guessing.learn(SHORT, 0);
            let mut steps = 0;
            while guessing.length() == 0 {
                guessing.learn(0, 0);
                steps += 1;
            }
            pauses.push(steps);
        }
        assert_eq!(pauses, [8, 16, 32, 64, 128, 256, 256, 256]);
        guessing.learn(SHORT, 1);
        guessing.learn(SHORT, 0);
        assert_eq!(guessing.pause, PAUSE, "a success starts it afresh");
    }
}
