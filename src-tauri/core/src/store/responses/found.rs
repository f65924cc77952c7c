//! Reading what is kept.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::store::conversations::ConversationId;
use crate::store::personas::PersonaId;

use super::packing::unpacked;
use super::{Answer, Entry, KINDS, Origin, QuestionKind, Responses};

/// An answer as it stands on the disk, with how it was used.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) entry: Entry,
    pub(crate) used_at: i64,
    pub(crate) hits: u32,
}

/// An answer that is kept, for people to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct CachedAnswer {
    /// Its number: the beginning of the MD5 of its request, in hexadecimal digits.
    pub id: String,
    /// The beginning of the message that it answers.
    pub question: String,
    /// Its text.
    pub answer: String,
    /// The model that made it.
    pub model: String,
    /// What kind of question it answers.
    pub kind: QuestionKind,
    /// The persona that gave it.
    pub persona: Option<PersonaId>,
    /// The conversation that it was made in.
    pub conversation: Option<ConversationId>,
    /// When it was made, in milliseconds since 1970.
    #[specta(type = u32)]
    pub made_at: f64,
    /// When it was used last, in milliseconds since 1970.
    #[specta(type = u32)]
    pub used_at: f64,
    /// How often it was given again.
    pub hits: u32,
    /// What it takes on the disk, in bytes.
    pub bytes: u32,
    /// How long making it took, in milliseconds.
    #[specta(type = u32)]
    pub made_ms: f32,
}

/// How much is kept on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Type)]
pub struct Totals {
    /// Answers.
    pub entries: u32,
    /// Bytes of them.
    #[specta(type = u32)]
    pub bytes: f64,
    /// Grows when something is removed.
    #[serde(skip)]
    #[specta(skip)]
    pub(crate) generation: i64,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CountName {
    /// Answers found in memory; the sum is the time that making them took.
    Memory,
    /// Answers found on the disk.
    Disk,
    /// Answers to a question that means the same.
    Similar,
    /// Requests for which nothing was found.
    Missed,
    /// Requests that were not to be answered from the cache.
    Bypassed,
    /// Requests that shared an answer with one that was being made.
    Shared,
    /// Answers that were kept.
    Kept,
    /// Answers that left because there was no more room, or they were over.
    Evicted,
    /// Requests that waited for others; the sum is the time.
    Waited,
    /// Messages that were sent in fewer tokens; the sum is the tokens.
    Compacted,
}

/// All of them.
const NAMES: [(CountName, &str); 10] = [
    (CountName::Memory, "memory"),
    (CountName::Disk, "disk"),
    (CountName::Similar, "similar"),
    (CountName::Missed, "missed"),
    (CountName::Bypassed, "bypassed"),
    (CountName::Shared, "shared"),
    (CountName::Kept, "kept"),
    (CountName::Evicted, "evicted"),
    (CountName::Waited, "waited"),
    (CountName::Compacted, "compacted"),
];

impl CountName {
    pub(super) fn text(self) -> &'static str {
        NAMES
            .iter()
            .find(|(name, _)| *name == self)
            .map_or("", |(_, text)| text)
    }
}

/// Which answers are to be listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Type)]
pub struct Listing {
    /// A text that their questions hold; empty for any.
    pub text: String,
    /// The kind of their questions.
    pub kind: Option<QuestionKind>,
    /// Only those that were given again.
    pub reused: bool,
}

