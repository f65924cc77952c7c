//! Answers: begun, growing, ended; at most one in writing in a conversation, whoever writes.

use hearth_protocol::Role;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{Code, Error, Result};

use super::Store;
use super::conversations::ConversationId;
use super::messages::{Measured, Message, MessageId, MessageState, New, state_word};

/// What is known of an answer at some moment.
#[derive(Clone, Debug)]
pub struct AnswerUpdate {
    /// The answer.
    pub id: MessageId,
    /// Its text so far.
    pub text: String,
    /// Its reasoning so far.
    pub reasoning: String,
    /// How far it is.
    pub state: MessageState,
    /// Why it broke off.
    pub error: Option<Error>,
    /// What it took.
    pub measured: Option<Measured>,
}

impl Store {
    /// Begins another answer to a question of the branch that is shown. The old one, and what
    /// follows it, stays shown until the new one has ended with some text.
    pub async fn begin_answer(&self, question: Message, model: String) -> Result<Message> {
        let store = self.clone();
        self.write(move |transaction| {
            if !is_shown(transaction, &question)?
                || is_being_answered(transaction, question.conversation, &store)?
            {
                return Ok(None);
            }
            begin(transaction, &question, &model, store.session()).map(Some)
        })
        .await?
        .ok_or_else(busy)
    }

    /// Takes up an answer that ended before its time; its text so far stays.
    pub async fn resume_answer(&self, answer: Message) -> Result<()> {
        let store = self.clone();
        self.write(move |transaction| {
            if is_being_answered(transaction, answer.conversation, &store)? {
                return Ok(None);
            }
            transaction.execute(
                "UPDATE messages SET state = 'streaming', session = ?2, error_code = NULL,
                     error_message = NULL
                 WHERE id = ?1 AND role = 'assistant' AND state <> 'streaming'",
                params![answer.id, store.session()],
            )?;
            Ok(Some(()))
        })
        .await?
        .ok_or_else(busy)
    }

    /// Saves what is known of an answer.
    pub async fn update_answer(&self, update: AnswerUpdate) -> Result<()> {
        self.write(move |transaction| {
            let session_ends = update.state != MessageState::Streaming;
            transaction.execute(
                "UPDATE messages SET text = ?2, reasoning = ?3, state = ?4, error_code = ?5,
                     error_message = ?6, measured = ?7, session = iif(?8, NULL, session)
                 WHERE id = ?1",
                params![
                    update.id,
                    update.text,
                    update.reasoning,
                    state_word(update.state),
                    update.error.as_ref().map(|error| error.code.as_str()),
                    update.error.as_ref().map(|error| error.message.as_str()),
                    update
                        .measured
                        .and_then(|measured| serde_json::to_string(&measured).ok()),
                    session_ends,
                ],
            )?;
            if session_ends && !update.text.is_empty() {
                show_instead_of_sibling(transaction, update.id)?;
            }
            Ok(())
        })
        .await
    }

    /// Marks an answer whose writing broke down; what was saved of it stays.
    pub async fn abandon_answer(&self, id: MessageId, error: Error) -> Result<()> {
        self.write(move |transaction| {
            transaction.execute(
                "UPDATE messages SET state = 'failed', error_code = ?2, error_message = ?3, session = NULL
                 WHERE id = ?1 AND state = 'streaming'",
                params![id, error.code.as_str(), error.message],
            )
        })
        .await
        .map(drop)
    }

    /// Marks the answers whose process has ended since they were begun.
    pub(super) async fn settle(&self) -> Result<()> {
        let writing = self.read(sessions_in_writing).await?;
        let dead =
            |session: &Option<String>| !session.as_ref().is_some_and(|one| self.is_alive(one));
        if !writing.iter().any(dead) {
            return Ok(());
        }
        let store = self.clone();
        self.write(move |transaction| mark_interrupted(transaction, |one| store.is_alive(one)))
            .await
    }
}

/// Marks the answers whose writer is gone. What they hold so far stays.
pub(super) fn mark_interrupted(
    connection: &Connection,
    is_alive: impl Fn(&str) -> bool,
) -> rusqlite::Result<()> {
    for session in sessions_in_writing(connection)? {
        if session.as_deref().is_some_and(&is_alive) {
            continue;
        }
        connection.execute(
            "UPDATE messages SET state = 'failed', error_code = ?2, error_message = ?3, session = NULL
             WHERE state = 'streaming' AND session IS ?1",
            params![
                session,
                Code::Interrupted.as_str(),
                "Hearth ended while this was being written. What had arrived is kept."
            ],
        )?;
    }
    Ok(())
}

/// The processes that are writing answers, by the names under which they registered.
fn sessions_in_writing(connection: &Connection) -> rusqlite::Result<Vec<Option<String>>> {
    connection
        .prepare_cached("SELECT DISTINCT session FROM messages WHERE state = 'streaming'")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Whether a question is part of the branch that is shown.
fn is_shown(transaction: &Transaction<'_>, question: &Message) -> rusqlite::Result<bool> {
    transaction
        .query_row(
            &format!("{SHOWN} SELECT 1 FROM shown WHERE at = ?2"),
            [question.conversation, question.id],
            |_| Ok(()),
        )
        .optional()
        .map(|found| found.is_some())
}

/// The branch of conversation `?1` that is shown, as the table `shown (at)`.
const SHOWN: &str = "WITH RECURSIVE shown (at) AS (
    SELECT head FROM conversations WHERE id = ?1
    UNION ALL
    SELECT parent_id FROM shown JOIN messages ON id = at WHERE parent_id IS NOT NULL
)";

/// Whether a living process is writing an answer in a conversation.
pub(super) fn is_being_answered(
    transaction: &Transaction<'_>,
    conversation: ConversationId,
    store: &Store,
) -> rusqlite::Result<bool> {
    let sessions: Vec<Option<String>> = transaction
        .prepare(
            "SELECT session FROM messages INDEXED BY messages_in_writing
             WHERE state = 'streaming' AND conversation_id = ?",
        )?
        .query_map([conversation], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(sessions
        .iter()
        .flatten()
        .any(|session| store.is_alive(session)))
}

pub(super) fn busy() -> Error {
    Error::new(
        Code::BadSetting,
        "This conversation has moved on, or an answer is being written in it, perhaps in another \
         window. Wait for it or stop it, and open the conversation again.",
    )
}

/// Makes an answer that has ended the one that is shown, if its question is.
fn show_instead_of_sibling(transaction: &Transaction<'_>, id: MessageId) -> rusqlite::Result<()> {
    let conversation: ConversationId = transaction.query_row(
        "SELECT conversation_id FROM messages WHERE id = ?",
        [id],
        |row| row.get(0),
    )?;
    transaction
        .execute(
            &format!(
                "{SHOWN} UPDATE conversations SET head = ?2
                 WHERE id = ?1 AND (SELECT parent_id FROM messages WHERE id = ?2) IN shown"
            ),
            [conversation, id],
        )
        .map(drop)
}

/// An empty answer that a process is writing.
pub(super) fn begin(
    transaction: &Transaction<'_>,
    question: &Message,
    model: &str,
    session: &str,
) -> rusqlite::Result<Message> {
    let answer = New {
        conversation: question.conversation,
        parent: Some(question.id),
        role: Role::Assistant,
    };
    answer.insert(
        transaction,
        "",
        MessageState::Streaming,
        Some((model, session)),
    )
}
