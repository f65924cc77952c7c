//! Looking at the settings file: at the start, and whenever some program has changed it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use notify::{RecursiveMode, Watcher};

use super::{Settings, Trouble};
use crate::config::Config;
use crate::config::kept::Turn;
use crate::config::reading::{self, Reading};
use crate::config::reference;
use crate::config::timeline::{Reason, State, hash_of};
use crate::{Code, Error, Result};

/// Programs write a file in several steps; what comes within this time belongs together.
const SETTLES: Duration = Duration::from_millis(60);

impl Settings {
    /// Looks at the file again, and takes over what has changed.
    pub fn reload(&self) {
        self.look(false);
    }

    /// Takes over what any program writes into the file, as long as the watcher lives.
    pub fn watch(&self) -> Result<Box<dyn Send + Sync>> {
        let fault = |error: notify::Error| {
            Error::internal(format!("the settings file is not watched: {error}"))
        };
        // What lies behind a link is written elsewhere.
        let target = self
            .path()
            .canonicalize()
            .unwrap_or_else(|_| self.path().to_path_buf());
        let places = [self.path().to_path_buf(), target];
        let names = places.clone();
        let (happened, events) = std::sync::mpsc::channel();
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                let is_ours = |path: &PathBuf| {
                    names
                        .iter()
                        .any(|name| name.file_name() == path.file_name())
                };
                if event
                    .is_ok_and(|event| !event.kind.is_access() && event.paths.iter().any(is_ours))
                {
                    // The other end goes with the watcher.
                    let _ = happened.send(());
                }
            })
            .map_err(fault)?;
        let mut folders: Vec<&Path> = places.iter().filter_map(|place| place.parent()).collect();
        folders.dedup();
        for folder in folders {
            watcher
                .watch(folder, RecursiveMode::NonRecursive)
                .map_err(fault)?;
        }
        let settings = self.clone();
        std::thread::spawn(move || {
            while events.recv().is_ok() {
                while events.recv_timeout(SETTLES).is_ok() {}
                settings.reload();
            }
        });
        Ok(Box::new(watcher))
    }

    /// Reads the file. At the start, one that is missing is written, and one that was lost is
    /// brought back.
    pub(super) fn look(&self, is_start: bool) {
        let looked = self.file.turn().and_then(|turn| {
            let mut bytes = self.file.read()?;
            let is_known = {
                let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
                bytes
                    .as_deref()
                    .is_some_and(|bytes| hash_of(bytes) == current.seen)
            };
            if is_known && !is_start {
                return Ok(None);
            }
            if is_start {
                match bytes.as_deref() {
                    None => {
                        let new = reference::FILE.as_bytes();
                        self.file.replace(&turn, None, new, Reason::First, None)?;
                        bytes = Some(new.to_vec());
                    }
                    Some(old) if is_lost(old) => {
                        let lost = self.bring_back(&turn)?;
                        if lost.is_some() {
                            return Ok(lost);
                        }
                    }
                    Some(_) => {}
                }
            }
            // Some programs empty a file before they write it; a full disk may leave it so.
            if !is_start && bytes.as_deref().is_some_and(is_lost) {
                let message = format!(
                    "The settings file {} is empty. The settings stay as they were.",
                    self.path().display()
                );
                return Err(Error::new(Code::BadSetting, message));
            }
            // Deleted while it runs: the values in use stay, and the next save writes it anew.
            let Some(bytes) = bytes else { return Ok(None) };
            self.file.timeline().note(&bytes, Reason::Outside, None)?;
            Ok(Some((bytes, None)))
        });
        match looked {
            Ok(Some((bytes, trouble))) => {
                self.take_over(&bytes);
                if let Some(trouble) = trouble {
                    self.tell(Trouble::Whole(trouble));
                }
            }
            Ok(None) => {}
            Err(error) => {
                // Without a place for its states the file is still read.
                if let Ok(Some(bytes)) = self.file.read()
                    && (is_start || !is_lost(&bytes))
                {
                    self.take_over(&bytes);
                }
                self.tell(Trouble::Whole(error));
            }
        }
    }

    /// An empty file, or one of zeros, is what a power cut leaves behind. It is set aside, and the
    /// newest state that can be read comes back.
    fn bring_back(&self, turn: &Turn<'_>) -> Result<Option<(Vec<u8>, Option<Error>)>> {
        let Some((state, bytes)) = self.newest_good()? else {
            return Ok(None);
        };
        let now = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S");
        let aside = self.path().with_extension(format!("toml.corrupt-{now}"));
        let fault = |error| Error::file("set aside", self.path(), &error);
        std::fs::copy(self.path(), &aside).map_err(fault)?;
        self.file
            .replace(turn, None, &bytes, Reason::Restore, Some(state.id.clone()))?;
        let message = format!(
            "The settings file was empty, as after a power cut. Its newest state, {}, was brought \
             back; the empty file lies in {}.",
            state.id,
            aside.display()
        );
        Ok(Some((bytes, Some(Error::new(Code::BadSetting, message)))))
    }

    /// The newest state that can be read as settings.
    fn newest_good(&self) -> Result<Option<(State, Vec<u8>)>> {
        let timeline = self.file.timeline();
        let good = timeline.list()?.into_iter().find_map(|state| {
            let bytes = timeline.read(&state.id).ok()?;
            let is_good = !is_lost(&bytes) && reading::read(&bytes).is_ok();
            is_good.then_some((state, bytes))
        });
        Ok(good)
    }

    /// Uses what these bytes say.
    pub(super) fn take_over(&self, bytes: &[u8]) {
        let (config, trouble) = match reading::read(bytes) {
            Ok(Reading { config, faults, .. }) => {
                let trouble = (!faults.is_empty()).then_some(Trouble::Parts(faults));
                (Some(config), trouble)
            }
            Err(fault) => {
                let (config, stands_in) = self.stand_in();
                let message = format!(
                    "The settings in {} cannot be read: {fault} {stands_in} The file was left as \
                     it is.",
                    self.path().display(),
                );
                let error = Error::new(Code::BadSetting, message);
                (config, Some(Trouble::Whole(error)))
            }
        };
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.seen = hash_of(bytes);
        current.trouble = trouble;
        if let Some(mut config) = config {
            config.resolve(self.path().parent().unwrap_or(Path::new("")));
            let kept = config.backups.keep;
            self.file
                .timeline()
                .keep(usize::try_from(kept).unwrap_or(usize::MAX));
            if !self.is_safe {
                current.config = Arc::new(config);
            }
        }
        drop(current);
        self.changed.send_modify(|count| *count += 1);
    }

    /// What is used instead of a file that cannot be read: what is in use, else the newest state
    /// that can be read, else the defaults.
    fn stand_in(&self) -> (Option<Config>, String) {
        let is_used = {
            let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
            !current.seen.is_empty()
        };
        if is_used {
            return (None, "The settings stay as they were before.".to_owned());
        }
        match self.newest_good() {
            Ok(Some((state, bytes))) => {
                let config = reading::read(&bytes).ok().map(|reading| reading.config);
                (config, format!("Its state {} stands in.", state.id))
            }
            _ => (None, "The defaults stand in.".to_owned()),
        }
    }

    fn tell(&self, trouble: Trouble) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.trouble = Some(trouble);
        drop(current);
        self.changed.send_modify(|count| *count += 1);
    }
}

/// What a power cut leaves of a file that was written without care.
pub(super) fn is_lost(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}
