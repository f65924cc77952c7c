//! Batches: many prompts, and what became of each.

use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Code, Error, Result};

use super::settings::ConversationSettings;
use super::{Store, now};

/// Names a batch; given once, never again.
pub type BatchId = u32;

/// A batch that is to be made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewBatch {
    /// Its name.
    pub name: String,
    /// Who answers, and how.
    pub settings: ConversationSettings,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// What each prompt was made of, and the prompt.
    pub rows: Vec<(Vec<String>, String)>,
}

/// A batch with what became of it so far.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Batch {
    /// Its number.
    pub id: BatchId,
    /// Its name.
    pub name: String,
    /// Who answers, and how.
    pub settings: ConversationSettings,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// When it was made, in milliseconds since 1970.
    #[specta(type = u32)]
    pub made_at: f64,
    /// Whether it rests until it is told to go on.
    pub paused: bool,
    /// Why it rests, where it did so by itself.
    pub fault: Option<Error>,
    /// Whether it is worked on, here or in another process.
    pub running: bool,
    /// Prompts that have no answer yet.
    pub waiting: u32,
    /// Those that have one.
    pub done: u32,
    /// Those that failed.
    pub failed: u32,
    /// Those that were given up.
    pub cancelled: u32,
}

/// What became of a prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// Nothing yet.
    #[default]
    Waiting,
    /// It has its answer.
    Done,
    /// It has none, and why.
    Failed,
    /// It was given up.
    Cancelled,
}

/// A prompt of a batch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Type)]
pub struct BatchRow {
    /// Its place, from 1.
    pub place: u32,
    /// What the prompt was made of.
    pub cells: Vec<String>,
    /// The prompt.
    pub prompt: String,
    /// What became of it.
    pub state: RowState,
    /// The answer.
    pub answer: String,
    /// Why there is none.
    pub failure: Option<Error>,
    /// The model that answered.
    pub model: String,
    /// Tokens of the answer.
    pub tokens: u32,
    /// How long the answer took, in seconds; 0 for one that was given again.
    #[specta(type = u32)]
    pub seconds: f32,
}

/// How a prompt has ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ended {
    pub(crate) place: u32,
    pub(crate) outcome: std::result::Result<String, Error>,
    pub(crate) model: String,
    pub(crate) tokens: u32,
    pub(crate) seconds: f32,
}

impl RowState {
    /// As it stands in the database, in files and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn of_column(name: &str) -> Self {
        [Self::Done, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|state| state.name() == name)
            .unwrap_or_default()
    }
}

const BATCH: &str = "SELECT id, name, settings, columns, made_at, paused, fault, session,
        (SELECT count(*) FROM batch_rows WHERE batch_id = id AND state = 'waiting'),
        (SELECT count(*) FROM batch_rows WHERE batch_id = id AND state = 'done'),
        (SELECT count(*) FROM batch_rows WHERE batch_id = id AND state = 'failed'),
        (SELECT count(*) FROM batch_rows WHERE batch_id = id AND state = 'cancelled')
    FROM batches";
const ROW: &str =
    "SELECT place, cells, prompt, state, answer, failure, model, tokens, seconds FROM batch_rows";

impl Store {
    /// All batches, the newest first.
    pub async fn batches(&self) -> Result<Vec<Batch>> {
        let store = self.clone();
        self.read(move |connection| {
            connection
                .prepare_cached(&format!("{BATCH} ORDER BY id DESC"))?
                .query_map([], |row| batch(&store, row))?
                .collect()
        })
        .await
    }

    /// A batch.
    pub async fn batch(&self, id: BatchId) -> Result<Batch> {
        let store = self.clone();
        self.read(move |connection| {
            connection
                .prepare_cached(&format!("{BATCH} WHERE id = ?"))?
                .query_row([id], |row| batch(&store, row))
                .optional()
        })
        .await?
        .ok_or_else(|| missing(id))
    }

