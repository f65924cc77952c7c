//! The layer that decides who goes first.
//!
//! A model answers as many requests at once as it has slots; the others wait here. The more
//! urgent goes first, among equals the earlier; now and then it is the turn of who has waited
//! for longest, so that none waits for ever. Work that nobody waits for leaves one slot free where
//! there are several.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use crate::cache::{Cache, QuestionKind};
use crate::config::Settings;
use crate::store::responses::CountName;
use crate::{Code, Error};

use super::{AnswerStream, Event, Events, Generate, Priority, Request};

/// Who has waited so long is served before others now and then: one time in so many.
const LONG: Duration = Duration::from_secs(15);
const NOW_AND_THEN: u64 = 4;
/// Answers of which the time is remembered, to say how long the queue takes.
const REMEMBERED: f32 = 8.0;

/// How many requests a model answers at once.
pub type Slots = Arc<dyn Fn(&Request) -> usize + Send + Sync>;

/// Lets the most urgent requests go first.
pub struct Queue<G> {
    inner: Arc<G>,
    lines: Lines,
    slots: Slots,
    settings: Settings,
    cache: Cache,
}

/// The lines in front of the models, by their names. Cheap to clone.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<HashMap<String, Line>>>);

/// The line in front of a model.
#[derive(Default)]
struct Line {
    running: usize,
    /// How many of those nobody waits for.
    quiet: usize,
    slots: usize,
    waiting: Vec<Waiting>,
    arrived: u64,
    served: u64,
    /// How long an answer took of late, in seconds.
    seconds: f32,
}

struct Waiting {
    number: u64,
    priority: Priority,
    since: Instant,
    /// Told when it is its turn.
    turn: oneshot::Sender<()>,
    ahead: watch::Sender<u32>,
}

impl<G: Generate + 'static> Queue<G> {
    /// Puts the queue in front of a layer.
    pub fn new(inner: G, slots: Slots, cache: Cache, settings: Settings) -> Self {
        Self {
            inner: Arc::new(inner),
            lines: Lines::default(),
            slots,
            settings,
            cache,
        }
    }
}

impl<G: Generate + 'static> Generate for Queue<G> {
    fn generate(&self, request: Request) -> AnswerStream {
        let slots = (self.slots)(&request).max(1);
        let most = self.settings.get().queue.most as usize;
        let arrived = self
            .lines
            .arrive(&request.model, request.terms.priority, slots, most);
        let place = match arrived {
            Ok(place) => place,
            Err(error) => return AnswerStream::ready([Event::Failed(error)]),
        };
        let (inner, cache) = (Arc::clone(&self.inner), self.cache.clone());
        AnswerStream::spawn(move |events| async move {
            let kind = QuestionKind::of(&request);
            if let Some(seat) = place.turn(&events, &cache, kind).await {
                inner.generate(request).pass_on(&events).await;
                drop(seat);
            }
        })
    }
}

/// A place in a line. Dropping it leaves the line.
struct Place {
    lines: Lines,
    model: String,
    number: u64,
    priority: Priority,
    turn: oneshot::Receiver<()>,
    ahead: watch::Receiver<u32>,
    since: Instant,
    seated: bool,
}

/// A slot that is taken. Dropping it frees the slot for the next.
struct Seat {
    lines: Lines,
    model: String,
    quiet: bool,
    since: Instant,
}

