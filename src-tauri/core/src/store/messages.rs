//! Messages: a tree for each conversation, and the state of every answer.

use hearth_protocol::Role;
use rusqlite::types::Type as SqlType;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::pipeline::Reused;
use crate::{Code, Error, Result};

use super::answers::{begin, busy, is_being_answered};
use super::attachments::{self, Attached, Attachment};
use super::conversations::{self, ConversationId};
use super::memories::{LEARNED, Noted, RECALLED, Recalled};
use super::settings::ConversationSettings;
use super::{Store, branches, now};

/// Names a message; given once, never again.
pub type MessageId = u32;

/// How far an answer is. A user's message is complete from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum MessageState {
    /// It is being written.
    Streaming,
    /// It is whole.
    Complete,
    /// The user stopped it.
    Stopped,
    /// It broke off; the error says why.
    Failed,
}

/// What an answer took. (The page's types call these numbers `u32` only because a fraction
/// would be typed as perhaps absent there.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct Measured {
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Tokens of the prompt that cost nothing, because they were still in the engine's cache.
    pub reused_tokens: u32,
    /// Tokens of the answer.
    pub answer_tokens: u32,
    /// From the request to the first piece of text, in milliseconds.
    #[specta(type = u32)]
    pub first_token_ms: f32,
    /// From the request to the end, in milliseconds.
    #[specta(type = u32)]
    pub total_ms: f32,
    /// Tokens of the answer for each second in which it was written.
    #[specta(type = u32)]
    pub tokens_per_second: f32,
    /// Messages that were left out because they did not fit into the context.
    pub trimmed_messages: u32,
    /// Whether the answer was cut at its longest length or at the end of the context.
    #[serde(default)]
    pub cut: bool,
    /// Time for finding the memories that the answer needed, in milliseconds.
    #[serde(default)]
    #[specta(type = u32)]
    pub recall_ms: f32,
    /// Where the answer comes from, if it was not made for this question.
    #[serde(default)]
    pub reused: Option<Reused>,
}

impl Measured {
    /// The same without the words of another question: they belong to its own conversation, and go
    /// with it.
    pub(crate) fn for_keeping(&self) -> Self {
        let mut kept = self.clone();
        if let Some(reused) = &mut kept.reused {
            reused.question = None;
        }
        kept
    }
}

/// A message of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Message {
    /// Its number.
    pub id: MessageId,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// The message before it.
    pub parent: Option<MessageId>,
    /// Who wrote it: `user` or `assistant`.
    #[specta(type = String)]
    pub role: Role,
    /// Its text.
    pub text: String,
    /// The model's reasoning before the answer.
    pub reasoning: String,
    /// How far it is.
    pub state: MessageState,
    /// Why it broke off.
    pub error: Option<Error>,
    /// When it was written, in milliseconds since 1970.
    #[specta(type = u32)]
    pub created_at: f64,
    /// The model that answered.
    pub model: Option<String>,
    /// What it took.
    pub measured: Option<Measured>,
    /// Whether it stays in the context when others are left out.
    pub pinned: bool,
    /// Whether it is sent word for word, also where less would say the same.
    pub verbatim: bool,
    /// The files that it brought along.
    pub attachments: Vec<Attached>,
    /// The memories that went into it, where it is an answer.
    pub recalled: Vec<Recalled>,
    /// What was remembered from its question, where it is an answer.
    pub noted: Vec<Noted>,
    /// The messages that stand at the same place, itself included, oldest first: other versions
    /// of a question, other answers to it. Known where a thread is read.
    pub siblings: Vec<MessageId>,
}

impl Message {
    /// A question that is not saved, to see what would become of it.
    pub(crate) fn unsent(conversation: ConversationId, text: &str) -> Self {
        Self {
            id: 0,
            conversation,
            parent: None,
            role: Role::User,
            text: text.to_owned(),
            reasoning: String::new(),
            state: MessageState::Complete,
            error: None,
            created_at: now() as f64,
            model: None,
            measured: None,
            pinned: false,
            verbatim: false,
            attachments: Vec::new(),
            recalled: Vec::new(),
            noted: Vec::new(),
            siblings: Vec::new(),
        }
    }
}

/// Where a new message goes.
#[derive(Clone, Debug)]
pub enum Place {
    /// It begins a conversation of this title, for which this is different.
    NewConversation(String, ConversationSettings),
    /// It follows the branch of a conversation that is shown.
    End(ConversationId),
    /// It stands beside a message, as another version of it, and begins a branch that is shown
    /// from now on.
    Beside(Message),
}

