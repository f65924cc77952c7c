//! Answers that are given again instead of being made again.
//!
//! A request's canonical bytes (`encoding`, `key`) name its answer. Answers are held in memory
//! and, behind that, in `cache.db` ([`crate::store::responses`]). An answer is only given where
//! it is fresh (`freshness`, by its `kind`), what it depends on is as it was, and the question is
//! not one of the moment (`moment`). `similar` finds questions that mean the same. The layers
//! of the pipeline that use all this are [`crate::pipeline::reuse`] and
//! [`crate::pipeline::coalesce`].

mod encoding;
mod entry;
mod freshness;
mod key;
mod kind;
mod moment;
mod similar;
mod statistics;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use hearth_protocol::Finish;
use moka::policy::EvictionPolicy;
use moka::sync::Cache as Held;
use serde::Serialize;
use specta::Type;
use tokio::runtime::Handle;

use crate::config::Settings;
use crate::engine::Engines;
use crate::pipeline::{Request, Reuse, Reused};
use crate::store::responses::{
    CachedAnswer, Count, CountName, Judged, Listing, Removal, Responses, Totals,
};
use crate::store::{Store, now, responses};
use crate::{Code, Error, Result};

pub use entry::Answer;
pub(crate) use entry::{Entry, Origin};
use freshness::Use;
pub use key::Key;
pub(crate) use kind::KINDS;
pub use kind::QuestionKind;
use similar::Questions;
use statistics::Unwritten;

/// How often what was counted is written, and what other processes removed is noticed.
const UPKEEP: Duration = Duration::from_secs(1);
/// Pauses before a removal is tried again.
const TRIES: [Duration; 3] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
];
/// How often what is over leaves the file, in times of [`UPKEEP`].
const TIDY_EVERY: u32 = 60;
/// What may be over the limit of the memory before room is made there: this share of it.
const ROOM_SHARE: u64 = 16;

/// The cache of a data folder. Cheap to clone.
#[derive(Clone)]
pub struct Cache {
    shared: Arc<Shared>,
}

struct Shared {
    held: Held<[u8; 16], Arc<InMemory>>,
    /// Bytes that were put into memory since room was made there.
    inserted: AtomicU64,
    /// None where the file cannot be used: then memory is all there is.
    disk: Option<Responses>,
    /// Up to which removal the memory is up to date.
    generation: AtomicI64,
    unwritten: Unwritten,
    questions: Questions,
    /// Set when upkeep has begun.
    is_kept_up: OnceLock<()>,
    store: Store,
    settings: Settings,
}

/// An answer in memory, with how it was used.
struct InMemory {
    entry: Arc<Entry>,
    hits: AtomicU32,
    used_at: AtomicI64,
}

/// An answer that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The answer.
    pub answer: Answer,
    /// Where it comes from.
    pub reused: Reused,
}

/// What the cache holds and has done.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Statistics {
    /// What is kept on the disk.
    pub disk: Totals,
    /// Answers in the memory of this process.
    pub memory_entries: u32,
    /// Bytes of them.
    #[specta(type = u32)]
    pub memory_bytes: f64,
    /// What happened so far, for each kind of question.
    pub counts: Vec<Count>,
}

impl Statistics {
    /// What happened under a name, for all kinds of questions together.
    #[must_use]
    pub fn count(&self, name: CountName) -> Count {
        let all = self.counts.iter().filter(|one| one.name == name);
        let none = Count {
            name,
            kind: QuestionKind::General,
            count: 0.0,
            sum: 0.0,
        };
        all.fold(none, |sum, one| Count {
            count: sum.count + one.count,
            sum: sum.sum + one.sum,
            ..sum
        })
    }
}

