//! From a request to a slot that holds as much of its prompt as can be had.

use std::time::Instant;

use hearth_protocol::{EngineFault, FaultCode, FromEngine, GenerateRequest, Started, Usage};
use llama_cpp_2::token::LlamaToken;

use crate::draft::Guessing;
use crate::sampler::Sampler;
use crate::slot::{Job, Slot};
use crate::states::WORTH_KEEPING;
use crate::text::TextStream;

use super::{Scheduler, bad_setting, length, template_fault};

/// Cells that are left for each running answer to grow before another request is let in.
const GROWTH: usize = 64;

impl Scheduler<'_> {
    /// Checks a request and turns it into a job.
    pub(super) fn prepared(&self, request: GenerateRequest) -> Result<Job, EngineFault> {
        request
            .sampling
            .check()
            .map_err(|refusal| bad_setting(refusal.to_string()))?;
        let prompt = self
            .prompts
            .tokens(&request.messages)
            .map_err(|error| template_fault(&error))?;
        if prompt.tokens.is_empty() {
            return Err(bad_setting("the prompt is empty".to_owned()));
        }
        // One place has to be left for the first token of the answer.
        let cells = self.computation.cells;
        if let Some(over) = (prompt.tokens.len() + 1).checked_sub(cells)
            && over > 0
        {
            let over = u32::try_from(over).unwrap_or(u32::MAX);
            let message = format!(
                "the prompt is too long for this model by {over} tokens (its context holds \
                 {cells})"
            );
            return Err(EngineFault {
                code: FaultCode::PromptTooLong { over },
                message,
            });
        }
        let mut stops = request.stop;
        let own = self.prompts.template().stops();
        stops.extend(own.iter().map(|&stop| stop.to_owned()));
        let usage = Usage {
            prompt_tokens: length(&prompt.tokens),
            ..Usage::default()
        };
        Ok(Job {
            id: request.id,
            sampler: Sampler::new(&self.model.model, &request.sampling, &request.format)?,
            guessing: Guessing::default(),
            text: TextStream::new(stops, prompt.reasoning),
            prompt: prompt.tokens,
            next: None,
            max_tokens: request.max_tokens.max(1),
            usage,
            started: false,
            began: Instant::now(),
            first_token: None,
        })
    }

    /// Brings in what waits, oldest first, as far as there are slots and cells.
    pub(super) fn admit(&mut self) -> anyhow::Result<()> {
        while self.slots.iter().any(|slot| slot.job.is_none())
            && self.waiting.front().is_some_and(|job| self.has_room(job))
        {
            if let Some(job) = self.waiting.pop_front() {
                self.place(job)?;
            }
        }
        Ok(())
    }

    /// Whether a job can be read beside the running ones. Alone it always can.
    fn has_room(&self, job: &Job) -> bool {
        let running: Vec<_> = self
            .slots
            .iter()
            .filter(|slot| slot.job.is_some())
            .collect();
        let taken: usize = running.iter().map(|slot| slot.cells() + GROWTH).sum();
        running.is_empty() || taken + job.prompt.len() + GROWTH <= self.computation.cells
    }

    /// Puts a job into a slot, with what can be reused of its prompt.
    fn place(&mut self, mut job: Job) -> anyhow::Result<()> {
        // Finding a slot may mean to write and read files: a sign of life before.
        let id = job.id;
        self.replies.send(&FromEngine::Reading { id, tokens: 0 })?;
        let place = self.slot_for(&job.prompt);
        let slot = &mut self.slots[place];
        if !std::mem::replace(&mut job.started, true) {
            job.began = Instant::now();
            job.usage.reused_tokens = length(&slot.cached);
            self.replies.send(&FromEngine::Started(Started {
                id: job.id,
                prompt_tokens: job.usage.prompt_tokens,
                reused_tokens: job.usage.reused_tokens,
            }))?;
        }
        slot.job = Some(job);
        Ok(())
    }

    /// A free slot whose cache is a beginning of the prompt, as long as can be had.
    fn slot_for(&mut self, prompt: &[LlamaToken]) -> usize {
        let (held, source) = self.best_slot(prompt);
        let saved = self.states.best(&self.computation, prompt);
        let saved_length = saved.map_or(0, |(usable, _)| usable);
        let own = &mut self.slots[source];
        let lost = own.cached.len() - held;
        let is_best = own.job.is_none() && held + WORTH_KEEPING > saved_length;
        if is_best && lost < WORTH_KEEPING {
            self.computation.cut(own, held);
            return source;
        }
        let place = self.emptiest();
        let slot = &mut self.slots[place];
        if is_best && place == source && self.states.copy(&self.computation, slot) {
            self.computation.cut(slot, held);
            return source;
        }
        self.states.keep(&mut self.computation, slot);
        // What was just kept may be the best that there is.
        let (held, _) = self.best_slot(prompt);
        let saved = self.states.best(&self.computation, prompt);
        let wanted = saved.filter(|&(usable, _)| usable >= held + WORTH_KEEPING);
        if let Some((_, state)) = wanted
            && self.make_room(self.states.cells(state), place)
            && self.restore(prompt, place)
        {
            return place;
        }
        // Making room may have moved it.
        let (held, source) = self.best_slot(prompt);
        if held > 0 && source != place {
            let sequence = self.slots[source].sequence;
            let target = &mut self.slots[place];
            self.computation.share(sequence, &prompt[..held], target);
        }
        place
    }

    /// Reads the best state for a prompt back into an empty slot; false where none can be used.
    /// It is looked up afresh: making room keeps and moves states.
    fn restore(&mut self, prompt: &[LlamaToken], place: usize) -> bool {
        let Some((usable, state)) = self.states.best(&self.computation, prompt) else {
            return false;
        };
        let slot = &mut self.slots[place];
        if !self.states.restore(state, &mut self.computation, slot) {
            return false;
        }
        self.computation.cut(slot, usable);
        if !prompt.starts_with(&slot.cached) {
            self.computation.clear(slot);
        }
        !slot.cached.is_empty()
    }

    /// The slot, free or not, that holds most of a prompt; a free one among equals.
    fn best_slot(&self, prompt: &[LlamaToken]) -> (usize, usize) {
        let usable = self.slots.iter().enumerate().map(|(place, slot)| {
            let held = self.computation.usable(&slot.cached, prompt);
            (held, slot.job.is_none(), place)
        });
        usable
            .max()
            .map_or((0, 0), |(held, _, place)| (held, place))
    }

    /// The free slot that is empty, or has rested longest.
    fn emptiest(&self) -> usize {
        let free = |slot: &&(usize, &Slot)| slot.1.job.is_none();
        let all: Vec<_> = self.slots.iter().enumerate().collect();
        all.iter()
            .filter(free)
            .min_by_key(|(_, slot)| (!slot.cached.is_empty(), slot.idle_since))
            .map_or(0, |(place, _)| *place)
    }

    /// Empties resting slots, but for one, until so many cells are free; false where that is
    /// not to be had.
    pub(super) fn make_room(&mut self, cells: usize, except: usize) -> bool {
        loop {
            let taken: usize = self.slots.iter().map(|slot| slot.cached.len()).sum();
            if taken + cells <= self.computation.cells {
                return true;
            }
            let resting = self.slots.iter().enumerate().filter(|(place, slot)| {
                *place != except && slot.job.is_none() && !slot.cached.is_empty()
            });
            let Some((place, _)) = resting.min_by_key(|(_, slot)| slot.idle_since) else {
                return false;
            };
            self.states
                .keep(&mut self.computation, &mut self.slots[place]);
        }
    }

    /// Takes the request that began last out of its slot, to go on when there is room.
    pub(super) fn set_youngest_aside(&mut self) {
        let running = self.slots.iter_mut().filter(|slot| slot.job.is_some());
        let youngest = running.max_by_key(|slot| slot.job.as_ref().map(|job| job.began));
        if let Some(slot) = youngest
            && let Some(job) = slot.set_aside()
        {
            self.states.keep(&mut self.computation, slot);
            self.waiting.push_front(job);
        }
    }
}
