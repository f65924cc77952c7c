//! The answers that are being written, each with the log of its events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::store::conversations::ConversationId;
use crate::store::messages::{Message, MessageId};

use super::event::{Follower, TurnEvent};

/// All answers in progress of this process. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Running(Arc<Mutex<HashMap<MessageId, Arc<Log>>>>);

/// The events of one answer so far.
#[derive(Debug)]
pub(super) struct Log {
    conversation: ConversationId,
    events: Mutex<Vec<TurnEvent>>,
    grown: watch::Sender<usize>,
    stop: watch::Sender<bool>,
}

impl Running {
    /// Opens the log of a new answer.
    pub(super) fn open(&self, answer: &Message) -> (OpenLog, Follower) {
        let log = Arc::new(Log {
            conversation: answer.conversation,
            events: Mutex::default(),
            grown: watch::Sender::new(0),
            stop: watch::Sender::new(false),
        });
        self.map().insert(answer.id, Arc::clone(&log));
        let follower = Follower::new(Arc::clone(&log));
        (
            OpenLog {
                running: self.clone(),
                answer: answer.id,
                log,
            },
            follower,
        )
    }

    pub(super) fn follow(&self, answer: MessageId) -> Option<Follower> {
        self.map()
            .get(&answer)
            .map(|log| Follower::new(Arc::clone(log)))
    }

    pub(super) fn is_answering(&self, conversation: ConversationId) -> bool {
        self.map()
            .values()
            .any(|log| log.conversation == conversation)
    }

    pub(super) fn stop(&self, answer: MessageId) -> bool {
        self.map().get(&answer).is_some_and(|log| {
            log.stop.send_replace(true);
            true
        })
    }

    pub(super) fn stop_conversation(&self, id: ConversationId) {
        for log in self.map().values().filter(|log| log.conversation == id) {
            log.stop.send_replace(true);
        }
    }

    pub(super) async fn stop_all(&self) {
        let logs: Vec<_> = self.map().values().cloned().collect();
        for log in logs {
            log.stop.send_replace(true);
            let mut end = Follower::new(log);
            while !end.next().await.is_empty() {}
        }
    }

    fn map(&self) -> MutexGuard<'_, HashMap<MessageId, Arc<Log>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The writing end of a log. Dropping it closes the log, however the writer ended.
pub(super) struct OpenLog {
    running: Running,
    answer: MessageId,
    log: Arc<Log>,
}

impl OpenLog {
    /// Adds an event.
    pub(super) fn push(&self, event: TurnEvent) {
        self.log.push(event);
    }

    /// The log itself, for what reports from elsewhere.
    pub(super) fn log(&self) -> Arc<Log> {
        Arc::clone(&self.log)
    }

    /// Returns when somebody wants the answer stopped.
    pub(super) async fn stopped(&self) {
        let mut stop = self.log.stop.subscribe();
        // The sender lives as long as the log, so waiting cannot fail.
        let _ = stop.wait_for(|&stop| stop).await;
    }

    /// Takes the answer off the list, so that the conversation takes the next message before
    /// a viewer hears of the end.
    pub(super) fn leave(&self) {
        self.running.map().remove(&self.answer);
    }
}

impl Drop for OpenLog {
    fn drop(&mut self) {
        self.leave();
        if !self.log.is_over() {
            let lost = crate::Error::internal("the answer's task ended early");
            self.push(TurnEvent::Failed(lost));
        }
    }
}

impl Log {
    pub(super) fn push(&self, event: TurnEvent) {
        let mut events = self.events();
        events.push(event);
        self.grown.send_replace(events.len());
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<usize> {
        self.grown.subscribe()
    }

    pub(super) fn since(&self, read: usize) -> Vec<TurnEvent> {
        self.events().get(read..).unwrap_or_default().to_vec()
    }

    pub(super) fn is_over(&self) -> bool {
        self.events().last().is_some_and(TurnEvent::is_last)
    }

    fn events(&self) -> MutexGuard<'_, Vec<TurnEvent>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