impl Cache {
    /// Opens the cache in a file. Where that cannot be used, answers are held in memory alone.
    #[must_use]
    pub fn open(path: &Path, store: Store, settings: Settings, engines: Engines) -> Self {
        let disk = Responses::open(path)
            .inspect_err(|error| tracing::warn!(%error, "answers are held in memory alone"))
            .ok();
        let memory = u64::from(settings.get().cache.memory_mb) * 1_000_000;
        let held = Held::builder()
            .max_capacity(memory)
            .weigher(|_, one: &Arc<InMemory>| one.entry.weight())
            .eviction_policy(EvictionPolicy::lru())
            .build();
        let shared = Arc::new(Shared {
            held,
            inserted: AtomicU64::default(),
            generation: disk.as_ref().map_or(0, Responses::opened_at).into(),
            disk,
            unwritten: Unwritten::default(),
            questions: Questions::new(engines),
            is_kept_up: OnceLock::new(),
            store,
            settings,
        });
        Self { shared }
    }

    /// Whether a request may be answered from here, and its answer be kept. One that wants to and
    /// may not is counted.
    #[must_use]
    pub fn may_answer(&self, request: &Request) -> bool {
        let may = self.could_answer(request);
        if !may && self.is_wanted(request) {
            self.count_bypassed(request);
        }
        may
    }

    pub(crate) fn count_bypassed(&self, request: &Request) {
        self.count(CountName::Bypassed, QuestionKind::of(request), 0.0);
    }

    /// The same, without counting.
    pub(crate) fn could_answer(&self, request: &Request) -> bool {
        let drawn = request.sampling.temperature != 0.0;
        self.is_wanted(request)
            && (!drawn || request.terms.reuse == Reuse::SameDrawn)
            && !moment::is_of_the_moment(asked(request))
    }

    pub(crate) fn is_wanted(&self, request: &Request) -> bool {
        self.shared.settings.get().cache.enabled && request.terms.reuse != Reuse::Never
    }

    /// The answer to exactly this request, if one is kept and holds.
    pub async fn find(&self, request: &Request, key: &Key) -> Option<Found> {
        if let Some(found) = self.find_in_memory(key) {
            return Some(found);
        }
        if let Some(held) = self.held(key)
            && !held.entry.origin.memories.is_empty()
            && self.still_holds(&held.entry.origin).await
        {
            return Some(self.given(key, &held, CountName::Memory));
        }
        if let Some(found) = self.find_on_disk(key).await {
            return Some(found);
        }
        let found = self.find_similar(request).await;
        if found.is_none() {
            self.count(CountName::Missed, QuestionKind::of(request), 0.0);
        }
        found
    }

    /// The answer to a question that means the same, where the request allows it.
    async fn find_similar(&self, request: &Request) -> Option<Found> {
        let disk = self
            .shared
            .disk
            .as_ref()
            .filter(|_| request.terms.similar)?;
        let allowed = self.shared.settings.get().cache.similar_errors / 100.0;
        let alike = self.shared.questions.like(disk, request, allowed).await;
        let alike = alike
            .inspect_err(|error| tracing::warn!(%error, "no similar question was looked for"))
            .ok()?;
        // The answer to the nearest may be gone or over; another one's may not.
        let mut found = None;
        for like in alike {
            let stored = disk.find(like.response).await.ok().flatten();
            let is_fresh = stored.as_ref().is_some_and(|stored| {
                let used = Use {
                    made_at: stored.entry.origin.made_at,
                    used_at: stored.used_at,
                    hits: stored.hits,
                };
                self.is_fresh(&stored.entry.origin, used)
            });
            if let Some(stored) = stored.filter(|_| is_fresh) {
                found = Some((like, stored));
                break;
            }
            self.shared.questions.drop_one(like.response).await;
        }
        let (like, stored) = found?;
        let origin = &stored.entry.origin;
        let saved_ms = stored.entry.answer.total_ms;
        self.shared.unwritten.used(like.response, now());
        self.count(CountName::Similar, origin.kind, saved_ms.into());
        Some(Found {
            reused: Reused {
                entry: responses::name(like.response),
                made_at: origin.made_at as f64,
                saved_ms,
                question: Some(like.question),
                cosine: Some(like.cosine),
            },
            answer: stored.entry.answer,
        })
    }

