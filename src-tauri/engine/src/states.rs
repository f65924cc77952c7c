//! What conversations that rest have read, kept so that going on costs only the new words.
//!
//! A slot that is needed for something else is copied into memory first. When the memory
//! budget is used up the state that rested longest goes to the disk, and at an orderly end all
//! do. Whatever cannot be kept or read back costs time, never an answer.

mod disk;

use std::time::Instant;

use hearth_protocol::{LoadModel, StateBudget};
use llama_cpp_2::context::session::SeqState;
use llama_cpp_2::token::LlamaToken;

use crate::computation::Computation;
use crate::slot::Slot;
use disk::Disk;

/// A state shorter than this is read again faster than it is kept.
pub(crate) const WORTH_KEEPING: usize = 64;

/// The states of one model.
pub(crate) struct States {
    budget: Option<StateBudget>,
    memory: Vec<Kept>,
    disk: Option<Disk>,
}

/// A state in memory.
struct Kept {
    tokens: Vec<LlamaToken>,
    state: SeqState,
    used: Instant,
}

/// Where a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In memory.
    Memory(usize),
    /// On the disk.
    Disk(usize),
}

impl States {
    /// Finds what an earlier worker left for the same model and settings.
    pub(crate) fn open(order: &LoadModel) -> Self {
        let budget = order.states.clone();
        let disk = budget.as_ref().and_then(|budget| {
            Disk::open(budget, order)
                .map_err(|error| crate::complain(&error))
                .ok()
        });
        Self {
            budget,
            memory: Vec::new(),
            disk,
        }
    }

    /// The state that serves most of a prompt, and how many of its tokens.
    pub(crate) fn best(
        &self,
        computation: &Computation<'_>,
        prompt: &[LlamaToken],
    ) -> Option<(usize, Place)> {
        let memory = self.memory.iter().enumerate().map(|(index, kept)| {
            (
                computation.usable(&kept.tokens, prompt),
                Place::Memory(index),
            )
        });
        let disk = self.disk.iter().flat_map(Disk::tokens).enumerate();
        let disk =
            disk.map(|(index, tokens)| (computation.usable(tokens, prompt), Place::Disk(index)));
        memory
            .chain(disk)
            .filter(|&(usable, _)| usable >= WORTH_KEEPING)
            .max_by_key(|&(usable, _)| usable)
    }

    /// How many cells a state needs while it is read back.
    pub(crate) fn cells(&self, place: Place) -> usize {
        match place {
            Place::Memory(index) => self.memory.get(index).map_or(0, |kept| kept.tokens.len()),
            Place::Disk(index) => self
                .disk
                .iter()
                .flat_map(Disk::tokens)
                .nth(index)
                .map_or(0, <[_]>::len),
        }
    }

    /// Puts a state into a slot; false where it cannot be used after all.
    pub(crate) fn restore(
        &mut self,
        place: Place,
        computation: &mut Computation<'_>,
        slot: &mut Slot,
    ) -> bool {
        match place {
            Place::Memory(index) => self.memory.get_mut(index).is_some_and(|kept| {
                kept.used = Instant::now();
                computation.restore(&kept.state, &kept.tokens, slot)
            }),
            Place::Disk(index) => self
                .disk
                .as_mut()
                .is_some_and(|disk| disk.load(index, computation, slot)),
        }
    }

    /// Copies what stands in a slot into memory; false where the budget does not allow that.
    pub(crate) fn copy(&mut self, computation: &Computation<'_>, slot: &Slot) -> bool {
        if self.limit() == 0 || slot.cached.len() < WORTH_KEEPING || self.holds(&slot.cached) {
            return true;
        }
        self.memory
            .retain(|kept| !slot.cached.starts_with(&kept.tokens));
        if let Some(state) = computation.state(slot) {
            self.memory.push(Kept {
                tokens: slot.cached.clone(),
                state,
                used: Instant::now(),
            });
        }
        self.bytes() <= self.limit()
    }

    /// Copies what stands in a slot that is needed for something else, and empties it.
    pub(crate) fn keep(&mut self, computation: &mut Computation<'_>, slot: &mut Slot) {
        if self.limit() == 0 {
            self.save(computation, slot);
        } else {
            self.copy(computation, slot);
        }
        computation.clear(slot);
        while self.bytes() > self.limit() {
            self.spill(computation, slot);
        }
    }

    /// Puts everything on the disk that is worth it.
    pub(crate) fn save_all(&mut self, computation: &mut Computation<'_>, slots: &mut [Slot]) {
        let mut longest: Vec<&mut Slot> = slots.iter_mut().collect();
        longest.sort_by_key(|slot| std::cmp::Reverse(slot.cached.len()));
        for slot in longest {
            self.save(computation, slot);
            computation.clear(slot);
        }
        if let Some(scratch) = slots.first_mut() {
            while !self.memory.is_empty() {
                self.spill(computation, scratch);
            }
        }
    }

    /// Moves the state that rested longest to the disk, by way of an empty slot.
    fn spill(&mut self, computation: &mut Computation<'_>, scratch: &mut Slot) {
        let oldest = self
            .memory
            .iter()
            .enumerate()
            .min_by_key(|(_, one)| one.used);
        let Some(index) = oldest.map(|(index, _)| index) else {
            return;
        };
        let kept = self.memory.swap_remove(index);
        if computation.restore(&kept.state, &kept.tokens, scratch) {
            self.save(computation, scratch);
        }
        computation.clear(scratch);
    }

    fn save(&mut self, computation: &Computation<'_>, slot: &Slot) {
        if slot.cached.len() < WORTH_KEEPING {
            return;
        }
        if let Some(disk) = &mut self.disk
            && let Err(error) = disk.save(computation, slot)
        {
            crate::complain(&error);
        }
    }

    fn holds(&self, tokens: &[LlamaToken]) -> bool {
        self.memory
            .iter()
            .any(|kept| kept.tokens.starts_with(tokens))
    }

    fn limit(&self) -> u64 {
        self.budget.as_ref().map_or(0, |budget| budget.ram_bytes)
    }

    fn bytes(&self) -> u64 {
        self.memory
            .iter()
            .map(|kept| kept.state.byte_len() as u64)
            .sum()
    }
}
