//! Conversations: what is sent to a model, and one message's way to its answer.
//!
//! `send` is that way; `context` decides what the model is sent; `running` keeps the answers
//! in progress, so that any number of viewers can follow one; `event` is what they see;
//! `preview` counts before anything is sent. `plan` settles who answers and how; `insert` and
//! `summary` are what stands in front of messages; `compaction` says the same in fewer tokens;
//! `afterwards` is what follows an answer.

mod afterwards;
mod answer;
pub mod compaction;
mod context;
mod event;
mod insert;
mod lone;
mod plan;
mod preview;
mod running;
mod summary;
mod title;
mod warm_up;
mod wording;

use std::collections::HashSet;
use std::sync::Arc;

use hearth_protocol::{Format, Role};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::cache::Cache;
use crate::config::Settings;
use crate::config::sampling::SamplingConfig;
use crate::engine::Engines;
use crate::memory::Memories;
use crate::models::Models;
use crate::persona::Personas;
use crate::pipeline::Generate;
use crate::store::Store;
use crate::store::attachments::Attachment;
use crate::store::conversations::ConversationId;
use crate::store::messages::{Message, MessageId, Place};
use crate::store::responses::Removal;
use crate::store::settings::ConversationSettings;
use crate::{Code, Error, Result};

pub use context::{Before, Part};
pub use event::{Answer, Follower, TurnEvent};
pub use insert::Insert;
pub use preview::{Preview, Shortened};
use running::Running;
pub(crate) use title::from_message as title_from;

/// The longest message, in bytes, whatever the model: some tokenizers need time that grows
/// with the square of the text's length and cannot be interrupted.
pub const MAX_MESSAGE: usize = 512 * 1024;

/// A message to send, and what is to be different for it.
#[derive(Clone, Debug, Default)]
pub struct Send {
    /// The conversation; a new one where there is none.
    pub conversation: Option<ConversationId>,
    /// The message.
    pub text: String,
    /// The files that it brings along.
    pub files: Vec<Attachment>,
    /// What is different for the conversation, where it is a new one.
    pub settings: ConversationSettings,
    /// What to use instead of the settings.
    pub overrides: Overrides,
}

/// What to use for one answer instead of the settings.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
pub struct Overrides {
    /// The model.
    pub model: Option<String>,
    /// How the answer is drawn, as far as it differs from the model's settings.
    pub sampling: SamplingConfig,
    /// The form that the answer has to take.
    pub format: Format,
    /// Whether the cache is left alone: no earlier answer is given, and this one is not kept.
    pub no_cache: bool,
    /// Whether the answer to an earlier question that means the same will do, whatever the
    /// settings say.
    pub similar: bool,
    /// Whether the answer is made anew and takes the place of the one that is kept.
    pub fresh: bool,
    /// Whether the message is sent word for word, also where less would say the same.
    pub verbatim: bool,
}

/// What conversations need of the rest of the program.
#[derive(Clone)]
#[expect(missing_docs, reason = "each is documented as a part of `Hearth`")]
pub struct Parts {
    pub store: Store,
    pub models: Models,
    /// Counts tokens for the pipeline.
    pub engines: Engines,
    pub pipeline: Arc<dyn Generate>,
    pub settings: Settings,
    pub memories: Memories,
    pub personas: Personas,
    pub cache: Cache,
}

/// The conversations of a data folder. Cheap to clone.
#[derive(Clone)]
pub struct Chat {
    parts: Parts,
    running: Running,
    /// Held from the check that a conversation is free until its answer is on the list.
    turn: Arc<Mutex<()>>,
    /// What is done after answers, such as writing titles.
    background: Arc<Mutex<JoinSet<()>>>,
    /// Answers that were made in advance, or could not be.
    tried: Arc<std::sync::Mutex<HashSet<String>>>,
}

