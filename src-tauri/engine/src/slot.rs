//! One place in the computation where a request is worked on.

use std::time::Instant;

use hearth_protocol::{Answered, Finish, RequestId, Usage};
use llama_cpp_2::token::LlamaToken;

use crate::draft::Guessing;
use crate::sampler::Sampler;
use crate::text::TextStream;

/// A sequence: what stands in its cache, and the request it works on.
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
    /// The tokens to read before the answer; of a job that was set aside, its answer as well.
    pub(crate) prompt: Vec<LlamaToken>,
    /// The token that was drawn last and is to be computed next.
    pub(crate) next: Option<LlamaToken>,
    /// Draws tokens.
    pub(crate) sampler: Sampler,
    /// How far ahead it is worth guessing.
    pub(crate) guessing: Guessing,
    /// Makes text of tokens.
    pub(crate) text: TextStream,
    /// The longest answer, in tokens.
    pub(crate) max_tokens: u32,
    /// What it has taken so far.
    pub(crate) usage: Usage,
    /// Whether the core was told that work began.
    pub(crate) started: bool,
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

    /// Prompt tokens that are not computed yet.
    pub(crate) fn unread(&self) -> &[LlamaToken] {
        self.job
            .as_ref()
            .and_then(|job| job.prompt.get(self.cached.len()..))
            .unwrap_or_default()
    }

    /// Cells that it takes, and will take once its prompt is read.
    pub(crate) fn cells(&self) -> usize {
        self.cached.len() + self.unread().len()
    }

    /// Takes the finished job out.
    pub(crate) fn end(&mut self, finish: Finish) -> Option<Answered> {
        self.idle_since = Instant::now();
        self.job.take().map(|job| job.end(finish))
    }

    /// Takes an unfinished job out, so that it can go on elsewhere from where it was.
    pub(crate) fn set_aside(&mut self) -> Option<Job> {
        let mut job = self.job.take()?;
        if let Some(next) = job.next.take() {
            job.prompt = [self.cached.as_slice(), &[next]].concat();
        }
        self.idle_since = Instant::now();
        Some(job)
    }
}

impl Job {
    /// What it took, at its end.
    pub(crate) fn end(self, finish: Finish) -> Answered {
        let now = Instant::now();
        let read = self.first_token.unwrap_or(now);
        let mut usage = self.usage;
        usage.prompt_us = micros(self.began, read);
        usage.answer_us = micros(read, now);
        Answered {
            id: self.id,
            finish,
            usage,
        }
    }
}

fn micros(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_micros()).unwrap_or(u64::MAX)
}
