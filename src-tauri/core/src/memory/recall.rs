//! Which memories a message needs: those near to it in meaning and those that share its words,
//! judged by whether they answer what is asked, and ordered by the fusion of three ranks.
//!
//! Ranks are fused (1 / (60 + rank), after Cormack, Clarke and Büttcher 2009) rather than scores,
//! because a cosine and a BM25 score have no common scale. The third rank is importance times
//! recency, where recency falls by half a percent a day from the day on which something was said:
//! counted from the last use, each recall would make the next one likelier.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use serde::Serialize;
use specta::Type;

use crate::store::memories::{Memory, MemoryId};
use crate::store::messages::MessageId;
use crate::store::personas::PersonaId;
use crate::vectors::signed;
use crate::{Error, Result};

use super::Memories;
use super::asked::{Asked, in_third_person, slots};
use super::concepts::Concept;
use super::evidence::{Answers, Seen, judged, meets, subject};
use super::fact::Fact;
use super::words::words;

/// Candidates by meaning.
const NEAREST: usize = 64;
/// Softens the difference between the first ranks.
const SOFT: f32 = 60.0;
/// What one day leaves of the weight of a memory.
const DAY_LEAVES: f32 = 0.995;
/// Names that lead on from one memory to another, at most.
const LEADS: usize = 4;

/// What is to be recalled.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The message.
    pub text: String,
    /// Who answers.
    pub persona: Option<PersonaId>,
    /// Memories, at most.
    pub most: usize,
    /// What the conversation holds already: memories as they were worded.
    pub except: HashSet<(MemoryId, String)>,
    /// Messages that the conversation holds: what they told need not be told again.
    pub heard: HashSet<MessageId>,
}

/// What was recalled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Type)]
pub struct Recall {
    /// The memories, the best first.
    pub found: Vec<FoundMemory>,
    /// Time for finding and ranking them, in milliseconds, without the vector of the message.
    #[specta(type = u32)]
    pub search_ms: f32,
    /// Time for the vector of the message, in milliseconds.
    #[specta(type = u32)]
    pub embed_ms: f32,
}

/// A memory that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct FoundMemory {
    /// The memory.
    pub memory: Memory,
    /// Its rank among the others; larger is better.
    #[specta(type = u32)]
    pub score: f32,
    /// How near it is in meaning, up to 1.
    #[specta(type = u32)]
    pub cosine: f32,
    /// Why it was taken: `asked`, `words`, `meaning`, or `linked` by a name in another one.
    pub why: String,
}

/// A memory that may be one.
struct Candidate {
    memory: Memory,
    seen: Seen,
    cosine: f32,
    score: f32,
}

impl Memories {
    /// The memories that a message needs; often there are none.
    pub async fn recall(&self, query: &Query) -> Result<Recall> {
        self.index.refresh().await?;
        let persona = query.persona.unwrap_or_default();
        if self.index.held().count(persona) == 0 || query.most == 0 {
            return Ok(Recall::default());
        }
        let began = Instant::now();
        let vector = match self.vector_of(&query.text).await {
            Ok(vector) => Some(vector),
            Err(error) => {
                tracing::warn!(%error, "memories are searched by their words alone");
                None
            }
        };
        let embed_ms = began.elapsed().as_secs_f32() * 1000.0;
        let mut recall = self.search(query, vector.as_deref()).await?;
        recall.embed_ms = embed_ms;
        Ok(recall)
    }

    /// The vector of a message, one byte for each dimension.
    pub async fn vector_of(&self, message: &str) -> Result<Vec<i8>> {
        let mut vectors = self.engines.embed(vec![in_third_person(message)]).await?;
        let vector = vectors.pop();
        vector
            .map(|vector| signed(&vector))
            .ok_or_else(|| Error::internal("a vector is missing"))
    }