    /// Notes whether an answer to a similar question was right: what is judged decides how near a
    /// question has to be.
    pub async fn judge(&self, reused: &Reused, right: bool) {
        if let (Some(disk), Some(score), Some(id)) = (
            &self.shared.disk,
            reused.cosine,
            responses::numbered(&reused.entry),
        ) {
            self.shared
                .questions
                .judge(disk, id, Judged { score, right })
                .await;
        }
    }

    /// The same, as far as it can be said at once: an answer in memory that depends on nothing
    /// that has to be asked for. A miss here is none yet.
    #[must_use]
    pub fn find_in_memory(&self, key: &Key) -> Option<Found> {
        let held = self.held(key)?;
        held.entry
            .origin
            .memories
            .is_empty()
            .then(|| self.given(key, &held, CountName::Memory))
    }

    /// The answer in memory, if it is fresh. The bytes of the requests are compared, not only
    /// their digests.
    fn held(&self, key: &Key) -> Option<Arc<InMemory>> {
        let held = self.shared.held.get(&key.digest)?;
        if held.entry.canonical != key.canonical {
            return None;
        }
        let used = Use {
            made_at: held.entry.origin.made_at,
            used_at: held.used_at.load(Ordering::Relaxed),
            hits: held.hits.load(Ordering::Relaxed),
        };
        self.is_fresh(&held.entry.origin, used).then_some(held)
    }

    async fn find_on_disk(&self, key: &Key) -> Option<Found> {
        let disk = self.shared.disk.as_ref()?;
        if self.shared.settings.get().cache.disk_mb == 0 {
            return None;
        }
        let stored = disk
            .find(key.id())
            .await
            .inspect_err(|error| tracing::warn!(%error, "the cache could not be read"))
            .ok()??;
        let used = Use {
            made_at: stored.entry.origin.made_at,
            used_at: stored.used_at,
            hits: stored.hits,
        };
        if stored.entry.canonical != key.canonical || !self.is_fresh(&stored.entry.origin, used) {
            return None;
        }
        let mut entry = stored.entry;
        if entry.origin.revision > 0 {
            entry.origin.memories = disk.memories_in(key.id()).await.ok()?;
            if !self.still_holds(&entry.origin).await {
                return None;
            }
        }
        let held = Arc::new(InMemory {
            entry: Arc::new(entry),
            hits: used.hits.into(),
            used_at: used.used_at.into(),
        });
        self.hold(key.digest, &held);
        Some(self.given(key, &held, CountName::Disk))
    }

    fn is_fresh(&self, origin: &Origin, used: Use) -> bool {
        let settings = self.shared.settings.get();
        freshness::is_fresh(origin.kind, used, now(), &settings.cache)
    }

    /// Whether the memories that went into an answer are as they were.
    async fn still_holds(&self, origin: &Origin) -> bool {
        let now = self.shared.store.revision_of(origin.memories.clone()).await;
        matches!(now, Ok(Some(revision)) if revision <= origin.revision)
    }

    /// Whether an answer is kept that holds. Nothing is counted.
    pub(crate) async fn has(&self, key: &Key) -> bool {
        if self.held(key).is_some() {
            return true;
        }
        let Some(disk) = &self.shared.disk else {
            return false;
        };
        let stored = disk.find(key.id()).await.ok().flatten();
        stored.is_some_and(|stored| {
            let used = Use {
                made_at: stored.entry.origin.made_at,
                used_at: stored.used_at,
                hits: stored.hits,
            };
            stored.entry.canonical == key.canonical && self.is_fresh(&stored.entry.origin, used)
        })
    }

    /// The newest revision of a request's memories, to be asked for before it is answered; none
    /// where one of them is gone.
    pub async fn revision(&self, request: &Request) -> Option<i64> {
        if request.terms.memories.is_empty() {
            return Some(0);
        }
        let ids = request.terms.memories.clone();
        self.shared.store.revision_of(ids).await.ok().flatten()
    }

    fn given(&self, key: &Key, held: &InMemory, tier: CountName) -> Found {
        let entry = &held.entry;
        held.hits.fetch_add(1, Ordering::Relaxed);
        let time = now();
        held.used_at.fetch_max(time, Ordering::Relaxed);
        self.shared.unwritten.used(key.id(), time);
        self.count(tier, entry.origin.kind, entry.answer.total_ms.into());
        Found {
            answer: entry.answer.clone(),
            reused: Reused {
                entry: responses::name(key.id()),
                made_at: entry.origin.made_at as f64,
                saved_ms: entry.answer.total_ms,
                question: None,
                cosine: None,
            },
        }
    }

