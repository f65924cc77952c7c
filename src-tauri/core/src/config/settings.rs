//! The settings in use.

mod looking;
mod shown;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;
use toml_edit::{Document, Item};

use super::differences::{self, Differences};
use super::editing::{self, Change, body};
use super::kept::KeptFile;
use super::reading::{self, Fault};
use super::reference;
use super::schema::{self, Field, Place, Section};
use super::timeline::{Reason, State, hash_of};
use super::{Config, keys, sentence};
use crate::{Code, Error, Result};

/// The settings in use. Cheap to clone; all copies change together.
#[derive(Clone, Debug)]
pub struct Settings {
    file: KeptFile,
    current: Arc<RwLock<Current>>,
    changed: watch::Sender<u64>,
    /// Started with defaults, whatever the file says.
    is_safe: bool,
}

pub(super) use shown::values_in;
pub use shown::{SettingShown, SettingsShown};

#[derive(Debug, Default)]
struct Current {
    config: Arc<Config>,
    trouble: Option<Trouble>,
    /// What the file held when it was looked at last.
    seen: String,
}

/// What is wrong with the file.
#[derive(Clone, Debug)]
enum Trouble {
    /// It cannot be read, and these settings stand in.
    Whole(Error),
    /// Some values are not used.
    Parts(Vec<Fault>),
}

impl Settings {
    /// Reads the file; writes it first where it is missing. What is wrong in it is not used, and
    /// [`Settings::fault`] says so.
    #[must_use]
    pub fn open(path: PathBuf) -> Self {
        let settings = Self::new(path, false);
        settings.look(true);
        settings
    }

    /// The defaults, whatever the file says.
    #[must_use]
    pub fn open_safely(path: PathBuf) -> Self {
        Self::new(path, true)
    }

    fn new(path: PathBuf, is_safe: bool) -> Self {
        Self {
            file: KeptFile::new(path, "config"),
            current: Arc::default(),
            changed: watch::Sender::new(0),
            is_safe,
        }
    }

