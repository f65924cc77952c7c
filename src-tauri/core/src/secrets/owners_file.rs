//! The file of secrets that a user without a keychain may want: only its owner can read it.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use crate::folder::replace_file;
use crate::{Code, Error, Result};

/// The file. It exists as long as there is something in it, and after a clear yes alone.
pub(super) struct OwnersFile(PathBuf);

impl OwnersFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// What it keeps, by name; none where it does not exist.
    pub(super) fn read(&self) -> Result<Option<BTreeMap<String, String>>> {
        let bytes = match fs::read(&self.0) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file("read the secrets in", &self.0, &error)),
        };
        self.close_to_others()?;
        serde_json::from_slice(&bytes).map(Some).map_err(|_| {
            // The parser's words might hold a piece of a secret.
            let message = format!("The secrets in {} cannot be read.", self.0.display());
            Error::new(Code::BadSetting, message)
        })
    }

    /// Keeps these and no others. Without any the file goes.
    pub(super) fn write(&self, secrets: &BTreeMap<String, String>) -> Result<()> {
        let fault = |error| Error::file("keep the secrets in", &self.0, &error);
        if secrets.is_empty() {
            return match fs::remove_file(&self.0) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(fault(error)),
                _ => Ok(()),
            };
        }
        let bytes = serde_json::to_vec_pretty(secrets).map_err(Error::internal)?;
        // A new file is its owner's alone from its first byte on.
        replace_file(&self.0, &bytes).map_err(fault)?;
        self.close_to_others()
    }

    /// A copy or another program may have opened it to others.
    fn close_to_others(&self) -> Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let fault = |error| Error::file("protect the secrets in", &self.0, &error);
            let mode = fs::metadata(&self.0).map_err(fault)?.permissions().mode();
            if mode & 0o077 != 0 {
                fs::set_permissions(&self.0, PermissionsExt::from_mode(0o600)).map_err(fault)?;
            }
        }
        Ok(())
    }
}
