//! One worker process, and the requests that it works on.

mod routes;
mod talk;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use hearth_protocol::{
    FaultCode, FromEngine, GenerateRequest, Library, LoadModel, Loaded, Measured, Message,
    PROTOCOL_VERSION, RequestId, ToEngine,
};
use tokio::sync::mpsc;

use crate::{Code, Error, Result};

use super::launch::Launcher;
use super::limits::Limits;
use routes::Routes;
use talk::{Talk, encoded};

/// Told how far a model is loaded, in percent.
pub type LoadProgress = Arc<dyn Fn(u8) + Send + Sync>;

/// What a request hears: the worker's messages, or why it died.
pub(super) type Hearing = mpsc::UnboundedReceiver<Result<FromEngine>>;

/// A worker with a loaded model. Dropping it ends the process.
pub(super) struct Worker {
    orders: mpsc::UnboundedSender<Vec<u8>>,
    routes: Arc<Routes>,
    loaded: Loaded,
    next_id: AtomicU64,
    finished: AtomicBool,
}

impl Worker {
    /// Starts a process and has it load a model.
    pub(super) async fn start(
        launcher: &Launcher,
        order: LoadModel,
        limits: Limits,
        progress: &LoadProgress,
    ) -> Result<Self> {
        let path = order.path.clone();
        let mut talk = greeted(launcher, limits).await?.0;
        talk.say(&ToEngine::Load(order))?;
        loop {
            match talk.hear(limits.load_stall).await? {
                FromEngine::Loading { percent } => progress(percent),
                FromEngine::Ready(loaded) => {
                    let routes = Arc::new(Routes::default());
                    let orders = talk.orders();
                    tokio::spawn(talk.serve(Arc::clone(&routes), limits.answer_stall));
                    return Ok(Self {
                        orders,
                        routes,
                        loaded,
                        next_id: AtomicU64::new(1),
                        finished: AtomicBool::new(false),
                    });
                }
                FromEngine::LoadFailed(fault) => {
                    let message = format!("{} was not loaded: {fault}", path.display());
                    return Err(Error::new(Code::ModelDamaged, message));
                }
                other => return Err(unexpected(&other)),
            }
        }
    }

    /// What the worker said of its model.
    pub(super) fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    pub(super) fn is_alive(&self) -> bool {
        self.routes.death().is_none()
    }

    pub(super) fn is_busy(&self) -> bool {
        self.routes.is_busy()
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
            return Err(self
                .routes
                .death()
                .unwrap_or_else(|| Error::internal("no worker")));
        }
        Ok((id, hearing))
    }
}

/// What a fresh worker found on this machine.
pub(super) async fn libraries(launcher: &Launcher, limits: Limits) -> Result<Vec<Library>> {
    Ok(greeted(launcher, limits).await?.1)
}

/// Starts a process and hears its greeting.
async fn greeted(launcher: &Launcher, limits: Limits) -> Result<(Talk, Vec<Library>)> {
    let mut talk = Talk::with(launcher.launch().await?)?;
    match talk.hear(limits.load_stall).await? {
        FromEngine::Hello {
            protocol: PROTOCOL_VERSION,
            libraries,
        } => Ok((talk, libraries)),
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

/// A worker's refusal of one request, for the user.
pub(super) fn fault_error(fault: &hearth_protocol::EngineFault) -> Error {
    let code = match fault.code {
        FaultCode::ModelRefused => Code::ModelDamaged,
        FaultCode::PromptTooLong { .. } => Code::PromptTooLong,
        FaultCode::BadSetting => Code::BadSetting,
        FaultCode::Compute => Code::EngineFailed,
    };
    let mut message = fault.message.clone();
    if let Some(first) = message.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Error::new(code, format!("{message}."))
}

fn unexpected(message: &FromEngine) -> Error {
    Error::internal(format!(
        "the engine said something out of turn: {message:?}"
    ))
}
