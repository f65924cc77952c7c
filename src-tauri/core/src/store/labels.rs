//! What orders conversations: titles, pins, the archive, folders and tags.

use rusqlite::params;

use crate::{Code, Error, Result};

use super::Store;
use super::conversations::{self, ConversationId};
use super::now;

/// Characters of a title, a folder or a tag, at most.
const LONGEST: usize = 200;

/// A change of what orders a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// The title that the user gave it.
    Title(String),
    /// The title that the model gave it; one by the user stays.
    ModelTitle(String),
    /// Whether it stands above the others.
    Pinned(bool),
    /// Whether it is put away.
    Archived(bool),
    /// Its folder; none where empty.
    Folder(String),
    /// Its tags, all of them.
    Tags(Vec<String>),
}

impl Store {
    /// Changes what orders a conversation.
    pub async fn label(&self, id: ConversationId, label: Label) -> Result<()> {
        let label = checked(label)?;
        let changed = self
            .write(move |transaction| match label {
                Label::Title(title) => transaction.execute(
                    "UPDATE conversations SET title = ?2, titled_by = 2 WHERE id = ?1",
                    params![id, title],
                ),
                Label::ModelTitle(title) => transaction
                    .execute(
                        "UPDATE conversations SET title = ?2, titled_by = 1
                         WHERE id = ?1 AND titled_by < 2",
                        params![id, title],
                    )
                    .map(|_| 1),
                Label::Pinned(pinned) => transaction.execute(
                    "UPDATE conversations SET pinned_at = ?2 WHERE id = ?1",
                    params![id, pinned.then(now)],
                ),
                Label::Archived(archived) => transaction.execute(
                    "UPDATE conversations SET archived_at = ?2 WHERE id = ?1",
                    params![id, archived.then(now)],
                ),
                Label::Folder(folder) => transaction.execute(
                    "UPDATE conversations SET folder = nullif(?2, '') WHERE id = ?1",
                    params![id, folder],
                ),
                Label::Tags(tags) => {
                    transaction.execute("DELETE FROM tags WHERE conversation_id = ?", [id])?;
                    let mut insert = transaction.prepare(
                        "INSERT OR IGNORE INTO tags (conversation_id, tag)
                         SELECT id, ?2 FROM conversations WHERE id = ?1",
                    )?;
                    for tag in tags {
                        insert.execute(params![id, tag])?;
                    }
                    Ok(1)
                }
            })
            .await?;
        if changed == 0 {
            return Err(conversations::missing(id));
        }
        self.tell_change(id);
        Ok(())
    }

    /// Whether a title may still be written by the model.
    pub async fn wants_title(&self, id: ConversationId) -> Result<bool> {
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT titled_by = 0 FROM conversations WHERE id = ?")?
                .query_row([id], |row| row.get(0))
        })
        .await
    }
}

/// The label without surrounding blanks; refused where it is empty and must not be, or long.
fn checked(label: Label) -> Result<Label> {
    let short = |text: String| {
        let text = text.trim().to_owned();
        if text.chars().count() > LONGEST {
            let message = format!("A title, a folder or a tag has at most {LONGEST} characters.");
            return Err(Error::new(Code::BadSetting, message));
        }
        Ok(text)
    };
    let named = |text: String| {
        let text = short(text)?;
        if text.is_empty() {
            return Err(Error::new(
                Code::BadSetting,
                "A title has at least one character.",
            ));
        }
        Ok(text)
    };
    Ok(match label {
        Label::Title(title) => Label::Title(named(title)?),
        Label::ModelTitle(title) => Label::ModelTitle(named(title)?),
        Label::Folder(folder) => Label::Folder(short(folder)?),
        Label::Tags(tags) => {
            let tags: Result<Vec<String>> = tags.into_iter().map(short).collect();
            Label::Tags(tags?.into_iter().filter(|tag| !tag.is_empty()).collect())
        }
        other => other,
    })
}
