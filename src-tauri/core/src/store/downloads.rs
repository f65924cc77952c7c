//! Downloads, in the order in which they are to come, and those that came.

use std::collections::HashMap;

use rusqlite::{Row, params};

use crate::models::downloads::Order;
use crate::{Error, Result};

use super::{Store, now};

/// A download's number.
pub type DownloadId = u32;

/// A download as it is remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct Download {
    /// Its number.
    pub id: DownloadId,
    /// What is wanted.
    pub order: Order,
    /// Whether the user has stopped it.
    pub paused: bool,
    /// Why it ended without the file.
    pub failure: Option<Error>,
    /// Whether the file is there.
    pub done: bool,
}

const COLUMNS: &str = "id, name, url, from_hub, repository, commit_id, sha256, bytes, paused, failure, done_at IS NOT NULL";

impl Store {
    /// All that is not there yet, in order.
    pub async fn downloads(&self) -> Result<Vec<Download>> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM downloads WHERE done_at IS NULL ORDER BY place, id"
                ))?
                .query_map([], download)?
                .collect()
        })
        .await
    }

    /// What is known of the newest file of a name that came.
    pub async fn downloaded(&self, name: String) -> Result<Option<Download>> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM downloads WHERE name = ? AND done_at IS NOT NULL ORDER BY done_at DESC LIMIT 1"
            ))?;
            let mut rows = statement.query_map([name], download)?;
            rows.next().transpose()
        })
        .await
    }

    /// The names and sizes of all files that came, where their sizes were known.
    pub async fn downloaded_sizes(&self) -> Result<HashMap<String, f64>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT name, bytes FROM downloads WHERE done_at IS NOT NULL AND bytes IS NOT NULL ORDER BY done_at",
                )?
                .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as f64)))?
                .collect()
        })
        .await
    }

    /// Adds a download at the end; one of the same name that is under way is the same one.
    pub(crate) async fn add_download(&self, order: Order) -> Result<DownloadId> {
        self.write(move |transaction| {
            transaction.query_row(
                "INSERT INTO downloads (place, name, url, from_hub, repository, commit_id, sha256, bytes, created_at)
                 VALUES ((SELECT coalesce(max(place), 0) + 1 FROM downloads), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (name) WHERE done_at IS NULL
                 DO UPDATE SET paused = 0, failure = NULL
                 RETURNING id",
                params![
                    order.name,
                    order.url,
                    order.from_hub,
                    order.repository,
                    order.commit,
                    order.sha256,
                    order.bytes.map(u64::cast_signed),
                    now()
                ],
                |row| row.get(0),
            )
        })
        .await
    }

    /// Begins a failed download anew, with what is known of its file now.
    pub(crate) async fn renew_download(&self, id: DownloadId, order: Order) -> Result<()> {
        self.write(move |transaction| {
            transaction.execute(
                "UPDATE downloads SET paused = 0, failure = NULL, url = ?2, from_hub = ?3, repository = ?4,
                     commit_id = ?5, sha256 = ?6, bytes = ?7
                 WHERE id = ?1",
                params![
                    id,
                    order.url,
                    order.from_hub,
                    order.repository,
                    order.commit,
                    order.sha256,
                    order.bytes.map(u64::cast_signed)
                ],
            )
        })
        .await
        .map(drop)
    }

    /// A file that came has another name now, or none: it is gone.
    pub(crate) async fn rename_downloaded(&self, name: String, to: Option<String>) -> Result<()> {
        self.write(move |transaction| match to {
            Some(to) => transaction.execute(
                "UPDATE downloads SET name = ?2 WHERE name = ?1 AND done_at IS NOT NULL",
                [name, to],
            ),
            None => transaction.execute(
                "DELETE FROM downloads WHERE name = ?1 AND done_at IS NOT NULL",
                [name],
            ),
        })
        .await
        .map(drop)
    }

    /// Stops a download, or lets it go on.
    pub(crate) async fn pause_download(&self, id: DownloadId, paused: bool) -> Result<()> {
        self.write(move |transaction| {
            transaction.execute(
                "UPDATE downloads SET paused = ?2, failure = NULL WHERE id = ?1",
                params![id, paused],
            )
        })
        .await
        .map(drop)
    }

    /// Notes that a download has ended: with the file's SHA-256, or with why not.
    pub(crate) async fn end_download(
        &self,
        id: DownloadId,
        outcome: std::result::Result<String, Error>,
    ) -> Result<()> {
        self.write(move |transaction| match outcome {
            Ok(sha256) => transaction.execute(
                "UPDATE downloads SET done_at = ?2, sha256 = ?3, failure = NULL WHERE id = ?1",
                params![id, now(), sha256],
            ),
            Err(failure) => transaction.execute(
                "UPDATE downloads SET failure = ?2 WHERE id = ?1 AND done_at IS NULL",
                params![id, serde_json::to_string(&failure).ok()],
            ),
        })
        .await
        .map(drop)
    }

    /// Forgets a download.
    pub(crate) async fn remove_download(&self, id: DownloadId) -> Result<()> {
        self.write(move |transaction| {
            transaction.execute("DELETE FROM downloads WHERE id = ?1", [id])
        })
        .await
        .map(drop)
    }

    /// Puts a download in front of all others.
    pub(crate) async fn hurry_download(&self, id: DownloadId) -> Result<()> {
        self.write(move |transaction| {
            transaction.execute(
                "UPDATE downloads SET place = (SELECT min(place) - 1 FROM downloads) WHERE id = ?1",
                [id],
            )
        })
        .await
        .map(drop)
    }
}

fn download(row: &Row<'_>) -> rusqlite::Result<Download> {
    let failure: Option<String> = row.get(9)?;
    Ok(Download {
        id: row.get(0)?,
        order: Order {
            name: row.get(1)?,
            url: row.get(2)?,
            from_hub: row.get(3)?,
            repository: row.get(4)?,
            commit: row.get(5)?,
            sha256: row.get(6)?,
            bytes: row.get::<_, Option<i64>>(7)?.map(i64::cast_unsigned),
        },
        paused: row.get(8)?,
        failure: failure.and_then(|text| serde_json::from_str(&text).ok()),
        done: row.get(10)?,
    })
}