/// What is selected for each message.
pub(super) fn columns() -> String {
    format!(
        "messages.id, conversation_id, parent_id, role, text, reasoning, state, error_code,
         error_message, created_at, model, measured, pinned, {}, {RECALLED}, {LEARNED}, verbatim",
        attachments::COLUMN
    )
}

impl Store {
    /// Saves a user's message with its files and begins its answer: an empty one that this
    /// process is writing. All of it is on the disk when this returns. Another version of a
    /// message keeps its files. `verbatim` says whether it is sent word for word.
    pub async fn add_turn(
        &self,
        place: Place,
        text: String,
        files: Vec<Attachment>,
        verbatim: bool,
        model: String,
    ) -> Result<(Message, Message)> {
        let store = self.clone();
        self.write(move |transaction| {
            let (conversation, parent, older) = match place {
                Place::NewConversation(title, settings) => (
                    conversations::insert(transaction, &title, &settings)?,
                    None,
                    None,
                ),
                Place::End(conversation) => (conversation, head(transaction, conversation)?, None),
                Place::Beside(other) => (other.conversation, other.parent, Some(other.id)),
            };
            if is_being_answered(transaction, conversation, &store)? {
                return Ok(None);
            }
            let question = New {
                conversation,
                parent,
                role: Role::User,
            };
            let mut question = question.insert(transaction, &text, MessageState::Complete, None)?;
            if verbatim {
                transaction.execute(
                    "UPDATE messages SET verbatim = 1 WHERE id = ?",
                    [question.id],
                )?;
                question.verbatim = true;
            }
            attachments::insert(transaction, question.id, &files)?;
            if let Some(older) = older {
                attachments::copy(transaction, older, question.id)?;
            }
            conversations::set_head(transaction, conversation, question.id)?;
            let answer = begin(transaction, &question, &model, store.session())?;
            conversations::set_head(transaction, conversation, answer.id)?;
            Ok(Some((question, answer)))
        })
        .await?
        .ok_or_else(busy)
    }

    /// The branch of a conversation that is shown, oldest message first.
    pub async fn thread(&self, conversation: ConversationId) -> Result<Vec<Message>> {
        self.thread_end(conversation, None).await
    }

    /// The newest messages of the branch that is shown, oldest first; all of them without a
    /// number.
    pub async fn thread_end(
        &self,
        conversation: ConversationId,
        newest: Option<u32>,
    ) -> Result<Vec<Message>> {
        self.settle().await?;
        let found = self
            .read(move |connection| {
                let head: Option<Option<MessageId>> = connection
                    .prepare_cached(
                        "SELECT head FROM conversations WHERE id = ? AND deleted_at IS NULL",
                    )?
                    .query_row([conversation], |row| row.get(0))
                    .optional()?;
                head.map(|head| {
                    let mut thread = branch(connection, head, newest)?;
                    branches::find_siblings(connection, conversation, &mut thread)?;
                    Ok(thread)
                })
                .transpose()
            })
            .await?;
        found.ok_or_else(|| conversations::missing(conversation))
    }

    /// The branch that ends at a message, oldest first.
    pub async fn branch(&self, end: MessageId) -> Result<Vec<Message>> {
        self.read(move |connection| branch(connection, Some(end), None))
            .await
    }

    /// One message.
    pub async fn message(&self, id: MessageId) -> Result<Message> {
        self.read(move |connection| {
            connection
                .prepare_cached(&format!("SELECT {} FROM messages WHERE id = ?", columns()))?
                .query_row([id], message)
                .optional()
        })
        .await?
        .ok_or_else(|| Error::new(Code::NotFound, format!("There is no message {id}.")))
    }

    /// Messages by their numbers, as far as they are there.
    pub async fn messages(&self, ids: Vec<MessageId>) -> Result<Vec<Message>> {
        self.read(move |connection| {
            let mut select = connection
                .prepare_cached(&format!("SELECT {} FROM messages WHERE id = ?", columns()))?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                found.extend(select.query_row([id], message).optional()?);
            }
            Ok(found)
        })
        .await
    }

    /// The first message of a conversation that is still sent to the model.
    pub async fn context_start(&self, conversation: ConversationId) -> Result<Option<MessageId>> {
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT context_start FROM conversations WHERE id = ?")?
                .query_row([conversation], |row| row.get(0))
                .optional()
                .map(Option::flatten)
        })
        .await
    }

    /// Moves the beginning of what is sent.
    pub async fn set_context_start(
        &self,
        conversation: ConversationId,
        start: MessageId,
    ) -> Result<()> {
        self.write(move |transaction| {
            transaction.execute(
                "UPDATE conversations SET context_start = ?2 WHERE id = ?1",
                params![conversation, start],
            )
        })
        .await
        .map(drop)
    }
}

