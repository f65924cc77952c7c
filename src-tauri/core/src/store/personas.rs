//! Personas: what the user made of them, and what use has made of them since.

use rusqlite::{OptionalExtension, Row, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;

use crate::persona::{Card, Grown};
use crate::{Code, Error, Result};

use super::{Store, now};

/// Names a persona; given once, never again.
pub type PersonaId = u32;

/// A persona.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Persona {
    /// Its number.
    pub id: PersonaId,
    /// What the user made of it.
    pub card: Card,
    /// What use has made of it.
    pub grown: Grown,
    /// Whether it has a picture.
    pub pictured: bool,
    /// Memories that it has of the user.
    pub memories: u32,
}

/// A trait that moved, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct TraitChange {
    /// When, in milliseconds since 1970.
    #[specta(type = u32)]
    pub at: f64,
    /// The trait.
    pub name: String,
    /// What it was.
    #[specta(type = u32)]
    pub before: f32,
    /// What it is since.
    #[specta(type = u32)]
    pub after: f32,
    /// Why.
    pub why: String,
}

const COLUMNS: &str = "id, card, grown, avatar IS NOT NULL,
    (SELECT count(*) FROM memories WHERE persona_id = personas.id AND memories.deleted_at IS NULL AND valid_to IS NULL)";

impl Store {
    /// All personas, in the order in which they came.
    pub async fn personas(&self) -> Result<Vec<Persona>> {
        self.read(|connection| {
            let sql =
                format!("SELECT {COLUMNS} FROM personas WHERE deleted_at IS NULL ORDER BY id");
            connection
                .prepare_cached(&sql)?
                .query_map([], persona)?
                .collect()
        })
        .await
    }

    /// One persona; none where it is gone.
    pub async fn persona(&self, id: PersonaId) -> Result<Option<Persona>> {
        self.read(move |connection| {
            let sql = format!("SELECT {COLUMNS} FROM personas WHERE id = ? AND deleted_at IS NULL");
            connection
                .prepare_cached(&sql)?
                .query_row([id], persona)
                .optional()
        })
        .await
    }

    /// Whether a persona is there.
    pub(crate) async fn has_persona(&self, id: PersonaId) -> Result<bool> {
        self.read(move |connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM personas WHERE id = ? AND deleted_at IS NULL)";
            connection
                .prepare_cached(sql)?
                .query_row([id], |row| row.get(0))
        })
        .await
    }

    /// Adds a persona.
    pub(crate) async fn add_persona(
        &self,
        card: Card,
        avatar: Option<Vec<u8>>,
    ) -> Result<PersonaId> {
        self.write(move |transaction| {
            transaction.query_row(
                "INSERT INTO personas (card, avatar, created_at) VALUES (?1, ?2, ?3) RETURNING id",
                params![json(&card), avatar, now()],
                |row| row.get(0),
            )
        })
        .await
    }

    /// Changes what the user made of a persona.
    pub(crate) async fn set_card(&self, id: PersonaId, card: Card) -> Result<()> {
        self.change_persona(
            id,
            "UPDATE personas SET card = ?2 WHERE id = ?1",
            json(&card),
        )
        .await
    }

    /// Gives a persona a picture, or none.
    pub(crate) async fn set_avatar(&self, id: PersonaId, avatar: Option<Vec<u8>>) -> Result<()> {
        self.change_persona(id, "UPDATE personas SET avatar = ?2 WHERE id = ?1", avatar)
            .await
    }

    /// A persona's picture: a PNG.
    pub async fn avatar(&self, id: PersonaId) -> Result<Option<Vec<u8>>> {
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT avatar FROM personas WHERE id = ?")?
                .query_row([id], |row| row.get(0))
                .optional()
                .map(Option::flatten)
        })
        .await
    }

    /// Deletes a persona, or brings it back. What it remembers goes and comes with it.
    pub async fn delete_persona(&self, id: PersonaId, deleted: bool) -> Result<()> {
        let at = deleted.then(now);
        self.change_persona(id, "UPDATE personas SET deleted_at = ?2 WHERE id = ?1", at)
            .await
    }

    /// Notes what use has made of a persona, and why traits moved.
    pub(crate) async fn grow(
        &self,
        id: PersonaId,
        grown: Grown,
        changes: Vec<TraitChange>,
    ) -> Result<()> {
        self.write(move |transaction| {
            transaction.execute("UPDATE personas SET grown = ?2 WHERE id = ?1", params![id, json(&grown)])?;
            let mut insert = transaction.prepare_cached(
                "INSERT INTO trait_changes (persona_id, at, trait, before, after, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for one in changes {
                insert.execute(params![id, now(), one.name, one.before, one.after, one.why])?;
            }
            Ok(())
        })
        .await
    }

    /// The last changes of a persona's traits, the newest first.
    pub async fn trait_changes(&self, id: PersonaId, most: u32) -> Result<Vec<TraitChange>> {
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT at, trait, before, after, why FROM trait_changes
                     WHERE persona_id = ?1 ORDER BY id DESC LIMIT ?2",
                )?
                .query_map([id, most], |row| {
                    Ok(TraitChange {
                        at: row.get::<_, i64>(0)? as f64,
                        name: row.get(1)?,
                        before: row.get(2)?,
                        after: row.get(3)?,
                        why: row.get(4)?,
                    })
                })?
                .collect()
        })
        .await
    }

    async fn change_persona(
        &self,
        id: PersonaId,
        sql: &'static str,
        value: impl rusqlite::ToSql + Send + 'static,
    ) -> Result<()> {
        let changed = self
            .write(move |transaction| transaction.execute(sql, params![id, value]))
            .await?;
        if changed == 0 {
            Err(missing(id))
        } else {
            Ok(())
        }
    }
}

fn json(value: &impl Serialize) -> String {
    // Plain data with text keys always has a form in JSON.
    serde_json::to_string(value).unwrap_or_default()
}

/// What JSON says; what it lacks, because an older version wrote it, is as at the beginning.
fn read<T: Default + Serialize + DeserializeOwned>(text: &str) -> T {
    let whole = || {
        let mut whole = serde_json::to_value(T::default()).ok()?;
        let stored: serde_json::Map<String, Value> = serde_json::from_str(text).ok()?;
        whole.as_object_mut()?.extend(stored);
        serde_json::from_value(whole).ok()
    };
    whole().unwrap_or_default()
}

fn persona(row: &Row<'_>) -> rusqlite::Result<Persona> {
    Ok(Persona {
        id: row.get(0)?,
        card: read(&row.get::<_, String>(1)?),
        grown: read(&row.get::<_, String>(2)?),
        pictured: row.get(3)?,
        memories: row.get(4)?,
    })
}

pub(crate) fn missing(id: PersonaId) -> Error {
    Error::new(Code::NotFound, format!("There is no persona {id}."))
}
