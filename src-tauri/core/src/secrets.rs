//! Secrets of the user, such as a token for the hub. They are kept by the system's keychain;
//! where there is none, for this session alone, or, after a clear yes, in a file that only its
//! owner can read. None is ever in another file of ours, in a log, or in what `Debug` prints.

mod owners_file;

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use specta::Type;

use crate::{Error, Result};
use owners_file::OwnersFile;

/// Under what the keychain lists them.
const SERVICE: &str = "Hearth";
/// How long the keychain may take to answer. It may ask the user to unlock it.
const PATIENCE: Duration = Duration::from_mins(1);
/// A secret shorter than this shows none of its characters.
const SHOWS: usize = 12;

/// Where a secret is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// By the system's keychain.
    Keychain,
    /// In memory, until Hearth ends.
    Session,
    /// In a file that only its owner can read.
    File,
}

/// What may be shown of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct SecretShown {
    /// Its last characters; empty where it is too short for that.
    pub ends: String,
    /// Where it is kept.
    pub kept: Kept,
}

/// The secrets of the user. Cheap to clone.
#[derive(Clone, Default)]
pub struct Secrets {
    known: Arc<Mutex<HashMap<String, Known>>>,
    /// The file, where the user wants one.
    file: Arc<Option<OwnersFile>>,
}

/// What is known of a secret since this process has begun.
#[derive(Clone)]
enum Known {
    Absent,
    Set(String, Kept),
}

impl Secrets {
    /// Those that the keychain keeps, or this file, which exists only after a clear yes.
    #[must_use]
    pub fn beside(file: PathBuf) -> Self {
        Self {
            known: Arc::default(),
            file: Arc::new(Some(OwnersFile::new(file))),
        }
    }

    /// Keeps what this session alone knows in the file of its owner, from now on. Only after
    /// the user was asked: whoever can read the file, such as a backup, can read the secrets.
    pub fn keep_in_file(&self) -> Result<()> {
        let Some(file) = &*self.file else {
            return Err(Error::internal("there is no place for a file of secrets"));
        };
        let mut known = self.all();
        let mut kept = file.read()?.unwrap_or_default();
        for (name, one) in known.iter() {
            if let Known::Set(secret, Kept::Session) = one {
                kept.insert(name.clone(), secret.clone());
            }
        }
        file.write(&kept)?;
        for one in known.values_mut() {
            if let Known::Set(_, kept @ Kept::Session) = one {
                *kept = Kept::File;
            }
        }
        Ok(())
    }

    /// A secret; none where it was never set, or the keychain is not there.
    pub async fn get(&self, name: &str) -> Option<String> {
        match self.known(name).await {
            Known::Absent => None,
            Known::Set(secret, _) => Some(secret),
        }
    }

    /// What may be shown of a secret.
    pub async fn shown(&self, name: &str) -> Option<SecretShown> {
        match self.known(name).await {
            Known::Absent => None,
            Known::Set(secret, kept) => Some(SecretShown {
                ends: end_of(&secret),
                kept,
            }),
        }
    }

    /// Keeps a secret, and says where.
    pub async fn set(&self, name: &str, secret: &str) -> Result<Kept> {
        let (entry, value) = (name.to_owned(), secret.to_owned());
        let kept = match keychain(move || open(&entry)?.set_password(&value)).await {
            Ok(()) => {
                self.remove_from_file(name)?;
                Kept::Keychain
            }
            Err(why) => {
                tracing::info!(%why, "no keychain keeps a secret");
                self.write_to_file(name, secret)?
            }
        };
        let known = Known::Set(secret.to_owned(), kept);
        self.all().insert(name.to_owned(), known);
        Ok(kept)
    }

    /// Forgets a secret.
    pub async fn remove(&self, name: &str) -> Result<()> {
        let was_elsewhere = self.remove_from_file(name)? || self.is_of_session(name);
        let entry = name.to_owned();
        match keychain(move || open(&entry)?.delete_credential()).await {
            Ok(()) => {}
            Err(why) if why.is_absence() => {}
            // A keychain that is not there keeps nothing that could come back.
            Err(why) if was_elsewhere => {
                tracing::info!(%why, "the keychain was not asked to forget");
            }
            Err(why) => return Err(Error::internal(why)),
        }
        self.all().insert(name.to_owned(), Known::Absent);
        Ok(())
    }

    /// Whether only this session knows a secret.
    fn is_of_session(&self, name: &str) -> bool {
        let known = self.all().get(name).cloned();
        matches!(known, Some(Known::Set(_, Kept::Session)))
    }

    /// Whether the file had it.
    fn remove_from_file(&self, name: &str) -> Result<bool> {
        let Some(file) = &*self.file else {
            return Ok(false);
        };
        let Some(mut kept) = file.read()? else {
            return Ok(false);
        };
        let had = kept.remove(name).is_some();
        if had {
            file.write(&kept)?;
        }
        Ok(had)
    }

