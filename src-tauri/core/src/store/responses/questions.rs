//! Questions for which an answer is kept, as they are looked for by meaning.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::Result;

use super::Responses;

/// A question with its answer's number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AskedQuestion {
    pub(crate) response: i64,
    pub(crate) text: String,
    /// One byte for each dimension.
    pub(crate) vector: Vec<u8>,
    pub(crate) judged: Vec<Judged>,
}

/// How near another question was, and whether the answer was right for it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Judged {
    pub(crate) score: f32,
    pub(crate) right: bool,
}

impl Responses {
    /// Keeps a question with the answer that is kept already, or is about to be.
    pub(crate) fn keep_question(
        &self,
        partition: [u8; 16],
        embedder: String,
        question: AskedQuestion,
    ) -> bool {
        self.behind.later(move |transaction| {
            // Where the answer found no place, the question has none either.
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO questions (response, partition, text, embedder, vector)
                     SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM responses WHERE id = ?1)",
                )?
                .execute(params![
                    question.response,
                    partition,
                    question.text,
                    embedder,
                    question.vector
                ])?;
            Ok(())
        })
    }

    /// The questions of a partition that were kept after a number, as far as this embedder has read
    /// them, with their numbers.
    pub(crate) async fn questions_since(
        &self,
        partition: [u8; 16],
        embedder: String,
        number: i64,
    ) -> Result<Vec<(i64, AskedQuestion)>> {
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT response, text, vector, judged, number FROM questions
                     WHERE partition = ? AND number > ? AND embedder = ? ORDER BY number",
                )?
                .query_map(params![partition, number, embedder], |row| {
                    let judged: String = row.get(3)?;
                    let question = AskedQuestion {
                        response: row.get(0)?,
                        text: row.get(1)?,
                        vector: row.get(2)?,
                        judged: serde_json::from_str(&judged).unwrap_or_default(),
                    };
                    Ok((row.get(4)?, question))
                })?
                .collect()
        })
        .await
    }

    /// How a question's answer was judged.
    pub(crate) async fn judgements(&self, response: i64) -> Result<Vec<Judged>> {
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT judged FROM questions WHERE response = ?")?
                .query_row([response], |row| row.get::<_, String>(0))
                .optional()
        })
        .await
        .map(|json| json.and_then(|json| serde_json::from_str(&json).ok()))
        .map(Option::unwrap_or_default)
    }

    /// Notes what was found out about a question's answer.
    pub(crate) fn note_judgements(&self, response: i64, judged: &[Judged]) -> bool {
        let json = serde_json::to_string(judged).unwrap_or_default();
        self.behind.later(move |transaction| {
            transaction
                .prepare_cached("UPDATE questions SET judged = ?2 WHERE response = ?1")?
                .execute(params![response, json])?;
            Ok(())
        })
    }
}
