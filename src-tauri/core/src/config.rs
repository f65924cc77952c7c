//! The settings file `config.toml`: typed, written with its comments on the first start, and
//! never overwritten when it cannot be read.
//!
//! [`Settings`] is the file in use; [`engine`] and [`sampling`] are its larger sections, which
//! each model may also have for itself; [`hub`] is where models come from.

pub mod engine;
pub(crate) mod file;
pub mod hub;
pub mod sampling;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::models::{BUILT_IN, Model};
use crate::{Code, Error, Result};

use engine::{Engine, ModelEngine};
use sampling::SamplingConfig;

/// The file as it is on the first start; also the reference of all settings.
const DEFAULT: &str = include_str!("../../../assets/config.toml");

/// The settings.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Conversations.
    pub chat: Chat,
    /// How answers are drawn.
    pub sampling: SamplingConfig,
    /// How models are run.
    pub engine: Engine,
    /// What is different for single models, by their names.
    pub models: BTreeMap<String, ModelConfig>,
    /// Where models come from.
    pub hub: hub::Hub,
    /// How the window looks.
    pub window: Window,
}

/// Conversations.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default)]
pub struct Chat {
    /// The model that answers.
    pub model: String,
    /// Instructions at the start of every conversation; empty for none.
    pub system_prompt: String,
    /// Let the model name a conversation after its first answer.
    pub titles: bool,
}

/// What is different for one model.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ModelConfig {
    /// How its answers are drawn.
    pub sampling: SamplingConfig,
    /// How it is run.
    pub engine: ModelEngine,
}

/// How the window looks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default)]
pub struct Window {
    /// Light, dark, or as the system.
    pub theme: Theme,
    /// The key that opens the window for a quick question from anywhere; empty for none.
    pub quick_ask: String,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            quick_ask: "Ctrl+Shift+Space".to_owned(),
        }
    }
}

/// Light, dark, or as the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system is set.
    #[default]
    System,
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

impl Default for Chat {
    fn default() -> Self {
        Self {
            model: BUILT_IN.to_owned(),
            system_prompt: String::new(),
            titles: true,
        }
    }
}

impl Config {
    /// Reads the file; writes it first where it is missing. A file that cannot be understood
    /// is left alone: the defaults are used, and the error says where and why.
    pub fn load(path: &Path) -> (Self, Option<Error>) {
        let text = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let written = file::replace(path, DEFAULT);
                return (Self::default(), written.err());
            }
            Err(error) => {
                return (
                    Self::default(),
                    Some(Error::file("read the settings", path, &error)),
                );
            }
        };
        let parsed = std::str::from_utf8(&text)
            .map_err(|error| error.to_string())
            .and_then(|text| {
                let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
                toml::from_str::<Self>(text).map_err(|error| error.to_string())
            })
            .and_then(|config| config.check().map(|()| config));
        match parsed {
            Ok(config) => (config, None),
            Err(reason) => {
                let message = format!(
                    "The settings in {} are not used, because of this: {reason} The defaults \
                     stand in until it is mended; the file was left as it is.",
                    path.display()
                );
                (Self::default(), Some(Error::new(Code::BadSetting, message)))
            }
        }
    }

    /// Refuses numbers outside their ranges, naming the place of the first.
    fn check(&self) -> std::result::Result<(), String> {
        self.sampling
            .check()
            .map_err(|refusal| format!("sampling.{refusal}."))?;
        self.engine
            .check()
            .map_err(|refusal| format!("engine.{refusal}."))?;
        self.hub
            .check()
            .map_err(|refusal| format!("hub.{refusal}."))?;
        for (name, model) in &self.models {
            let sampling = model.sampling.or(&self.sampling).check();
            sampling.map_err(|refusal| format!("models.{name}.sampling.{refusal}."))?;
            let engine = self.engine.with(&model.engine).check();
            engine.map_err(|refusal| format!("models.{name}.engine.{refusal}."))?;
        }
        Ok(())
    }

    /// How answers of a model are drawn.
    #[must_use]
    pub fn sampling_for(&self, model: &Model) -> SamplingConfig {
        let own = self.models.get(&model.id).map(|own| &own.sampling);
        own.map_or_else(|| self.sampling.clone(), |own| own.or(&self.sampling))
    }

    /// How a model is run.
    #[must_use]
    pub fn engine_for(&self, model: &Model) -> Engine {
        let own = self.models.get(&model.id).map(|own| &own.engine);
        own.map_or_else(|| self.engine.clone(), |own| self.engine.with(own))
    }
}