    /// Into the file, where there is one; else nowhere.
    fn write_to_file(&self, name: &str, secret: &str) -> Result<Kept> {
        let Some(file) = &*self.file else {
            return Ok(Kept::Session);
        };
        let Some(mut kept) = file.read()? else {
            return Ok(Kept::Session);
        };
        kept.insert(name.to_owned(), secret.to_owned());
        file.write(&kept)?;
        Ok(Kept::File)
    }

    /// Those that are known in this process, to keep them out of what is shown.
    #[must_use]
    pub fn values(&self) -> Vec<String> {
        let all = self.all();
        let set = all.values().filter_map(|known| match known {
            Known::Set(secret, _) => Some(secret.clone()),
            Known::Absent => None,
        });
        set.collect()
    }

    /// The keychain is asked once.
    async fn known(&self, name: &str) -> Known {
        let known = self.all().get(name).cloned();
        if let Some(known) = known {
            return known;
        }
        let entry = name.to_owned();
        let found = match keychain(move || open(&entry)?.get_password()).await {
            Ok(secret) => Known::Set(secret, Kept::Keychain),
            Err(why) => match self.in_file(name) {
                Some(secret) => Known::Set(secret, Kept::File),
                None if why.is_absence() => Known::Absent,
                None => {
                    // A keychain that is locked may be open the next time.
                    tracing::warn!(%why, "the keychain did not answer");
                    return Known::Absent;
                }
            },
        };
        self.all().entry(name.to_owned()).or_insert(found).clone()
    }

    fn in_file(&self, name: &str) -> Option<String> {
        let file = (*self.file).as_ref()?;
        match file.read() {
            Ok(kept) => kept?.get(name).cloned(),
            Err(error) => {
                tracing::warn!(%error, "the file of secrets was not read");
                None
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secrets(…)")
    }
}

fn open(name: &str) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new(SERVICE, name)
}

/// Why the keychain gave nothing. It names no secret.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{0}")]
    Keychain(#[from] keyring::Error),
    #[error("it does not answer")]
    Silence,
    #[error("{0}")]
    Broken(#[from] tokio::task::JoinError),
}

impl Refusal {
    /// Whether there is no such secret, or no keychain at all.
    fn is_absence(&self) -> bool {
        use keyring::Error::{NoDefaultStore, NoEntry};
        matches!(self, Self::Keychain(NoEntry | NoDefaultStore))
    }
}

/// Asks the keychain.
async fn keychain<T: Send + 'static>(
    ask: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> std::result::Result<T, Refusal> {
    match tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(ask)).await {
        Ok(answer) => Ok(answer??),
        Err(_) => Err(Refusal::Silence),
    }
}

fn end_of(secret: &str) -> String {
    let count = secret.chars().count();
    if count < SHOWS {
        return String::new();
    }
    secret.chars().skip(count - 4).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_secret_is_shown_by_its_end_alone() {
        let secrets = Secrets::default();
        // A name that no keychain has: in most test environments there is none at all.
        let name = format!("test {}", uuid::Uuid::new_v4());
        assert_eq!(secrets.get(&name).await, None);
        secrets.set(&name, "hf_0123456789abcd1234").await.unwrap();
        assert_eq!(secrets.get(&name).await.unwrap(), "hf_0123456789abcd1234");
        assert_eq!(secrets.shown(&name).await.unwrap().ends, "1234");
        assert!(!format!("{secrets:?}").contains("0123"));
        secrets.remove(&name).await.unwrap();
        assert_eq!(secrets.get(&name).await, None);
        assert_eq!(end_of("short"), "");
    }

    #[tokio::test]
    async fn f67_a_secret_is_in_a_file_only_after_a_yes_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.json");
        let name = format!("test {}", uuid::Uuid::new_v4());
        let secrets = Secrets::beside(path.clone());
        if secrets.set(&name, "hf_0123456789abcd1234").await.unwrap() == Kept::Keychain {
            // Where there is a keychain, nothing is ever in a file.
            secrets.remove(&name).await.unwrap();
            return;
        }
        assert!(!path.exists());
        secrets.keep_in_file().unwrap();
        assert_eq!(secrets.shown(&name).await.unwrap().kept, Kept::File);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let again = Secrets::beside(path.clone());
        assert_eq!(again.get(&name).await.unwrap(), "hf_0123456789abcd1234");
        assert_eq!(
            again.set(&name, "hf_another0123456").await.unwrap(),
            Kept::File
        );
        again.remove(&name).await.unwrap();
        assert_eq!(Secrets::beside(path.clone()).get(&name).await, None);
        assert!(!path.exists(), "without a secret the file goes");
        std::fs::write(&path, "{broken").unwrap();
        assert_eq!(Secrets::beside(path.clone()).get(&name).await, None);
        assert!(Secrets::beside(path.clone()).set(&name, "x").await.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{broken");
    }
}
