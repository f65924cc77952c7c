//! Secrets of the user, such as a token for the hub. They are kept by the system's keychain;
//! where there is none, for this session alone. None is ever in a file of ours, in a log, or in
//! what `Debug` prints.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use specta::Type;

use crate::{Error, Result};

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
pub struct Secrets(Arc<Mutex<HashMap<String, Known>>>);

/// What is known of a secret since this process has begun.
#[derive(Clone)]
enum Known {
    Absent,
    Set(String, Kept),
}

impl Secrets {
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
            Ok(()) => Kept::Keychain,
            Err(why) => {
                tracing::info!(%why, "no keychain keeps it; a secret is for this session");
                Kept::Session
            }
        };
        let known = Known::Set(secret.to_owned(), kept);
        self.all().insert(name.to_owned(), known);
        Ok(kept)
    }

    /// Forgets a secret.
    pub async fn remove(&self, name: &str) -> Result<()> {
        let entry = name.to_owned();
        match keychain(move || open(&entry)?.delete_credential()).await {
            Ok(()) => {}
            Err(why) if why.is_absence() => {}
            Err(why) => return Err(Error::internal(why)),
        }
        self.all().insert(name.to_owned(), Known::Absent);
        Ok(())
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
            Err(why) if why.is_absence() => Known::Absent,
            Err(why) => {
                // A keychain that is locked may be open the next time.
                tracing::warn!(%why, "the keychain did not answer");
                return Known::Absent;
            }
        };
        self.all().entry(name.to_owned()).or_insert(found).clone()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
}
