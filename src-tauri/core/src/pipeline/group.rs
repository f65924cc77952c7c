//! The layer that gives requests of a batch to a model together.
//!
//! They are collected for a short time, then go on at once: a model that answers several at the
//! same time gets all its slots filled, those with the same beginning behind each other. A group
//! keeps to the number of requests, tokens and costs that are set for the model; no request waits
//! longer than the window. All other requests pass at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::config::Settings;
use crate::config::queue::Queue as Limits;

use super::{AnswerStream, Generate, Priority, Request};

/// Bytes of a token, where nothing is loaded that could count: what English has.
const BYTES_OF_TOKEN: usize = 4;

/// Collects the requests of batches.
pub struct Group<G> {
    inner: Arc<G>,
    settings: Settings,
    gathering: Gathering,
}

/// The groups that are being collected, by their models. Cheap to clone.
#[derive(Clone, Default)]
struct Gathering {
    groups: Arc<Mutex<HashMap<String, Gathered>>>,
    begun: Arc<AtomicU64>,
}

/// A group that is being collected.
struct Gathered {
    /// Tells it from the one that follows it.
    number: u64,
    members: Vec<Member>,
    tokens: u64,
}

struct Member {
    /// Those with the same beginning go behind each other.
    beginning: String,
    /// Told when the group goes on.
    goes: oneshot::Sender<()>,
}

impl<G: Generate + 'static> Group<G> {
    /// Puts the collecting of requests in front of a layer.
    pub fn new(inner: G, settings: Settings) -> Self {
        Self {
            inner: Arc::new(inner),
            settings,
            gathering: Gathering::default(),
        }
    }
}

impl<G: Generate + 'static> Generate for Group<G> {
    fn generate(&self, request: Request) -> AnswerStream {
        if request.terms.priority != Priority::Batch {
            return self.inner.generate(request);
        }
        let limits = self.settings.get().queue_for(&request.model);
        let goes = self.gathering.join(&request, &limits);
        let inner = Arc::clone(&self.inner);
        AnswerStream::spawn(move |events| async move {
            let went = tokio::select! {
                went = goes => went.is_ok(),
                () = events.cancelled() => false,
            };
            if went {
                inner.generate(request).pass_on(&events).await;
            }
        })
    }
}

impl Gathering {
    fn held(&self) -> MutexGuard<'_, HashMap<String, Gathered>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a request to the group of its model. What does not fit into it begins another.
    fn join(&self, request: &Request, limits: &Limits) -> oneshot::Receiver<()> {
        let (goes, my_turn) = oneshot::channel();
        let tokens = tokens_of(request);
        let mut held = self.held();
        let is_full =
            |group: &Gathered| !fits(group.members.len() + 1, group.tokens + tokens, limits);
        if held.get(&request.model).is_some_and(is_full) {
            go(held.remove(&request.model));
        }
        let group = held.entry(request.model.clone()).or_insert_with(|| {
            let number = self.begun.fetch_add(1, Ordering::Relaxed);
            let window = Duration::from_millis(limits.group_window_ms.into());
            self.close_later(request.model.clone(), number, window);
            Gathered {
                number,
                members: Vec::new(),
                tokens: 0,
            }
        });
        group.tokens += tokens;
        let beginning = request.messages.iter().map(|one| one.content.as_str());
        group.members.push(Member {
            beginning: beginning.collect(),
            goes,
        });
        if !fits(group.members.len() + 1, group.tokens, limits) {
            go(held.remove(&request.model));
        }
        my_turn
    }

    /// Lets a group go when its window is over, if it has not gone before.
    fn close_later(&self, model: String, number: u64, window: Duration) {
        let gathering = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(window).await;
            let mut held = gathering.held();
            if held.get(&model).is_some_and(|group| group.number == number) {
                go(held.remove(&model));
            }
        });
    }
}

/// Whether so much may go together; a single request may in any case.
fn fits(count: usize, tokens: u64, limits: &Limits) -> bool {
    let most_tokens = u64::from(limits.group_tokens);
    let cost = tokens as f64 * f64::from(limits.price) / 1e6;
    let most_cost = f64::from(limits.group_cost);
    count <= 1
        || (count <= limits.group_requests as usize
            && (most_tokens == 0 || tokens <= most_tokens)
            && (most_cost == 0.0 || cost <= most_cost))
}

fn go(group: Option<Gathered>) {
    let Some(mut group) = group else { return };
    group
        .members
        .sort_by(|one, other| one.beginning.cmp(&other.beginning));
    for member in group.members {
        // Who has left is not missed.
        let _ = member.goes.send(());
    }
}

/// Tokens of a request and its answer, as far as that is known before.
fn tokens_of(request: &Request) -> u64 {
    let bytes: usize = request.messages.iter().map(|one| one.content.len()).sum();
    (bytes / BYTES_OF_TOKEN) as u64 + u64::from(request.max_tokens)
}
