//! The settings file `config.toml`: typed, written with its comments on the first start, and
//! never overwritten when it cannot be read.

mod file;

use std::path::Path;

use hearth_protocol::Sampling;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::models::{BUILT_IN, Model};
use crate::{Code, Error, Result};

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
}

/// How answers are drawn. What is not set is the model's own default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct SamplingConfig {
    /// See [`Sampling::temperature`].
    pub temperature: Option<f32>,
    /// See [`Sampling::top_p`].
    pub top_p: Option<f32>,
    /// See [`Sampling::top_k`].
    pub top_k: Option<u32>,
    /// See [`Sampling::min_p`].
    pub min_p: Option<f32>,
    /// The longest answer, in tokens.
    pub max_tokens: Option<u32>,
    /// See [`Sampling::seed`]; a new one for every answer where it is not set.
    pub seed: Option<u32>,
}

/// How models are run.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Engine {
    /// Context length in tokens; 0 chooses.
    pub context: u32,
    /// Threads; 0 chooses.
    pub threads: u32,
}

/// How the window looks.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Window {
    /// Light, dark, or as the system.
    pub theme: Theme,
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
            .and_then(|config| match config.sampling.fixed().check() {
                Ok(()) => Ok(config),
                Err(refusal) => Err(format!("sampling.{refusal}")),
            });
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

    /// Changes one setting in the file; comments and everything else stay.
    pub fn set(path: &Path, section: &str, key: &str, value: &str) -> Result<()> {
        file::set(path, section, key, value)
    }
}

impl SamplingConfig {
    /// The sampler for a model: what is set, else the model's default.
    #[must_use]
    pub fn for_model(&self, model: &Model) -> (Sampling, u32) {
        // Ember is a demonstration: its likeliest words are its only reliable ones.
        let temperature = if model.built_in { 0.0 } else { 0.7 };
        let sampling = Sampling {
            temperature: self.temperature.unwrap_or(temperature),
            seed: self.seed.unwrap_or_else(fresh_seed),
            ..self.fixed()
        };
        (sampling, self.max_tokens.unwrap_or(2048))
    }

    /// What does not depend on the model.
    fn fixed(&self) -> Sampling {
        Sampling {
            temperature: self.temperature.unwrap_or(0.7),
            top_p: self.top_p.unwrap_or(0.9),
            top_k: self.top_k.unwrap_or(50),
            min_p: self.min_p.unwrap_or(0.0),
            seed: self.seed.unwrap_or(0),
        }
    }
}

/// A seed that differs from answer to answer.
fn fresh_seed() -> u32 {
    use std::hash::{BuildHasher, RandomState};
    // The standard library seeds its hasher from the system's randomness.
    let random = RandomState::new().hash_one(0).to_le_bytes();
    u32::from_le_bytes([random[0], random[1], random[2], random[3]])
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
            "[chat\n",
        ] {
            std::fs::write(&path, text).unwrap();
            let (config, fault) = Config::load(&path);
            assert_eq!(config, Config::default());
            let fault = fault.unwrap();
            assert_eq!(fault.code, Code::BadSetting);
            assert!(
                fault.message.contains("line") || fault.message.contains("sampling."),
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
        Config::set(&path, "window", "theme", "dark").unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("# mine") && text.contains("new_key = 1 # later"),
            "{text}"
        );
        assert_eq!(Config::load(&path).0.window.theme, Theme::Dark);
    }
}
