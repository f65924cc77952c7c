//! Which request hears which of a worker's messages.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hearth_protocol::{FromEngine, RequestId};
use tokio::sync::mpsc;

use crate::{Error, Result};

use super::Hearing;

/// The open requests of one worker.
#[derive(Default)]
pub(super) struct Routes(Mutex<State>);

#[derive(Default)]
struct State {
    open: HashMap<RequestId, mpsc::UnboundedSender<Result<FromEngine>>>,
    last_sign: Option<Instant>,
    death: Option<Error>,
}

impl Routes {
    /// Opens a request; refused when the worker is dead.
    pub(super) fn open(&self, id: RequestId) -> Result<Hearing> {
        let (sender, hearing) = mpsc::unbounded_channel();
        let mut state = self.state();
        if let Some(death) = &state.death {
            return Err(death.clone());
        }
        if state.open.is_empty() {
            state.last_sign = Some(Instant::now());
        }
        state.open.insert(id, sender);
        Ok(hearing)
    }

    /// Hands a message to its request, and closes the request after its last one.
    pub(super) fn deliver(&self, message: FromEngine) {
        let (id, is_last) = match &message {
            FromEngine::Started(started) => (started.id, false),
            FromEngine::Reading { id, .. }
            | FromEngine::Text { id, .. }
            | FromEngine::Reasoning { id, .. } => (*id, false),
            FromEngine::Done(answered) => (answered.id, true),
            FromEngine::Failed { id, .. } | FromEngine::Embedded { id, .. } => (*id, true),
            FromEngine::Measured(measured) => (measured.id, true),
            FromEngine::Hello { .. }
            | FromEngine::Loading { .. }
            | FromEngine::Ready(_)
            | FromEngine::Requantized
            | FromEngine::LoadFailed(_) => return,
        };
        let mut state = self.state();
        state.last_sign = Some(Instant::now());
        if let Some(listener) = state.open.get(&id) {
            // A listener that left has cancelled; the request stays open until the worker
            // says that it is over.
            let _ = listener.send(Ok(message));
        }
        if is_last {
            state.open.remove(&id);
        }
    }

    /// Tells every open request that the worker is dead, and refuses new ones.
    pub(super) fn close(&self, death: &Error) {
        let mut state = self.state();
        state.death = Some(death.clone());
        for (_, listener) in state.open.drain() {
            let _ = listener.send(Err(death.clone()));
        }
    }

    pub(super) fn death(&self) -> Option<Error> {
        self.state().death.clone()
    }

    pub(super) fn is_busy(&self) -> bool {
        !self.state().open.is_empty()
    }

    /// When the worker last gave a sign, while it has something to do.
    pub(super) fn silent_since(&self) -> Option<Instant> {
        let state = self.state();
        if state.open.is_empty() {
            None
        } else {
            state.last_sign
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
