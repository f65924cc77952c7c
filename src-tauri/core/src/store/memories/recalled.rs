//! Which memories went into which answer, as they were worded then.

use rusqlite::params;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;

use super::super::messages::MessageId;
use super::super::personas::PersonaId;
use super::super::{Store, now};
use super::MemoryId;

/// A memory that went into an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Recalled {
    /// The memory; none where it is gone.
    pub memory: Option<MemoryId>,
    /// What it said then.
    pub text: String,
    /// Why it was taken.
    pub why: String,
    /// The persona that knows it.
    pub persona: Option<PersonaId>,
    /// Whether all personas may know it.
    pub shared: bool,
    /// Whether it was forgotten since.
    pub forgotten: bool,
}

/// A memory that came from a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Noted {
    /// The memory.
    pub memory: MemoryId,
    /// What it says.
    pub text: String,
}

/// Selects what an answer recalled, as JSON.
pub(in crate::store) const RECALLED: &str = "(SELECT json_group_array(json_object('memory', one, 'text', said, 'why', why,
        'persona', persona_id, 'shared', json(iif(shared, 'true', 'false')), 'forgotten', json(iif(known, 'false', 'true'))))
    FROM (SELECT memory_id AS one, recalled.text AS said, why, persona_id, ifnull(shared, 0) AS shared,
             memories.id IS NOT NULL AND memories.deleted_at IS NULL AS known
         FROM recalled LEFT JOIN memories ON memories.id = memory_id WHERE message_id = messages.id ORDER BY place))";
/// Selects what was learned from the question of an answer, as JSON.
pub(in crate::store) const LEARNED: &str = "(SELECT json_group_array(json_object('memory', memories.id, 'text', memories.text))
    FROM memories WHERE source_id = messages.parent_id AND role = 'assistant' AND memories.deleted_at IS NULL)";

impl Store {
    /// Notes with an answer what it recalls, and with those memories that they were used.
    pub(crate) async fn set_recalled(
        &self,
        answer: MessageId,
        recalled: Vec<Recalled>,
    ) -> Result<()> {
        self.write(move |transaction| {
            transaction.execute("DELETE FROM recalled WHERE message_id = ?", [answer])?;
            for (place, one) in (0_i64..).zip(recalled) {
                transaction.execute(
                    "INSERT INTO recalled (message_id, place, memory_id, text, why) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![answer, place, one.memory, one.text, one.why],
                )?;
                transaction.execute(
                    "UPDATE memories SET uses = uses + 1, used_at = ?2 WHERE id = ?1",
                    params![one.memory, now()],
                )?;
            }
            Ok(())
        })
        .await
    }
}
