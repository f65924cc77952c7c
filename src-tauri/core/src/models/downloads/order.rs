//! What is wanted.

use percent_encoding::percent_decode_str;

use super::checked_name;
use crate::{Code, Error, Result};

/// A file that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Where it is.
    pub url: String,
    /// Its name in the models folder.
    pub name: String,
    /// Whether it is on the hub that the settings name.
    pub from_hub: bool,
    /// The hub's repository.
    pub repository: Option<String>,
    /// The version of the repository's files.
    pub commit: Option<String>,
    /// Its SHA-256 in hexadecimal digits, where that is known.
    pub sha256: Option<String>,
    /// Its size in bytes, where that is known.
    pub bytes: Option<u64>,
}

impl Order {
    /// Whether both mean the same file, perhaps in another version.
    pub(super) fn is_of_same_source(&self, other: &Self) -> bool {
        self.url == other.url || (self.repository.is_some() && self.repository == other.repository)
    }

    /// A file at any address, under a name; without one the address's last part is its name.
    pub fn at(url: &str, name: Option<&str>) -> Result<Self> {
        let bad = |why: &str| {
            Error::new(
                Code::LinkRefused,
                format!("“{url}” is no address of a file: {why}."),
            )
        };
        let parsed = reqwest::Url::parse(url).map_err(|error| bad(&error.to_string()))?;
        let last = parsed
            .path_segments()
            .and_then(Iterator::last)
            .unwrap_or_default();
        let last = percent_decode_str(last).decode_utf8_lossy();
        let name = name.unwrap_or(&last);
        Ok(Self {
            name: checked_name(name)?.to_owned(),
            url: parsed.into(),
            from_hub: false,
            repository: None,
            commit: None,
            sha256: None,
            bytes: None,
        })
    }
}
