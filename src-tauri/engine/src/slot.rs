//! One place in the context where a request is worked on.

use std::time::Instant;

use hearth_protocol::{Answered, Finish, RequestId, Usage};
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;

use crate::text::TextStream;

/// A sequence of the context: what stands in its cache, and the request it works on.
pub(crate) struct Slot {
    /// The number of the sequence.
    pub(crate) sequence: i32,
    /// The tokens in its cache, from the first position on.
    pub(crate) cached: Vec<LlamaToken>,
    /// The request, while there is one.
    pub(crate) job: Option<Job>,
    /// When the last job ended; the slot that has rested longest is taken first.
    pub(crate) idle_since: Instant,
}

/// A request in work.
pub(crate) struct Job {
    /// The core's number for it.
    pub(crate) id: RequestId,
    /// The tokens to read before the answer.
    pub(crate) prompt: Vec<LlamaToken>,
    /// The token that was drawn last and is to be computed next.
    pub(crate) next: Option<LlamaToken>,
    /// Draws tokens.
    pub(crate) sampler: LlamaSampler,
    /// Makes text of them.
    pub(crate) text: TextStream,
    /// The longest answer, in tokens.
    pub(crate) max_tokens: u32,
    /// What it has taken so far.
    pub(crate) usage: Usage,
    /// When work began.
    pub(crate) began: Instant,
    /// When the prompt had been read.
    pub(crate) first_token: Option<Instant>,
}

impl Slot {
    /// An empty slot for a sequence.
    pub(crate) fn new(sequence: i32) -> Self {
        Self {
            sequence,
            cached: Vec::new(),
            job: None,
            idle_since: Instant::now(),
        }
    }

    /// How many tokens at the start of `prompt` stand in the cache already.
    pub(crate) fn shared_prefix(&self, prompt: &[LlamaToken]) -> usize {
        self.cached
            .iter()
            .zip(prompt)
            .take_while(|(have, want)| have == want)
            .count()
    }

    /// Prompt tokens that are not computed yet.
    pub(crate) fn unread(&self) -> &[LlamaToken] {
        self.job
            .as_ref()
            .and_then(|job| job.prompt.get(self.cached.len()..))
            .unwrap_or_default()
    }

    /// Takes the finished job out.
    pub(crate) fn end(&mut self, finish: Finish) -> Option<Answered> {
        self.idle_since = Instant::now();
        let job = self.job.take()?;
        let mut usage = job.usage;
        let read = job.first_token.unwrap_or(self.idle_since);
        usage.prompt_us = micros(job.began, read);
        usage.answer_us = micros(read, self.idle_since);
        Some(Answered {
            id: job.id,
            finish,
            usage,
        })
    }
}

fn micros(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_micros()).unwrap_or(u64::MAX)
}