impl From<String> for Listing {
    fn from(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

/// How often something happened for a kind of question.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Type)]
pub struct Count {
    /// What.
    pub name: CountName,
    /// For which questions.
    pub kind: QuestionKind,
    /// How often.
    #[specta(type = u32)]
    pub count: f64,
    /// What the name says: milliseconds, or tokens.
    #[specta(type = u32)]
    pub sum: f64,
}

const LISTED: &str =
    "id, question, answer, model, kind, persona, conversation, made_at, used_at, hits, bytes";

impl Responses {
    /// The answer of a number, with its request.
    pub(crate) async fn find(&self, id: i64) -> Result<Option<Stored>> {
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT request, answer, question, model, kind, persona, conversation,
                         revision, made_at, used_at, hits
                     FROM responses WHERE id = ?",
                )?
                .query_row([id], stored)
                .optional()
        })
        .await
        .map(Option::flatten)
    }

    /// The memories that went into an answer.
    pub(crate) async fn memories_in(&self, id: i64) -> Result<Vec<u32>> {
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT memory FROM response_memories WHERE response = ?")?
                .query_map([id], |row| row.get(0))?
                .collect()
        })
        .await
    }

    /// Answers whose question holds a text, the last used first.
    pub(crate) async fn list(&self, wanted: Listing, most: u32) -> Result<Vec<CachedAnswer>> {
        self.read(move |connection| {
            let sql = format!(
                "SELECT {LISTED} FROM responses
                 WHERE (?1 = '' OR instr(lower(question), lower(?1)) > 0)
                   AND (?3 IS NULL OR kind = ?3) AND (NOT ?4 OR hits > 0)
                 ORDER BY used_at DESC LIMIT ?2"
            );
            let kind = wanted.kind.map(QuestionKind::number);
            connection
                .prepare(&sql)?
                .query_map(params![wanted.text, most, kind, wanted.reused], listed)?
                .collect()
        })
        .await
    }

    /// One answer.
    pub(crate) async fn one(&self, id: i64) -> Result<Option<CachedAnswer>> {
        self.read(move |connection| {
            let sql = format!("SELECT {LISTED} FROM responses WHERE id = ?");
            connection.query_row(&sql, [id], listed).optional()
        })
        .await
    }

    /// How much is kept.
    pub(crate) async fn totals(&self) -> Result<Totals> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT entries, bytes, number FROM totals, generation")?
                .query_row([], |row| {
                    Ok(Totals {
                        entries: row.get(0)?,
                        bytes: row.get::<_, i64>(1)? as f64,
                        generation: row.get(2)?,
                    })
                })
        })
        .await
    }

    /// What has been counted so far.
    pub(crate) async fn counts(&self) -> Result<Vec<Count>> {
        self.read(|connection| {
            let mut select = connection.prepare("SELECT name, kind, count, sum FROM counts")?;
            let rows = select.query_map([], |row| {
                let name: String = row.get(0)?;
                let known = NAMES.iter().find(|(_, text)| *text == name);
                Ok(known
                    .map(|&(name, _)| Count {
                        name,
                        kind: QuestionKind::General,
                        count: 0.0,
                        sum: 0.0,
                    })
                    .zip(Some((
                        row.get::<_, u8>(1)?,
                        row.get::<_, i64>(2)?,
                        row.get(3)?,
                    ))))
            })?;
            let mut counts = Vec::new();
            for row in rows {
                if let Some((one, (number, count, sum))) = row? {
                    let kind = kind(number);
                    let count = count as f64;
                    counts.push(Count {
                        kind,
                        count,
                        sum,
                        ..one
                    });
                }
            }
            Ok(counts)
        })
        .await
    }
}

fn kind(number: u8) -> QuestionKind {
    KINDS.get(usize::from(number)).copied().unwrap_or_default()
}

/// A row as it was kept; none where its texts are damaged.
fn stored(row: &Row<'_>) -> rusqlite::Result<Option<Stored>> {
    let canonical = unpacked(row.get_ref(0)?.as_blob()?).map(std::borrow::Cow::into_owned);
    let answer = unpacked(row.get_ref(1)?.as_blob()?)
        .and_then(|bytes| serde_json::from_slice::<Answer>(&bytes).ok());
    let (Some(canonical), Some(answer)) = (canonical, answer) else {
        return Ok(None);
    };
    Ok(Some(Stored {
        entry: Entry {
            canonical,
            answer,
            origin: Origin {
                question: row.get(2)?,
                model: row.get(3)?,
                kind: kind(row.get(4)?),
                persona: row.get(5)?,
                conversation: row.get(6)?,
                memories: Vec::new(),
                revision: row.get(7)?,
                made_at: row.get(8)?,
            },
        },
        used_at: row.get(9)?,
        hits: row.get(10)?,
    }))
}

fn listed(row: &Row<'_>) -> rusqlite::Result<CachedAnswer> {
    let answer = unpacked(row.get_ref(2)?.as_blob()?)
        .and_then(|bytes| serde_json::from_slice::<Answer>(&bytes).ok())
        .unwrap_or_default();
    Ok(CachedAnswer {
        id: super::name(row.get(0)?),
        question: row.get(1)?,
        answer: answer.text,
        model: row.get(3)?,
        kind: kind(row.get(4)?),
        persona: row.get(5)?,
        conversation: row.get(6)?,
        made_at: row.get::<_, i64>(7)? as f64,
        used_at: row.get::<_, i64>(8)? as f64,
        hits: row.get(9)?,
        bytes: row.get(10)?,
        made_ms: answer.total_ms,
    })
}
