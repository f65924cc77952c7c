//! What is kept of an answer.

use hearth_protocol::{Finish, Usage};
use serde::{Deserialize, Serialize};

use crate::pipeline::Request;
use crate::store::conversations::ConversationId;
use crate::store::memories::MemoryId;
use crate::store::personas::PersonaId;

use super::kind::QuestionKind;

/// A whole answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The reasoning before it.
    pub reasoning: String,
    /// Its text.
    pub text: String,
    /// What making it took.
    pub usage: Usage,
    /// From the request to the end, in milliseconds.
    pub total_ms: f32,
}

/// An answer with what it was an answer to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) canonical: Vec<u8>,
    pub(crate) answer: Answer,
    pub(crate) origin: Origin,
}

/// Where an answer comes from, and what it depends on beyond its request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Origin {
    /// The beginning of the last message.
    pub(crate) question: String,
    pub(crate) model: String,
    pub(crate) kind: QuestionKind,
    pub(crate) made_at: i64,
    pub(crate) conversation: Option<ConversationId>,
    pub(crate) persona: Option<PersonaId>,
    /// The memories in it, and the newest revision of them when it was made.
    pub(crate) memories: Vec<MemoryId>,
    pub(crate) revision: i64,
}

impl Origin {
    pub(crate) fn of(request: &Request, made_at: i64, revision: i64) -> Self {
        /// Enough to know it again in a list.
        const SHOWN: usize = 400;
        let question = super::asked(request);
        Self {
            question: question.chars().take(SHOWN).collect(),
            model: request.model.clone(),
            kind: QuestionKind::of(request),
            made_at,
            conversation: request.terms.conversation,
            persona: request.terms.persona,
            memories: request.terms.memories.clone(),
            revision,
        }
    }
}

impl Answer {
    /// Whether it may be given again: it is whole, and says something.
    pub(crate) fn is_whole(&self, finish: Finish) -> bool {
        finish == Finish::Stop && !self.text.trim().is_empty()
    }
}

impl Entry {
    /// The memory that it takes, in bytes.
    pub(super) fn weight(&self) -> u32 {
        /// The structs around the texts, and the place in the map; measured with an allocator
        /// that counts.
        const AROUND: usize = 400;
        let texts = self.canonical.capacity()
            + self.answer.text.capacity()
            + self.answer.reasoning.capacity()
            + self.origin.question.capacity()
            + self.origin.model.capacity();
        u32::try_from(texts + AROUND).unwrap_or(u32::MAX)
    }
}
