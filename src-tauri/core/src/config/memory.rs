//! What is remembered of the user.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is remembered of you, across conversations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Memory {
    /// Let answers use what is remembered.
    pub recall: bool,
    /// Remember what you tell of yourself.
    pub learn: bool,
    /// Let the model read what rules cannot judge, which takes a moment after an answer.
    pub learn_by_model: bool,
    /// Memories that go into an answer, at most.
    #[schemars(range(min = 1, max = 20))]
    pub most_recalled: u32,
    /// Clean up every hour: what is old and unimportant goes to the trash for thirty days.
    pub clean_up: bool,
    /// Days after which an unimportant memory is old.
    #[schemars(range(min = 1, max = 36_500))]
    pub forget_after_days: u32,
    /// Importance below which a memory is unimportant.
    #[schemars(range(min = 0, max = 1))]
    pub forget_below: f32,
    /// Memories that each persona keeps, at most; the least important leave first.
    #[schemars(range(min = 10, max = 1_000_000))]
    pub most: u32,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            recall: true,
            learn: true,
            learn_by_model: true,
            most_recalled: 5,
            clean_up: true,
            forget_after_days: 90,
            forget_below: 0.3,
            most: 1000,
        }
    }
}
