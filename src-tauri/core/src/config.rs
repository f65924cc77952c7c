//! The settings file `config.toml`, which users may edit too.
//!
//! [`Config`] is what it says, and with its types the source of everything that is known about
//! settings ([`schema`]). [`reading`] takes a file apart, [`Settings`] is the file in use; every
//! state of it is kept in a [`timeline`], and any two can be compared ([`differences`]).

pub mod cache;
pub mod differences;
pub(crate) mod editing;
pub mod engine;
pub mod hub;
pub(crate) mod kept;
mod keys;
pub mod memory;
pub mod profiles;
pub mod queue;
pub mod reading;
pub mod reference;
pub mod sampling;
pub mod schema;
mod settings;
pub mod timeline;

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::models::{BUILT_IN, Model};

use engine::{Engine, ModelEngine};
use sampling::SamplingConfig;

pub use settings::{SettingShown, Settings, SettingsShown};

/// The settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// Conversations.
    pub chat: Chat,
    /// What is remembered of you, across conversations.
    pub memory: memory::Memory,
    /// Answers that are kept, so that the same question does not cost its answer twice.
    pub cache: cache::Cache,
    /// Requests that wait for a model, because all its slots are taken.
    pub queue: queue::Queue,
    /// How answers are drawn. What is not set is the model's own default. Each model can have
    /// its own values.
    pub sampling: SamplingConfig,
    /// How models are run. Changes hold for models that are loaded after them. Each model can
    /// have its own values for most of them.
    pub engine: Engine,
    /// Where models come from. A token for what is not open to all is no setting: the system's
    /// keychain keeps it (page Models, or `hearth models token`), or it is read from `HF_TOKEN`.
    pub hub: hub::Hub,
    /// How the window looks.
    pub window: Window,
    /// Earlier states of the settings, which are kept before every change.
    pub backups: Backups,
    /// What Hearth notes about itself: never what was said in a conversation.
    pub log: Log,
    /// What is different for single models, by their names.
    pub models: BTreeMap<String, ModelConfig>,
}

/// Conversations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Chat {
    /// The model that answers: a name from `hearth models list`, or the path of a GGUF file.
    pub model: String,
    /// Who answers where a conversation says nothing else: the name of a persona; empty for none.
    pub persona: String,
    /// Instructions at the start of every conversation; empty for none.
    #[schemars(extend("x-long" = true))]
    pub system_prompt: String,
    /// Instructions that stand behind those of every conversation, whatever its own are; empty
    /// for none.
    #[schemars(extend("x-long" = true))]
    pub master_prompt: String,
    /// Stands before each of your messages when it is sent; empty for nothing.
    #[schemars(extend("x-long" = true))]
    pub message_prefix: String,
    /// Stands behind each of your messages when it is sent; empty for nothing.
    #[schemars(extend("x-long" = true))]
    pub message_suffix: String,
    /// How prefix, message and suffix are put together, such as `{{prefix}} {{message}}
    /// {{suffix}}`; empty for one below the other.
    #[schemars(extend("x-long" = true))]
    pub message_format: String,
    /// How every answer begins; empty where the model begins it.
    #[schemars(extend("x-long" = true))]
    pub primer: String,
    /// Let the model name a conversation after its first answer.
    pub titles: bool,
    /// Send texts in as few tokens as say the same: without superfluous blanks and empty lines,
    /// JSON without its layout, what stands there twice only once. What you wrote stays as it is,
    /// and so does code.
    pub compact: bool,
    /// Sum up long conversations, so that what no longer fits into the model's context is not
    /// lost to it.
    pub summaries: bool,
}

/// What is different for one model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ModelConfig {
    /// How its answers are drawn.
    pub sampling: SamplingConfig,
    /// How it is run.
    pub engine: ModelEngine,
    /// How requests of a batch are put together for it.
    pub queue: queue::ModelQueue,
}

/// How the window looks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Window {
    /// Light, dark, or as the system is set.
    #[schemars(with = "String", extend("enum" = ["system", "light", "dark"]))]
    pub theme: Theme,
    /// The key that opens the window for a quick question from anywhere, where the system allows
    /// it; empty for none.
    #[schemars(extend("x-restart" = true))]
    pub quick_ask: String,
}

/// Earlier states of the settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Backups {
    /// States that are kept; the oldest leave first.
    #[schemars(range(min = 10, max = 100_000))]
    pub keep: u32,
}

/// What Hearth notes about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Log {
    /// How much is noted.
    #[schemars(extend("enum" = ["off", "error", "warn", "info", "debug", "trace"]))]
    pub level: String,
    /// Other levels for single parts, such as `hearth_core::models=debug`.
    pub targets: Vec<String>,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            targets: Vec::new(),
        }
    }
}

impl Default for Backups {
    fn default() -> Self {
        Self { keep: 1000 }
    }
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
            persona: String::new(),
            system_prompt: String::new(),
            master_prompt: String::new(),
            message_prefix: String::new(),
            message_suffix: String::new(),
            message_format: String::new(),
            primer: String::new(),
            titles: true,
            compact: true,
            summaries: true,
        }
    }
}

impl Config {
    /// Takes paths that are relative as beginning in the folder of the settings file, where
    /// something lies there, so that they hold from wherever Hearth is started.
    fn resolve(&mut self, folder: &Path) {
        let own = self.models.values_mut().map(|model| &mut model.engine);
        let files = own.flat_map(|engine| [&mut engine.draft, &mut engine.lora]);
        for path in files.flatten() {
            if let Some(found) = Some(folder.join(&*path)).filter(|found| found.exists()) {
                *path = found;
            }
        }
        let model = Path::new(&self.chat.model);
        let found = Some(folder.join(model)).filter(|found| found.exists());
        // A plain name is that of a model.
        let found = found.filter(|_| model.components().count() > 1);
        if let Some(found) = found.as_deref().and_then(Path::to_str) {
            found.clone_into(&mut self.chat.model);
        }
    }

    /// How answers of a model are drawn.
    #[must_use]
    pub fn sampling_for(&self, model: &Model) -> SamplingConfig {
        let own = self.models.get(&model.id).map(|own| &own.sampling);
        own.map_or_else(|| self.sampling.clone(), |own| own.or(&self.sampling))
    }

    /// How many requests a model answers at once.
    #[must_use]
    pub fn slots_of(&self, model: &str) -> usize {
        let own = self.own(model).and_then(|own| own.engine.slots);
        own.unwrap_or(self.engine.slots) as usize
    }

    /// How requests of a batch are put together for a model.
    #[must_use]
    pub fn queue_for(&self, model: &str) -> queue::Queue {
        let own = self.own(model).map(|own| &own.queue);
        own.map_or_else(|| self.queue.clone(), |own| self.queue.with(own))
    }

    /// What is different for a model, by its name or its file.
    fn own(&self, model: &str) -> Option<&ModelConfig> {
        let name = Path::new(model).file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        self.models.get(name.strip_suffix(".gguf").unwrap_or(&name))
    }

    /// How a model is run.
    #[must_use]
    pub fn engine_for(&self, model: &Model) -> Engine {
        let own = self.models.get(&model.id).map(|own| &own.engine);
        own.map_or_else(|| self.engine.clone(), |own| self.engine.with(own))
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
