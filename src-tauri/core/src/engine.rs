//! The workers' supervisor: starts one `hearth-engine` process for a model, watches it,
//! starts it again when it broke, and ends it when nobody needs it.
//!
//! [`Engines`] is the inner end of the pipeline. `place` is where one model's worker is or
//! will be, `worker` is one process and the requests in it, `launch` starts the process,
//! `last_words` keeps the end of its stderr, `limits` says how long it may be silent, `crashes`
//! when it is left alone. `fitting` and `memory` decide what fits, `status` tells the window.

mod answer;
mod crashes;
mod fitting;
mod last_words;
mod launch;
mod limits;
mod memory;
mod place;
mod status;
mod worker;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use hearth_protocol::{Library, Measured, Message, Purpose, Requantize};
use tokio::sync::{Mutex, watch};

use crate::config::Settings;
use crate::models::{Model, Models};
use crate::{Code, Error, Result};

pub use fitting::DEFAULT_CONTEXT;
use launch::Launcher;
pub use limits::Limits;
use place::Place;
use status::Board;
pub use status::{EngineState, EngineStatus};
pub use worker::LoadProgress;
use worker::Worker;

/// The local models' workers. Cheap to clone.
#[derive(Clone)]
pub struct Engines {
    shared: Arc<Shared>,
}

struct Shared {
    launcher: Launcher,
    limits: Limits,
    models: Models,
    settings: Settings,
    /// Where the states of conversations that rest are kept.
    states: PathBuf,
    board: Board,
    places: Mutex<HashMap<PathBuf, Arc<Place>>>,
    /// Held while it is decided whether a model fits, and what has to go for it.
    deciding: Mutex<()>,
}

impl Engines {
    /// Prepares to start workers from this binary; none runs yet.
    pub fn new(
        binary: PathBuf,
        models: Models,
        settings: Settings,
        states: PathBuf,
        limits: Limits,
    ) -> Result<Self> {
        Ok(Self {
            shared: Arc::new(Shared {
                launcher: Launcher::start(binary)?,
                limits,
                models,
                settings,
                states,
                board: Board::default(),
                places: Mutex::default(),
                deciding: Mutex::default(),
            }),
        })
    }

    /// How many tokens messages have for a model, and how many its context holds.
    pub async fn measure(
        &self,
        model: &Model,
        messages: Vec<Message>,
        progress: &LoadProgress,
    ) -> Result<(Measured, u32)> {
        let worker = self.worker(model, Purpose::Chat, progress).await?;
        Ok((worker.measure(messages).await?, worker.loaded().context))
    }

    /// An estimate that is never too low, for messages that fit even so, while the model is not
    /// loaded: every token stands for one byte at least.
    pub(crate) async fn estimate(
        &self,
        model: &Model,
        messages: &[Message],
    ) -> Option<(Measured, u32)> {
        /// What a template puts around a message and the whole, at most, in tokens.
        const AROUND: u32 = 48;
        let place = self.shared.places.lock().await.get(&model.path).cloned();
        if place.is_some_and(|place| place.is_running()) {
            return None;
        }
        let settings = self.shared.settings.get().engine_for(model);
        let holds = fitting::least(model, &settings);
        let texts = messages
            .iter()
            .map(|one| one.content.len() + AROUND as usize);
        let each: Vec<u32> = texts.map_while(|size| size.try_into().ok()).collect();
        let total = each
            .iter()
            .fold(AROUND, |sum, one| sum.saturating_add(*one));
        let fits = each.len() == messages.len() && total <= holds / 2;
        let measured = Measured { id: 0, total, each };
        fits.then_some((measured, holds))
    }

    /// What a model is beyond its name, as far as it shapes answers: its files, and how it is
    /// run. A file is known by its size and the time of its last change.
    #[must_use]
    pub fn maker(&self, model: &Model) -> String {
        let settings = self.shared.settings.get().engine_for(model);
        let file = |path: &std::path::Path| {
            let facts = std::fs::metadata(path).ok();
            let changed = facts.as_ref().and_then(|facts| facts.modified().ok());
            let since = changed.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
            let since = since.unwrap_or_default().as_nanos();
            format!(
                "{} {} {since}",
                path.display(),
                facts.map_or(0, |facts| facts.len())
            )
        };
        let adapter = settings.lora.as_deref().map(file);
        let today = model.is_dated.then(|| jiff::Zoned::now().date());
        format!(
            "hearth {} | {} | {} | {today:?} | context {} | cache {:?} | attention {:?} | adapter {adapter:?} \
             {:?} | layers {:?}",
            env!("CARGO_PKG_VERSION"),
            model.bytes,
            file(&model.path),
            settings.context,
            settings.cache_type,
            settings.flash_attention,
            settings.lora_scale,
            settings.gpu_layers,
        )
    }