/// A message that is about to be inserted.
pub(super) struct New {
    pub(super) conversation: ConversationId,
    pub(super) parent: Option<MessageId>,
    pub(super) role: Role,
}

impl New {
    /// `writer` is the model that answers and the process that writes it down.
    pub(super) fn insert(
        &self,
        transaction: &Transaction<'_>,
        text: &str,
        state: MessageState,
        writer: Option<(&str, &str)>,
    ) -> rusqlite::Result<Message> {
        let row = transaction.query_row(
            &format!(
                "INSERT INTO messages
                     (conversation_id, parent_id, role, text, state, created_at, model, session)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING {}",
                columns()
            ),
            params![
                self.conversation,
                self.parent,
                self.role.as_str(),
                text,
                state_word(state),
                now(),
                writer.map(|(model, _)| model),
                writer.map(|(_, session)| session)
            ],
            message,
        )?;
        Ok(row)
    }
}

fn head(
    transaction: &Transaction<'_>,
    conversation: ConversationId,
) -> rusqlite::Result<Option<MessageId>> {
    transaction.query_row(
        "SELECT head FROM conversations WHERE id = ? AND deleted_at IS NULL",
        [conversation],
        |row| row.get(0),
    )
}

pub(super) fn branch(
    connection: &Connection,
    end: Option<MessageId>,
    newest: Option<u32>,
) -> rusqlite::Result<Vec<Message>> {
    let mut statement = connection.prepare_cached(&format!(
        "WITH RECURSIVE branch (at, depth) AS (
             SELECT ?1, 0 WHERE ?1 IS NOT NULL
             UNION ALL
             SELECT parent_id, depth + 1 FROM branch JOIN messages ON id = at
             WHERE parent_id IS NOT NULL
             LIMIT ?2
         )
         SELECT {}, depth FROM branch JOIN messages ON id = at",
        columns()
    ))?;
    let deep = |row: &Row<'_>| Ok((row.get("depth")?, message(row)?));
    let most = newest.map_or(-1, i64::from);
    let rows = statement.query_map(params![end, most], deep)?;
    let mut messages: Vec<(i64, Message)> = rows.collect::<rusqlite::Result<_>>()?;
    // SQLite would move the texts about to sort them, which takes as long as reading them.
    messages.sort_by_key(|&(depth, _)| -depth);
    Ok(messages.into_iter().map(|(_, message)| message).collect())
}

pub(super) fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let error_code: Option<String> = row.get(7)?;
    let measured: Option<String> = row.get(11)?;
    Ok(Message {
        id: row.get(0)?,
        conversation: row.get(1)?,
        parent: row.get(2)?,
        role: word(row, 3)?,
        text: row.get(4)?,
        reasoning: row.get(5)?,
        state: word(row, 6)?,
        error: match error_code {
            Some(code) => Some(Error::new(Code::parse(&code), row.get::<_, String>(8)?)),
            None => None,
        },
        created_at: row.get::<_, i64>(9)? as f64,
        model: row.get(10)?,
        measured: measured.and_then(|json| serde_json::from_str(&json).ok()),
        pinned: row.get(12)?,
        attachments: serde_json::from_str(&row.get::<_, String>(13)?).unwrap_or_default(),
        recalled: serde_json::from_str(&row.get::<_, String>(14)?).unwrap_or_default(),
        noted: serde_json::from_str(&row.get::<_, String>(15)?).unwrap_or_default(),
        siblings: Vec::new(),
        verbatim: row.get(16)?,
    })
}

/// A column that holds one of an enum's words.
fn word<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_value(serde_json::Value::from(text)).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, SqlType::Text, error.into())
    })
}

pub(super) fn state_word(state: MessageState) -> &'static str {
    match state {
        MessageState::Streaming => "streaming",
        MessageState::Complete => "complete",
        MessageState::Stopped => "stopped",
        MessageState::Failed => "failed",
    }
}
