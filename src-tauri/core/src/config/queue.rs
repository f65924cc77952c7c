//! Requests that wait for a model.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Requests that wait for a model, because all its slots are taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Queue {
    /// Requests that may wait for one model; more are refused at once, with an estimate.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub most: u32,
}

impl Default for Queue {
    fn default() -> Self {
        Self { most: 1000 }
    }
}
