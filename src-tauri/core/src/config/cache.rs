//! Answers that are kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Answers that are kept, so that the same question does not cost its answer twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Cache {
    /// Keep answers and give them again. Only whole ones, drawn without chance (temperature 0),
    /// to exactly the same request; those to a conversation without a trace are never kept.
    pub enabled: bool,
    /// Give an earlier answer again also where chance was to play a part (temperature above 0).
    pub at_any_temperature: bool,
    /// Give the answer to an earlier question that means the same. Only for single questions;
    /// the answer says which question it was for.
    pub similar: bool,
    /// How often such an answer may be wrong, in percent of those that are given.
    #[schemars(range(min = 0.1, max = 20))]
    pub similar_errors: f32,
    /// Hours for which an answer holds.
    #[schemars(range(min = 1, max = 87_600))]
    pub hours: u32,
    /// Minutes for which an answer about files holds.
    #[schemars(range(min = 1, max = 5_000_000))]
    pub documents_minutes: u32,
    /// Minutes for which an answer about a program holds.
    #[schemars(range(min = 1, max = 5_000_000))]
    pub code_minutes: u32,
    /// Minutes for which a translation holds.
    #[schemars(range(min = 1, max = 5_000_000))]
    pub translation_minutes: u32,
    /// Minutes for which a summary holds.
    #[schemars(range(min = 1, max = 5_000_000))]
    pub summary_minutes: u32,
    /// Let answers that are used often hold longer, and others shorter: ten minutes to two hours
    /// after their last use.
    pub adaptive: bool,
    /// Memory for answers, in MB; 0 keeps none there.
    #[schemars(range(max = 1_000_000), extend("x-restart" = true))]
    pub memory_mb: u32,
    /// Room on the disk for answers, in MB; the longest unused leave first. 0 keeps none there.
    #[schemars(range(max = 10_000_000))]
    pub disk_mb: u32,
    /// Let requests that are the same and come at the same time share one answer.
    pub coalesce: bool,
    /// Answer anew in advance, too, what is asked again and again and will soon hold no more.
    pub predict: bool,
    /// Questions that are answered in advance when no model is at work and the computer is plugged
    /// in.
    pub warm_up: Vec<String>,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            enabled: true,
            at_any_temperature: false,
            similar: false,
            similar_errors: 2.0,
            hours: 24,
            documents_minutes: 120,
            code_minutes: 60,
            translation_minutes: 180,
            summary_minutes: 30,
            adaptive: false,
            memory_mb: 64,
            disk_mb: 512,
            coalesce: true,
            predict: false,
            warm_up: Vec::new(),
        }
    }
}
