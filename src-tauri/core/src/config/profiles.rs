//! Profiles: several settings at once, for a purpose. Some come with Hearth, others the user has
//! made of the settings as they were. A profile is a settings file with a few values, and its
//! first remark says what it is for.

use std::path::{Path, PathBuf};

use serde::Serialize;
use specta::Type;
use toml_edit::Document;

use super::differences::{self, Differences};
use super::editing::{self, Change};
use super::settings::{Settings, field, values_in};
use super::{keys, reading};
use crate::folder::replace_file;
use crate::{Code, Error, Result};

/// Those that come with Hearth. Figures of row D13.
const SHIPPED: [(&str, &str); 6] = [
    (
        "low-resource",
        include_str!("../../../../assets/profiles/low-resource.toml"),
    ),
    (
        "balanced",
        include_str!("../../../../assets/profiles/balanced.toml"),
    ),
    (
        "high-quality",
        include_str!("../../../../assets/profiles/high-quality.toml"),
    ),
    (
        "production",
        include_str!("../../../../assets/profiles/production.toml"),
    ),
    (
        "high-load",
        include_str!("../../../../assets/profiles/high-load.toml"),
    ),
    (
        "development",
        include_str!("../../../../assets/profiles/development.toml"),
    ),
];
/// Sections whose values a profile of the user's own takes along.
const TAKEN: [&str; 2] = ["sampling.", "engine."];
/// Characters of a name, at most.
const LONGEST_NAME: usize = 40;

/// A profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub help: String,
    /// Whether the user has made it.
    pub is_own: bool,
}

/// The profiles of a data folder. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Profiles {
    folder: PathBuf,
    settings: Settings,
}

impl Profiles {
    /// Those that come with Hearth, and those in this folder, which need not exist.
    #[must_use]
    pub fn new(folder: PathBuf, settings: Settings) -> Self {
        Self { folder, settings }
    }

