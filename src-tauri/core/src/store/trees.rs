//! Whole conversations, read and written at once: what is exported and imported.

use std::collections::HashMap;

use hearth_protocol::Role;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::Result;

use super::Store;
use super::attachments::{self, Attachment};
use super::conversations::{self, ConversationId};
use super::messages::{self, Measured, MessageId, MessageState, state_word};
use super::settings::{self, ConversationSettings};

/// A conversation with every branch. Times are in milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tree {
    /// Its title.
    pub title: String,
    /// When it began.
    pub created_at: i64,
    /// When its last message came.
    pub updated_at: i64,
    /// Whether it stands above the others.
    pub pinned: bool,
    /// Whether it was put away.
    pub archived: bool,
    /// The folder it is in.
    pub folder: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// What is different for it.
    pub settings: ConversationSettings,
    /// The newest message of the branch that is shown, as a place in `messages`.
    pub head: Option<usize>,
    /// The messages, each behind the one that it follows.
    pub messages: Vec<Node>,
}

/// A message of a tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The message before it, as a place in the tree's list.
    #[serde(default)]
    pub parent: Option<usize>,
    /// Who wrote it.
    pub role: Role,
    /// Its text.
    pub text: String,
    /// The model's reasoning before the answer.
    #[serde(default)]
    pub reasoning: String,
    /// How far it is.
    pub state: MessageState,
    /// Why it broke off.
    #[serde(default)]
    pub error: Option<crate::Error>,
    /// When it was written.
    pub created_at: i64,
    /// The model that answered.
    #[serde(default)]
    pub model: Option<String>,
    /// What it took.
    #[serde(default)]
    pub measured: Option<Measured>,
    /// Whether it stays in the context when others are left out.
    #[serde(default)]
    pub pinned: bool,
    /// Whether it is sent word for word.
    #[serde(default)]
    pub verbatim: bool,
    /// The files that it brought along.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

impl Node {
    /// A whole message with nothing beside its text.
    #[must_use]
    pub fn new(parent: Option<usize>, role: Role, text: String, created_at: i64) -> Self {
        Self {
            parent,
            role,
            text,
            reasoning: String::new(),
            state: MessageState::Complete,
            error: None,
            created_at,
            model: None,
            measured: None,
            pinned: false,
            verbatim: false,
            attachments: Vec::new(),
        }
    }
}

impl Store {
    /// Reads a conversation that is not deleted.
    pub async fn tree(&self, id: ConversationId) -> Result<Tree> {
        self.settle().await?;
        self.read(move |connection| {
            let row = connection
                .prepare_cached(&format!(
                    "SELECT {}, head FROM conversations WHERE id = ? AND deleted_at IS NULL",
                    conversations::COLUMNS
                ))?
                .query_row([id], |row| {
                    Ok((
                        conversations::conversation(row)?,
                        row.get::<_, Option<MessageId>>(8)?,
                    ))
                })
                .optional()?;
            let Some((conversation, head)) = row else {
                return Ok(None);
            };
            let all: Vec<messages::Message> = connection
                .prepare_cached(&format!(
                    "SELECT {} FROM messages WHERE conversation_id = ? ORDER BY id",
                    messages::columns()
                ))?
                .query_map([id], messages::message)?
                .collect::<rusqlite::Result<_>>()?;
            let mut files = Vec::with_capacity(all.len());
            for one in &all {
                files.push(if one.attachments.is_empty() {
                    Vec::new()
                } else {
                    attachments::of_message(connection, one.id)?
                });
            }
            let settings = settings::of(connection, id)?.unwrap_or_default();
            let places: HashMap<MessageId, usize> = all
                .iter()
                .enumerate()
                .map(|(place, one)| (one.id, place))
                .collect();
            let place = |id: Option<MessageId>| id.and_then(|id| places.get(&id).copied());
            Ok(Some(Tree {
                title: conversation.title,
                created_at: whole(conversation.created_at),
                updated_at: whole(conversation.updated_at),
                pinned: conversation.pinned,
                archived: conversation.archived,
                folder: conversation.folder,
                tags: conversation.tags,
                settings,
                head: place(head),
                messages: all
                    .into_iter()
                    .zip(files)
                    .map(|(one, files)| Node {
                        parent: place(one.parent),
                        role: one.role,
                        text: one.text,
                        reasoning: one.reasoning,
                        state: one.state,
                        error: one.error,
                        created_at: whole(one.created_at),
                        model: one.model,
                        measured: one.measured,
                        pinned: one.pinned,
                        verbatim: one.verbatim,
                        attachments: files,
                    })
                    .collect(),
            }))
        })
        .await?
        .ok_or_else(|| conversations::missing(id))
    }

    /// Writes conversations as new ones; all of them, or none.
    pub async fn add_trees(&self, trees: Vec<Tree>) -> Result<Vec<ConversationId>> {
        self.write(move |transaction| trees.iter().map(|tree| add(transaction, tree)).collect())
            .await
    }
}

fn add(transaction: &Transaction<'_>, tree: &Tree) -> rusqlite::Result<ConversationId> {
    let id: ConversationId = transaction.query_row(
        "INSERT INTO conversations (title, created_at, updated_at, pinned_at, archived_at, folder,
             settings, titled_by)
         VALUES (?1, ?2, ?3, iif(?4, ?3, NULL), iif(?5, ?3, NULL), ?6, ?7, 2) RETURNING id",
        params![
            tree.title,
            tree.created_at,
            tree.updated_at,
            tree.pinned,
            tree.archived,
            tree.folder,
            tree.settings.to_column()
        ],
        |row| row.get(0),
    )?;
    for tag in &tree.tags {
        transaction.execute(
            "INSERT OR IGNORE INTO tags (conversation_id, tag) VALUES (?1, ?2)",
            params![id, tag],
        )?;
    }
    let mut ids: Vec<MessageId> = Vec::with_capacity(tree.messages.len());
    let mut insert = transaction.prepare_cached(
        "INSERT INTO messages (conversation_id, parent_id, role, text, reasoning, state,
             error_code, error_message, created_at, model, measured, pinned, verbatim)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) RETURNING id",
    )?;
    for node in &tree.messages {
        let measured = node
            .measured
            .as_ref()
            .and_then(|measured| serde_json::to_string(measured).ok());
        // What was being written when it was exported is not written any more.
        let state = match node.state {
            MessageState::Streaming => MessageState::Stopped,
            state => state,
        };
        let message: MessageId = insert.query_row(
            params![
                id,
                node.parent.and_then(|place| ids.get(place)),
                node.role.as_str(),
                node.text,
                node.reasoning,
                state_word(state),
                node.error.as_ref().map(|error| error.code.as_str()),
                node.error.as_ref().map(|error| error.message.as_str()),
                node.created_at,
                node.model,
                measured,
                node.pinned,
                node.verbatim
            ],
            |row| row.get(0),
        )?;
        attachments::insert(transaction, message, &node.attachments)?;
        ids.push(message);
    }
    let head = tree.head.and_then(|place| ids.get(place)).or(ids.last());
    transaction.execute(
        "UPDATE conversations SET head = ?2 WHERE id = ?1",
        params![id, head],
    )?;
    Ok(id)
}

/// Times come as fractions for the page's sake, and are whole.
#[expect(
    clippy::cast_possible_truncation,
    reason = "times are whole milliseconds"
)]
fn whole(time: f64) -> i64 {
    time as i64
}
