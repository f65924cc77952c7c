//! What using models has taught about them on this computer.

use std::collections::HashMap;

use rusqlite::params;
use serde::Serialize;
use specta::Type;

use crate::Result;

use super::{Store, now};

/// What one answer of a model has shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// The model's name.
    pub model: String,
    /// Bytes of its file: another file of the same name begins anew.
    pub bytes: f64,
    /// Time that loading took, in milliseconds.
    pub load_ms: u32,
    /// Memory of its worker after the answer, in bytes.
    pub memory: f64,
    /// Tokens of an answer for each second in which it was written.
    pub speed: f32,
}

/// What is known of a model from use.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Type)]
pub struct Learned {
    /// Bytes of the file from which it was learned.
    #[serde(skip)]
    #[specta(skip)]
    pub bytes: f64,
    /// Time that loading took the last time, in milliseconds.
    pub load_ms: u32,
    /// The most memory that its worker was seen to take, in bytes.
    #[specta(type = u32)]
    pub memory: f64,
    /// Tokens a second, the last answers counting most.
    #[specta(type = u32)]
    pub speed: f32,
    /// Answers from which it was learned.
    pub answers: u32,
}

impl Store {
    /// Notes what an answer has shown.
    pub(crate) async fn learn(&self, lesson: Lesson) -> Result<()> {
        self.write(move |transaction| {
            transaction.execute(
                "INSERT INTO learned (model, bytes, load_ms, memory, speed, answers, used_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)
                 ON CONFLICT (model) DO UPDATE SET
                     answers = CASE bytes WHEN excluded.bytes THEN answers + 1 ELSE 1 END,
                     memory = CASE bytes WHEN excluded.bytes THEN max(memory, excluded.memory) ELSE excluded.memory END,
                     speed = CASE bytes WHEN excluded.bytes THEN 0.7 * speed + 0.3 * excluded.speed ELSE excluded.speed END,
                     bytes = excluded.bytes, load_ms = excluded.load_ms, used_at = excluded.used_at",
                params![lesson.model, lesson.bytes, lesson.load_ms, lesson.memory, lesson.speed, now()],
            )?;
            Ok(())
        })
        .await
    }

    /// A model has another name now, or none: it is gone.
    pub(crate) async fn rename_learned(&self, model: String, to: Option<String>) -> Result<()> {
        self.write(move |transaction| match to {
            Some(to) => transaction.execute(
                "UPDATE OR REPLACE learned SET model = ?2 WHERE model = ?1",
                [model, to],
            ),
            None => transaction.execute("DELETE FROM learned WHERE model = ?1", [model]),
        })
        .await
        .map(drop)
    }

    /// What is known of every model that was used.
    pub async fn learned(&self) -> Result<HashMap<String, Learned>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT model, bytes, load_ms, memory, speed, answers FROM learned",
                )?
                .query_map([], |row| {
                    let learned = Learned {
                        bytes: row.get(1)?,
                        load_ms: row.get(2)?,
                        memory: row.get(3)?,
                        speed: row.get(4)?,
                        answers: row.get(5)?,
                    };
                    Ok((row.get(0)?, learned))
                })?
                .collect()
        })
        .await
    }
}
