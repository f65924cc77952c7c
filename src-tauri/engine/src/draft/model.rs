//! A small model of the same family that guesses for the large one.

use std::num::NonZeroU32;
use std::path::Path;

use hearth_protocol::{EngineFault, FaultCode, LoadModel};
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;

use crate::computation::Computation;
use crate::scheduler::BATCH;
use crate::slot::Slot;
use crate::threads;

/// Tokens whose text is compared to see that two models speak the same.
const COMPARED: i32 = 1000;

/// Tokens that are read together with a guess; more are read in steps of their own before.
const AT_ONCE: usize = 32;

/// The small model's weights.
pub(crate) struct DraftModel(LlamaModel);

impl DraftModel {
    /// Loads it; refused where it does not share the large model's vocabulary.
    pub(crate) fn load(
        backend: &LlamaBackend,
        path: &Path,
        large: &LlamaModel,
    ) -> Result<Self, EngineFault> {
        let refused = |why: String| EngineFault {
            code: FaultCode::ModelRefused,
            message: format!("the draft model {} cannot be used: {why}", path.display()),
        };
        if !path.is_file() {
            return Err(refused("it is not there".to_owned()));
        }
        let small = LlamaModel::load_from_file(backend, path, &LlamaModelParams::default())
            .map_err(|error| refused(error.to_string()))?;
        let (ours, theirs) = (small.vocab(), large.vocab());
        let count = ours.n_tokens();
        let step = usize::try_from((count / COMPARED).max(1)).unwrap_or(1);
        let same = count == theirs.n_tokens()
            && ours.eos() == theirs.eos()
            && (0..count)
                .step_by(step)
                .map(LlamaToken)
                .all(|token| ours.text(token) == theirs.text(token));
        if !same {
            return Err(refused(
                "its vocabulary differs from the model's".to_owned(),
            ));
        }
        if small.is_recurrent() || small.is_hybrid() {
            return Err(refused("it cannot take tokens back".to_owned()));
        }
        Ok(Self(small))
    }

    /// Makes the memory in which it works.
    pub(super) fn start(
        &self,
        backend: &LlamaBackend,
        order: &LoadModel,
        slots: u32,
    ) -> Result<Drafting<'_>, EngineFault> {
        let count = i32::try_from(threads::count(order.threads)).unwrap_or(i32::MAX);
        let params = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(order.context))
            .with_n_seq_max(slots)
            .with_kv_unified(true)
            .with_n_batch(BATCH)
            .with_n_threads(count)
            .with_n_threads_batch(count);
        let context = self.0.new_context(backend, params);
        let context = context.map_err(|error| EngineFault {
            code: FaultCode::OutOfMemory,
            message: format!("there is not enough memory for the draft model ({error})"),
        })?;
        Ok(Drafting {
            computation: Computation::new(context, true),
            slots: (0..).take(slots as usize).map(Slot::new).collect(),
            batch: LlamaBatch::new(BATCH as usize, 1),
        })
    }
}

/// The small model at work. Its slots follow those of the large one.
pub(super) struct Drafting<'m> {
    computation: Computation<'m>,
    slots: Vec<Slot>,
    batch: LlamaBatch<'static>,
}

impl Drafting<'_> {
    /// Reads one batch of what it has missed of a slot; false where that is too little to matter.
    pub(super) fn catch_up(&mut self, large: &Slot) -> bool {
        let Ok(place) = usize::try_from(large.sequence) else {
            return false;
        };
        self.make_room(place, large.cached.len());
        let Some(slot) = self.slots.get_mut(place) else {
            return false;
        };
        let keep = self.computation.usable(&slot.cached, &large.cached);
        self.computation.cut(slot, keep);
        let unread = &large.cached[slot.cached.len()..];
        if unread.len() <= AT_ONCE {
            return false;
        }
        let piece = unread[..unread.len().min(BATCH as usize / 4)].to_vec();
        let worked = read(&mut self.computation, &mut self.batch, slot, &piece);
        if worked.is_none() {
            self.computation.clear(slot);
        }
        worked.is_some()
    }

    /// What it takes to come next; nothing where it fails, which costs only speed.
    pub(super) fn guess(&mut self, large: &Slot, next: LlamaToken, most: usize) -> Vec<LlamaToken> {
        self.try_guess(large, next, most).unwrap_or_else(|| {
            self.computation.clear_all();
            self.slots.iter_mut().for_each(|slot| slot.cached.clear());
            Vec::new()
        })
    }

    fn try_guess(
        &mut self,
        large: &Slot,
        next: LlamaToken,
        most: usize,
    ) -> Option<Vec<LlamaToken>> {
        let place = usize::try_from(large.sequence).ok()?;
        let prompt = [large.cached.as_slice(), &[next]].concat();
        self.make_room(place, prompt.len() + most);
        let slot = self.slots.get_mut(place)?;
        let keep = self.computation.usable(&slot.cached, &prompt);
        self.computation.cut(slot, keep);
        let mut sampler = LlamaSampler::greedy();
        let mut unread = prompt[slot.cached.len()..].to_vec();
        let mut guess = Vec::new();
        loop {
            for piece in unread.chunks(BATCH as usize) {
                read(&mut self.computation, &mut self.batch, slot, piece)?;
            }
            let token = sampler.sample(self.computation.results(), self.batch.n_tokens() - 1);
            guess.push(token);
            if guess.len() >= most {
                return Some(guess);
            }
            unread = vec![token];
        }
    }

    /// Frees cells of other slots until `needed` fit.
    fn make_room(&mut self, place: usize, needed: usize) {
        let others = |slots: &[Slot]| -> usize {
            let mut sum = 0;
            for (index, slot) in slots.iter().enumerate() {
                sum += if index == place { 0 } else { slot.cached.len() };
            }
            sum
        };
        while others(&self.slots) + needed > self.computation.cells {
            let longest = self
                .slots
                .iter_mut()
                .enumerate()
                .filter(|(index, _)| *index != place)
                .max_by_key(|(_, slot)| slot.cached.len());
            match longest {
                Some((_, slot)) if !slot.cached.is_empty() => self.computation.clear(slot),
                _ => return,
            }
        }
    }
}

/// Has the small model read tokens behind what stands in a slot.
fn read(
    computation: &mut Computation<'_>,
    batch: &mut LlamaBatch<'_>,
    slot: &mut Slot,
    tokens: &[LlamaToken],
) -> Option<()> {
    batch.clear();
    for (index, &token) in tokens.iter().enumerate() {
        let position = i32::try_from(slot.cached.len()).ok()?;
        let last = index + 1 == tokens.len();
        batch.add(token, position, &[slot.sequence], last).ok()?;
        slot.cached.push(token);
    }
    computation.decode(batch).ok()
}
