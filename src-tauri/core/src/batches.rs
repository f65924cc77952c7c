//! Many prompts in a row, with a table of what became of each.
//!
//! A batch lies in the database from its first moment, each answer as soon as it is there: a
//! restart or a crash costs what was being written, and the batch goes on by itself. Its prompts
//! are questions of their own, each in a new conversation without memories; they go through the
//! same layers as all others, behind everything that somebody waits for. One process works on a
//! batch at a time.

mod sheet;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::chat::Chat;
use crate::pipeline::Event;
use crate::store::Store;
use crate::store::batches::{BatchId, BatchRow, Ended, NewBatch};
use crate::store::settings::ConversationSettings;
use crate::{Code, Error, Result};

pub use sheet::{MOST_ROWS, Source};

/// How long a prompt waits that found the queue full.
const LATER: Duration = Duration::from_secs(1);
/// Rows that are read at once for a table.
const PAGE: u32 = 1000;

/// What a batch is to be made of.
#[derive(Clone, Debug, Default, Deserialize, Type)]
pub struct Wanted {
    /// Its name; without one it is that of its first prompt.
    pub name: String,
    /// The prompts, or the table that they are made of.
    pub text: String,
    /// What the text is.
    pub source: Source,
    /// What makes a prompt of a row: `{{column}}` stands for a cell. Empty for the first column
    /// alone.
    pub template: String,
    /// Who answers, and how.
    pub settings: ConversationSettings,
}

/// What a batch would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Foreseen {
    /// Its prompts.
    pub count: u32,
    /// The first of them.
    pub first: Vec<String>,
    /// The names of its columns.
    pub columns: Vec<String>,
}

/// The form of a table that is given away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TableForm {
    /// Comma-separated values, for spreadsheets.
    #[default]
    Csv,
    /// A JSON object on each line.
    JsonLines,
}

/// The batches of a data folder. Cheap to clone.
#[derive(Clone)]
pub struct Batches {
    store: Store,
    chat: Chat,
    /// Those that are worked on here; dropping the sender stops the work.
    running: Arc<Mutex<HashMap<BatchId, watch::Sender<()>>>>,
    /// Held while a batch is taken or given back.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Counts what has changed.
    changed: watch::Sender<u64>,
}

impl Batches {
    /// Batches whose prompts these conversations answer.
    #[must_use]
    pub fn new(store: Store, chat: Chat) -> Self {
        Self {
            store,
            chat,
            running: Arc::default(),
            turn: Arc::default(),
            changed: watch::Sender::new(0),
        }
    }

    /// Goes on with what was not finished when Hearth ended.
    pub async fn start(&self) -> Result<()> {
        for batch in self.store.batches().await? {
            if batch.waiting > 0 && !batch.paused {
                self.run(batch.id).await?;
            }
        }
        Ok(())
    }