    /// Prompts of a batch behind a place, in order: those in one state, or all.
    pub async fn batch_rows(
        &self,
        id: BatchId,
        state: Option<RowState>,
        after: u32,
        most: u32,
    ) -> Result<Vec<BatchRow>> {
        self.read(move |connection| rows(connection, id, state, after, most))
            .await
    }

    /// Adds a batch.
    pub(crate) async fn add_batch(&self, new: NewBatch) -> Result<BatchId> {
        self.write(move |transaction| {
            let id = transaction.query_row(
                "INSERT INTO batches (name, settings, columns, made_at) VALUES (?, ?, ?, ?) RETURNING id",
                params![
                    new.name,
                    new.settings.to_column(),
                    json(&new.columns),
                    now()
                ],
                |row| row.get(0),
            )?;
            let mut insert = transaction.prepare(
                "INSERT INTO batch_rows (batch_id, place, cells, prompt) VALUES (?, ?, ?, ?)",
            )?;
            for (place, (cells, prompt)) in (1_u32..).zip(&new.rows) {
                insert.execute(params![id, place, json(cells), prompt])?;
            }
            Ok(id)
        })
        .await
    }

    /// Takes a batch for this process; false where another one that is alive works on it.
    pub(crate) async fn claim_batch(&self, id: BatchId) -> Result<bool> {
        let store = self.clone();
        self.write(move |transaction| {
            let holder: Option<String> =
                transaction.query_row("SELECT session FROM batches WHERE id = ?", [id], |row| {
                    row.get(0)
                })?;
            let is_free = holder.is_none_or(|one| one == store.session() || !store.is_alive(&one));
            if is_free {
                transaction.execute(
                    "UPDATE batches SET session = ?2 WHERE id = ?1",
                    params![id, store.session()],
                )?;
            }
            Ok(is_free)
        })
        .await
    }

    /// Gives a batch back.
    pub(crate) async fn release_batch(&self, id: BatchId) -> Result<()> {
        let store = self.clone();
        self.write(move |transaction| {
            transaction.execute(
                "UPDATE batches SET session = NULL WHERE id = ?1 AND session = ?2",
                params![id, store.session()],
            )
        })
        .await
        .map(drop)
    }

    /// Lets a batch rest, with what is wrong if something is, or go on.
    pub(crate) async fn rest_batch(
        &self,
        id: BatchId,
        paused: bool,
        fault: Option<Error>,
    ) -> Result<()> {
        let changed = self
            .write(move |transaction| {
                transaction.execute(
                    "UPDATE batches SET paused = ?2, fault = ?3 WHERE id = ?1",
                    params![id, paused, fault.map(|one| json(&one))],
                )
            })
            .await?;
        if changed == 0 {
            return Err(missing(id));
        }
        Ok(())
    }

    /// Prompts behind a place that have no answer yet; none where the batch rests.
    pub(crate) async fn waiting_rows(
        &self,
        id: BatchId,
        after: u32,
        most: u32,
    ) -> Result<Vec<BatchRow>> {
        self.read(move |connection| {
            let rests: Option<bool> = connection
                .query_row("SELECT paused FROM batches WHERE id = ?", [id], |row| {
                    row.get(0)
                })
                .optional()?;
            if rests.unwrap_or(true) {
                return Ok(Vec::new());
            }
            rows(connection, id, Some(RowState::Waiting), after, most)
        })
        .await
    }

    /// Notes how prompts have ended. One that was given up meanwhile stays so.
    pub(crate) async fn end_rows(&self, id: BatchId, ended: Vec<Ended>) -> Result<()> {
        self.write(move |transaction| {
            let mut update = transaction.prepare_cached(
                "UPDATE batch_rows
                 SET state = ?3, answer = ?4, failure = ?5, model = ?6, tokens = ?7, seconds = ?8
                 WHERE batch_id = ?1 AND place = ?2 AND state = 'waiting'",
            )?;
            for one in &ended {
                let (state, answer, failure) = match &one.outcome {
                    Ok(answer) => (RowState::Done, answer.as_str(), None),
                    Err(error) => (RowState::Failed, "", Some(json(error))),
                };
                update.execute(params![
                    id,
                    one.place,
                    state.name(),
                    answer,
                    failure,
                    one.model,
                    one.tokens,
                    one.seconds
                ])?;
            }
            Ok(())
        })
        .await
    }

