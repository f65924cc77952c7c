//! One worker process, and the requests that it works on.

mod routes;
mod seats;
mod talk;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hearth_protocol::{
    FaultCode, FromEngine, GenerateRequest, Library, LoadModel, Loaded, Measured, Message,
    PROTOCOL_VERSION, Requantize, RequestId, ToEngine,
};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use crate::{Code, Error, Result};

use super::launch::Launcher;
use super::limits::Limits;
use super::memory;
use super::status::{EngineState, Report};
use routes::Routes;
pub(super) use seats::Seat;
use seats::Seats;
use talk::{Talk, encoded};

/// Texts in one order to embed.
const EMBEDDED_AT_ONCE: usize = 64;

/// Told how far a model is loaded, in percent.
pub type LoadProgress = Arc<dyn Fn(u8) + Send + Sync>;

/// What a request hears: the worker's messages, or why it died.
pub(super) type Hearing = mpsc::UnboundedReceiver<Result<FromEngine>>;

/// A worker with a loaded model. Dropping it ends the process.
pub(super) struct Worker {
    orders: mpsc::UnboundedSender<Vec<u8>>,
    routes: Arc<Routes>,
    loaded: Loaded,
    process: Option<u32>,
    next_id: AtomicU64,
    finished: AtomicBool,
    warned: AtomicBool,
    seats: Seats,
    /// Whether its end is wanted.
    ending: Arc<AtomicBool>,
    /// Ends with the process.
    serving: Mutex<Option<JoinHandle<()>>>,
}

/// A worker process that has no model yet.
pub(super) struct Greeted {
    talk: Talk,
    libraries: Vec<Library>,
}

impl Greeted {
    /// What the worker found on this machine.
    pub(super) fn libraries(&self) -> &[Library] {
        &self.libraries
    }

    /// Has it load a model.
    pub(super) async fn load(
        self,
        order: LoadModel,
        limits: Limits,
        report: Report,
        progress: &LoadProgress,
    ) -> Result<Worker> {
        let path = order.path.clone();
        let mut talk = self.talk;
        talk.say(&ToEngine::Load(order))?;
        loop {
            match talk.hear(limits.load_stall).await? {
                FromEngine::Loading { percent } => progress(percent),
                FromEngine::Ready(loaded) => {
                    return Ok(Worker::serving(talk, loaded, limits, report));
                }
                FromEngine::LoadFailed(fault) => {
                    let message = format!("{} was not loaded: {fault}.", path.display());
                    return Err(Error::new(code(fault.code), message));
                }
                other => return Err(unexpected(&other)),
            }
        }
    }
}

impl Worker {
    /// Starts a process and hears its greeting.
    pub(super) async fn greeted(launcher: &Launcher, limits: Limits) -> Result<Greeted> {
        let mut talk = Talk::with(launcher.launch().await?)?;
        match talk.hear(limits.load_stall).await? {
            FromEngine::Hello {
                protocol: PROTOCOL_VERSION,
                libraries,
            } => Ok(Greeted { talk, libraries }),
            FromEngine::Hello { protocol, .. } => Err(Error::new(
                Code::Installation,
                format!(
                    "The engine speaks version {protocol} of the protocol, Hearth version \
                     {PROTOCOL_VERSION}. Reinstall Hearth."
                ),
            )),
            other => Err(unexpected(&other)),
        }
    }

    fn serving(talk: Talk, loaded: Loaded, limits: Limits, report: Report) -> Self {
        let routes = Arc::new(Routes::default());
        let orders = talk.orders();
        let process = talk.process();
        let seats = Seats::new(loaded.slots, report.clone());
        let ending = Arc::new(AtomicBool::new(false));
        let (heard, closed, wanted) = (Arc::clone(&routes), seats.clone(), Arc::clone(&ending));
        let serving = tokio::spawn(async move {
            talk.serve(Arc::clone(&heard), limits.answer_stall).await;
            closed.close();
            if let Some(error) = heard.death()
                && !wanted.load(Ordering::Relaxed)
            {
                report.change(|status| status.state = EngineState::Failed { error });
            }
        });
        Self {
            orders,
            routes,
            loaded,
            process,
            next_id: AtomicU64::new(1),
            finished: AtomicBool::new(false),
            warned: AtomicBool::new(false),
            seats,
            ending,
            serving: Mutex::new(Some(serving)),
        }
    }

    /// Memory that the process takes now for a model whose weights have so many bytes; none
    /// where the system does not say.
    pub(super) fn memory(&self, weights: u64) -> Option<f64> {
        memory::of_process(self.process?, weights)
    }

    /// Waits for a slot; `waits` is told how many others wait before, if it is not at once.
    pub(super) async fn seat(&self, waits: impl AsyncFnOnce(u32)) -> Result<Seat> {
        match self.seats.take(waits).await {
            Some(seat) => Ok(seat),
            None => Err(self.gone()),
        }
    }

    /// Has the process keep what is worth keeping and end; ends it where that takes too long.
    pub(super) async fn unload(&self, patience: Duration) {
        self.ending.store(true, Ordering::Relaxed);
        self.seats.close();
        // A process that is gone has ended already.
        let _ = encoded(&ToEngine::Unload).map(|frame| self.orders.send(frame));
        let serving = self.serving.lock().await.take();
        if let Some(mut serving) = serving
            && tokio::time::timeout(patience, &mut serving).await.is_err()
        {
            // The task owns the process, which ends with it.
            serving.abort();
            self.routes.close(&unloaded());
        }
    }

