//! What the cache has done, counted as it happens and written now and then.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::responses::{Count, CountName};

use super::kind::QuestionKind;

/// What has not been written yet.
#[derive(Debug, Default)]
pub(super) struct Unwritten(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    counts: HashMap<(CountName, QuestionKind), (u32, f64)>,
    /// How often answers were used, and when last.
    uses: HashMap<i64, (u32, i64)>,
}

impl Unwritten {
    /// Counts something; `sum` is what the name says.
    pub(super) fn count(&self, name: CountName, kind: QuestionKind, sum: f64) {
        let mut held = self.held();
        let (count, total) = held.counts.entry((name, kind)).or_default();
        *count += 1;
        *total += sum;
    }

    /// Counts a use of an answer; how often it was used since the last writing.
    pub(super) fn used(&self, id: i64, at: i64) {
        let mut held = self.held();
        let (hits, last) = held.uses.entry(id).or_default();
        *hits += 1;
        *last = at.max(*last);
    }

    /// Takes what is to be written.
    pub(super) fn take(&self) -> (Vec<(i64, u32, i64)>, Vec<Count>) {
        let held = std::mem::take(&mut *self.held());
        let uses = held.uses.into_iter();
        let counts = held.counts.into_iter();
        (
            uses.map(|(id, (hits, at))| (id, hits, at)).collect(),
            counts
                .map(|((name, kind), (count, sum))| Count {
                    name,
                    kind,
                    count: f64::from(count),
                    sum,
                })
                .collect(),
        )
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