    /// Gives up what has no answer yet; how many prompts that were.
    pub(crate) async fn cancel_rows(&self, id: BatchId) -> Result<u32> {
        let sql =
            "UPDATE batch_rows SET state = 'cancelled' WHERE batch_id = ? AND state = 'waiting'";
        self.change_rows(id, sql).await
    }

    /// Lets what failed or was given up wait again; how many prompts that were.
    pub(crate) async fn retry_rows(&self, id: BatchId) -> Result<u32> {
        let sql = "UPDATE batch_rows SET state = 'waiting', failure = NULL
                   WHERE batch_id = ? AND state IN ('failed', 'cancelled')";
        self.change_rows(id, sql).await
    }

    async fn change_rows(&self, id: BatchId, sql: &'static str) -> Result<u32> {
        let count = self
            .write(move |transaction| transaction.execute(sql, [id]))
            .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Removes a batch for good.
    pub(crate) async fn remove_batch(&self, id: BatchId) -> Result<()> {
        let count = self
            .write(move |transaction| transaction.execute("DELETE FROM batches WHERE id = ?", [id]))
            .await?;
        if count == 0 {
            return Err(missing(id));
        }
        Ok(())
    }
}

fn rows(
    connection: &Connection,
    id: BatchId,
    state: Option<RowState>,
    after: u32,
    most: u32,
) -> rusqlite::Result<Vec<BatchRow>> {
    // Of one state by its index, in any by the place.
    let of_state = if state.is_some() {
        "AND state = ?4"
    } else {
        "AND ?4 IS NULL"
    };
    connection
        .prepare_cached(&format!(
            "{ROW} WHERE batch_id = ?1 AND place > ?2 {of_state} ORDER BY place LIMIT ?3"
        ))?
        .query_map(params![id, after, most, state.map(RowState::name)], row)?
        .collect()
}

fn batch(store: &Store, row: &SqlRow<'_>) -> rusqlite::Result<Batch> {
    let fault: Option<String> = row.get(6)?;
    let session: Option<String> = row.get(7)?;
    let waiting = row.get(8)?;
    Ok(Batch {
        id: row.get(0)?,
        name: row.get(1)?,
        settings: ConversationSettings::of_column(row.get(2)?),
        columns: of_json(&row.get::<_, String>(3)?),
        made_at: row.get::<_, i64>(4)? as f64,
        paused: row.get(5)?,
        fault: fault.and_then(|text| serde_json::from_str(&text).ok()),
        running: session.is_some_and(|one| store.is_alive(&one)),
        waiting,
        done: row.get(9)?,
        failed: row.get(10)?,
        cancelled: row.get(11)?,
    })
}

fn row(row: &SqlRow<'_>) -> rusqlite::Result<BatchRow> {
    let failure: Option<String> = row.get(5)?;
    Ok(BatchRow {
        place: row.get(0)?,
        cells: of_json(&row.get::<_, String>(1)?),
        prompt: row.get(2)?,
        state: RowState::of_column(&row.get::<_, String>(3)?),
        answer: row.get(4)?,
        failure: failure.and_then(|text| serde_json::from_str(&text).ok()),
        model: row.get(6)?,
        tokens: row.get(7)?,
        seconds: row.get(8)?,
    })
}

fn json(value: &impl Serialize) -> String {
    // Texts and errors always have a form in JSON.
    serde_json::to_string(value).unwrap_or_default()
}

fn of_json(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

fn missing(id: BatchId) -> Error {
    Error::new(Code::NotFound, format!("There is no batch {id}."))
}
