//! Where one model's worker is, or will be.

use std::sync::{Arc, Mutex as Lock, PoisonError, Weak};
use std::time::{Duration, Instant};

use hearth_protocol::{Library, LoadModel, Lora, Purpose, StateBudget};
use tokio::sync::Mutex;

use crate::config::engine::Engine;
use crate::models::Model;
use crate::models::need::Need;
use crate::{Code, Error, Result};

use super::Shared;
use super::crashes::Crashes;
use super::fitting::{self, Fitted};
use super::memory::{self, Held};
use super::status::{EngineState, Report};
use super::worker::{LoadProgress, Worker};

/// The place of one model.
pub(super) struct Place {
    report: Report,
    state: Mutex<PlaceState>,
    /// The memory that it takes; known to others while the state is locked.
    held: Lock<Option<Holding>>,
}

#[derive(Default)]
struct PlaceState {
    worker: Option<Arc<Worker>>,
    crashes: Crashes,
}

/// Memory that is taken, or is about to be.
#[derive(Clone, Copy)]
struct Holding {
    need: Need,
    mapped: bool,
    loading: bool,
    /// Whether it is one of the models whose number the settings limit. The one that embeds is
    /// not: else a limit of one would load the chat's model anew for every search of a memory.
    counts: bool,
}

impl Place {
    pub(super) fn new(report: Report) -> Self {
        Self {
            report,
            state: Mutex::default(),
            held: Lock::default(),
        }
    }

    /// Forgets the crashes of the past.
    pub(super) async fn forgive(&self) {
        self.state.lock().await.crashes.forget();
    }

    /// Whether its worker runs.
    pub(super) fn is_running(&self) -> bool {
        let state = self.state.try_lock();
        state.is_ok_and(|state| {
            state
                .worker
                .as_ref()
                .is_some_and(|worker| worker.is_alive())
        })
    }

    /// What its worker has shown so far: the time that loading took, in milliseconds, and the
    /// memory that it takes now, in bytes. None where it is not running, or is being started.
    pub(super) fn shown(&self, weights: u64) -> Option<(u32, f64)> {
        let state = self.state.try_lock().ok()?;
        let worker = state.worker.as_ref()?;
        Some((worker.loaded().load_ms, worker.memory(weights)?))
    }

    /// The worker, started if none runs. One that broke before it finished an answer is
    /// started again after a pause that grows, and after too many crashes not at all for a
    /// while.
    pub(super) async fn worker(
        self: &Arc<Self>,
        shared: &Arc<Shared>,
        model: &Model,
        purpose: Purpose,
        progress: &LoadProgress,
    ) -> Result<Arc<Worker>> {
        let mut state = self.state.lock().await;
        if let Some(worker) = &state.worker {
            if worker.is_alive() {
                return Ok(Arc::clone(worker));
            }
            if worker.has_finished_an_answer() {
                state.crashes.forget();
            }
            state.crashes.add(Instant::now());
            state.worker = None;
            self.hold(None);
        }
        if let Some(rest) = state.crashes.rest(Instant::now(), shared.limits.quarantine) {
            let error = quarantined(model, rest);
            self.fail(&error);
            return Err(error);
        }
        let pause = shared.limits.pause_before_start(state.crashes.count());
        tokio::time::sleep(pause).await;
        self.report.begin(EngineState::Loading { percent: 0 });
        let mut starting = Starting {
            place: self,
            over: false,
        };
        let started = self.start(shared, model, purpose, progress).await;
        starting.over = true;
        match started {
            Ok(worker) => {
                state.worker = Some(Arc::clone(&worker));
                tokio::spawn(unload_when_idle(
                    Arc::downgrade(shared),
                    Arc::clone(self),
                    Arc::downgrade(&worker),
                ));
                Ok(worker)
            }
            Err(error) => {
                if matches!(error.code, Code::EngineFailed | Code::EngineStalled) {
                    state.crashes.add(Instant::now());
                }
                self.hold(None);
                self.fail(&error);
                Err(error)
            }
        }
    }