/// The settings in use. Cheap to clone; all copies change together.
#[derive(Clone, Debug)]
pub struct Settings {
    path: Arc<PathBuf>,
    current: Arc<RwLock<Arc<Config>>>,
    /// Held while the file is read, changed and written.
    changing: Arc<Mutex<()>>,
}

impl Settings {
    /// Reads the file, as [`Config::load`] does.
    pub fn open(path: PathBuf) -> (Self, Option<Error>) {
        let (config, fault) = Config::load(&path);
        let settings = Self {
            path: Arc::new(path),
            current: Arc::new(RwLock::new(Arc::new(config))),
            changing: Arc::default(),
        };
        (settings, fault)
    }

    /// The settings as they are now.
    #[must_use]
    pub fn get(&self) -> Arc<Config> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the settings for this process alone; the file stays as it is.
    pub fn for_now(&self, change: impl FnOnce(&mut Config)) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut current));
    }

    /// Changes how a model's answers are drawn: one field, as somebody typed it; none goes
    /// back to the default. Refused with the range where it is outside.
    pub fn set_model_sampling(&self, model: &str, field: &str, text: Option<&str>) -> Result<()> {
        let value = text.map(|text| sampling::typed(field, text.trim()));
        self.change(
            &["models", model, "sampling"],
            &[(field, value.transpose()?)],
        )
    }

    /// Changes values in the file and takes them over; comments and everything else stay. A
    /// value of none is taken out. Refused, and nothing changed, where the result would not
    /// be valid.
    pub fn change(
        &self,
        section: &[&str],
        values: &[(&str, Option<toml_edit::Value>)],
    ) -> Result<()> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let text = file::changed(&self.path, section, values)?;
        let invalid = |reason: String| Error::new(Code::BadSetting, reason);
        let config: Config = toml::from_str(&text).map_err(|error| invalid(error.to_string()))?;
        config.check().map_err(|reason| {
            let place = section.join(".");
            let reason = reason.strip_prefix(&format!("{place}.")).unwrap_or(&reason);
            invalid(sentence(reason))
        })?;
        file::replace(&self.path, &text)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
        Ok(())
    }
}

/// A setting's name or refusal at the beginning of a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_the_first_start_means_the_defaults() {
        assert_eq!(
            toml::from_str::<Config>(DEFAULT).unwrap(),
            Config::default()
        );
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_with_its_line_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        for text in [
            "[window]\ntheme = \"pink\"\n",
            "[sampling]\ntemperature = nan\n",
            "[models.x.sampling]\ntop_p = 7.0\n",
            "[engine]\nslots = 0\n",
            "[chat\n",
        ] {
            std::fs::write(&path, text).unwrap();
            let (config, fault) = Config::load(&path);
            assert_eq!(config, Config::default());
            let fault = fault.unwrap();
            assert_eq!(fault.code, Code::BadSetting);
            assert!(
                ["line", "sampling.", "engine."]
                    .iter()
                    .any(|place| fault.message.contains(place)),
                "{fault}"
            );
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn setting_a_value_keeps_comments_and_unknown_keys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "# mine\n[window]\nnew_key = 1 # later\n").unwrap();
        let (settings, _) = Settings::open(path.clone());
        settings
            .change(&["window"], &[("theme", Some("dark".into()))])
            .unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("# mine") && text.contains("new_key = 1 # later"),
            "{text}"
        );
        assert_eq!(Config::load(&path).0.window.theme, Theme::Dark);
        assert_eq!(settings.get().window.theme, Theme::Dark);
    }

    #[test]
    fn each_model_remembers_its_own_and_a_value_out_of_range_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let (settings, _) = Settings::open(path.clone());
        let set = |field, text| settings.set_model_sampling("llama-3.2 1b", field, text);
        set("temperature", Some("1,2")).unwrap();
        let before = std::fs::read_to_string(&path).unwrap();
        for (field, text, refusal) in [
            ("top_p", "1.5", "Top_p is 1.5; allowed is 0 to 1."),
            ("top_p", "NaN", "Top_p is NaN; allowed is 0 to 1."),
            ("top_k", "-1", "Top_k is “-1”; it has to be a whole number."),
            (
                "temperature",
                "warm",
                "Temperature is “warm”; it has to be a number.",
            ),
        ] {
            assert_eq!(set(field, Some(text)).unwrap_err().message, refusal);
        }
        assert!(set("mirostat", Some("v3")).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
        let of = |settings: &Settings| settings.get().models["llama-3.2 1b"].sampling.temperature;
        assert_eq!(of(&settings), Some(1.2));
        assert_eq!(
            of(&Settings::open(path).0),
            Some(1.2),
            "also after a restart"
        );
        set("temperature", None).unwrap();
        assert_eq!(of(&settings), None);
    }
}
