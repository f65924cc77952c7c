//! Questions that mean the same as one whose answer is kept.
//!
//! Near in meaning is not enough: what two questions say has to be the same ([`reading`]), and
//! everything else of their requests too (the partition). The vectors only find the few that are
//! looked at. How near they have to be is learned ([`threshold`]) from answers that were judged.

mod reading;
mod threshold;

use std::collections::{HashMap, HashSet};

use hearth_protocol::Role;
use tokio::sync::Mutex;

use crate::Result;
use crate::engine::Engines;
use crate::pipeline::Request;
use crate::store::responses::{AskedQuestion, Judged, Responses};
use crate::vectors::{bytes, nearest, signed};

use super::key::{Key, partition};
use super::{asked, moment};

use reading::Reading;

/// Questions that are read for one that is asked, at most.
const LOOKED_AT: usize = 24;
/// Longer messages are no questions.
const LONGEST: usize = 600;
/// Partitions in memory, at most: each is one way to ask.
const PARTITIONS: usize = 16;
/// Judgements that are remembered for one question.
const JUDGED: usize = 200;

/// What is searched.
pub(super) struct Questions {
    engines: Engines,
    partitions: Mutex<HashMap<[u8; 16], Partition>>,
}

#[derive(Default)]
struct Partition {
    /// The number of the last question that was read.
    newest: i64,
    asked: Vec<AskedQuestion>,
    /// The numbers of their answers.
    responses: HashSet<i64>,
    vectors: Vec<i8>,
    /// When it was searched last, in an order.
    used: u64,
}

impl Partition {
    /// Adds a question, unless it is there or was embedded otherwise.
    fn add(&mut self, question: AskedQuestion) {
        let width = self.vectors.len() / self.asked.len().max(1);
        let fits = self.asked.is_empty() || width == question.vector.len();
        if fits && self.responses.insert(question.response) {
            let vector = question.vector.iter().map(|byte| byte.cast_signed());
            self.vectors.extend(vector);
            self.asked.push(AskedQuestion {
                vector: Vec::new(),
                ..question
            });
        }
    }
}

/// A question whose answer will do.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Like {
    pub(super) response: i64,
    pub(super) question: String,
    pub(super) cosine: f32,
}

impl Questions {
    pub(super) fn new(engines: Engines) -> Self {
        Self {
            engines,
            partitions: Mutex::default(),
        }
    }

    /// Keeps the question of a request whose answer is kept under a key.
    pub(super) async fn keep(&self, disk: &Responses, request: &Request, key: &Key) -> Result<()> {
        if !may_be_asked_otherwise(request) {
            return Ok(());
        }
        let text = asked(request).trim().to_owned();
        let vector = self.engines.embed(vec![text.clone()]).await?;
        let question = AskedQuestion {
            response: key.id(),
            text,
            vector: vector
                .first()
                .map(|vector| bytes(vector))
                .unwrap_or_default(),
            judged: Vec::new(),
        };
        let mut partitions = self.partitions.lock().await;
        let held = self.opened(disk, request, &mut partitions).await?;
        // Known at once; the file has it soon.
        held.add(question.clone());
        disk.keep_question(partition(request), self.engines.embedder()?, question);
        Ok(())
    }

    /// The kept questions that mean the same as that of a request, the nearest first. `allowed` is
    /// the share of answers that may be wrong.
    pub(super) async fn like(
        &self,
        disk: &Responses,
        request: &Request,
        allowed: f32,
    ) -> Result<Vec<Like>> {
        if !may_be_asked_otherwise(request) {
            return Ok(Vec::new());
        }
        let text = asked(request).trim();
        let read = Reading::of(text);
        if !read.says_something() || !self.has_any(disk, request).await? {
            return Ok(Vec::new());
        }
        // Nobody else waits for the vector, whose model may have to be loaded.
        let vector = self.engines.embed(vec![text.to_owned()]).await?;
        let vector = vector.first().map(|vector| signed(vector));
        let vector = vector.unwrap_or_default();
        let partitions = self.partitions.lock().await;
        let Some(held) = partitions.get(&partition(request)) else {
            return Ok(Vec::new());
        };
        let of_all = held.asked.iter().flat_map(|one| &one.judged);
        let of_all: Vec<Judged> = of_all.copied().collect();
        let least = threshold::threshold(&of_all, allowed);
        let near = nearest(&vector, &held.vectors, LOOKED_AT, |row| {
            !held.asked[row].text.is_empty()
        });
        let near = near.into_iter().filter(|&(_, cosine)| cosine >= least);
        let alike = near.filter(|&(row, cosine)| {
            let one = &held.asked[row];
            cosine >= threshold::threshold(&one.judged, allowed)
                && Reading::of(&one.text).is_same(&read)
        });
        let alike = alike.map(|(row, cosine)| Like {
            response: held.asked[row].response,
            question: held.asked[row].text.clone(),
            cosine,
        });
        Ok(alike.collect())
    }

