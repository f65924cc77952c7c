//! The messages themselves.

use serde::{Deserialize, Serialize};

use crate::{Format, Library, LoadModel, Loaded, Requantize, Sampling};

/// Names one request within a worker's life. The core never uses a number twice.
pub type RequestId = u64;

/// What the core says to a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToEngine {
    /// Load this model; once, first.
    Load(LoadModel),
    /// Write a smaller copy of this model instead, and end; once, first.
    Requantize(Requantize),
    /// Answer these messages.
    Generate(GenerateRequest),
    /// Count the tokens of these messages as the model would be given them.
    Measure {
        /// The request's number.
        id: RequestId,
        /// The conversation, oldest first.
        messages: Vec<Message>,
    },
    /// Turn texts into vectors; only where the model was loaded for that.
    Embed {
        /// The request's number.
        id: RequestId,
        /// The texts. What is beyond the model's context is left out.
        texts: Vec<String>,
    },
    /// Stop a request. It ends with [`FromEngine::Done`] and [`Finish::Cancelled`].
    Cancel {
        /// The request's number.
        id: RequestId,
    },
    /// Put what is worth keeping on the disk, and end. Requests in work are cancelled.
    Unload,
}

/// What a worker says to the core.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromEngine {
    /// The first message: who speaks.
    Hello {
        /// The worker's [`crate::PROTOCOL_VERSION`].
        protocol: u32,
        /// The back ends that were found and picked for this machine.
        libraries: Vec<Library>,
    },
    /// How far the model file has been read, 0 to 100.
    Loading {
        /// Percent of the weights.
        percent: u8,
    },
    /// The model is loaded.
    Ready(Loaded),
    /// The smaller copy is written; the worker ends.
    Requantized,
    /// The model could not be loaded, or its copy not be written; the worker ends.
    LoadFailed(EngineFault),
    /// A request's prompt was accepted; its tokens come next.
    Started(Started),
    /// How much of the prompt has been read; sent after every step, so that a long prompt is
    /// not taken for a hang.
    Reading {
        /// The request's number.
        id: RequestId,
        /// Prompt tokens in the cache.
        tokens: u32,
    },
    /// A piece of the answer, whole characters only.
    Text {
        /// The request's number.
        id: RequestId,
        /// The piece.
        text: String,
    },
    /// A piece of the model's reasoning, which is not part of the answer.
    Reasoning {
        /// The request's number.
        id: RequestId,
        /// The piece.
        text: String,
    },
    /// The request is over; nothing more comes under its number.
    Done(Answered),
    /// The request failed; nothing more comes under its number.
    Failed {
        /// The request's number.
        id: RequestId,
        /// Why.
        fault: EngineFault,
    },
    /// The answer to [`ToEngine::Measure`].
    Measured(Measured),
    /// The answer to [`ToEngine::Embed`].
    Embedded {
        /// The request's number.
        id: RequestId,
        /// One vector of length one for each text, in their order.
        vectors: Vec<Vec<f32>>,
    },
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions for the model.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// The word that chat templates and the database use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// Who wrote it.
    pub role: Role,
    /// Its text; never read as control tokens.
    pub content: String,
}

/// Answer a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GenerateRequest {
    /// The request's number.
    pub id: RequestId,
    /// The conversation, oldest first; the last message is the one to answer.
    pub messages: Vec<Message>,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// Longest answer in tokens.
    pub max_tokens: u32,
    /// The answer ends before the first of these.
    pub stop: Vec<String>,
    /// The form that the answer has to take.
    #[serde(default)]
    pub format: Format,
}

/// A prompt that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// The request's number.
    pub id: RequestId,
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// How many of them were still in the slot's cache and cost nothing.
    pub reused_tokens: u32,
}

/// A request's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The request's number.
    pub id: RequestId,
    /// Why the answer ended.
    pub finish: Finish,
    /// What it took.
    pub usage: Usage,
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The model was done, or a stop string came.
    Stop,
    /// The answer reached its longest length, or the context its end.
    Length,
    /// It was told to stop.
    Cancelled,
}

/// What a request took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Tokens of the prompt that were found in the cache.
    pub reused_tokens: u32,
    /// Tokens of the answer.
    pub answer_tokens: u32,
    /// Tokens of the answer that were guessed ahead and proved right.
    #[serde(default)]
    pub guessed_tokens: u32,
    /// Time for reading the prompt, in microseconds.
    pub prompt_us: u64,
    /// Time from the first token to the last, in microseconds.
    pub answer_us: u64,
}

/// How long messages are for the loaded model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The request's number.
    pub id: RequestId,
    /// Tokens of the whole prompt, template included.
    pub total: u32,
    /// Tokens of each message's text alone.
    pub each: Vec<u32>,
}

/// A failure inside a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct EngineFault {
    /// What kind, for programs.
    pub code: FaultCode,
    /// What happened, for people.
    pub message: String,
}

/// The kinds of failure inside a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// llama.cpp refused the model.
    ModelRefused,
    /// There is not enough memory.
    OutOfMemory,
    /// The prompt leaves no room for an answer; `over` tokens too many.
    PromptTooLong {
        /// Tokens over the limit.
        over: u32,
    },
    /// A setting is outside its range.
    BadSetting,
    /// The computation failed.
    Compute,
}
