//! The layer in which equal requests at the same time share one answer.
//!
//! The first of them has a task make the answer; its events go into a log that everyone reads
//! from the beginning, at their own pace, so that a late or slow reader loses nothing. The task
//! ends early only when the last reader has left. What fails fails for all of them and leaves
//! nothing behind.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::Error;
use crate::cache::{Cache, Key, QuestionKind};
use crate::config::Settings;
use crate::store::responses::CountName;

use super::{AnswerStream, Event, Events, Generate, Request, Reuse};

/// Lets equal requests share one answer of the layer inside.
pub struct Coalesce<G> {
    inner: Arc<G>,
    settings: Settings,
    /// Counts.
    cache: Cache,
    flights: Flights,
}

/// The answers that are being made, by the digests of their requests. Cheap to clone.
#[derive(Clone, Default)]
struct Flights(Arc<Mutex<HashMap<Key, Arc<Flight>>>>);

/// An answer that is being made.
struct Flight {
    events: Mutex<Vec<Event>>,
    /// How many events there are; dropped with the last.
    grown: watch::Sender<usize>,
    /// How many read it. Changed under the lock of [`Flights`] alone.
    readers: Mutex<usize>,
    /// Whether nobody waited for it when it was begun.
    is_quiet: bool,
}

impl<G: Generate + 'static> Coalesce<G> {
    /// Puts the sharing of answers in front of a layer.
    pub fn new(inner: G, cache: Cache, settings: Settings) -> Self {
        Self {
            inner: Arc::new(inner),
            settings,
            cache,
            flights: Flights::default(),
        }
    }

    /// Whether a request may share: its answer is not one of many that could be drawn, and nobody
    /// wants one of their own.
    fn may_share(&self, request: &Request) -> bool {
        let terms = &request.terms;
        let any_will_do = match terms.reuse {
            Reuse::Never => false,
            Reuse::Same => request.sampling.temperature == 0.0,
            Reuse::SameDrawn => true,
        };
        any_will_do && !terms.fresh && self.settings.get().cache.coalesce
    }
}

impl<G: Generate + 'static> Generate for Coalesce<G> {
    fn generate(&self, request: Request) -> AnswerStream {
        if !self.may_share(&request) {
            return self.inner.generate(request);
        }
        let key = Key::of(&request);
        let (flight, is_new) = self.flights.join(&key, request.terms.priority.is_quiet());
        if is_new {
            let making = Making {
                flights: self.flights.clone(),
                key: key.clone(),
                flight: Arc::clone(&flight),
            };
            let stream = self.inner.generate(request);
            tokio::spawn(making.run(stream));
        } else {
            self.cache
                .count(CountName::Shared, QuestionKind::of(&request), 0.0);
        }
        let reader = Reader {
            flights: self.flights.clone(),
            key,
            flight,
        };
        AnswerStream::spawn(move |events| reader.run(events))
    }
}

impl Flights {
    fn held(&self) -> MutexGuard<'_, HashMap<Key, Arc<Flight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Joins the answer that is being made, or begins one. Somebody who waits does not join one
    /// that nobody waits for while that still stands in the queue, behind all others.
    fn join(&self, key: &Key, is_quiet: bool) -> (Arc<Flight>, bool) {
        let mut held = self.held();
        let shared = held.get(key);
        let shared = shared.filter(|one| is_quiet || !one.is_quiet || one.has_begun());
        if let Some(flight) = shared {
            *flight.readers() += 1;
            return (Arc::clone(flight), false);
        }
        let flight = Arc::new(Flight {
            events: Mutex::default(),
            grown: watch::Sender::new(0),
            readers: Mutex::new(1),
            is_quiet,
        });
        held.insert(key.clone(), Arc::clone(&flight));
        (flight, true)
    }

    /// Nobody joins this one any more. Another one of the same request stays.
    fn close(&self, key: &Key, flight: &Arc<Flight>) {
        let mut held = self.held();
        if held.get(key).is_some_and(|one| Arc::ptr_eq(one, flight)) {
            held.remove(key);
        }
    }

    /// A reader has left; with the last one the answer is given up.
    fn leave(&self, key: &Key, flight: &Arc<Flight>) {
        let mut held = self.held();
        let left = {
            let mut readers = flight.readers();
            *readers -= 1;
            *readers
        };
        if left == 0 {
            if held.get(key).is_some_and(|one| Arc::ptr_eq(one, flight)) {
                held.remove(key);
            }
            // Wakes the task that makes it.
            flight.grown.send_modify(|_| {});
        }
    }
}

impl Flight {
    fn readers(&self) -> MutexGuard<'_, usize> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a model is at work on it.
    fn has_begun(&self) -> bool {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events
            .iter()
            .any(|event| !matches!(event, Event::Queued(_)))
    }

    fn push(&self, event: Event) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(event);
        self.grown.send_replace(events.len());
    }

    fn since(&self, read: usize) -> Vec<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.get(read..).unwrap_or_default().to_vec()
    }

    /// Returns when nobody reads any more.
    async fn is_left(&self) {
        let mut grown = self.grown.subscribe();
        while *self.readers() > 0 {
            if grown.changed().await.is_err() {
                return;
            }
        }
    }
}

/// The task that makes an answer. However it ends, the log gets an end, and nobody joins it any
/// more.
struct Making {
    flights: Flights,
    key: Key,
    flight: Arc<Flight>,
}

impl Making {
    async fn run(self, mut stream: AnswerStream) {
        loop {
            let next = tokio::select! {
                next = stream.next() => next,
                () = self.flight.is_left() => return,
            };
            let Some(event) = next else { return };
            let is_last = event.is_last();
            if is_last {
                // First: whoever comes now finds the answer in the cache, or makes another.
                self.flights.close(&self.key, &self.flight);
            }
            self.flight.push(event);
            if is_last {
                return;
            }
        }
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        self.flights.close(&self.key, &self.flight);
        let ended = {
            let events = &self.flight.events;
            let events = events.lock().unwrap_or_else(PoisonError::into_inner);
            events.last().is_some_and(Event::is_last)
        };
        if !ended {
            let error = Error::internal("the answer ended without an end");
            self.flight.push(Event::Failed(error));
        }
    }
}

/// One of those who read an answer.
struct Reader {
    flights: Flights,
    key: Key,
    flight: Arc<Flight>,
}

impl Reader {
    async fn run(self, events: Events) {
        let mut grown = self.flight.grown.subscribe();
        let mut read = 0;
        loop {
            for event in self.flight.since(read) {
                read += 1;
                let is_last = event.is_last();
                if !events.send(event).await || is_last {
                    return;
                }
            }
            tokio::select! {
                changed = grown.changed() => if changed.is_err() { return },
                () = events.cancelled() => return,
            }
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.flights.leave(&self.key, &self.flight);
    }
}
