//! What a viewer of an answer sees.

use std::sync::Arc;

use serde::Serialize;
use specta::Type;
use tokio::sync::watch;

use crate::Error;
use crate::pipeline::Reused;
use crate::store::conversations::ConversationId;
use crate::store::memories::Recalled;
use crate::store::messages::{Measured, MessageId, MessageState};

use super::running::Log;

/// Something that happened to an answer. As JSON each is one object with a `type`.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TurnEvent {
    /// The message is saved, and its answer has begun. Always first.
    Started {
        /// The conversation.
        conversation: ConversationId,
        /// The message that is answered.
        question: MessageId,
        /// The answer.
        answer: MessageId,
        /// The model that answers.
        model: String,
    },
    /// The model is being loaded.
    Loading {
        /// Percent of its weights.
        percent: u8,
    },
    /// All slots of the model are taken; this many others wait before.
    Queued {
        /// How many.
        ahead: u32,
    },
    /// What follows is an earlier answer.
    Reused(Reused),
    /// The model reads what was sent.
    Reading {
        /// Percent of the tokens.
        percent: u8,
    },
    /// A piece of the reasoning.
    Reasoning {
        /// The piece.
        text: String,
    },
    /// A piece of the answer.
    Text {
        /// The piece.
        text: String,
    },
    /// Something worth knowing that does not stop the answer.
    Notice {
        /// The sentence.
        text: String,
    },
    /// The answer is whole, or was stopped, and is saved. Always last, unless it failed.
    Done(Answer),
    /// The answer broke off; what had arrived is saved. Always last, unless it is done.
    Failed(Error),
}

/// An answer at its end.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Answer {
    /// Its whole text.
    pub answer: String,
    /// The model's reasoning before it.
    pub reasoning: String,
    /// The conversation.
    pub conversation: ConversationId,
    /// The message's number.
    pub message: MessageId,
    /// The model that answered.
    pub model: String,
    /// Whether it is whole or was stopped.
    pub state: MessageState,
    /// What it took.
    pub measured: Measured,
    /// The memories that went into it.
    pub recalled: Vec<Recalled>,
}

impl TurnEvent {
    /// Whether nothing comes after it.
    #[must_use]
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Failed(_))
    }
}

/// Reads the events of one answer, from the first, at its own pace. A slow or late follower
/// misses nothing and holds up nobody.
#[derive(Debug)]
pub struct Follower {
    log: Arc<Log>,
    grown: watch::Receiver<usize>,
    read: usize,
}

impl Follower {
    pub(super) fn new(log: Arc<Log>) -> Self {
        let grown = log.subscribe();
        Self {
            log,
            grown,
            read: 0,
        }
    }

    /// The events since the last call: at least one, or none after the last.
    pub async fn next(&mut self) -> Vec<TurnEvent> {
        loop {
            let new = self.log.since(self.read);
            if !new.is_empty() {
                self.read += new.len();
                return new;
            }
            if self.log.is_over() || self.grown.changed().await.is_err() {
                return Vec::new();
            }
        }
    }
}
