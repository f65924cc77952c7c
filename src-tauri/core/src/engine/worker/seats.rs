//! The queue before a worker: as many requests go in as it has slots, the rest waits in order.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::engine::status::Report;

/// A worker's slots. Cheap to clone.
#[derive(Clone)]
pub(super) struct Seats(Arc<Inner>);

struct Inner {
    count: u32,
    free: Arc<Semaphore>,
    waiting: AtomicU32,
    used: Mutex<Instant>,
    report: Report,
}

/// The right to one slot, until it is dropped.
pub(crate) struct Seat {
    seats: Seats,
    permit: Option<OwnedSemaphorePermit>,
}

impl Seats {
    pub(super) fn new(count: u32, report: Report) -> Self {
        Self(Arc::new(Inner {
            count,
            free: Arc::new(Semaphore::new(count as usize)),
            waiting: AtomicU32::new(0),
            used: Mutex::new(Instant::now()),
            report,
        }))
    }

    /// Waits for a slot, in order of arrival; none when the worker is gone.
    pub(super) async fn take(&self, waits: impl AsyncFnOnce(u32)) -> Option<Seat> {
        let free = Arc::clone(&self.0.free);
        let permit = if let Ok(permit) = Arc::clone(&free).try_acquire_owned() {
            permit
        } else {
            let waiting = Waiting::begin(self);
            waits(waiting.ahead).await;
            free.acquire_owned().await.ok()?
        };
        self.show();
        Some(Seat {
            seats: self.clone(),
            permit: Some(permit),
        })
    }

    /// Lets nobody in any more.
    pub(super) fn close(&self) {
        self.0.free.close();
    }

    /// Since when all slots have been free; none while one is taken.
    pub(super) fn rest_since(&self) -> Option<Instant> {
        let used = *self.0.used.lock().unwrap_or_else(PoisonError::into_inner);
        (self.busy() == 0).then_some(used)
    }

    fn busy(&self) -> u32 {
        let free = u32::try_from(self.0.free.available_permits()).unwrap_or(self.0.count);
        self.0.count.saturating_sub(free)
    }

    fn show(&self) {
        *self.0.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.0.report.change(|status| {
            status.busy = self.busy();
            status.queued = self.0.waiting.load(Ordering::Relaxed);
        });
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.permit = None;
        // A worker that was unloaded is not shown again.
        if !self.seats.0.free.is_closed() {
            self.seats.show();
        }
    }
}

/// One that waits, however the waiting ends.
struct Waiting<'s> {
    seats: &'s Seats,
    ahead: u32,
}

impl<'s> Waiting<'s> {
    fn begin(seats: &'s Seats) -> Self {
        let ahead = seats.0.waiting.fetch_add(1, Ordering::Relaxed);
        seats.show();
        Self { seats, ahead }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.seats.0.waiting.fetch_sub(1, Ordering::Relaxed);
        if !self.seats.0.free.is_closed() {
            self.seats.show();
        }
    }
}