impl Place {
    /// Waits for the turn, and says how many are ahead; none when nobody wants the answer any
    /// more.
    async fn turn(mut self, events: &Events, cache: &Cache, kind: QuestionKind) -> Option<Seat> {
        let mut told = 0;
        loop {
            tokio::select! {
                biased;
                turn = &mut self.turn => {
                    turn.ok()?;
                    break;
                }
                () = events.cancelled() => return None,
                changed = self.ahead.changed() => changed.ok()?,
            }
            let ahead = *self.ahead.borrow_and_update();
            if ahead != told {
                told = ahead;
                if !events.send(Event::Queued(ahead)).await {
                    return None;
                }
            }
        }
        self.seated = true;
        let waited = self.since.elapsed().as_secs_f64() * 1000.0;
        if waited >= 1.0 {
            cache.count(CountName::Waited, kind, waited);
        }
        Some(Seat {
            lines: self.lines.clone(),
            model: self.model.clone(),
            quiet: self.priority.is_quiet(),
            since: Instant::now(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.seated {
            return;
        }
        let mut lines = self.lines.held();
        let Some(line) = lines.get_mut(&self.model) else {
            return;
        };
        let before = line.waiting.len();
        line.waiting.retain(|one| one.number != self.number);
        if line.waiting.len() == before {
            // Its turn had come, and it left without taking it.
            line.free(self.priority.is_quiet());
        }
        line.admit();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut lines = self.lines.held();
        if let Some(line) = lines.get_mut(&self.model) {
            let took = self.since.elapsed().as_secs_f32();
            line.seconds += (took - line.seconds) / REMEMBERED;
            line.free(self.quiet);
            line.admit();
            if line.running == 0 && line.waiting.is_empty() {
                lines.remove(&self.model);
            }
        }
    }
}

impl Lines {
    fn held(&self) -> MutexGuard<'_, HashMap<String, Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place at the end of the line of a model; refused where the line is full.
    fn arrive(
        &self,
        model: &str,
        priority: Priority,
        slots: usize,
        most: usize,
    ) -> Result<Place, Error> {
        let mut lines = self.held();
        let line = lines.entry(model.to_owned()).or_default();
        line.slots = slots;
        if line.waiting.len() >= most {
            let seconds = line.seconds * line.waiting.len() as f32 / slots as f32;
            let message = format!(
                "The queue is full: {} requests wait for {model}, for about {} more seconds. Try again \
                 later, or let more wait (setting queue.most).",
                line.waiting.len(),
                seconds.ceil().max(1.0)
            );
            return Err(Error::new(Code::QueueFull, message));
        }
        line.arrived += 1;
        let (number, since) = (line.arrived, Instant::now());
        let (turn, my_turn) = oneshot::channel();
        let (ahead, my_ahead) = watch::channel(0);
        line.waiting.push(Waiting {
            number,
            priority,
            since,
            turn,
            ahead,
        });
        line.admit();
        Ok(Place {
            lines: self.clone(),
            model: model.to_owned(),
            number,
            priority,
            turn: my_turn,
            ahead: my_ahead,
            since,
            seated: false,
        })
    }
}

impl Line {
    fn free(&mut self, quiet: bool) {
        self.running = self.running.saturating_sub(1);
        self.quiet = self.quiet.saturating_sub(usize::from(quiet));
    }

    /// Gives free slots to those whose turn it is, and tells the others how many are ahead.
    fn admit(&mut self) {
        self.waiting.sort_by_key(|one| (one.priority, one.number));
        while self.running < self.slots {
            let Some(at) = self.next() else { break };
            let next = self.waiting.remove(at);
            // Who has left in this very moment frees the slot himself.
            self.running += 1;
            self.served += 1;
            self.quiet += usize::from(next.priority.is_quiet());
            let _ = next.turn.send(());
        }
        for (one, ahead) in self.waiting.iter().zip(1..) {
            one.ahead.send_if_modified(|told| {
                let changed = *told != ahead;
                *told = ahead;
                changed
            });
        }
    }
}

impl Line {
    /// Whose turn it is.
    fn next(&self) -> Option<usize> {
        let is_kept_free = self.slots > 1 && self.quiet + 1 >= self.slots;
        let may = |at: usize| !(is_kept_free && self.waiting[at].priority.is_quiet());
        let oldest = (0..self.waiting.len()).min_by_key(|&at| self.waiting[at].number)?;
        let is_long = self.waiting[oldest].since.elapsed() >= LONG;
        if is_long && self.served.is_multiple_of(NOW_AND_THEN) && may(oldest) {
            return Some(oldest);
        }
        (0..self.waiting.len()).find(|&at| may(at))
    }
}