    /// Keeps the answer to a request; in memory at once, on the disk soon. `revision` was asked
    /// for before the answer was made.
    pub fn keep(&self, request: &Request, key: Key, answer: Answer, revision: i64) {
        let origin = Origin::of(request, now(), revision);
        self.count(CountName::Kept, origin.kind, 0.0);
        let (digest, id) = (key.digest, key.id());
        let entry = Arc::new(Entry {
            canonical: key.canonical,
            answer,
            origin,
        });
        let settings = self.shared.settings.get();
        let most = u64::from(settings.cache.disk_mb) * 1_000_000;
        if let Some(disk) = self.shared.disk.as_ref().filter(|_| most > 0) {
            let ends = freshness::end(entry.origin.kind, entry.origin.made_at, &settings.cache);
            if !disk.keep(id, Arc::clone(&entry), ends, most) {
                tracing::debug!("too much waits to be written; an answer is in memory alone");
            }
        }
        let held = Arc::new(InMemory {
            used_at: entry.origin.made_at.into(),
            hits: AtomicU32::default(),
            entry,
        });
        self.hold(digest, &held);
    }

    /// Keeps the question of an answer that is kept, so that it is found by its meaning.
    pub async fn keep_question(&self, request: &Request) -> Result<()> {
        match &self.shared.disk {
            Some(disk) if request.terms.similar => {
                let key = Key::of(request);
                self.shared.questions.keep(disk, request, &key).await
            }
            _ => Ok(()),
        }
    }

    /// Whether an answer is whole, and is not kept already: one that several requests shared is
    /// kept once.
    pub(crate) fn wants(&self, key: &Key, answer: &Answer, finish: Finish) -> bool {
        let kept = self.shared.held.get(&key.digest);
        let is_kept = kept.is_some_and(|one| {
            one.entry.canonical == key.canonical
                && one.entry.answer.text == answer.text
                && one.hits.load(Ordering::Relaxed) == 0
        });
        answer.is_whole(finish) && !is_kept
    }

    fn hold(&self, digest: [u8; 16], held: &Arc<InMemory>) {
        // What is not held needs no upkeep; and only a request can be sure of a runtime.
        if let Ok(runtime) = Handle::try_current() {
            self.shared.is_kept_up.get_or_init(|| {
                runtime.spawn(keep_up(Arc::downgrade(&self.shared)));
            });
        }
        let weight = u64::from(held.entry.weight());
        self.shared.held.insert(digest, Arc::clone(held));
        let inserted = self.shared.inserted.fetch_add(weight, Ordering::Relaxed) + weight;
        let most = self.shared.held.policy().max_capacity().unwrap_or(0);
        if inserted > most / ROOM_SHARE {
            self.shared.inserted.store(0, Ordering::Relaxed);
            self.shared.held.run_pending_tasks();
        }
    }

    /// Removes answers for good, from memory and disk; how many there were on the disk.
    pub async fn remove(&self, what: Removal) -> Result<usize> {
        if what.is_nothing() {
            return Ok(0);
        }
        // Which of them are in memory is not looked for: they come back from the disk.
        self.shared.held.invalidate_all();
        self.shared.held.run_pending_tasks();
        self.shared.questions.forget().await;
        let Some(disk) = &self.shared.disk else {
            return Err(Error::new(
                Code::DatabaseBusy,
                "The cache could not be opened, so nothing was removed from it. Start Hearth again, or \
                 delete cache.db in the data folder.",
            ));
        };
        let mut removed = disk.remove(what.clone()).await;
        for pause in TRIES {
            if removed.is_ok() {
                break;
            }
            tokio::time::sleep(pause).await;
            removed = disk.remove(what.clone()).await;
        }
        removed
    }

