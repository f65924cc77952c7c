//! One error type for the core: a stable code for programs, a sentence for people.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The core's result.
pub type Result<T> = std::result::Result<T, Error>;

/// What kind of failure it is. Stable: scripts, the window and stored messages rely on it.
/// A kind is added only when something outside the core tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The data folder cannot be used.
    DataFolder,
    /// The database cannot be read or written.
    Database,
    /// The database was made by a newer Hearth, or by another program.
    DatabaseForeign,
    /// Another program holds the database.
    DatabaseBusy,
    /// There is no room on the disk.
    DiskFull,
    /// What was asked for does not exist.
    NotFound,
    /// The named model is not there.
    ModelMissing,
    /// The model file is damaged, incomplete, or no model at all.
    ModelDamaged,
    /// The model file is sound but cannot be used for this.
    ModelUnsupported,
    /// The model has crashed too often and is left alone for a while.
    ModelQuarantined,
    /// A file came with a wrong checksum, or is not what was promised.
    ChecksumMismatch,
    /// The hub gives it only to those who have agreed to its terms.
    Gated,
    /// A server cannot be reached, or refuses.
    Network,
    /// The name cannot be that of a model file, or is taken.
    NameRefused,
    /// Another process is at it.
    Busy,
    /// There is not enough memory for the model.
    OutOfMemory,
    /// The program's own files are incomplete.
    Installation,
    /// The engine stopped unexpectedly.
    EngineFailed,
    /// The engine did not answer in time and was ended.
    EngineStalled,
    /// The message does not fit into the model's context.
    PromptTooLong,
    /// There is nothing to send.
    PromptEmpty,
    /// Too many requests wait already.
    QueueFull,
    /// A setting is outside its range, or not readable.
    BadSetting,
    /// Somebody else has changed it meanwhile.
    Conflict,
    /// The program ended while the answer was being written.
    Interrupted,
    /// The file holds no conversations that can be imported.
    ImportUnreadable,
    /// The file holds no text that can be read.
    FileUnreadable,
    /// The link has a scheme that is not opened.
    LinkRefused,
    /// A fault of Hearth itself.
    Internal,
}

impl Code {
    /// The code as it stands in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_else(|| "internal".to_owned())
    }

    /// The code that [`Code::as_str`] wrote; what a newer version wrote is `Internal` here.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        serde_json::from_value(serde_json::Value::from(text)).unwrap_or(Self::Internal)
    }
}

/// A failure: what happened, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The kind.
    pub code: Code,
    /// A sentence or two for the user.
    pub message: String,
}

impl Error {
    /// An error of a kind, with its sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// A fault of Hearth itself.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(
            Code::Internal,
            format!("Hearth has a fault: {cause}. Your data is unchanged."),
        )
    }

    /// A file operation that failed; a full disk gets its own code.
    #[must_use]
    pub fn file(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        let code = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Code::DiskFull,
            _ => Code::DataFolder,
        };
        Self::new(
            code,
            format!("Could not {doing} {}: {error}.", path.display()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_survive_the_database_and_unknown_ones_do_not_break_it() {
        assert_eq!(Code::PromptTooLong.as_str(), "prompt_too_long");
        assert_eq!(Code::parse("prompt_too_long"), Code::PromptTooLong);
        assert_eq!(Code::parse("something_newer"), Code::Internal);
    }
}