    /// The vectors of texts by the built-in embedding model, each of length one. The model is
    /// loaded at the first call and leaves the memory like any other.
    pub async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>> {
        let model = self.shared.models.embedder()?;
        let worker = self.worker(&model, Purpose::Embeddings, &quietly()).await?;
        worker.embed(texts).await
    }

    /// The name of the built-in embedding model: vectors of one say nothing to another.
    pub fn embedder(&self) -> Result<String> {
        Ok(self.shared.models.embedder()?.id)
    }

    /// Loads a model now, also one that was left alone because it kept crashing.
    pub async fn load(&self, name: &str) -> Result<()> {
        let model = self.shared.models.find(name)?;
        let place = self.place(&model).await;
        place.forgive().await;
        self.worker(&model, Purpose::Chat, &quietly()).await?;
        Ok(())
    }

    /// Ends a model's worker; what it was answering is stopped. Returns when its memory is
    /// free. What conversations have read is kept on the disk first.
    pub async fn unload(&self, name: &str) -> Result<()> {
        // Also one whose file is gone by now, or lies elsewhere.
        let shown = self.shared.board.path_of(name);
        // What cannot be read is not loaded either.
        let path = shown.or_else(|| Some(self.shared.models.find(name).ok()?.path));
        let place = match path {
            Some(path) => self.shared.places.lock().await.get(&path).cloned(),
            None => None,
        };
        if let Some(place) = place
            && place.unload(&self.shared).await
        {
            return Ok(());
        }
        Err(Error::new(Code::NotFound, format!("{name} is not loaded.")))
    }

    /// Unloads a model, if it is loaded, and loads it with the settings of now.
    pub async fn reload(&self, name: &str) -> Result<()> {
        let model = self.shared.models.find(name)?;
        self.place(&model).await.unload(&self.shared).await;
        self.load(name).await
    }

    /// Loads the models that the settings name, one after the other. One that cannot be loaded
    /// shows why in its state.
    pub async fn preload(&self) {
        for name in &self.shared.settings.get().engine.preload {
            if let Err(error) = self.load(name).await {
                tracing::warn!(%error, name, "a model was not loaded in advance");
            }
        }
    }

    /// Ends every worker in order, so that nothing that was read is lost.
    pub async fn close(&self) {
        let places: Vec<_> = self.shared.places.lock().await.values().cloned().collect();
        let ends = places.iter().map(|place| place.close(&self.shared));
        futures_util::future::join_all(ends).await;
    }

    /// Forgets everything that models have read, in memory and on the disk. They are loaded
    /// again at the next message.
    pub async fn forget(&self) -> Result<()> {
        self.close().await;
        let folder = &self.shared.states;
        let fault = |error| Error::file("remove what models have read in", folder, &error);
        for entry in std::fs::read_dir(folder).map_err(fault)? {
            let path = entry.map_err(fault)?.path();
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(fault(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The state of every model that is loaded, or was and failed; and every change of it.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Vec<EngineStatus>> {
        self.shared.board.watch()
    }

    /// What a loaded model has shown so far: the time that loading took, in milliseconds, and
    /// the memory that it takes now, in bytes.
    pub async fn shown(&self, model: &Model) -> Option<(u32, f64)> {
        let place = self.shared.places.lock().await.get(&model.path).cloned();
        place?.shown(model.measures.weights)
    }

    /// Starts a worker without a model, asks what it found on this machine, and ends it.
    pub async fn libraries(&self) -> Result<Vec<Library>> {
        worker::libraries(&self.shared.launcher, self.shared.limits).await
    }

    /// Has a process of its own write a smaller copy of a model. Dropping it gives it up.
    pub(crate) async fn requantize(&self, order: Requantize) -> Result<()> {
        worker::requantize(&self.shared.launcher, self.shared.limits, order).await
    }

    /// The context with which a model is loaded at most, in tokens.
    #[must_use]
    pub fn context_of(&self, model: &Model) -> u32 {
        fitting::wanted(model, &self.shared.settings.get().engine_for(model))
    }

    /// The worker for a model, started if none runs.
    async fn worker(
        &self,
        model: &Model,
        purpose: Purpose,
        progress: &LoadProgress,
    ) -> Result<Arc<Worker>> {
        let place = self.place(model).await;
        place.worker(&self.shared, model, purpose, progress).await
    }

    async fn place(&self, model: &Model) -> Arc<Place> {
        let mut places = self.shared.places.lock().await;
        let place = places
            .entry(model.path.clone())
            .or_insert_with(|| Arc::new(Place::new(self.shared.board.report(model))));
        Arc::clone(place)
    }
}

fn quietly() -> LoadProgress {
    Arc::new(|_| {})
}
