//! What companions remember of the user: seen, edited and forgotten at will.
//!
//! [`Memories`] is the whole. After an answer `extraction` finds what a message tells (`telling`
//! by rules, the model for the rest); `fact` reads such a sentence, `importance` rates it. Before
//! an answer `recall` finds what the message needs: `index` holds the vectors, `asked` says what
//! is asked, `evidence` what counts as an answer to that. `upkeep` cleans up.

mod asked;
mod concepts;
mod evidence;
mod extraction;
mod fact;
mod importance;
mod index;
mod recall;
mod telling;
mod upkeep;
mod words;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::sync::Mutex;

use crate::cache::Cache;
use crate::config::Settings;
use crate::engine::Engines;
use crate::store::Store;
use crate::store::memories::{Kept, Memory, MemoryFilter, MemoryId, NewMemory};
use crate::store::personas::PersonaId;
use crate::store::responses::Removal;
use crate::vectors::bytes;
use crate::{Code, Error, Result};

use fact::Fact;
use index::Index;

pub(crate) use extraction::Reader;
pub use extraction::Source;
pub use recall::{FoundMemory, Query, Recall};

/// Characters of a memory, at most.
const LONGEST: usize = 500;

/// What kind of knowledge a memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum MemoryKind {
    /// Something that is so.
    Fact,
    /// What the user likes, or does not.
    Preference,
    /// What the user does gladly.
    Interest,
    /// Somebody in the user's life.
    Relationship,
    /// Something at a date.
    Event,
    /// Something the user wants to do.
    Task,
}

impl MemoryKind {
    /// The word that the database uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Preference => "preference",
            Self::Interest => "interest",
            Self::Relationship => "relationship",
            Self::Event => "event",
            Self::Task => "task",
        }
    }
}

/// The memories of a data folder. Cheap to clone.
#[derive(Clone)]
pub struct Memories {
    store: Store,
    engines: Engines,
    settings: Settings,
    cache: Cache,
    index: Arc<Index>,
    /// Held while texts are turned into vectors, so that none is twice.
    embedding: Arc<Mutex<()>>,
}

impl Memories {
    /// Those of this store; `engines` turns texts into vectors.
    #[must_use]
    pub fn new(store: Store, engines: Engines, settings: Settings, cache: Cache) -> Self {
        Self {
            cache,
            index: Arc::new(Index::new(store.clone())),
            store,
            engines,
            settings,
            embedding: Arc::default(),
        }
    }

    /// The memories that are wanted, the newest first.
    pub async fn list(&self, filter: MemoryFilter) -> Result<Vec<Memory>> {
        self.store.memories(filter).await
    }

    /// Remembers a sentence that the user wrote for that; what was known already is confirmed.
    pub async fn add(&self, text: &str, persona: Option<PersonaId>) -> Result<Memory> {
        let new = self.new_memory(text, persona).await?;
        let (Kept::New(id) | Kept::Instead(id, _) | Kept::Known(id)) =
            self.store.keep_memory(new).await?;
        self.embed_later(id);
        self.store.memory(id).await
    }

    /// Changes what a memory says.
    pub async fn edit(&self, id: MemoryId, text: &str) -> Result<()> {
        let old = self.store.memory(id).await?;
        let new = self.new_memory(text, old.persona).await?;
        self.store.change_memory(id, new).await?;
        self.embed_later(id);
        Ok(())
    }

    /// Makes one memory of several: the first of them stays, and says `text`.
    pub async fn merge(&self, ids: &[MemoryId], text: &str) -> Result<()> {
        let [into, ..] = ids else {
            return Err(Error::new(
                Code::BadSetting,
                "Choose the memories that are to become one.",
            ));
        };
        let old = self.store.memory(*into).await?;
        for &other in ids {
            if self.store.memory(other).await?.persona != old.persona {
                let message = "Memories of different personas stay apart. Share them instead.";
                return Err(Error::new(Code::BadSetting, message));
            }
        }
        let new = self.new_memory(text, old.persona).await?;
        self.store.merge_memories(*into, ids.to_vec(), new).await?;
        self.embed_later(*into);
        Ok(())
    }

    /// Removes memories for good: the texts, the words of the index, the vectors, what answers
    /// recalled of them, and the copies in backups; and what models have read, in which they
    /// stood. How many there were.
    pub async fn purge(&self, ids: Vec<MemoryId>) -> Result<usize> {
        let removal = Removal::Memories(ids.clone());
        let count = self.store.purge_memories(ids).await;
        let forgotten = self.cache.remove(removal).await;
        // Also where some trace could not be removed: these can.
        if !matches!(count, Ok(0)) {
            self.index.refresh().await?;
            self.engines.forget().await?;
        }
        forgotten?;
        count
    }

    /// Turns memories that have no vector yet into vectors, so that they are found by what they
    /// mean. How many there were.
    pub async fn embed(&self) -> Result<usize> {
        self.embed_of(None).await
    }

    async fn embed_of(&self, of: Option<Vec<MemoryId>>) -> Result<usize> {
        const AT_ONCE: u32 = 64;
        let _turn = self.embedding.lock().await;
        let embedder = self.engines.embedder()?;
        let mut count = 0;
        loop {
            let waiting = self
                .store
                .unembedded(embedder.clone(), of.clone(), AT_ONCE)
                .await?;
            if waiting.is_empty() {
                return Ok(count);
            }
            let texts = waiting.iter().map(|(_, text)| text.clone()).collect();
            let vectors = self.engines.embed(texts).await?;
            count += waiting.len();
            let rows = waiting
                .into_iter()
                .zip(vectors)
                .map(|((id, text), vector)| (id, text, bytes(&vector)));
            self.store
                .set_vectors(embedder.clone(), rows.collect())
                .await?;
        }
    }

    /// Reads what is searched, so that the first search does not wait for it.
    pub async fn warm(&self) -> Result<()> {
        self.index.refresh().await
    }

    fn embed_later(&self, id: MemoryId) {
        let memories = self.clone();
        tokio::spawn(async move {
            if let Err(error) = memories.embed_of(Some(vec![id])).await {
                tracing::warn!(%error, "memories are found by their words alone for now");
            }
        });
    }

    /// A memory of the user's own words.
    async fn new_memory(&self, text: &str, persona: Option<PersonaId>) -> Result<NewMemory> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let refused = |message: &str| Err(Error::new(Code::BadSetting, message));
        if text.is_empty() {
            return refused("A memory needs some words.");
        }
        if text.chars().count() > LONGEST {
            return refused("A memory has at most 500 characters. Make several of it.");
        }
        if let Some(id) = persona
            && !self.store.has_persona(id).await?
        {
            return Err(crate::store::personas::missing(id));
        }
        let fact = Fact::read(&text).unwrap_or_else(|| Fact::of(text));
        Ok(new_memory(fact, "user", persona, None, crate::store::now()))
    }
}

fn new_memory(
    fact: Fact,
    origin: &'static str,
    persona: Option<PersonaId>,
    source: Option<u32>,
    at: i64,
) -> NewMemory {
    NewMemory {
        form: words::form(&fact.text),
        text: fact.text,
        kind: fact.kind,
        topic: fact.topic,
        slot: fact.slot,
        importance: fact.importance,
        reason: fact.reason,
        origin,
        persona,
        source,
        at,
    }
}
