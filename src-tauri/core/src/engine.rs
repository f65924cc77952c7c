//! The workers' supervisor: starts one `hearth-engine` process for a model, watches it, and
//! starts it again when it broke.
//!
//! [`Engines`] is the inner end of the pipeline. `worker` is one process and the requests in
//! it, `launch` starts the process, `last_words` keeps the end of its stderr, `limits` says
//! how long it may be silent.

mod answer;
mod last_words;
mod launch;
mod limits;
mod worker;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use hearth_protocol::{Library, LoadModel, Measured, Message};
use tokio::sync::Mutex;

use crate::Result;
use crate::models::Model;

use launch::Launcher;
pub use limits::Limits;
pub use worker::LoadProgress;
use worker::Worker;

/// How a model is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadSettings {
    /// Context length in tokens, at most; 0 takes what the model was trained for, up to
    /// [`DEFAULT_CONTEXT`].
    pub context: u32,
    /// Threads; 0 lets the worker choose.
    pub threads: u32,
}

/// The context of a model for which nothing was set. More costs memory whether used or not.
pub const DEFAULT_CONTEXT: u32 = 8192;
/// Requests that one worker answers at the same time.
const SLOTS: u32 = 2;

/// The local models' workers. Cheap to clone.
#[derive(Clone)]
pub struct Engines {
    shared: Arc<Shared>,
}

struct Shared {
    launcher: Launcher,
    limits: Limits,
    models: crate::models::Models,
    settings: Mutex<LoadSettings>,
    places: Mutex<HashMap<PathBuf, Arc<Place>>>,
}

/// Where a model's worker is, or will be.
#[derive(Default)]
struct Place {
    state: Mutex<PlaceState>,
}

#[derive(Default)]
struct PlaceState {
    worker: Option<Arc<Worker>>,
    /// Starts in a row after which no answer was finished.
    broken_starts: u32,
}

impl Engines {
    /// Prepares to start workers from this binary; none runs yet.
    pub fn new(
        binary: PathBuf,
        models: crate::models::Models,
        settings: LoadSettings,
        limits: Limits,
    ) -> Result<Self> {
        Ok(Self {
            shared: Arc::new(Shared {
                launcher: Launcher::start(binary)?,
                limits,
                models,
                settings: Mutex::new(settings),
                places: Mutex::default(),
            }),
        })
    }

    /// The worker for a model, started if none runs. Other models' idle workers end: their
    /// memory is needed. A worker that broke before it finished an answer is started again
    /// after a pause that grows.
    async fn worker(&self, model: &Model, progress: &LoadProgress) -> Result<Arc<Worker>> {
        let place = {
            let mut places = self.shared.places.lock().await;
            places.retain(|path, place| {
                *path == model.path || Arc::strong_count(place) > 1 || place.is_busy()
            });
            Arc::clone(places.entry(model.path.clone()).or_default())
        };
        let mut state = place.state.lock().await;
        if let Some(worker) = &state.worker {
            if worker.is_alive() {
                return Ok(Arc::clone(worker));
            }
            let broke = !worker.has_finished_an_answer();
            state.broken_starts = if broke { state.broken_starts + 1 } else { 0 };
            state.worker = None;
        }
        tokio::time::sleep(self.shared.limits.pause_before_start(state.broken_starts)).await;
        let settings = *self.shared.settings.lock().await;
        let order = LoadModel {
            path: model.path.clone(),
            context: context_for(model, settings),
            slots: SLOTS,
            threads: settings.threads,
        };
        let started =
            Worker::start(&self.shared.launcher, order, self.shared.limits, progress).await;
        match started {
            Ok(worker) => {
                let worker = Arc::new(worker);
                state.worker = Some(Arc::clone(&worker));
                Ok(worker)
            }
            Err(error) => {
                state.broken_starts += 1;
                Err(error)
            }
        }
    }

    /// How many tokens messages have for a model, and how many its context holds.
    pub async fn measure(
        &self,
        model: &Model,
        messages: Vec<Message>,
        progress: &LoadProgress,
    ) -> Result<(Measured, u32)> {
        let worker = self.worker(model, progress).await?;
        Ok((worker.measure(messages).await?, worker.loaded().context))
    }

    /// Starts a worker without a model, asks what it found on this machine, and ends it.
    pub async fn libraries(&self) -> Result<Vec<Library>> {
        worker::libraries(&self.shared.launcher, self.shared.limits).await
    }

    /// The context with which a model is loaded, in tokens.
    pub async fn context_of(&self, model: &Model) -> u32 {
        context_for(model, *self.shared.settings.lock().await)
    }
}

impl Place {
    fn is_busy(&self) -> bool {
        match self.state.try_lock() {
            Ok(state) => state.worker.as_ref().is_some_and(|worker| worker.is_busy()),
            // Somebody is starting it.
            Err(_) => true,
        }
    }
}

/// The context length with which a model is loaded.
fn context_for(model: &Model, settings: LoadSettings) -> u32 {
    let wanted = if settings.context == 0 {
        DEFAULT_CONTEXT
    } else {
        settings.context
    };
    wanted.min(model.context)
}