    /// Since when it has had nothing to do; none while it has.
    pub(super) fn rests_since(&self) -> Option<Instant> {
        if self.routes.is_busy() {
            return None;
        }
        self.seats.rest_since()
    }

    /// The vectors of texts.
    pub(super) async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>> {
        let _seat = self.seat(async |_| {}).await?;
        let mut vectors = Vec::with_capacity(texts.len());
        // In pieces that fit into a frame, and after each of which the worker gives a sign.
        for piece in texts.chunks(EMBEDDED_AT_ONCE) {
            let id = self.next_id.fetch_add(1, Ordering::Relaxed);
            let texts = piece.to_vec();
            let (_, mut hearing) = self.ask(id, &ToEngine::Embed { id, texts })?;
            match hearing.recv().await {
                Some(Ok(FromEngine::Embedded { vectors: some, .. })) => vectors.extend(some),
                Some(Ok(FromEngine::Failed { fault, .. })) => return Err(fault_error(&fault)),
                Some(Ok(other)) => return Err(unexpected(&other)),
                Some(Err(death)) => return Err(death),
                None => return Err(Error::internal("the worker's answer was lost")),
            }
        }
        self.note_finished_answer();
        Ok(vectors)
    }

    /// What the worker said of its model.
    pub(super) fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    /// What the user has to know of how the model was loaded; once.
    pub(super) fn new_warnings(&self) -> Vec<String> {
        if self.warned.swap(true, Ordering::Relaxed) {
            return Vec::new();
        }
        let warnings = self.loaded.warnings.iter();
        warnings.map(|warning| sentence(warning)).collect()
    }

    pub(super) fn is_alive(&self) -> bool {
        self.routes.death().is_none()
    }

    pub(super) fn has_finished_an_answer(&self) -> bool {
        self.finished.load(Ordering::Relaxed)
    }

    pub(super) fn note_finished_answer(&self) {
        self.finished.store(true, Ordering::Relaxed);
    }

    /// Begins a request, which `make` builds for its number.
    pub(super) fn begin(
        &self,
        make: impl FnOnce(RequestId) -> GenerateRequest,
    ) -> Result<(RequestId, Hearing)> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        self.ask(id, &ToEngine::Generate(make(id)))
    }

    /// Has a request stopped. What was on its way still arrives.
    pub(super) fn cancel(&self, id: RequestId) {
        // A worker that is gone has stopped already.
        let _ = encoded(&ToEngine::Cancel { id }).map(|frame| self.orders.send(frame));
    }

    /// Counts the tokens of messages.
    pub(super) async fn measure(&self, messages: Vec<Message>) -> Result<Measured> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (_, mut hearing) = self.ask(id, &ToEngine::Measure { id, messages })?;
        match hearing.recv().await {
            Some(Ok(FromEngine::Measured(measured))) => Ok(measured),
            Some(Ok(FromEngine::Failed { fault, .. })) => Err(fault_error(&fault)),
            Some(Ok(other)) => Err(unexpected(&other)),
            Some(Err(death)) => Err(death),
            None => Err(Error::internal("the worker's answer was lost")),
        }
    }

    fn ask(&self, id: RequestId, order: &ToEngine) -> Result<(RequestId, Hearing)> {
        let frame = encoded(order)?;
        let hearing = self.routes.open(id)?;
        if self.orders.send(frame).is_err() {
            return Err(self.gone());
        }
        Ok((id, hearing))
    }

    fn gone(&self) -> Error {
        if self.ending.load(Ordering::Relaxed) {
            return unloaded();
        }
        let death = self.routes.death();
        death.unwrap_or_else(|| Error::internal("the worker is gone"))
    }
}

/// Why a request of a model that was unloaded has no answer.
pub(super) fn unloaded() -> Error {
    Error::new(
        Code::Interrupted,
        "The model was unloaded. What had arrived is kept; try again to load it once more.",
    )
}

/// What a fresh worker found on this machine.
pub(super) async fn libraries(launcher: &Launcher, limits: Limits) -> Result<Vec<Library>> {
    Ok(Worker::greeted(launcher, limits).await?.libraries)
}

/// Has a process of its own write a smaller copy of a model. Dropping it ends the process.
pub(super) async fn requantize(
    launcher: &Launcher,
    limits: Limits,
    order: Requantize,
) -> Result<()> {
    let from = order.from.clone();
    let mut talk = Worker::greeted(launcher, limits).await?.talk;
    talk.say(&ToEngine::Requantize(order))?;
    // It is silent while it works; how far it is the file tells.
    match talk.hear(Duration::MAX).await? {
        FromEngine::Requantized => Ok(()),
        FromEngine::LoadFailed(fault) => Err(Error::new(
            code(fault.code),
            format!("{}: {fault}.", from.display()),
        )),
        other => Err(unexpected(&other)),
    }
}

/// A worker's refusal of one request, for the user.
pub(super) fn fault_error(fault: &hearth_protocol::EngineFault) -> Error {
    Error::new(code(fault.code), sentence(&fault.message))
}

/// A worker's words as a sentence.
fn sentence(words: &str) -> String {
    let mut sentence = words.to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence + "."
}

fn code(fault: FaultCode) -> Code {
    match fault {
        FaultCode::ModelRefused => Code::ModelDamaged,
        FaultCode::OutOfMemory => Code::OutOfMemory,
        FaultCode::PromptTooLong { .. } => Code::PromptTooLong,
        FaultCode::BadSetting => Code::BadSetting,
        FaultCode::Compute => Code::EngineFailed,
    }
}

fn unexpected(message: &FromEngine) -> Error {
    Error::internal(format!(
        "the engine said something out of turn: {message:?}"
    ))
}
