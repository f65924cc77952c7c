//! Where models come from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where models come from. A token for what is not open to all is no setting: the system's
/// keychain keeps it (page Models, or `hearth models token`), or it is read from `HF_TOKEN`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Hub {
    /// The hub's address.
    pub endpoint: String,
    /// Other hosts that may send files, with all hosts below them.
    pub hosts: Vec<String>,
    /// Downloads at the same time.
    #[schemars(range(min = 1, max = 16))]
    pub downloads: u32,
    /// Most megabytes a second for all downloads together; 0 for no limit.
    pub limit: u32,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            endpoint: "https://huggingface.co".to_owned(),
            hosts: Vec::new(),
            downloads: 3,
            limit: 0,
        }
    }
}