    async fn start(
        &self,
        shared: &Shared,
        model: &Model,
        purpose: Purpose,
        progress: &LoadProgress,
    ) -> Result<Arc<Worker>> {
        let settings = shared.settings.get().engine_for(model);
        let report = self.report.clone();
        let outer = Arc::clone(progress);
        let progress: LoadProgress = Arc::new(move |percent| {
            report.change(|status| status.state = EngineState::Loading { percent });
            outer(percent);
        });
        let greeted = Worker::greeted(&shared.launcher, shared.limits).await?;
        let fitted = self
            .fit(shared, model, purpose, &settings, greeted.libraries())
            .await?;
        let order = order(shared, model, purpose, &settings, fitted);
        let worker = greeted
            .load(order, shared.limits, self.report.clone(), &progress)
            .await
            .map_err(|error| named(error, model))?;
        if let Some(holding) = &mut *self.holding() {
            holding.loading = false;
        }
        self.report.change(|status| {
            status.state = EngineState::Ready;
            status.context = worker.loaded().context;
            status.slots = worker.loaded().slots;
            status.bytes = fitted.need.total() as f64;
            status.warnings.clone_from(&worker.loaded().warnings);
        });
        Ok(Arc::new(worker))
    }

    /// Finds memory for a model; resting ones leave for it, the one that rested longest first.
    async fn fit(
        &self,
        shared: &Shared,
        model: &Model,
        purpose: Purpose,
        settings: &Engine,
        libraries: &[Library],
    ) -> Result<Fitted> {
        let counts = purpose == Purpose::Chat;
        let _deciding = shared.deciding.lock().await;
        loop {
            let places: Vec<_> = {
                let places = shared.places.lock().await;
                let others = places
                    .values()
                    .filter(|one| !std::ptr::eq(one.as_ref(), self));
                others.cloned().collect()
            };
            let mut held = Held::default();
            let mut count = 0;
            for holding in places.iter().filter_map(|place| *place.holding()) {
                held.add(holding.need, holding.mapped, holding.loading);
                count += u32::from(holding.counts);
            }
            let limit = u64::from(settings.memory_limit_mb) * 1_000_000;
            let free = memory::free(held, limit, libraries);
            let fitted = fitting::fit(model, settings, free.saturating_sub(beside(settings)));
            let is_full = counts && count >= settings.max_loaded;
            let cut = |fitted: &Fitted| fitted.context < fitting::wanted(model, settings);
            if !is_full && fitted.as_ref().is_ok_and(|fitted| !cut(fitted)) {
                return Ok(self.take(fitted?, counts, settings));
            }
            let mut resting = None;
            for place in &places {
                let would_help = !is_full || place.holding().is_some_and(|held| held.counts);
                if would_help
                    && let Some(since) = place.rests_since()
                    && resting.is_none_or(|(_, earliest)| since < earliest)
                {
                    resting = Some((place, since));
                }
            }
            match resting {
                Some((place, _)) => {
                    place.unload(shared).await;
                }
                None if is_full && fitted.is_ok() => {
                    let message = format!(
                        "{count} models are in use, and no more are allowed at the same time. \
                         Wait for an answer to end, unload one, or allow more in the settings."
                    );
                    return Err(Error::new(Code::OutOfMemory, message));
                }
                None => return Ok(self.take(fitted?, counts, settings)),
            }
        }
    }

    fn take(&self, fitted: Fitted, counts: bool, settings: &Engine) -> Fitted {
        self.hold(Some(Holding {
            need: fitted.need,
            mapped: settings.mmap,
            loading: true,
            counts,
        }));
        fitted
    }

    /// Since when the worker has had nothing to do; none while it has, or is being started.
    fn rests_since(&self) -> Option<Instant> {
        let state = self.state.try_lock().ok()?;
        state.worker.as_ref()?.rests_since()
    }

    /// Ends the worker in order; false where none runs. It goes on to its end also where
    /// nobody waits for that any more.
    pub(super) async fn unload(self: &Arc<Self>, shared: &Shared) -> bool {
        let (place, patience) = (Arc::clone(self), shared.limits.unload);
        let ending = tokio::spawn(async move {
            let mut state = place.state.lock().await;
            let worker = state.worker.take();
            let was_alive = worker.as_ref().is_some_and(|worker| worker.is_alive());
            if let Some(worker) = worker.filter(|_| was_alive) {
                place
                    .report
                    .change(|status| status.state = EngineState::Unloading);
                worker.unload(patience).await;
            }
            place.hold(None);
            place.report.remove();
            was_alive
        });
        ending.await.unwrap_or(false)
    }