    /// The settings as they are now.
    #[must_use]
    pub fn get(&self) -> Arc<Config> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current.config)
    }

    /// What is wrong with the file, and what stands in.
    #[must_use]
    pub fn fault(&self) -> Option<Error> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        match current.trouble.clone()? {
            Trouble::Whole(error) => Some(error),
            Trouble::Parts(faults) => {
                let told: Vec<String> = faults.iter().take(5).map(Fault::to_string).collect();
                let more = match faults.len().saturating_sub(told.len()) {
                    0 => String::new(),
                    more => format!("; and {more} more"),
                };
                let message = format!(
                    "Some settings in {} are not used: {}{more} The file was left as it is.",
                    self.path().display(),
                    told.join("; "),
                );
                Some(Error::new(Code::BadSetting, message))
            }
        }
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Hears of every change.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Changes the settings for this process alone; the file stays as it is.
    pub fn for_now(&self, change: impl FnOnce(&mut Config)) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut current.config));
    }

    /// All sections of settings.
    #[must_use]
    pub fn sections() -> &'static [Section] {
        schema::sections()
    }

    /// The value of a setting as a user types it: that of the file, else the default.
    pub fn value(&self, key: &str) -> Result<String> {
        let (path, field) = field(key)?;
        let text = self.text()?;
        let document = Document::parse(body(&text)).ok();
        let found = document
            .as_ref()
            .and_then(|all| editing::value_at(all.as_table(), &path));
        Ok(found.map_or_else(|| field.default.clone(), editing::shown))
    }

    /// Sets a value as somebody typed it; none goes back to the default.
    pub fn set(&self, key: &str, typed: Option<&str>) -> Result<()> {
        let (path, field) = field(key)?;
        // What the file always shows stays in it.
        let standard = || Some(field.default.as_str()).filter(|_| !field.is_optional);
        let typed = typed.or_else(standard);
        let value = typed.map(|text| editing::typed(field, text)).transpose();
        let name = path.last().cloned().unwrap_or_default();
        let refused = |why| Error::new(Code::BadSetting, sentence(&format!("{name} {why}")));
        self.change(&[(path, value.map_err(refused)?)], Reason::Save)
    }

    /// Changes values in the file and takes them over; everything else in it stays.
    fn change(&self, changes: &[Change], reason: Reason) -> Result<()> {
        let new = self.file.change(reason, None, |old| {
            let text = match old {
                Some(bytes) => self.readable(bytes)?,
                None => reference::FILE,
            };
            let edited = editing::edited(text, changes);
            Self::fitting(edited.map_err(|why| self.broken(&why))?.into_bytes())
        })?;
        self.take_over(&new);
        Ok(())
    }

    /// Refuses a file that is larger than what would be read again.
    fn fitting(bytes: Vec<u8>) -> Result<Vec<u8>> {
        if bytes.len() as u64 <= reading::LARGEST {
            return Ok(bytes);
        }
        let message = format!(
            "The settings would have {} KiB; at most {} KiB are read.",
            bytes.len() >> 10,
            reading::LARGEST >> 10
        );
        Err(Error::new(Code::BadSetting, message))
    }

    /// Sets one of a model's own values of the sampler.
    pub fn set_model_sampling(&self, model: &str, name: &str, text: Option<&str>) -> Result<()> {
        let path = ["models", model, "sampling", name].map(str::to_owned);
        self.set(&keys::joined(&path), text)
    }

    /// Lets what is set for one model be set for it under its new name.
    pub fn rename_model(&self, from: &str, to: &str) -> Result<()> {
        if !self.get().models.contains_key(from) {
            return Ok(());
        }
        let new = self.file.change(Reason::Save, None, |old| {
            let text = self.readable(old.unwrap_or_default())?;
            let renamed = editing::renamed(text, "models", from, to);
            Ok(renamed.map_err(|why| self.broken(&why))?.into_bytes())
        })?;
        self.take_over(&new);
        Ok(())
    }

    /// Saves a text that was edited as a whole. `base` is the hash of the text that the user
    /// began with: where the file is another one by now, nothing is overwritten. Refused where
    /// something in it is wrong.
    pub fn save_text(&self, text: &str, base: &str) -> Result<()> {
        Self::checked(text)?;
        let new = self.file.change(Reason::Save, None, |old| {
            if old.is_some_and(|old| hash_of(old) != base) {
                return Err(Error::new(
                    Code::Conflict,
                    "Another program has changed the settings file meanwhile. Nothing was \
                     overwritten.",
                ));
            }
            Self::fitting(text.as_bytes().to_vec())
        })?;
        self.take_over(&new);
        Ok(())
    }

    /// Says what is wrong with a file's bytes.
    #[must_use]
    pub fn faults_in(bytes: &[u8]) -> Vec<Fault> {
        match reading::read(bytes) {
            Ok(reading) => reading.faults,
            Err(fault) => vec![fault],
        }
    }

    fn checked(text: &str) -> Result<()> {
        let faults = Self::faults_in(text.as_bytes());
        if faults.is_empty() {
            return Ok(());
        }
        let told: Vec<String> = faults
            .iter()
            .map(|fault| sentence(&fault.to_string()))
            .collect();
        Err(Error::new(Code::BadSetting, told.join(" ")))
    }

    /// Replaces the whole file, as a full backup does.
    pub(crate) fn replace(&self, bytes: Vec<u8>, note: String) -> Result<()> {
        let new = self
            .file
            .change(Reason::Restore, Some(note), |_| Ok(bytes))?;
        self.take_over(&new);
        Ok(())
    }

    /// Sets several values at once, as a profile does.
    pub(super) fn apply(&self, changes: &[Change]) -> Result<()> {
        self.change(changes, Reason::Profile)
    }

    /// The file's text.
    pub(super) fn text(&self) -> Result<String> {
        match self.file.read()? {
            Some(bytes) => Ok(self.readable(&bytes)?.to_owned()),
            None => Ok(reference::FILE.to_owned()),
        }
    }

    /// All earlier states, the newest first.
    pub fn states(&self) -> Result<Vec<State>> {
        self.file.timeline().list()
    }

    /// Keeps the file as it is now, with a note.
    pub fn keep(&self, note: Option<String>) -> Result<()> {
        let _turn = self.file.turn()?;
        let bytes = self.file.read()?.unwrap_or_default();
        self.file.timeline().note(&bytes, Reason::Asked, note)
    }

    /// What differs between a state and a later one, or the file as it is now.
    pub fn compare(&self, before: &str, after: Option<&str>) -> Result<Differences> {
        self.file.compare(before, after)
    }

    /// What differs between the file as it is now and a text.
    pub fn compare_text(&self, text: &str) -> Result<Differences> {
        Ok(differences::between(&self.text()?, text))
    }

    /// Makes the file what it was, byte for byte. What it is now is kept.
    pub fn restore(&self, id: &str) -> Result<()> {
        let new = self.file.restore(id)?;
        self.take_over(&new);
        Ok(())
    }

    /// Takes single values back from a state; those that it did not set are taken out.
    pub fn restore_keys(&self, id: &str, names: &[String]) -> Result<()> {
        let bytes = self.file.timeline().read(id)?;
        let text = self.readable(&bytes)?;
        let document = Document::parse(body(text)).map_err(|error| self.broken(&error))?;
        let now = self.text()?;
        let now = Document::parse(body(&now)).map_err(|error| self.broken(&error))?;
        let change = |name: &String| -> Result<Change> {
            let path = keys::parsed(name)?;
            let item = editing::value_at(document.as_table(), &path);
            let is_now = editing::value_at(now.as_table(), &path).is_some_and(Item::is_value);
            match item.and_then(Item::as_value) {
                Some(value) => Ok((path, Some(value.clone()))),
                // It was not set then, and is now.
                None if item.is_none() && is_now => Ok((path, None)),
                None => {
                    let message = format!("There is no setting {name} in {id} or in the file.");
                    Err(Error::new(Code::NotFound, message))
                }
            }
        };
        let changes: Vec<Change> = names.iter().map(change).collect::<Result<_>>()?;
        self.change(&changes, Reason::Restore)
    }

    /// The newest earlier state that can be read without any fault, to go back to.
    pub fn newest_sound(&self) -> Result<Option<State>> {
        let timeline = self.file.timeline();
        Ok(timeline.list()?.into_iter().find(|state| {
            let bytes = timeline.read(&state.id);
            let was_lost = bytes.as_deref().is_ok_and(looking::is_lost);
            let read = bytes.ok().and_then(|bytes| reading::read(&bytes).ok());
            read.is_some_and(|reading| reading.faults.is_empty()) && !was_lost
        }))
    }

    fn readable<'a>(&self, bytes: &'a [u8]) -> Result<&'a str> {
        std::str::from_utf8(bytes).map_err(|error| self.broken(&error))
    }

    fn broken(&self, why: &dyn std::fmt::Display) -> Error {
        let message = format!(
            "The settings in {} have to be mended first: {why}",
            self.path().display()
        );
        Error::new(Code::BadSetting, message)
    }
}

/// The setting of a name.
pub(super) fn field(key: &str) -> Result<(Vec<String>, &'static Field)> {
    let path = keys::parsed(key)?;
    match schema::place(&path) {
        Place::Field(field) => Ok((path, field)),
        Place::Section => {
            let message = format!("{key} is a section; name a setting in it.");
            Err(Error::new(Code::BadSetting, message))
        }
        Place::Unknown => {
            let message = format!("There is no setting {key}. `hearth config list` names all.");
            Err(Error::new(Code::NotFound, message))
        }
    }
}