    /// Told whenever something has changed in a batch that this process works on.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// What a batch would be; refused as [`Batches::add`] would refuse it.
    pub async fn foresee(wanted: Wanted) -> Result<Foreseen> {
        /// Prompts that are shown.
        const FIRST: usize = 3;
        let sheet = read(&wanted).await?;
        let prompts = sheet.rows.iter().map(|(_, prompt)| prompt.clone());
        Ok(Foreseen {
            count: u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX),
            first: prompts.take(FIRST).collect(),
            columns: sheet.columns,
        })
    }

    /// Makes a batch, and begins with it.
    pub async fn add(&self, wanted: Wanted) -> Result<BatchId> {
        let sheet = read(&wanted).await?;
        let first = sheet.rows.first().map_or("", |(_, prompt)| prompt.as_str());
        // Whoever is to answer must be there before anything is saved.
        self.chat.batch_request(first, &wanted.settings).await?;
        let name = wanted.name.trim();
        let named = crate::chat::title_from(if name.is_empty() { first } else { name });
        let new = NewBatch {
            name: named,
            settings: wanted.settings,
            columns: sheet.columns,
            rows: sheet.rows,
        };
        let id = self.store.add_batch(new).await?;
        self.run(id).await?;
        Ok(id)
    }

    /// Lets a batch rest. What is being written is given up, and waits again.
    pub async fn pause(&self, id: BatchId) -> Result<()> {
        self.store.rest_batch(id, true, None).await?;
        self.stop(id).await
    }

    /// Lets a batch go on.
    pub async fn resume(&self, id: BatchId) -> Result<()> {
        self.store.rest_batch(id, false, None).await?;
        self.run(id).await
    }

    /// Gives up what has no answer yet; how many prompts that were.
    pub async fn cancel(&self, id: BatchId) -> Result<u32> {
        self.store.batch(id).await?;
        // First: a prompt that is under way must not begin another.
        self.stop(id).await?;
        let count = self.store.cancel_rows(id).await?;
        self.tell();
        Ok(count)
    }

    /// Asks again what failed or was given up; how many prompts that were.
    pub async fn retry(&self, id: BatchId) -> Result<u32> {
        let count = self.store.retry_rows(id).await?;
        self.resume(id).await?;
        Ok(count)
    }

    /// Removes a batch for good.
    pub async fn remove(&self, id: BatchId) -> Result<()> {
        self.stop(id).await?;
        self.store.remove_batch(id).await?;
        self.tell();
        Ok(())
    }

    /// The whole table of a batch.
    pub async fn table(&self, id: BatchId, form: TableForm) -> Result<String> {
        let batch = self.store.batch(id).await?;
        let mut rows: Vec<BatchRow> = Vec::new();
        loop {
            let after = rows.last().map_or(0, |row| row.place);
            let page = self.store.batch_rows(id, None, after, PAGE).await?;
            if page.is_empty() {
                break;
            }
            rows.extend(page);
        }
        match form {
            TableForm::Csv => sheet::written(&batch, &rows),
            TableForm::JsonLines => {
                let lines = rows.iter().map(|row| {
                    let line = serde_json::to_string(row).map_err(Error::internal)?;
                    Ok(line + "\n")
                });
                lines.collect()
            }
        }
    }

    /// Returns when this process works on a batch no more.
    pub async fn finished(&self, id: BatchId) {
        let mut changed = self.watch();
        while self.held().contains_key(&id) {
            if changed.changed().await.is_err() {
                return;
            }
        }
    }

    /// Stops all work; it goes on at the next start.
    pub async fn close(&self) {
        let ids: Vec<BatchId> = self.held().keys().copied().collect();
        for id in ids {
            if let Err(error) = self.stop(id).await {
                tracing::warn!(%error, "a batch was not given back");
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<BatchId, watch::Sender<()>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    /// Ends the work on a batch, if it is done here.
    async fn stop(&self, id: BatchId) -> Result<()> {
        let _turn = self.turn.lock().await;
        // The work ends with its sender.
        let sender = self.held().remove(&id);
        if sender.is_some() {
            self.store.release_batch(id).await?;
        }
        drop(sender);
        self.tell();
        Ok(())
    }

    /// Works on a batch in the background, unless somebody does already.
    async fn run(&self, id: BatchId) -> Result<()> {
        let _turn = self.turn.lock().await;
        if !self.held().contains_key(&id) && self.store.claim_batch(id).await? {
            let (sender, stopped) = watch::channel(());
            self.held().insert(id, sender);
            let batches = self.clone();
            tokio::spawn(async move {
                let worked = batches.work(id, stopped.clone()).await;
                batches.end(id, &stopped, worked).await;
            });
        }
        self.tell();
        Ok(())
    }

    /// The work on a batch is over: by itself, or with what would meet all its prompts. Where it
    /// was stopped it may have begun anew, which is no concern of this one.
    async fn end(&self, id: BatchId, stopped: &watch::Receiver<()>, worked: Result<()>) {
        let turn = self.turn.lock().await;
        let is_mine = |sender: &watch::Sender<()>| sender.subscribe().same_channel(stopped);
        if !self.held().get(&id).is_some_and(is_mine) {
            return;
        }
        let noted = match worked {
            Ok(()) => Ok(()),
            Err(fault) => {
                tracing::warn!(id, %fault, "a batch rests");
                self.store.rest_batch(id, true, Some(fault)).await
            }
        };
        if let Err(error) = noted.and(self.store.release_batch(id).await) {
            tracing::warn!(id, %error, "the end of a batch was not noted");
        }
        self.held().remove(&id);
        drop(turn);
        self.tell();
    }

    /// Answers what waits, until nothing does, somebody stops it, or what fails would fail for
    /// all prompts.
    async fn work(&self, id: BatchId, mut stopped: watch::Receiver<()>) -> Result<()> {
        let settings = self.store.batch(id).await?.settings;
        let mut under_way: JoinSet<Result<Ended>> = JoinSet::new();
        let mut begun = 0;
        loop {
            let room = self.at_once(&settings).saturating_sub(under_way.len());
            let room = u32::try_from(room).unwrap_or(u32::MAX);
            for row in self.store.waiting_rows(id, begun, room).await? {
                begun = row.place;
                let (chat, settings) = (self.chat.clone(), settings.clone());
                under_way.spawn(async move { answered(&chat, row, &settings).await });
            }
            let (ended, is_stopped) = tokio::select! {
                ended = under_way.join_next() => (ended, false),
                _ = stopped.changed() => (under_way.try_join_next(), true),
            };
            // What has ended at the same time goes to the disk at once.
            let mut outcomes: Vec<_> = ended.into_iter().collect();
            while let Some(next) = under_way.try_join_next() {
                outcomes.push(next);
            }
            let is_idle = outcomes.is_empty();
            let (mut rows, mut fault) = (Vec::new(), None);
            for outcome in outcomes {
                match outcome.map_err(Error::internal).flatten() {
                    Ok(row) => rows.push(row),
                    Err(error) => fault = Some(error),
                }
            }
            self.store.end_rows(id, rows).await?;
            self.tell();
            if let Some(fault) = fault {
                return Err(fault);
            }
            // What is under way is given up with its set, and what waits behind may be asked
            // again: some that had failed wait again.
            match begun {
                _ if is_stopped => return Ok(()),
                0 if is_idle => return Ok(()),
                _ if is_idle => begun = 0,
                _ => {}
            }
        }
    }

    /// Prompts that are under way together: one group is answered while the next is collected.
    fn at_once(&self, settings: &ConversationSettings) -> usize {
        let config = self.chat.settings.get();
        let model = settings.model.as_ref().unwrap_or(&config.chat.model);
        let queue = config.queue_for(model);
        let group = queue.group_requests.max(1) as usize;
        let most = (queue.most as usize / 2).max(1);
        (2 * group).min(most)
    }
}

/// Reads what a batch is to be made of, off the async threads.
async fn read(wanted: &Wanted) -> Result<sheet::Sheet> {
    let (text, source) = (wanted.text.clone(), wanted.source);
    let template = wanted.template.clone();
    let reading = tokio::task::spawn_blocking(move || sheet::read(&text, source, &template));
    reading.await.map_err(Error::internal)?
}

/// Has a prompt answered; an error is one that would meet all prompts alike.
async fn answered(chat: &Chat, row: BatchRow, settings: &ConversationSettings) -> Result<Ended> {
    let mut ended = Ended {
        place: row.place,
        outcome: Ok(String::new()),
        model: String::new(),
        tokens: 0,
        seconds: 0.0,
    };
    loop {
        let request = chat.batch_request(&row.prompt, settings).await?;
        ended.model.clone_from(&request.model);
        let mut stream = chat.pipeline.generate(request);
        let mut text = String::new();
        let mut reused = false;
        let failure = loop {
            match stream.next().await {
                Some(Event::Text(piece)) => text.push_str(&piece),
                Some(Event::Reused(_)) => reused = true,
                Some(Event::Done(finished)) => {
                    ended.tokens = finished.usage.answer_tokens;
                    if !reused {
                        ended.seconds = finished.total_ms / 1000.0;
                    }
                    ended.outcome = Ok(text);
                    return Ok(ended);
                }
                Some(Event::Failed(error)) => break error,
                Some(_) => {}
                None => break Error::internal("an answer ended without an end"),
            }
        };
        if failure.code == Code::QueueFull {
            tokio::time::sleep(LATER).await;
            continue;
        }
        if meets_all(failure.code) {
            return Err(failure);
        }
        ended.outcome = Err(failure);
        return Ok(ended);
    }
}

/// Whether a failure says nothing about the prompt that it met.
fn meets_all(code: Code) -> bool {
    matches!(
        code,
        Code::ModelMissing
            | Code::ModelDamaged
            | Code::ModelUnsupported
            | Code::ModelQuarantined
            | Code::OutOfMemory
            | Code::Installation
            | Code::BadSetting
            | Code::NotFound
            | Code::DataFolder
            | Code::Database
            | Code::DatabaseBusy
            | Code::DiskFull
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::batches::Batch;

    /// A batch of nothing.
    pub(super) fn batch() -> Batch {
        Batch {
            id: 1,
            name: String::new(),
            settings: ConversationSettings::default(),
            columns: Vec::new(),
            made_at: 0.0,
            paused: false,
            fault: None,
            running: false,
            waiting: 0,
            done: 0,
            failed: 0,
            cancelled: 0,
        }
    }
}