    /// Ends the worker in order. One that is still reading its model is not waited for: there
    /// is nothing to lose, and it ends with the program.
    pub(super) async fn close(self: &Arc<Self>, shared: &Shared) {
        let is_loading = self.holding().is_some_and(|holding| holding.loading);
        if !is_loading {
            self.unload(shared).await;
        }
    }

    fn fail(&self, error: &Error) {
        self.report.begin(EngineState::Failed {
            error: error.clone(),
        });
    }

    fn hold(&self, holding: Option<Holding>) {
        *self.holding() = holding;
    }

    fn holding(&self) -> std::sync::MutexGuard<'_, Option<Holding>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A start in progress. Where nobody waits for it any more, its memory is free again.
struct Starting<'p> {
    place: &'p Place,
    over: bool,
}

impl Drop for Starting<'_> {
    fn drop(&mut self) {
        if !self.over {
            self.place.hold(None);
            self.place.report.remove();
        }
    }
}

/// Ends a worker when it has rested for as long as the settings say.
async fn unload_when_idle(shared: Weak<Shared>, place: Arc<Place>, worker: Weak<Worker>) {
    /// How soon a change of the settings, or the end of a long answer, is noticed at the latest.
    const LOOK_AGAIN: Duration = Duration::from_secs(30);
    loop {
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let Some(idle) = shared.settings.get().engine.idle_unload() else {
            drop(shared);
            tokio::time::sleep(LOOK_AGAIN).await;
            continue;
        };
        let rested = match worker.upgrade() {
            Some(worker) if worker.is_alive() => worker.rests_since(),
            _ => return,
        };
        let left = rested.map_or(idle, |since| idle.saturating_sub(since.elapsed()));
        if left.is_zero() {
            place.unload(&shared).await;
            return;
        }
        drop(shared);
        tokio::time::sleep(left.min(LOOK_AGAIN)).await;
    }
}

/// Bytes of the files that are loaded beside the model.
fn beside(settings: &Engine) -> u64 {
    let files = [&settings.draft, &settings.lora].into_iter().flatten();
    files
        .filter_map(|path| std::fs::metadata(path).ok())
        .map(|facts| facts.len())
        .sum()
}

fn order(
    shared: &Shared,
    model: &Model,
    purpose: Purpose,
    settings: &Engine,
    fitted: Fitted,
) -> LoadModel {
    const MB: u64 = 1_000_000;
    LoadModel {
        context: fitted.context,
        slots: settings.slots,
        threads: settings.threads,
        cache_type: settings.cache_type,
        flash_attention: settings.flash_attention,
        gpu_layers: settings.gpu_layers,
        mmap: settings.mmap,
        mlock: settings.mlock,
        lora: settings.lora.clone().map(|path| Lora {
            path,
            scale: settings.lora_scale.unwrap_or(1.0),
        }),
        draft: settings.draft.clone(),
        lookup: settings.lookup,
        states: (purpose == Purpose::Chat).then(|| StateBudget {
            ram_bytes: u64::from(settings.state_memory_mb) * MB,
            folder: shared.states.clone(),
            disk_bytes: u64::from(settings.state_disk_mb) * MB,
        }),
        warm_up: settings.warm_up,
        ..LoadModel::new(model.path.clone(), purpose)
    }
}

/// A refusal of the engine with the model's architecture, which may be too new for it.
fn named(error: Error, model: &Model) -> Error {
    if error.code != Code::ModelDamaged {
        return error;
    }
    let message = format!(
        "{} Its architecture is “{}”; if that is a new one, a newer Hearth may know it.",
        error.message, model.architecture
    );
    Error::new(error.code, message)
}

fn quarantined(model: &Model, rest: Duration) -> Error {
    let minutes = rest.as_secs().div_ceil(60).max(1);
    let message = format!(
        "{} has made the engine crash three times in a row and is left alone for {minutes} more \
         minutes. Its file may be damaged. To try at once, load it by hand.",
        model.name
    );
    Error::new(Code::ModelQuarantined, message)
}
