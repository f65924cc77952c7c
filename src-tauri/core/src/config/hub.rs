//! Where models come from.

use serde::{Deserialize, Serialize};

/// The section `[hub]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hub {
    /// The hub's address.
    pub endpoint: String,
    /// Other hosts that may send files, with all hosts below them.
    pub hosts: Vec<String>,
    /// Downloads at the same time.
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

impl Hub {
    /// Refuses numbers outside their ranges.
    pub(super) fn check(&self) -> Result<(), String> {
        if !(1..=16).contains(&self.downloads) {
            return Err(format!(
                "downloads is {}; allowed is 1 to 16",
                self.downloads
            ));
        }
        Ok(())
    }
}
