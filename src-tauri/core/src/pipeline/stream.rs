//! The stream of an answer, and how a layer makes one.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::sync::mpsc;

use super::Event;

/// Events that may wait for a slow reader. A reader that stops reading stops the writer.
const WAITING: usize = 1024;

/// The events of one answer. Dropping it cancels the answer.
#[derive(Debug)]
pub struct AnswerStream(From);

/// Where events come from.
#[derive(Debug)]
enum From {
    /// From a task that makes them.
    Task(mpsc::Receiver<Event>),
    /// They are all there.
    Ready(VecDeque<Event>),
}

impl AnswerStream {
    /// Runs `work` on its own task, with the sending end of a new stream.
    pub fn spawn<F>(work: impl FnOnce(Events) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel(WAITING);
        tokio::spawn(work(Events(sender)));
        Self(From::Task(receiver))
    }

    /// A stream of events that are all there.
    #[must_use]
    pub fn ready(events: impl IntoIterator<Item = Event>) -> Self {
        Self(From::Ready(events.into_iter().collect()))
    }

    /// The next event; `None` after the last.
    pub async fn next(&mut self) -> Option<Event> {
        match &mut self.0 {
            From::Task(receiver) => receiver.recv().await,
            From::Ready(events) => events.pop_front(),
        }
    }

    /// Sends what comes on to whoever reads `events`, for as long as somebody does.
    pub(super) async fn pass_on(mut self, events: &Events) {
        loop {
            // Dropping this stream on the way out passes a cancel on.
            let next = tokio::select! {
                next = self.next() => next,
                () = events.cancelled() => None,
            };
            let Some(event) = next else { return };
            if !events.send(event).await {
                return;
            }
        }
    }
}

impl Stream for AnswerStream {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        match &mut self.0 {
            From::Task(receiver) => receiver.poll_recv(context),
            From::Ready(events) => Poll::Ready(events.pop_front()),
        }
    }
}

/// The sending end of a stream.
#[derive(Debug)]
pub struct Events(mpsc::Sender<Event>);

impl Events {
    /// Sends an event; false when nobody listens any more.
    pub async fn send(&self, event: Event) -> bool {
        self.0.send(event).await.is_ok()
    }

    /// Returns when nobody listens any more.
    pub async fn cancelled(&self) {
        self.0.closed().await;
    }
}
