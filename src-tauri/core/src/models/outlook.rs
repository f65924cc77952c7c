//! What a user is told of the models on this computer: what they are, whether they run, what
//! they take and give.

use std::path::{Path, PathBuf};

use serde::Serialize;
use specta::Type;

use super::gguf::Value;
use super::header;
use super::machine::{Expectation, Machine};
use super::requantize::{self, Smaller};
use super::split::Part;
use super::{BUILT_IN, Model, split};
use crate::store::downloads::Download;
use crate::store::learned::Learned;
use crate::{Code, Hearth, Result};

/// A model file, or what is wrong with it.
#[derive(Clone, Debug, Serialize, Type)]
pub struct InstalledModel {
    /// The file's name without its ending.
    pub id: String,
    /// The file.
    pub file: PathBuf,
    /// The model; none where the file cannot be used.
    pub model: Option<Model>,
    /// What is wrong with the file.
    pub fault: Option<String>,
    /// What it takes and gives on this computer.
    pub expected: Option<Expectation>,
    /// Whether it answers new messages.
    pub chosen: bool,
    /// Whether the file has another size than when it was downloaded.
    pub changed: bool,
    /// Where the file lies, if it is another program's.
    pub linked: Option<PathBuf>,
}

/// Everything that is known of a model.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Details {
    /// The file.
    pub path: PathBuf,
    /// The family of models that it belongs to, as the file calls it.
    pub architecture: String,
    /// Its parameters.
    #[specta(type = u32)]
    pub parameters: f64,
    /// Its licence, where the file states it.
    pub license: Option<String>,
    /// How it cuts texts into tokens, as the file calls it.
    pub tokenizer: Option<String>,
    /// Whether the file says how messages are put to it.
    pub has_template: bool,
    /// Where it was downloaded from.
    pub source: Option<String>,
    /// The SHA-256 that it came with.
    pub sha256: Option<String>,
    /// What using it has shown.
    pub learned: Option<Learned>,
    /// The smaller copies that can be made of it.
    pub smaller: Vec<Smaller>,
}

impl Hearth {
    /// This computer now, and what models have shown on it.
    pub async fn machine(&self) -> Result<Machine> {
        Machine::look(&self.folder, &self.engines, &self.store.learned().await?).await
    }

    /// Every model file that can chat or cannot be used, each with what it takes here.
    pub async fn installed_models(&self) -> Result<Vec<InstalledModel>> {
        // Whoever cannot say what to expect of the models can still list them.
        let machine = self.machine().await;
        let machine =
            machine.inspect_err(|error| tracing::warn!(%error, "this computer is not known"));
        let coming = self.store.downloads().await?;
        let is_coming = |path: &Path| {
            let name = Part::of(path).map(|part| part.name);
            let part = |one: &Download| Part::of(Path::new(&one.order.name)).map(|part| part.name);
            name.is_some() && coming.iter().any(|one| part(one) == name)
        };
        let learned = self.store.learned().await?;
        let sizes = self.store.downloaded_sizes().await?;
        let config = self.settings.get();
        let describe = |(path, model): (PathBuf, Result<Model>)| {
            let id = stem(&path);
            let (model, fault) = match model {
                Ok(model) => (Some(model), None),
                // The search model that ships beside Ember cannot chat, and need not.
                Err(error) if error.code == Code::ModelUnsupported => return None,
                // Its other parts are on their way.
                Err(_) if is_coming(&path) => return None,
                Err(error) => (None, Some(error.message)),
            };
            Some(InstalledModel {
                chosen: config.chat.model == id,
                expected: model.as_ref().and_then(|model| {
                    Some(self.expect(model, machine.as_ref().ok()?, learned.get(&id)))
                }),
                changed: model.is_some() && is_changed(&path, &sizes),
                linked: path.read_link().ok(),
                file: path,
                model,
                fault,
                id,
            })
        };
        Ok(self
            .models
            .list()?
            .into_iter()
            .filter_map(describe)
            .collect())
    }

    /// What a model takes and gives: as it was seen, else as it is computed.
    fn expect(&self, model: &Model, machine: &Machine, learned: Option<&Learned>) -> Expectation {
        let config = self.settings.get().engine_for(model);
        let context = self.engines.context_of(model);
        let need = model.measures.need(context, config.cache_type);
        let computed = machine.with_need(model.bytes, need.total(), model.measures.layers);
        match learned.filter(|learned| learned.bytes.total_cmp(&model.bytes).is_eq()) {
            Some(learned) => machine.with_learned(&computed, learned),
            None => computed,
        }
    }

    /// Gives a model another name, and takes it over where the model answers.
    pub async fn rename_model(&self, name: &str, to: &str) -> Result<Model> {
        self.leave(name).await?;
        let was_chosen = self.settings.get().chat.model == name;
        let renamed = self.models.rename(name, to, &self.store).await?;
        self.settings.rename_model(name, &renamed.id)?;
        if was_chosen {
            self.choose_model(&renamed.id)?;
        }
        Ok(renamed)
    }

    /// Moves a model to the system's trash. Where it answered, the built-in one does now.
    pub async fn remove_model(&self, name: &str) -> Result<()> {
        self.leave(name).await?;
        self.models.remove(name, &self.store).await?;
        if self.settings.get().chat.model == name {
            self.choose_model(BUILT_IN)?;
        }
        Ok(())
    }

    /// Lets a model answer from now on.
    pub fn choose_model(&self, name: &str) -> Result<()> {
        let model = self.models.find(name)?;
        self.settings.set("chat.model", Some(&model.id))
    }

    /// Unloads a model, if it is loaded.
    async fn leave(&self, name: &str) -> Result<()> {
        match self.engines.unload(name).await {
            Err(error) if error.code != Code::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Everything that is known of a model.
    pub async fn model_details(&self, name: &str) -> Result<Details> {
        let model = self.models.find(name)?;
        let (gguf, _) = header::read(&model.path)?;
        let text = |key: &str| match gguf.metadata.get(key) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        let mut parameters = gguf.parameters();
        for part in split::files(&model.path).iter().skip(1) {
            parameters += header::read(part)?.0.parameters();
        }
        let file = model.path.file_name().unwrap_or_default();
        let came = self
            .store
            .downloaded(file.to_string_lossy().into_owned())
            .await?;
        let came = came.map(|came| came.order);
        let learned = self.store.learned().await?.remove(&model.id);
        Ok(Details {
            architecture: model.architecture,
            parameters: parameters as f64,
            license: text("general.license"),
            tokenizer: text("tokenizer.ggml.model"),
            has_template: text("tokenizer.chat_template").is_some(),
            source: came
                .as_ref()
                .map(|order| order.repository.clone().unwrap_or(order.url.clone())),
            sha256: came.and_then(|order| order.sha256),
            learned: learned.filter(|learned| learned.bytes.total_cmp(&model.bytes).is_eq()),
            smaller: requantize::offered(parameters as f64, model.bytes),
            path: model.path,
        })
    }
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// Whether a file has another size than it came with.
fn is_changed(path: &Path, sizes: &std::collections::HashMap<String, f64>) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let now = path.metadata().map(|facts| facts.len() as f64);
    match (sizes.get(&*name), now) {
        (Some(then), Ok(now)) => then.total_cmp(&now).is_ne(),
        _ => false,
    }
}