    /// All of them, those of Hearth first.
    pub fn list(&self) -> Result<Vec<Profile>> {
        let shipped = SHIPPED
            .iter()
            .map(|(name, text)| profile(name, text, false));
        let mut all: Vec<Profile> = shipped.collect();
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(all),
            Err(error) => return Err(Error::file("read the profiles in", &self.folder, &error)),
        };
        let mut own: Vec<Profile> = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            // What could not be applied by its name is no profile.
            let is_ours = |name: &&str| !is_shipped(name) && self.own(name).is_ok();
            let is_toml = path.extension().is_some_and(|end| end == "toml");
            if let Some(name) = stem.filter(|_| is_toml).filter(is_ours) {
                // One that cannot be read says so when it is asked for.
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                own.push(profile(name, &text, true));
            }
        }
        own.sort_by(|one, other| one.name.cmp(&other.name));
        all.append(&mut own);
        Ok(all)
    }

    /// What applying a profile would change.
    pub fn preview(&self, name: &str) -> Result<Differences> {
        let before = self.settings.text()?;
        let after = editing::edited(&before, &self.changes(name)?)
            .map_err(|why| Error::new(Code::BadSetting, why))?;
        Ok(differences::between(&before, &after))
    }

    /// Applies a profile. The state before is kept, to go back to.
    pub fn apply(&self, name: &str) -> Result<()> {
        self.settings.apply(&self.changes(name)?)
    }

    /// Makes a profile of the settings as they are now.
    pub fn save(&self, name: &str) -> Result<()> {
        let name = name.trim();
        let path = self.own(name)?;
        if is_shipped(name) || path.exists() {
            let message = format!("There is a profile “{name}” already; choose another name.");
            return Err(Error::new(Code::NameRefused, message));
        }
        let text = self.settings.text()?;
        let changes = values(&text, |key| {
            TAKEN.iter().any(|section| key.starts_with(section))
        })?;
        let text = editing::edited("# Made of the settings as they were.\n", &changes)
            .map_err(|why| Error::new(Code::BadSetting, why))?;
        self.write(&path, text.as_bytes())
    }

    /// Adds a profile from a full backup, under another name where one of this name is another.
    pub(crate) fn add(&self, wanted: &str, bytes: &[u8]) -> Result<()> {
        // Room for a number behind it.
        let stem: String = wanted.chars().take(LONGEST_NAME - 6).collect();
        let numbered = (2..).map(|number| format!("{stem} {number}"));
        for name in std::iter::once(wanted.to_owned()).chain(numbered) {
            let path = self.own(&name)?;
            if is_shipped(&name) {
                continue;
            }
            match std::fs::read(&path) {
                Ok(old) if old == bytes => return Ok(()),
                Ok(_) => {}
                Err(_) => return self.write(&path, bytes),
            }
        }
        Ok(())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let fault = |error| Error::file("save the profile in", path, &error);
        std::fs::create_dir_all(&self.folder).map_err(fault)?;
        replace_file(path, bytes).map_err(fault)
    }

    /// Removes a profile of the user's own.
    pub fn remove(&self, name: &str) -> Result<()> {
        let path = self.own(name)?;
        std::fs::remove_file(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => missing(name),
            _ => Error::file("remove", &path, &error),
        })
    }

    /// What a profile sets; what only others set goes back to its default.
    fn changes(&self, name: &str) -> Result<Vec<Change>> {
        let text = self.text(name)?;
        let fault = match reading::read(text.as_bytes()) {
            Ok(read) => read.faults.into_iter().next(),
            Err(fault) => Some(fault),
        };
        if let Some(fault) = fault {
            let message = format!("The profile “{name}” cannot be used: {fault}");
            return Err(Error::new(Code::BadSetting, message));
        }
        let own = values(&text, |_| true)?;
        let mut changes: Vec<Change> = Vec::new();
        for (_, text) in SHIPPED {
            for (path, _) in values(text, |_| true)? {
                let is_told = own.iter().chain(&changes).any(|(told, _)| *told == path);
                if !is_told {
                    let (_, field) = field(&keys::joined(&path))?;
                    let default = editing::typed(field, &field.default).ok();
                    changes.push((path, default.filter(|_| !field.is_optional)));
                }
            }
        }
        changes.extend(own);
        Ok(changes)
    }

    fn text(&self, name: &str) -> Result<String> {
        if let Some((_, text)) = SHIPPED.iter().find(|(shipped, _)| *shipped == name) {
            return Ok((*text).to_owned());
        }
        let path = self.own(name)?;
        std::fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => missing(name),
            _ => Error::file("read the profile", &path, &error),
        })
    }

    /// Where a profile of the user's own lies; refused where the name can be that of none.
    pub(crate) fn own(&self, name: &str) -> Result<PathBuf> {
        let is_plain = |sign: char| sign.is_alphanumeric() || "-_ .".contains(sign);
        let is_name = !name.is_empty()
            && name.chars().count() <= LONGEST_NAME
            && name.chars().all(is_plain)
            && !name.starts_with('.')
            && Path::new(name).file_name() == Some(name.as_ref());
        if !is_name {
            let message = format!(
                "“{name}” cannot be the name of a profile: up to {LONGEST_NAME} letters, digits, \
                 blanks, dots and dashes."
            );
            return Err(Error::new(Code::NameRefused, message));
        }
        Ok(self.folder.join(format!("{name}.toml")))
    }
}

fn is_shipped(name: &str) -> bool {
    SHIPPED.iter().any(|(shipped, _)| *shipped == name)
}

fn missing(name: &str) -> Error {
    Error::new(Code::NotFound, format!("There is no profile “{name}”."))
}

fn profile(name: &str, text: &str, is_own: bool) -> Profile {
    let remarks = text.lines().map_while(|line| line.strip_prefix('#'));
    let help = remarks.map(str::trim).collect::<Vec<_>>().join(" ");
    Profile {
        name: name.to_owned(),
        help,
        is_own,
    }
}

