//! What goes through the layers: a request down, events up.

use hearth_protocol::{Finish, Format, Message, Sampling, Usage};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Error;
use crate::store::conversations::ConversationId;
use crate::store::memories::MemoryId;
use crate::store::personas::PersonaId;

/// Everything that shapes an answer: two requests that are equal but for their [`Terms`] may
/// share one. A field that is added here is part of the cache's key by itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The model's name, as [`crate::models::Models::find`] takes it.
    pub model: String,
    /// The conversation, oldest message first.
    pub messages: Vec<Message>,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// The longest answer, in tokens.
    pub max_tokens: u32,
    /// The answer ends before the first of these.
    pub stop: Vec<String>,
    /// The form that the answer has to take.
    pub format: Format,
    /// What the model is, beyond its name: its file, and how it is run
    /// ([`crate::engine::Engines::maker`]).
    pub maker: String,
    /// How the request is served.
    #[serde(skip)]
    pub terms: Terms,
}

/// How a request is served. Nothing here shapes its answer.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
pub struct Terms {
    /// Who goes first.
    pub priority: Priority,
    /// Whether an earlier answer will do.
    pub reuse: Reuse,
    /// Whether the answer to a question that means the same will do.
    pub similar: bool,
    /// Whether the answer is to be made anew, in the place of the one that is kept.
    pub fresh: bool,
    /// Whether the seed was drawn for this request, so that another one would do.
    pub drawn_seed: bool,
    /// The conversation that it belongs to.
    pub conversation: Option<ConversationId>,
    /// Who answers.
    pub persona: Option<PersonaId>,
    /// The memories that stand in it.
    pub memories: Vec<MemoryId>,
    /// Whether the last message brings files along.
    pub has_files: bool,
    /// The user's own words in the last message, where more stands in it: memories, files, what the
    /// settings put around it.
    pub asked: Option<String>,
}

impl Terms {
    /// For work that nobody waits for.
    #[must_use]
    pub(crate) fn background() -> Self {
        Self {
            priority: Priority::Background,
            ..Self::default()
        }
    }
}

/// Which requests go before others, the first first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// What everything else waits for.
    Critical,
    /// A person is waiting.
    Interactive,
    /// A program is waiting.
    #[default]
    Normal,
    /// Nobody is waiting: titles, memories, summaries.
    Background,
    /// Many prompts in a row.
    Batch,
}

impl Priority {
    /// Whether nobody waits for the answer.
    #[must_use]
    pub(crate) fn is_quiet(self) -> bool {
        matches!(self, Self::Background | Self::Batch)
    }
}

/// Whether an earlier answer will do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reuse {
    /// None, and this one is not kept either.
    #[default]
    Never,
    /// One to the same request, if it is drawn without chance.
    Same,
    /// One to the same request, whatever chance there is in it.
    SameDrawn,
}

/// What happens on the way to an answer, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The model is being loaded; percent.
    Loading(u8),
    /// All slots of the model are taken; this many others wait before.
    Queued(u32),
    /// What follows is an earlier answer.
    Reused(Reused),
    /// The model reads the prompt, which has this many tokens, of which some cost nothing.
    Started {
        /// Tokens of the prompt.
        prompt_tokens: u32,
        /// How many of them were in the engine's cache.
        reused_tokens: u32,
    },
    /// How much of the prompt has been read, in tokens.
    Reading(u32),
    /// Something that the user should know, which does not stop the answer.
    Notice(String),
    /// A piece of the reasoning.
    Reasoning(String),
    /// A piece of the answer.
    Text(String),
    /// The answer is over.
    Done(Finished),
    /// The answer broke off. Nothing more comes.
    Failed(Error),
}

impl Event {
    /// Whether nothing comes behind it.
    #[must_use]
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Failed(_))
    }
}

/// Where an answer comes from that was not made for this request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Reused {
    /// Its number in the cache.
    pub entry: String,
    /// When it was made, in milliseconds since 1970.
    #[specta(type = u32)]
    pub made_at: f64,
    /// How long making it took, in milliseconds.
    #[specta(type = u32)]
    pub saved_ms: f32,
    /// The question that it answered, where it was another one.
    pub question: Option<String>,
    /// How near that question is in meaning, up to 1.
    pub cosine: Option<f32>,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finished {
    /// Why.
    pub finish: Finish,
    /// What it took.
    pub usage: Usage,
    /// From the request to the first piece of text; set by [`super::observe`].
    pub first_token_ms: f32,
    /// From the request to the end; set by [`super::observe`].
    pub total_ms: f32,
}
