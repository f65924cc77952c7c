//! What is loaded, and in which state: what the window and `hearth models ps` show.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::sync::watch;

use crate::Error;
use crate::models::Model;

/// A model that is in memory, on its way there, or failed to get there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct EngineStatus {
    /// The model's short name.
    pub model: String,
    /// Its name for people.
    pub name: String,
    /// What its worker is doing.
    pub state: EngineState,
    /// The context that it was loaded with, in tokens.
    pub context: u32,
    /// Requests that it answers at once, at most.
    pub slots: u32,
    /// Requests that it answers now.
    pub busy: u32,
    /// Requests that wait for a slot.
    pub queued: u32,
    /// The memory that it takes, in bytes.
    #[specta(type = u32)]
    pub bytes: f64,
    /// What was asked for and could not be had.
    pub warnings: Vec<String>,
    /// The file, which tells models of the same name apart.
    #[serde(skip)]
    #[specta(skip)]
    path: PathBuf,
}

/// What a worker is doing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EngineState {
    /// It reads the model.
    Loading {
        /// Percent of the weights.
        percent: u8,
    },
    /// It answers, or waits for something to answer.
    Ready,
    /// It keeps what is worth keeping, and ends.
    Unloading,
    /// It could not be started, or broke.
    Failed {
        /// Why.
        error: Error,
    },
}

/// The states of all models of this process.
#[derive(Clone, Debug, Default)]
pub(super) struct Board(Arc<watch::Sender<Vec<EngineStatus>>>);

impl Board {
    /// Follows every change.
    pub(super) fn watch(&self) -> watch::Receiver<Vec<EngineStatus>> {
        self.0.subscribe()
    }

    /// The file of a model that is shown under this short name.
    pub(super) fn path_of(&self, model: &str) -> Option<PathBuf> {
        let all = self.0.borrow();
        let shown = all.iter().find(|one| one.model == model);
        shown.map(|one| one.path.clone())
    }

    /// The way to report on one model.
    pub(super) fn report(&self, model: &Model) -> Report {
        Report {
            board: self.clone(),
            blank: EngineStatus {
                model: model.id.clone(),
                name: model.name.clone(),
                state: EngineState::Loading { percent: 0 },
                context: 0,
                slots: 0,
                busy: 0,
                queued: 0,
                bytes: 0.0,
                warnings: Vec::new(),
                path: model.path.clone(),
            },
        }
    }
}

/// Reports on one model.
#[derive(Clone, Debug)]
pub(super) struct Report {
    board: Board,
    blank: EngineStatus,
}

impl Report {
    /// Begins afresh, with a state.
    pub(super) fn begin(&self, state: EngineState) {
        self.remove();
        self.change(|status| status.state = state);
    }

    /// Changes what is shown; the model appears where it was not shown yet.
    pub(super) fn change(&self, change: impl FnOnce(&mut EngineStatus)) {
        self.board.0.send_modify(|all| {
            let place = all.iter().position(|one| one.path == self.blank.path);
            let place = place.unwrap_or_else(|| {
                all.push(self.blank.clone());
                all.len() - 1
            });
            change(&mut all[place]);
        });
    }

    /// The model is not in memory any more.
    pub(super) fn remove(&self) {
        self.board
            .0
            .send_modify(|all| all.retain(|one| one.path != self.blank.path));
    }
}
