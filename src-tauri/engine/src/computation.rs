//! The model at work: decoding, and what of which sequence stands in its memory.
//!
//! All sequences share one pool of cells. A prefix that two of them share is stored once.

use std::path::Path;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::session::{LlamaStateSeqFlags, SeqState};
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use crate::slot::Slot;

/// A context of llama.cpp, and what its memory can do.
pub(crate) struct Computation<'m> {
    context: LlamaContext<'m>,
    /// Cells in the pool; one holds one token.
    pub(crate) cells: usize,
    /// Whether the end of a sequence can be taken back; see `LoadedModel::can_cut`.
    pub(crate) can_cut: bool,
}

impl<'m> Computation<'m> {
    pub(crate) fn new(context: LlamaContext<'m>, can_cut: bool) -> Self {
        let cells = context.n_ctx() as usize;
        Self {
            context,
            cells,
            can_cut,
        }
    }

    /// What samplers read the results from.
    pub(crate) fn results(&self) -> &LlamaContext<'m> {
        &self.context
    }

    /// Computes a batch. Returns when it is done.
    pub(crate) fn decode(&mut self, batch: &mut LlamaBatch<'_>) -> Result<(), String> {
        self.context
            .decode(batch)
            .map_err(|error| error.to_string())?;
        self.context.synchronize();
        Ok(())
    }

    /// How much of `held`, standing in a sequence, can serve a prompt: the last prompt token is
    /// always computed, because its result is the answer's first token.
    pub(crate) fn usable(&self, held: &[LlamaToken], prompt: &[LlamaToken]) -> usize {
        let shared = held
            .iter()
            .zip(prompt)
            .take_while(|(have, want)| have == want)
            .count();
        let usable = shared.min(prompt.len().saturating_sub(1));
        if self.can_cut || usable == held.len() {
            usable
        } else {
            0
        }
    }

    /// Cuts a slot's cache to its first `keep` tokens, or to none where that is not possible.
    pub(crate) fn cut(&mut self, slot: &mut Slot, keep: usize) {
        if keep >= slot.cached.len() {
            return;
        }
        let from = u32::try_from(keep).ok();
        let worked = (keep == 0 || self.can_cut)
            && self
                .context
                .kv_cache_seq_rm(slot.sequence, from, None)
                .is_ok();
        if worked {
            slot.cached.truncate(keep);
        } else {
            self.clear(slot);
        }
    }

    /// Empties a slot.
    pub(crate) fn clear(&mut self, slot: &mut Slot) {
        // Whole sequences can be removed from every kind of memory.
        let _ = self.context.kv_cache_seq_rm(slot.sequence, None, None);
        slot.cached.clear();
    }

    /// Empties every slot after a failure that leaves the memory in doubt.
    pub(crate) fn clear_all(&mut self) {
        self.context.clear_kv_cache();
    }

    /// Gives an empty slot the first `keep` tokens of another; they are shared, not copied.
    pub(crate) fn share(&mut self, from: i32, tokens: &[LlamaToken], to: &mut Slot) {
        let end = u32::try_from(tokens.len()).ok();
        if self
            .context
            .kv_cache_seq_cp(from, to.sequence, Some(0), end)
            .is_ok()
        {
            to.cached = tokens.to_vec();
        }
    }

    /// A copy of what stands in a slot.
    pub(crate) fn state(&self, slot: &Slot) -> Option<SeqState> {
        self.context
            .state_seq_get(slot.sequence, LlamaStateSeqFlags::empty())
            .ok()
    }

    /// Puts a copy back into a slot; false, and the slot empty, where that fails.
    pub(crate) fn restore(
        &mut self,
        state: &SeqState,
        tokens: &[LlamaToken],
        slot: &mut Slot,
    ) -> bool {
        self.clear(slot);
        let worked = self.context.state_seq_set(state, slot.sequence).is_ok();
        self.took(worked, tokens, slot)
    }

    /// Bytes of what stands in a slot.
    pub(crate) fn size(&self, slot: &Slot) -> u64 {
        self.context
            .state_seq_get_size_ext(slot.sequence, LlamaStateSeqFlags::empty()) as u64
    }

    /// Writes what stands in a slot to a file.
    pub(crate) fn save(&self, slot: &Slot, path: &Path) -> Option<()> {
        self.context
            .state_seq_save_file(path, slot.sequence, &slot.cached)
            .ok()
            .map(drop)
    }

    /// Reads a slot back from a file; false, and the slot empty, where that fails.
    pub(crate) fn load(&mut self, path: &Path, tokens: &[LlamaToken], slot: &mut Slot) -> bool {
        self.clear(slot);
        let read = self
            .context
            .state_seq_load_file(path, slot.sequence, tokens.len());
        let worked = read.is_ok_and(|(read, _)| read == tokens);
        self.took(worked, tokens, slot)
    }

    fn took(&mut self, worked: bool, tokens: &[LlamaToken], slot: &mut Slot) -> bool {
        if worked {
            slot.cached = tokens.to_vec();
        } else {
            self.clear(slot);
        }
        worked
    }
}
