//! The settings file as it is shown: its text, its values, and what is wrong with it.

use serde::Serialize;
use specta::Type;
use toml_edit::{Document, TableLike};

use super::Settings;
use crate::config::editing::body;
use crate::config::reading::{self, Fault};
use crate::config::schema::{self, Place};
use crate::config::timeline::hash_of;
use crate::config::{editing, keys, reference};

/// A setting with its value in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct SettingShown {
    /// Its name.
    pub key: String,
    /// As a user types it; none where the file does not set it.
    pub value: Option<String>,
}

/// The settings file, as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct SettingsShown {
    /// Where it lies.
    pub path: String,
    /// Its text.
    pub text: String,
    /// What tells this text from any other; saving names it.
    pub hash: String,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// Names that this Hearth does not know.
    pub unknown: Vec<String>,
    /// Every value that it sets.
    pub values: Vec<SettingShown>,
    /// Whether the defaults are used, whatever it says.
    pub is_safe: bool,
}

impl Settings {
    /// The file with everything that it sets. One that cannot be read is shown as far as it can
    /// be, with why not.
    #[must_use]
    pub fn shown(&self) -> SettingsShown {
        let bytes = self.file.read().map(|bytes| {
            let default = || reference::FILE.as_bytes().to_vec();
            bytes.unwrap_or_else(default)
        });
        let read = match &bytes {
            Ok(bytes) => reading::read(bytes),
            Err(error) => Err(Fault {
                line: 1,
                column: 1,
                key: String::new(),
                why: error.message.clone(),
            }),
        };
        let (faults, unknown) = match read {
            Ok(reading) => (reading.faults, reading.unknown),
            Err(fault) => (vec![fault], Vec::new()),
        };
        let bytes = bytes.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        SettingsShown {
            path: self.path().display().to_string(),
            hash: hash_of(&bytes),
            values: values_in(&text),
            text,
            faults,
            unknown,
            is_safe: self.is_safe,
        }
    }
}

/// Every known value that a text sets.
pub(in crate::config) fn values_in(text: &str) -> Vec<SettingShown> {
    let Ok(document) = Document::parse(body(text)) else {
        return Vec::new();
    };
    let mut values = Vec::new();
    collect(&mut values, document.as_table(), &mut Vec::new());
    values
}

fn collect(values: &mut Vec<SettingShown>, table: &dyn TableLike, path: &mut Vec<String>) {
    for (name, item) in table.iter() {
        path.push(name.to_owned());
        match schema::place(path) {
            Place::Field(_) => values.push(SettingShown {
                key: keys::joined(path),
                value: Some(editing::shown(item)),
            }),
            Place::Section => {
                if let Some(inner) = item.as_table_like() {
                    collect(values, inner, path);
                }
            }
            Place::Unknown => {}
        }
        path.pop();
    }
}