    /// Whether the partition of a request holds any question; reads what is new in it.
    async fn has_any(&self, disk: &Responses, request: &Request) -> Result<bool> {
        let mut partitions = self.partitions.lock().await;
        let held = self.opened(disk, request, &mut partitions).await?;
        Ok(!held.asked.is_empty())
    }

    /// The partition of a request, with what is new in it; the one that was unused for longest
    /// leaves where there are too many.
    async fn opened<'p>(
        &self,
        disk: &Responses,
        request: &Request,
        partitions: &'p mut HashMap<[u8; 16], Partition>,
    ) -> Result<&'p mut Partition> {
        let key = partition(request);
        let turn = partitions.values().map(|one| one.used).max().unwrap_or(0) + 1;
        if partitions.len() >= PARTITIONS && !partitions.contains_key(&key) {
            let oldest = partitions.iter().min_by_key(|(_, one)| one.used);
            if let Some(oldest) = oldest.map(|(&key, _)| key) {
                partitions.remove(&oldest);
            }
        }
        let held = partitions.entry(key).or_default();
        held.used = turn;
        self.refresh(disk, key, held).await?;
        Ok(held)
    }

    /// Forgets a question whose answer is gone or over.
    pub(super) async fn drop_one(&self, response: i64) {
        let mut partitions = self.partitions.lock().await;
        for held in partitions.values_mut() {
            if held.responses.remove(&response) {
                for one in &mut held.asked {
                    if one.response == response {
                        // Its row stays empty until the partition is read anew.
                        one.text.clear();
                    }
                }
            }
        }
    }

    /// Reads what was kept since the last time, whichever process kept it.
    async fn refresh(&self, disk: &Responses, key: [u8; 16], held: &mut Partition) -> Result<()> {
        let embedder = self.engines.embedder()?;
        for (number, question) in disk.questions_since(key, embedder, held.newest).await? {
            held.newest = number;
            held.add(question);
        }
        Ok(())
    }

    /// Notes whether an answer was right for a question that was so near.
    pub(super) async fn judge(&self, disk: &Responses, response: i64, judged: Judged) {
        let mut partitions = self.partitions.lock().await;
        let found = partitions
            .values_mut()
            .flat_map(|held| &mut held.asked)
            .find(|one| one.response == response);
        let mut all = match &found {
            Some(one) => one.judged.clone(),
            None => disk.judgements(response).await.unwrap_or_default(),
        };
        all.push(judged);
        let first = all.len().saturating_sub(JUDGED);
        all.drain(..first);
        disk.note_judgements(response, &all);
        if let Some(one) = found {
            one.judged = all;
        }
    }

    /// Forgets what is in memory: something was removed.
    pub(super) async fn forget(&self) {
        self.partitions.lock().await.clear();
    }
}

/// Whether a request is a single question, of which nothing depends on what was said or shown
/// before.
pub(super) fn may_be_asked_otherwise(request: &Request) -> bool {
    let Some((last, before)) = request.messages.split_last() else {
        return false;
    };
    request.terms.similar
        && last.role == Role::User
        && before.iter().all(|one| one.role == Role::System)
        && request.terms.memories.is_empty()
        && !request.terms.has_files
        && last.content.len() <= LONGEST
        // What the settings put around a question is part of what is asked.
        && last.content == asked(request)
        && !moment::is_of_the_moment(&last.content)
}
