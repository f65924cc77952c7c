//! What is told of a download.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde::Serialize;
use specta::Type;

use super::Running;
use super::transfer::Step;
use crate::Error;
use crate::store::downloads::{Download, DownloadId};

/// How a download is doing.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct DownloadStatus {
    /// Its number.
    pub id: DownloadId,
    /// The file's name.
    pub name: String,
    /// The hub's repository.
    pub repository: Option<String>,
    /// Bytes of the file; 0 while that is not known.
    #[specta(type = u32)]
    pub bytes: f64,
    /// Bytes that came.
    #[specta(type = u32)]
    pub came: f64,
    /// Bytes a second, lately.
    #[specta(type = u32)]
    pub speed: f64,
    /// Seconds that it will take, as far as can be told.
    #[specta(type = Option<u32>)]
    pub left: Option<f64>,
    /// What it is doing.
    pub state: DownloadState,
}

/// What a download is doing.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DownloadState {
    /// Others come first.
    Queued,
    /// The server is being asked.
    Asking,
    /// It comes.
    Fetching,
    /// Its checksum is compared.
    Checking,
    /// It waits for trouble to pass, and goes on by itself.
    Waiting {
        /// The trouble.
        why: String,
    },
    /// The user has stopped it.
    Paused,
    /// It ended without the file.
    Failed {
        /// Why, and what to do.
        error: Error,
    },
}

/// How a download is doing; `idle` is what came of it and its size, where nobody fetches it.
pub(super) fn status(
    download: Download,
    idle: Option<(u64, u64)>,
    running: &mut HashMap<DownloadId, Running>,
    now: Instant,
) -> DownloadStatus {
    let known = download.order.bytes.unwrap_or_default();
    let (bytes, came, speed, state);
    if let Some(one) = running.get_mut(&download.id) {
        came = one.progress.came.load(Ordering::Relaxed);
        bytes = known.max(one.progress.total.load(Ordering::Relaxed));
        speed = one.speed.at(now, came);
        let step = &one.progress.step;
        let step = step.lock().unwrap_or_else(PoisonError::into_inner);
        state = match &*step {
            Step::Asking => DownloadState::Asking,
            Step::Fetching => DownloadState::Fetching,
            Step::Checking => DownloadState::Checking,
            Step::Waiting(why) => DownloadState::Waiting { why: why.clone() },
        };
    } else {
        (came, bytes) = idle.unwrap_or((0, known));
        speed = 0.0;
        state = match download.failure {
            Some(error) => DownloadState::Failed { error },
            None if download.paused => DownloadState::Paused,
            None => DownloadState::Queued,
        };
    }
    let left = (speed > 1.0 && bytes > came).then(|| (bytes - came) as f64 / speed);
    DownloadStatus {
        id: download.id,
        name: download.order.name,
        repository: download.order.repository,
        bytes: bytes as f64,
        came: came as f64,
        speed,
        left,
        state,
    }
}