    /// The same with the message's vector at hand, or without one.
    pub async fn search(&self, query: &Query, vector: Option<&[i8]>) -> Result<Recall> {
        self.index.refresh().await?;
        let began = Instant::now();
        let persona = query.persona.unwrap_or_default();
        let asked = Asked::read(&query.text);
        // The database is read while the vectors are compared.
        let (matched, in_slots, (all, near)) = tokio::join!(
            self.store.matching_memories(asked.raw.clone()),
            self.store.memories_in_slots(persona, slots(&asked)),
            async {
                let held = self.index.held();
                let near = vector.map(|vector| held.nearest(persona, vector, asked.past, NEAREST));
                (held.count(persona), near.unwrap_or_default())
            }
        );
        let (matched, in_slots) = (matched?, in_slots?);
        let mut candidates = self
            .candidates(persona, &near, &[&matched.ids, &in_slots], vector, &asked)
            .await?;
        let mut taken = taken(&asked, &candidates, &matched.counts, all);
        let linked = self
            .linked(persona, &asked, &mut candidates, &taken)
            .await?;
        taken.extend(linked);
        taken.sort_by(|one, other| {
            let score =
                |&(at, answers): &(usize, Option<Answers>)| candidates[at].score + bonus(answers);
            score(other).total_cmp(&score(one))
        });
        let mut found: Vec<FoundMemory> = Vec::new();
        for (at, answers) in taken {
            let one = &candidates[at];
            let memory = &one.memory;
            let repeated = query.except.contains(&(memory.id, memory.worded()));
            // What was edited since says something else than the message.
            let heard = memory.origin != "user"
                && memory
                    .source
                    .is_some_and(|source| query.heard.contains(&source));
            let given = found.iter().any(|found| found.memory.id == one.memory.id);
            if repeated || heard || given || found.len() == query.most {
                continue;
            }
            found.push(FoundMemory {
                memory: one.memory.clone(),
                score: one.score + bonus(answers),
                cosine: one.cosine,
                why: why(answers).to_owned(),
            });
        }
        let search_ms = began.elapsed().as_secs_f32() * 1000.0;
        Ok(Recall {
            found,
            search_ms,
            embed_ms: 0.0,
        })
    }

    /// What may answer, with the fusion of its ranks.
    async fn candidates(
        &self,
        persona: u32,
        near: &[(super::index::Entry, f32)],
        worded: &[&[MemoryId]],
        vector: Option<&[i8]>,
        asked: &Asked,
    ) -> Result<Vec<Candidate>> {
        let mut ranked: HashMap<MemoryId, (super::index::Entry, f32, f32)> = HashMap::new();
        for (rank, (entry, cosine)) in near.iter().enumerate() {
            ranked.insert(entry.id, (*entry, *cosine, fused(rank)));
        }
        {
            let held = self.index.held();
            for ids in worded {
                let mine = ids.iter().filter_map(|&id| held.entry(persona, id));
                let mine = mine.filter(|entry| asked.past || !entry.past);
                for (rank, entry) in mine.enumerate() {
                    // What is not embedded yet counts by its words alone.
                    let cosine = || {
                        vector
                            .and_then(|vector| held.cosine(entry.id, vector))
                            .unwrap_or(super::evidence::OTHER)
                    };
                    ranked
                        .entry(entry.id)
                        .or_insert_with(|| (entry, cosine(), 0.0))
                        .2 += fused(rank);
                }
            }
        }
        let now = crate::store::now();
        let mut order: Vec<(MemoryId, f32)> = ranked
            .values()
            .map(|(entry, ..)| (entry.id, weight(entry.importance, entry.valid_from, now)))
            .collect();
        order.sort_by(|one, other| other.1.total_cmp(&one.1).then(other.0.cmp(&one.0)));
        for (rank, (id, _)) in order.iter().enumerate() {
            if let Some(entry) = ranked.get_mut(id) {
                entry.2 += fused(rank) / 2.0;
            }
        }
        let ids = order.into_iter().map(|(id, _)| id).collect();
        let memories = self.store.memories_by_id(ids).await?;
        Ok(memories
            .into_iter()
            .map(|memory| {
                let (_, cosine, score) = ranked[&memory.id];
                Candidate {
                    seen: Seen::of(&memory.text),
                    memory,
                    cosine,
                    score,
                }
            })
            .collect())
    }

