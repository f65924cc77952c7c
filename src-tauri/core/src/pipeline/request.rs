//! What goes through the layers: a request down, events up.

use hearth_protocol::{Finish, Format, Message, Sampling, Usage};
use serde::{Deserialize, Serialize};

use crate::Error;

/// Everything that shapes an answer, and nothing else: two equal requests may share one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
}

/// What happens on the way to an answer, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The model is being loaded; percent.
    Loading(u8),
    /// All slots of the model are taken; this many others wait before.
    Queued(u32),
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