/// The values of a text whose names are wanted.
fn values(text: &str, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Change>> {
    let document = Document::parse(text)
        .map_err(|error| Error::new(Code::BadSetting, format!("It cannot be read: {error}")))?;
    let mut changes = Vec::new();
    for shown in values_in(text)
        .into_iter()
        .filter(|shown| is_wanted(&shown.key))
    {
        let path = keys::parsed(&shown.key)?;
        let item = editing::value_at(document.as_table(), &path);
        if let Some(mut value) = item.and_then(|item| item.clone().into_value().ok()) {
            value.decor_mut().clear();
            changes.push((path, Some(value)));
        }
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles(folder: &Path) -> Profiles {
        let settings = Settings::open(folder.join("config.toml"));
        Profiles::new(folder.join("profiles"), settings)
    }

    #[test]
    fn a_profile_is_shown_before_it_is_applied_and_can_be_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = profiles(folder.path());
        let settings = &profiles.settings;
        settings.set("window.theme", Some("dark")).unwrap();
        let before = std::fs::read(settings.path()).unwrap();
        let keys: Vec<String> = profiles
            .preview("low-resource")
            .unwrap()
            .keys
            .into_iter()
            .map(|change| change.key)
            .collect();
        assert!(keys.contains(&"engine.context".to_owned()), "{keys:?}");
        assert_eq!(std::fs::read(settings.path()).unwrap(), before);
        profiles.apply("low-resource").unwrap();
        assert_eq!(settings.get().engine.context, 512);
        assert_eq!(settings.get().sampling.max_tokens, Some(128));
        assert_eq!(settings.get().window.theme, crate::config::Theme::Dark);
        // Another profile leaves nothing of the first behind.
        profiles.apply("balanced").unwrap();
        assert_eq!(
            settings.get().engine,
            crate::config::engine::Engine::default()
        );
        let states = settings.states().unwrap();
        settings.restore(&states[2].id).unwrap();
        assert_eq!(std::fs::read(settings.path()).unwrap(), before);
    }

    #[test]
    fn a_profile_of_ones_own_brings_its_values_back() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = profiles(folder.path());
        let settings = &profiles.settings;
        settings.set("sampling.temperature", Some("0.3")).unwrap();
        settings.set("engine.slots", Some("2")).unwrap();
        profiles.save("at night").unwrap();
        settings.set("sampling.temperature", Some("1.5")).unwrap();
        profiles.apply("production").unwrap();
        profiles.apply("at night").unwrap();
        assert_eq!(settings.get().sampling.temperature, Some(0.3));
        assert_eq!(settings.get().engine.slots, 2);
        assert_eq!(settings.get().sampling.max_tokens, None);
        assert_eq!(profiles.list().unwrap().last().unwrap().name, "at night");
        profiles.remove("at night").unwrap();
        assert_eq!(
            profiles.remove("at night").unwrap_err().code,
            Code::NotFound
        );
    }

    #[test]
    fn names_that_lead_elsewhere_and_broken_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = profiles(folder.path());
        for bad in ["", "..", "a/b", "../x", ".x", "balanced", &"x".repeat(41)] {
            assert_eq!(
                profiles.save(bad).unwrap_err().code,
                Code::NameRefused,
                "{bad}"
            );
        }
        std::fs::create_dir(folder.path().join("profiles")).unwrap();
        std::fs::write(folder.path().join("profiles/odd.toml"), "[engine\n").unwrap();
        assert_eq!(profiles.apply("odd").unwrap_err().code, Code::BadSetting);
        assert_eq!(profiles.list().unwrap().len(), SHIPPED.len() + 1);
    }

    #[test]
    fn every_profile_that_ships_is_sound_and_says_what_it_is_for() {
        for (name, text) in SHIPPED {
            let read = reading::read(text.as_bytes()).unwrap();
            assert_eq!((read.faults, read.unknown), (vec![], vec![]), "{name}");
            assert!(profile(name, text, false).help.ends_with('.'), "{name}");
        }
    }
}
