//! The vectors of all memories in the computer's memory: one byte for each dimension, in one row
//! for each persona, searched from beginning to end.
//!
//! The database is the truth; a search first reads what has changed there since the last one,
//! whichever process changed it. Nothing is read before the first search.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::Mutex;

use crate::Result;
use crate::store::Store;
use crate::store::memories::{MemoryId, Searched};
use crate::vectors::{cosine, nearest};

/// What all personas may know.
const SHARED: u32 = u32::MAX;

pub(super) struct Index {
    store: Store,
    /// The revision up to which `held` is read; held while more is.
    revision: Mutex<i64>,
    held: RwLock<Held>,
}

/// What is searched.
#[derive(Default)]
pub(super) struct Held {
    blocks: HashMap<u32, Block>,
    /// In which block each memory stands, and where.
    places: HashMap<MemoryId, (u32, usize)>,
}

/// The memories of one persona.
#[derive(Default)]
struct Block {
    rows: Vec<Entry>,
    vectors: Vec<i8>,
}

/// What a search needs to know of a memory beside its vector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) id: MemoryId,
    pub(super) importance: f32,
    pub(super) valid_from: i64,
    pub(super) past: bool,
    embedded: bool,
}

impl Index {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            revision: Mutex::default(),
            held: RwLock::default(),
        }
    }

    /// Reads what has changed.
    pub(super) async fn refresh(&self) -> Result<()> {
        let mut revision = self.revision.lock().await;
        if self.store.memory_revision().await? == *revision {
            return Ok(());
        }
        let changes = self.store.memories_since(*revision).await?;
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        for (at, id, now) in changes {
            held.remove(id);
            if let Some(now) = now.filter(|now| !now.forgotten) {
                held.add(&now);
            }
            *revision = at;
        }
        Ok(())
    }

    pub(super) fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// How many memories a persona may use.
    pub(super) fn count(&self, persona: u32) -> usize {
        [persona, SHARED]
            .iter()
            .filter_map(|key| self.blocks.get(key))
            .map(|block| block.rows.len())
            .sum()
    }

    /// A memory, if this persona may use it.
    pub(super) fn entry(&self, persona: u32, id: MemoryId) -> Option<Entry> {
        let &(block, row) = self.places.get(&id)?;
        (block == persona || block == SHARED).then(|| self.blocks[&block].rows[row])
    }

    /// A memory's vector, if it has one.
    pub(super) fn vector(&self, id: MemoryId) -> Option<&[i8]> {
        let &(key, row) = self.places.get(&id)?;
        let block = &self.blocks[&key];
        let width = block.vectors.len() / block.rows.len();
        block.rows[row]
            .embedded
            .then(|| &block.vectors[row * width..(row + 1) * width])
    }

    /// How near a memory is to a vector.
    pub(super) fn cosine(&self, id: MemoryId, query: &[i8]) -> Option<f32> {
        let vector = self
            .vector(id)
            .filter(|vector| vector.len() == query.len())?;
        Some(cosine(query, vector))
    }

    /// The memories nearest to a vector, with their cosines, the nearest first.
    pub(super) fn nearest(
        &self,
        persona: u32,
        query: &[i8],
        past: bool,
        most: usize,
    ) -> Vec<(Entry, f32)> {
        let mut found: Vec<(Entry, f32)> = Vec::new();
        for block in [persona, SHARED]
            .iter()
            .filter_map(|key| self.blocks.get(key))
        {
            if query.is_empty() || block.vectors.len() != block.rows.len() * query.len() {
                continue;
            }
            let may = |row: usize| block.rows[row].embedded && (past || !block.rows[row].past);
            let near = nearest(query, &block.vectors, most, may);
            found.extend(
                near.into_iter()
                    .map(|(row, cosine)| (block.rows[row], cosine)),
            );
        }
        found.sort_by(|one, other| other.1.total_cmp(&one.1));
        found.truncate(most);
        found
    }

    fn add(&mut self, new: &Searched) {
        let key = if new.shared { SHARED } else { new.persona };
        let block = self.blocks.entry(key).or_default();
        let width = match (&new.vector, block.rows.len()) {
            (Some(vector), 0) => vector.len(),
            (None, 0) => WIDTH,
            (_, rows) => block.vectors.len() / rows,
        };
        let vector = new.vector.as_ref().filter(|vector| vector.len() == width);
        self.places.insert(new.id, (key, block.rows.len()));
        block.rows.push(Entry {
            id: new.id,
            importance: new.importance,
            valid_from: new.valid_from,
            past: new.past,
            embedded: vector.is_some(),
        });
        match vector {
            Some(vector) => block
                .vectors
                .extend(vector.iter().map(|byte| byte.cast_signed())),
            None => block.vectors.extend(std::iter::repeat_n(0, width)),
        }
    }

    fn remove(&mut self, id: MemoryId) {
        let Some((key, row)) = self.places.remove(&id) else {
            return;
        };
        let Some(block) = self.blocks.get_mut(&key) else {
            return;
        };
        let width = block.vectors.len() / block.rows.len();
        let last = block.rows.len() - 1;
        block.rows.swap_remove(row);
        if row != last {
            block
                .vectors
                .copy_within(last * width..(last + 1) * width, row * width);
            self.places.insert(block.rows[row].id, (key, row));
        }
        block.vectors.truncate(last * width);
    }
}

/// The width of the embedding model that comes with Hearth.
const WIDTH: usize = 384;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::{bytes, signed};
    use proptest::prelude::*;

    fn searched(id: MemoryId, persona: u32, shared: bool, turn: f32) -> Searched {
        let vector = bytes(&[turn.cos(), turn.sin()]);
        Searched {
            id,
            persona,
            shared,
            importance: 0.5,
            valid_from: 0,
            past: false,
            forgotten: false,
            vector: Some(vector),
        }
    }

    #[test]
    fn a_persona_finds_its_own_and_what_is_shared_the_nearest_first() {
        let mut held = Held::default();
        for (id, persona, shared, turn) in [
            (1, 0, false, 0.1),
            (2, 0, false, 1.0),
            (3, 7, false, 0.0),
            (4, 7, true, 0.3),
        ] {
            held.add(&searched(id, persona, shared, turn));
        }
        let ids = |persona| -> Vec<MemoryId> {
            let found = held.nearest(persona, &signed(&[1.0, 0.0]), false, 9);
            found.into_iter().map(|(entry, _)| entry.id).collect()
        };
        assert_eq!(ids(0), [1, 4, 2]);
        assert_eq!(ids(7), [3, 4]);
        assert_eq!(held.entry(0, 3), None);
        let (_, cosine) = held.nearest(7, &signed(&[1.0, 0.0]), false, 1)[0];
        assert!((cosine - 1.0).abs() < 0.01);
    }

    proptest! {
        #[test]
        fn whatever_comes_and_goes_each_memory_keeps_its_own_vector(changes in prop::collection::vec((0_u32..12, any::<bool>()), 1..80)) {
            let mut held = Held::default();
            let mut there = std::collections::HashSet::new();
            for (id, add) in changes {
                held.remove(id);
                there.remove(&id);
                if add {
                    held.add(&searched(id, 0, false, id as f32 / 4.0));
                    there.insert(id);
                }
                prop_assert_eq!(held.count(0), there.len());
                for &id in &there {
                    let turn = id as f32 / 4.0;
                    let nearest = held.nearest(0, &signed(&[turn.cos(), turn.sin()]), false, 1);
                    prop_assert_eq!(nearest[0].0.id, id);
                }
            }
        }
    }
}