    /// Answers that are kept, the last used first.
    pub async fn list(&self, wanted: impl Into<Listing>, most: u32) -> Result<Vec<CachedAnswer>> {
        self.write_counts();
        match &self.shared.disk {
            Some(disk) => {
                disk.flush().await?;
                disk.list(wanted.into(), most).await
            }
            None => Ok(Vec::new()),
        }
    }

    /// Answers to questions that are asked again and again, and that will soon hold no more.
    pub(crate) async fn soon_over(&self) -> Result<Vec<CachedAnswer>> {
        /// So often an answer was given again at least.
        const OFTEN: u32 = 3;
        /// The last used are looked at, so many.
        const LOOKED_AT: u32 = 200;
        /// The share of its time that is over.
        const NEARLY: f64 = 0.8;
        let settings = self.shared.settings.get().cache.clone();
        let wanted = Listing {
            reused: true,
            ..Listing::default()
        };
        let mut often = self.list(wanted, LOOKED_AT).await?;
        let now = crate::store::now() as f64;
        often.retain(|one| {
            let lifetime = one.kind.lifetime(&settings) as f64;
            one.hits >= OFTEN && now - one.made_at >= lifetime * NEARLY
        });
        Ok(often)
    }

    /// One answer, by its number.
    pub async fn show(&self, name: &str) -> Result<CachedAnswer> {
        let missing = || {
            let message = format!("There is no cached answer {name:?}. See `hearth cache list`.");
            Error::new(Code::NotFound, message)
        };
        let id = responses::numbered(name).ok_or_else(missing)?;
        let disk = self.shared.disk.as_ref().ok_or_else(missing)?;
        self.write_counts();
        disk.flush().await?;
        disk.one(id).await?.ok_or_else(missing)
    }

    /// What is held, and what has happened.
    pub async fn statistics(&self) -> Result<Statistics> {
        self.write_counts();
        self.shared.held.run_pending_tasks();
        let (totals, counts) = match &self.shared.disk {
            Some(disk) => {
                disk.flush().await?;
                (disk.totals().await?, disk.counts().await?)
            }
            None => Default::default(),
        };
        let entries = self.shared.held.entry_count();
        Ok(Statistics {
            disk: totals,
            memory_entries: u32::try_from(entries).unwrap_or(u32::MAX),
            memory_bytes: self.shared.held.weighted_size() as f64,
            counts,
        })
    }

    /// Writes what is still on the way to the disk.
    pub async fn flush(&self) {
        self.write_counts();
        if let Some(disk) = &self.shared.disk
            && let Err(error) = disk.flush().await
        {
            tracing::warn!(%error, "the last cached answers are lost");
        }
    }

    /// Counts something that happened.
    pub(crate) fn count(&self, name: CountName, kind: QuestionKind, sum: f64) {
        self.shared.unwritten.count(name, kind, sum);
    }

    fn write_counts(&self) {
        let (uses, counts) = self.shared.unwritten.take();
        if let Some(disk) = &self.shared.disk
            && !(uses.is_empty() && counts.is_empty())
        {
            disk.note(uses, counts);
        }
    }
}

/// Writes what was counted, and drops the memory when another process removed something.
async fn keep_up(shared: Weak<Shared>) {
    for turn in 1_u32.. {
        tokio::time::sleep(UPKEEP).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let cache = Cache { shared };
        cache.write_counts();
        let Some(disk) = &cache.shared.disk else {
            return;
        };
        if turn.is_multiple_of(TIDY_EVERY) {
            let most = cache.shared.settings.get().cache.disk_mb;
            disk.tidy(u64::from(most) * 1_000_000);
        }
        if let Ok(totals) = disk.totals().await {
            let known = cache
                .shared
                .generation
                .swap(totals.generation, Ordering::Relaxed);
            if known != totals.generation {
                cache.shared.held.invalidate_all();
                cache.shared.questions.forget().await;
            }
        }
    }
}

/// What a request asks, in the user's own words.
pub(crate) fn asked(request: &Request) -> &str {
    let last = || request.messages.last().map_or("", |one| &one.content);
    request.terms.asked.as_deref().unwrap_or_else(last)
}