impl Chat {
    /// Chats with these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            parts,
            running: Running::default(),
            turn: Arc::default(),
            background: Arc::default(),
            tried: Arc::default(),
        }
    }

    /// Saves a message and begins its answer. When this returns the message is on the disk.
    pub async fn send(&self, send: Send) -> Result<Follower> {
        check_text(&send.text, &send.files)?;
        let settings = match send.conversation {
            Some(id) => self.store.settings_of(id).await?,
            None => send.settings,
        };
        // A model that is not there is said before anything is saved.
        let plan = self.plan(&send.overrides, &settings).await?;
        let _turn = self.turn.lock().await;
        let place = if let Some(id) = send.conversation {
            self.refuse_while_answering(id)?;
            Place::End(id)
        } else {
            let named = send.files.first().filter(|_| send.text.trim().is_empty());
            let title = named.map_or(&send.text, |file| &file.name);
            Place::NewConversation(title::from_message(title), settings)
        };
        let model = plan.model.id.clone();
        let (question, answer) = self
            .store
            .add_turn(place, send.text, send.files, send.overrides.verbatim, model)
            .await?;
        Ok(self.begin(question, answer, plan))
    }

    /// Answers a message again; the new answer stands beside the old one and is shown.
    pub async fn answer_again(&self, answer: MessageId, overrides: Overrides) -> Result<Follower> {
        let old = self.store.message(answer).await?;
        let settings = self.store.settings_of(old.conversation).await?;
        // Whoever wants another answer does not want the one that is kept.
        let overrides = Overrides {
            fresh: true,
            ..overrides
        };
        let plan = self.plan(&overrides, &settings).await?;
        let _turn = self.turn.lock().await;
        self.refuse_while_answering(old.conversation)?;
        let question = match old.parent {
            Some(parent) => self.store.message(parent).await?,
            None => return Err(Error::new(Code::NotFound, "This message answers nothing.")),
        };
        let model = plan.model.id.clone();
        let answer = self.store.begin_answer(question.clone(), model).await?;
        Ok(self.begin(question, answer, plan))
    }

    /// Sends another version of a question. It and its answer stand beside the old ones, and
    /// are shown.
    pub async fn edit(&self, question: MessageId, text: String) -> Result<Follower> {
        check_text(&text, &[])?;
        let old = self.store.message(question).await?;
        let settings = self.store.settings_of(old.conversation).await?;
        let plan = self.plan(&Overrides::default(), &settings).await?;
        let _turn = self.turn.lock().await;
        if old.role != Role::User {
            let message = "Only what you wrote can be sent in another version.";
            return Err(Error::new(Code::BadSetting, message));
        }
        self.refuse_while_answering(old.conversation)?;
        let model = plan.model.id.clone();
        let verbatim = old.verbatim;
        let place = Place::Beside(old);
        let turn = self
            .store
            .add_turn(place, text, Vec::new(), verbatim, model);
        let (question, answer) = turn.await?;
        Ok(self.begin(question, answer, plan))
    }

    /// Goes on with an answer that ended before its time.
    pub async fn resume(&self, answer: MessageId) -> Result<Follower> {
        let _turn = self.turn.lock().await;
        let answer = self.store.message(answer).await?;
        let overrides = Overrides {
            model: answer.model.clone(),
            ..Overrides::default()
        };
        let settings = self.store.settings_of(answer.conversation).await?;
        let plan = self.plan(&overrides, &settings).await?;
        self.refuse_while_answering(answer.conversation)?;
        let Some(parent) = answer.parent.filter(|_| answer.role == Role::Assistant) else {
            return Err(Error::new(Code::NotFound, "This message answers nothing."));
        };
        let question = self.store.message(parent).await?;
        self.store.resume_answer(answer.clone()).await?;
        Ok(self.begin(question, answer, plan))
    }

    /// Shows the branch that goes through a message.
    pub async fn show_branch(&self, through: MessageId) -> Result<()> {
        let message = self.store.message(through).await?;
        self.refuse_while_answering(message.conversation)?;
        self.store.show_branch(through).await
    }

    /// Begins a new conversation with the history up to a message.
    pub async fn branch_off(&self, end: MessageId) -> Result<ConversationId> {
        let message = self.store.message(end).await?;
        let title = self.store.conversation(message.conversation).await?.title;
        self.store.branch_off(end, title).await
    }

    /// Changes what is different for a conversation, where it is within what is allowed.
    pub async fn set_settings(
        &self,
        conversation: ConversationId,
        settings: ConversationSettings,
    ) -> Result<()> {
        self.plan(&Overrides::default(), &settings).await?;
        self.store.set_settings(conversation, settings).await
    }

    /// Removes deleted conversations for good: from the database, the backups, and what models
    /// have read; and what was remembered from them, unless it is pinned or was edited. How many
    /// conversations there were.
    pub async fn purge(&self, ids: Vec<ConversationId>) -> Result<usize> {
        let memories = self.store.memories_from(ids.clone()).await?;
        self.memories.purge(memories).await?;
        self.remove(ids).await
    }

    async fn remove(&self, ids: Vec<ConversationId>) -> Result<usize> {
        let removal = Removal::Conversations(ids.clone());
        let count = self.store.purge(ids).await;
        let forgotten = self.cache.remove(removal).await;
        // Also where some trace could not be removed: this one can.
        if !matches!(count, Ok(0)) {
            self.engines.forget().await?;
        }
        forgotten?;
        count
    }

    /// Removes what has been in the trash for longer than thirty days. What was remembered from it
    /// stays: nobody has asked for that to go.
    pub async fn empty_overdue(&self) -> Result<usize> {
        self.remove(self.store.overdue().await?).await
    }

    /// Follows an answer that is being written, from its beginning.
    #[must_use]
    pub fn follow(&self, answer: MessageId) -> Option<Follower> {
        self.running.follow(answer)
    }

    /// Stops an answer; what has arrived is kept. False when it was over already.
    #[must_use]
    pub fn stop(&self, answer: MessageId) -> bool {
        self.running.stop(answer)
    }

    /// Deletes a conversation and stops what is being written in it.
    /// [`Store::restore_conversation`] undoes the deletion.
    pub async fn delete(&self, conversation: ConversationId) -> Result<()> {
        self.store.delete_conversation(conversation).await?;
        self.running.stop_conversation(conversation);
        Ok(())
    }

    /// Gives up what follows from the answers so far: nothing of it is a loss.
    pub async fn abandon_background(&self) {
        self.background.lock().await.shutdown().await;
    }

    /// Returns when everything is done that follows from the answers so far.
    pub async fn finish_background(&self) {
        let mut tasks = std::mem::take(&mut *self.background.lock().await);
        while let Some(ended) = tasks.join_next().await {
            if let Err(panic) = ended {
                tracing::error!(%panic, "a task in the background ended early");
            }
        }
    }

    /// Stops every answer and returns when all are saved.
    pub async fn stop_all(&self) {
        self.running.stop_all().await;
    }

    fn begin(&self, question: Message, answer: Message, plan: plan::Plan) -> Follower {
        let (log, follower) = self.running.open(&answer);
        self.store.tell_change(answer.conversation);
        let chat = self.clone();
        tokio::spawn(async move {
            let (id, store) = (answer.id, chat.store.clone());
            let log = Arc::new(log);
            let writing = tokio::spawn(answer::run(chat, question, answer, plan, Arc::clone(&log)));
            if let Err(panic) = writing.await {
                // First the database; then the log, as it is dropped here, tells the viewers.
                let fault = Error::internal(format!("the answer's task ended early: {panic}"));
                if let Err(error) = store.abandon_answer(id, fault).await {
                    tracing::error!(%error, "an abandoned answer could not be marked");
                }
            }
        });
        follower
    }

    fn refuse_while_answering(&self, conversation: ConversationId) -> Result<()> {
        if self.running.is_answering(conversation) {
            return Err(Error::new(
                Code::BadSetting,
                "An answer is being written in this conversation. Stop it or wait for it.",
            ));
        }
        Ok(())
    }
}

impl std::ops::Deref for Chat {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

fn check_text(text: &str, files: &[Attachment]) -> Result<()> {
    if text.trim().is_empty() && files.is_empty() {
        return Err(Error::new(
            Code::PromptEmpty,
            "There is nothing to send yet.",
        ));
    }
    let size = files
        .iter()
        .fold(text.len(), |sum, file| sum + file.text.len());
    if size > MAX_MESSAGE {
        let (have, most) = (size / 1024, MAX_MESSAGE / 1024);
        let message = format!(
            "The message is too long: {have} KiB with its files, and at most {most} KiB can be sent. \
             Shorten it or send it in parts."
        );
        return Err(Error::new(Code::PromptTooLong, message));
    }
    Ok(())
}
