//! Requests that wait for a model.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Requests that wait for a model, because all its slots are taken, and how those of a batch are
/// put together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Queue {
    /// Requests that may wait for one model; more are refused at once, with an estimate.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub most: u32,
    /// Requests of a batch that are given to a model together, at most.
    #[schemars(range(min = 1, max = 10_000))]
    pub group_requests: u32,
    /// Milliseconds that a request of a batch waits for others to go with it, at most.
    #[schemars(range(max = 60_000))]
    pub group_window_ms: u32,
    /// Tokens of all requests that are given to a model together, their answers included, at
    /// most; 0 for any number. A request that has more goes alone.
    #[schemars(range(max = 100_000_000))]
    pub group_tokens: u32,
    /// What requests that are given to a model together may cost, at most, in the currency of
    /// the price; 0 for any sum.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub group_cost: f32,
    /// What a million tokens cost; 0 for nothing, as on this computer.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub price: f32,
}

/// What a model may have for itself of [`Queue`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[expect(missing_docs, reason = "each is that of `Queue`, for one model")]
pub struct ModelQueue {
    #[schemars(range(min = 1, max = 10_000))]
    pub group_requests: Option<u32>,
    #[schemars(range(max = 60_000))]
    pub group_window_ms: Option<u32>,
    #[schemars(range(max = 100_000_000))]
    pub group_tokens: Option<u32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    pub group_cost: Option<f32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    pub price: Option<f32>,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            most: 1000,
            group_requests: 32,
            group_window_ms: 50,
            group_tokens: 0,
            group_cost: 0.0,
            price: 0.0,
        }
    }
}

impl Queue {
    /// With what is different for a model.
    #[must_use]
    pub fn with(&self, own: &ModelQueue) -> Self {
        Self {
            most: self.most,
            group_requests: own.group_requests.unwrap_or(self.group_requests),
            group_window_ms: own.group_window_ms.unwrap_or(self.group_window_ms),
            group_tokens: own.group_tokens.unwrap_or(self.group_tokens),
            group_cost: own.group_cost.unwrap_or(self.group_cost),
            price: own.price.unwrap_or(self.price),
        }
    }
}