    /// A question that no memory answers alone may be answered by two: one that names who is
    /// asked after, and one that says what is asked of that name.
    async fn linked(
        &self,
        persona: u32,
        asked: &Asked,
        candidates: &mut Vec<Candidate>,
        taken: &[(usize, Option<Answers>)],
    ) -> Result<Vec<(usize, Option<Answers>)>> {
        let wanted: Vec<_> = asked.attributes().collect();
        if asked.about.groups.is_empty() || wanted.is_empty() || !taken.is_empty() {
            return Ok(Vec::new());
        }
        let mut bridges = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for (at, one) in candidates.iter().enumerate() {
            // To whom somebody is married leads on only where that is asked.
            let married =
                one.seen.about.has(Concept::Marriage) && !asked.about.has(Concept::Marriage);
            let leads = subject(asked, &one.seen) == Some(true)
                && !married
                && !one.seen.about.names.is_empty();
            if leads && one.cosine >= super::evidence::OTHER && names.len() < LEADS {
                bridges.push((at, one.seen.about.names.clone()));
                names.extend(
                    one.seen
                        .about
                        .names
                        .iter()
                        .filter(|name| !names.contains(name))
                        .cloned()
                        .collect::<Vec<_>>(),
                );
            }
        }
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let raw: Vec<String> = bridges
            .iter()
            .flat_map(|(at, _)| {
                words(&candidates[*at].memory.text)
                    .into_iter()
                    .filter(|word| names.contains(&word.stem))
                    .map(|word| word.raw.to_lowercase())
                    .collect::<Vec<_>>()
            })
            .collect();
        // What is said of somebody by name stands in slots of that name.
        let said = self.store.memories_in_slots(persona, raw.clone()).await?;
        let more = self.store.matching_memories(raw).await?;
        let known: HashSet<MemoryId> = candidates.iter().map(|one| one.memory.id).collect();
        let fresh: Vec<MemoryId> = said
            .into_iter()
            .chain(more.ids)
            .filter(|id| !known.contains(id))
            .collect();
        let added = self
            .candidates(persona, &[], &[&fresh], None, asked)
            .await?;
        candidates.extend(added);
        let mut linked = Vec::new();
        for (bridge, leads) in bridges {
            let answers: Vec<usize> = (0..candidates.len())
                .filter(|&at| {
                    let one = &candidates[at];
                    let said = meets(asked, &one.seen, &wanted);
                    let of_somebody_else = !one.seen.about.anchors.is_empty();
                    at != bridge
                        && said
                        && !of_somebody_else
                        && leads.iter().any(|name| one.seen.names(name))
                })
                .collect();
            if !answers.is_empty() {
                linked.push((bridge, None));
                linked.extend(answers.into_iter().map(|at| (at, None)));
            }
        }
        Ok(linked)
    }
}

/// Which candidates answer, and how.
fn taken(
    asked: &Asked,
    candidates: &[Candidate],
    counts: &HashMap<String, u32>,
    all: usize,
) -> Vec<(usize, Option<Answers>)> {
    let mut taken = Vec::new();
    for (at, one) in candidates.iter().enumerate() {
        // What the message itself says is newer.
        let outdated = !asked.told.is_empty()
            && Fact::read(&one.memory.text)
                .and_then(|fact| fact.slot)
                .is_some_and(|slot| asked.told.contains(&slot));
        if outdated {
            continue;
        }
        if let Some(answers) = judged(asked, &one.seen, one.cosine, counts, all) {
            taken.push((at, Some(answers)));
        }
    }
    taken
}

/// What a memory weighs after so long. A clock that was set back makes nothing heavier than new.
fn weight(importance: f32, valid_from: i64, now: i64) -> f32 {
    let days = (now.saturating_sub(valid_from) as f32 / 86_400_000.0).max(0.0);
    importance * DAY_LEAVES.powf(days)
}

fn fused(rank: usize) -> f32 {
    1.0 / (SOFT + rank as f32 + 1.0)
}

/// What answers the question stands before what only sounds like it.
fn bonus(answers: Option<Answers>) -> f32 {
    match answers {
        Some(Answers::Asked) | None => 0.02,
        Some(Answers::Words) => 0.01,
        Some(Answers::Meaning) => 0.0,
    }
}

fn why(answers: Option<Answers>) -> &'static str {
    match answers {
        Some(Answers::Asked) => "asked",
        Some(Answers::Words) => "words",
        Some(Answers::Meaning) => "meaning",
        None => "linked",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn memories_weigh_less_with_time_and_more_with_importance_whatever_the_clock_says(
            importance in 0.0_f32..1.0,
            more in 0.0_f32..1.0,
            from in any::<i64>(),
            now in any::<i64>(),
            later in 0_i64..4_000_000_000_000,
        ) {
            let weighs = weight(importance, from, now);
            prop_assert!((0.0..=1.0).contains(&weighs));
            prop_assert!(weight(importance, from, now.saturating_add(later)) <= weighs);
            let heavier = (importance + more).min(1.0);
            prop_assert!(weight(heavier, from, now) >= weighs);
        }
    }
}
