//! What a model is sent: as much of the conversation as its context holds.
//!
//! The context is append-only: the next turn's begins with this turn's, so the engine reads
//! only what is new. When it is full, a whole block of the oldest turns goes at once, and the
//! place is remembered, so that the beginning stays the same for many turns again.

mod trimming;

use hearth_protocol::{Message as Sent, Role};
use serde::Serialize;
use specta::Type;

use crate::engine::LoadProgress;
use crate::store::attachments::Attachment;
use crate::store::conversations::ConversationId;
use crate::store::memories::{MemoryId, Recalled};
use crate::store::messages::{Message, MessageId};
use crate::{Code, Error, Result};

use super::Chat;
use super::compaction;
use super::insert::{self, Insert};
use super::plan::Plan;
use super::summary;
use trimming::{answered_turns, drop_uncountable, oldest_block, pinned_turns, turn_length};

/// The share of the context that is kept for the answer, unless the answer is to be shorter.
const ANSWER_SHARE: u32 = 4;
/// Bytes of text for each token of context that are worth counting: text of real languages
/// has two to six.
pub(super) const BYTES_PER_TOKEN: usize = 16;

/// The share of the context that a summary may take, and how many signs of it a token holds.
const SUMMARY_SHARE: u32 = 8;
const CHARACTERS_PER_TOKEN: u32 = 4;

/// The number of a message that is not saved yet.
pub(super) const UNSENT: MessageId = 0;

/// What is sent.
#[derive(Debug, PartialEq)]
pub(super) struct Context {
    /// The parts, in their order: the instructions, then the messages.
    pub(super) parts: Vec<Part>,
    /// Tokens of the whole, with what the model's template adds.
    pub(super) total: u32,
    /// Tokens that the model's context holds.
    pub(super) holds: u32,
    /// How many of the conversation's messages are left out.
    pub(super) trimmed: u32,
    /// The memories that stand in it.
    pub(super) memories: Vec<MemoryId>,
    /// The first message that is sent because of its place, if others before it are not.
    start: Option<MessageId>,
    /// The summary that stands for what is left out, where it is a new one.
    summary: Option<String>,
}

/// One part of what a model is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Part {
    /// Who speaks: `system`, `user` or `assistant`.
    #[specta(type = String)]
    pub role: Role,
    /// The text.
    pub text: String,
    /// Its tokens, without what the model's template adds.
    pub tokens: u32,
    /// The message that it is; none for instructions and what is not sent yet.
    pub message: Option<MessageId>,
    /// Whether it is there because it was pinned.
    pub pinned: bool,
    /// What was put in front of it; its tokens are among those of the part.
    pub inserts: Vec<Insert>,
    /// What it was before it was compacted, where that was longer.
    pub before: Option<Before>,
}

/// A message as the user wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Before {
    /// Its text, with its files.
    pub text: String,
    /// Its tokens.
    pub tokens: u32,
}

impl Context {
    /// The messages as the engine takes them.
    pub(super) fn messages(self) -> Vec<Sent> {
        let parts = self.parts.into_iter();
        parts
            .map(|part| Sent {
                role: part.role,
                content: part.text,
            })
            .collect()
    }
}

/// Builds what is sent to answer `question`, and remembers where it begins.
pub(super) async fn build(
    chat: &Chat,
    plan: &Plan,
    question: &Message,
    recalled: &[Recalled],
    progress: &LoadProgress,
) -> Result<Context> {
    let branch = chat.store.branch(question.id).await?;
    let branch = as_sent(chat, branch, chat.settings.get().chat.compact).await?;
    let conversation = question.conversation;
    let counting = Counting::AsFarAsNeeded;
    let context = fitted(
        chat,
        plan,
        conversation,
        branch,
        recalled,
        counting,
        progress,
    )
    .await?;
    if let Some(start) = context.start {
        chat.store.set_context_start(conversation, start).await?;
        if let Some(text) = &context.summary {
            chat.store.send_summary(conversation, text.clone()).await?;
        }
    }
    Ok(context)
}

/// Messages with the texts of their files, as the model reads them: `compact` says whether in as
/// few tokens as say the same.
pub(super) async fn as_sent(
    chat: &Chat,
    mut branch: Vec<Message>,
    compact: bool,
) -> Result<Vec<Message>> {
    let with_files = branch.iter().filter(|one| !one.attachments.is_empty());
    let ids = with_files.map(|one| one.id).collect();
    let files = chat.store.attachments_of(ids).await?;
    // Long texts take their time.
    let putting = tokio::task::spawn_blocking(move || {
        for message in branch.iter_mut().filter(|one| one.role == Role::User) {
            let files = files.get(&message.id).map_or(&[][..], Vec::as_slice);
            message.text = put_together(&message.text, files, compact && !message.verbatim);
        }
        branch
    });
    putting.await.map_err(Error::internal)
}

/// A message behind its files; `compact` as for [`as_sent`].
pub(super) fn put_together(text: &str, files: &[Attachment], compact: bool) -> String {
    if !compact {
        return with_files_before(text, files);
    }
    let files: Vec<Attachment> = files
        .iter()
        .map(|file| Attachment {
            name: file.name.clone(),
            text: compaction::file(&file.name, &file.text).into_owned(),
        })
        .collect();
    with_files_before(&compaction::message(text), &files)
}

/// A message behind its files. Each file stands between fences that are longer than any in it,
/// so that its text cannot pass for the user's own.
fn with_files_before(text: &str, files: &[Attachment]) -> String {
    let fenced = files.iter().map(|file| {
        let longest = file.text.split(|sign| sign != '`').map(str::len).max();
        let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
        let (name, inner) = (&file.name, file.text.trim_end());
        format!("File {name}:\n{fence}\n{inner}\n{fence}\n\n")
    });
    fenced.collect::<String>() + text
}

/// How tokens are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    /// By the model, which has to be loaded for it.
    Exactly,
    /// By the model, unless it would have to be loaded for a context that is small in any case:
    /// an earlier answer may do.
    AsFarAsNeeded,
}

/// What of a branch fits into a model's context, its last message in any case. `recalled` is what
/// that message brings along.
pub(super) async fn fitted(
    chat: &Chat,
    plan: &Plan,
    conversation: ConversationId,
    mut branch: Vec<Message>,
    recalled: &[Recalled],
    counting: Counting,
    progress: &LoadProgress,
) -> Result<Context> {
    plan.wording.apply(&mut branch);
    let mut all = answered_turns(branch);
    insert::recall(&mut all, recalled, plan.teller());
    let start = chat.store.context_start(conversation).await?;
    let first = start
        .and_then(|id| all.iter().position(|one| one.id == id))
        .unwrap_or(0);
    let mut kept = all[first..].to_vec();
    let model = &plan.model;
    let system = Some(plan.system_prompt.trim()).filter(|text| !text.is_empty());
    let most_bytes = BYTES_PER_TOKEN * chat.engines.context_of(model) as usize;
    let mut cut = drop_uncountable(&mut kept, most_bytes)?;
    // Turns that were pinned stay in front of what is kept because of its place.
    let mut front = pinned_turns(&all[..all.len() - kept.len()]);
    // What was said before the first message that is sent, as it was told then.
    let mut before = match start.filter(|_| first > 0) {
        Some(_) => chat.store.sent_summary(conversation).await?,
        None => None,
    };
    let measure = async |front: &[Message], kept: &[Message], before: &Option<String>| {
        let messages = rendered(system, front, &summed_up(kept, before.as_deref()));
        if counting == Counting::AsFarAsNeeded
            && let Some(estimate) = chat.engines.estimate(model, &messages).await
        {
            return Ok(estimate);
        }
        chat.engines.measure(model, messages, progress).await
    };
    let (mut size, holds) = measure(&front, &kept, &before).await?;
    let mut renewed = None;
    let reserve = plan.max_tokens.min(holds / ANSWER_SHARE);
    let budget = holds - reserve;
    if size.total > budget {
        let texts = size
            .each
            .split_off(usize::from(system.is_some()) + front.len());
        let dropped = oldest_block(&kept, &texts, size.total, budget);
        cut = cut || dropped > 0;
        kept.drain(..dropped);
        front = pinned_turns(&all[..all.len() - kept.len()]);
        if cut {
            // The prompt begins anew in any case, so it begins with the newest summary.
            let newest = chat.store.summary(conversation).await?;
            let room = (holds / SUMMARY_SHARE * CHARACTERS_PER_TOKEN) as usize;
            // That of another branch tells of what was not said here.
            let newest = newest.filter(|one| all.iter().any(|message| message.id == one.until));
            before = newest.map(|one| summary::shortened(&one.text, room));
            renewed.clone_from(&before);
        }
        size = measure(&front, &kept, &before).await?.0;
        // The estimate may be off by the template's own words; then turn by turn.
        while size.total > budget && turn_length(&kept) < kept.len() {
            kept.drain(..turn_length(&kept));
            front = pinned_turns(&all[..all.len() - kept.len()]);
            size = measure(&front, &kept, &before).await?.0;
        }
        // What is asked now goes before what was pinned.
        while size.total > budget && !front.is_empty() {
            front.drain(..turn_length(&front));
            size = measure(&front, &kept, &before).await?.0;
        }
        if size.total > budget && before.take().is_some() {
            renewed = None;
            size = measure(&front, &kept, &before).await?.0;
        }
    }
    // A single long question may use the answer's share, but some answer has to fit.
    let least = holds / (ANSWER_SHARE * 4);
    if let Some(over) = (size.total + least)
        .checked_sub(holds)
        .filter(|&over| over > 0)
    {
        return Err(too_long(&format!("{over} tokens"), holds));
    }
    let sent = front.len() + kept.len();
    let memories = insert::memories_in(&front, &kept, recalled, plan.teller());
    let first_kept = kept.first().map(|one| one.id);
    let kept = summed_up(&kept, before.as_deref());
    let parts = parts_of(system, &front, &kept, &size.each);
    Ok(Context {
        parts,
        total: size.total,
        holds,
        trimmed: u32::try_from(all.len() - sent).unwrap_or(u32::MAX),
        memories,
        start: first_kept.filter(|_| cut),
        summary: renewed,
    })
}

/// The parts in their order, each with its tokens.
fn parts_of(system: Option<&str>, front: &[Message], kept: &[Message], each: &[u32]) -> Vec<Part> {
    let messages = front.iter().map(|one| (one, true));
    let messages = messages.chain(kept.iter().map(|one| (one, false)));
    let messages = messages.map(|(one, pinned)| Part {
        role: one.role,
        text: one.text.clone(),
        tokens: 0,
        message: Some(one.id).filter(|&id| id != UNSENT),
        pinned,
        inserts: Vec::new(),
        before: None,
    });
    let instructions = system.map(|text| Part {
        role: Role::System,
        text: text.to_owned(),
        tokens: 0,
        message: None,
        pinned: false,
        inserts: Vec::new(),
        before: None,
    });
    let mut parts: Vec<Part> = instructions.into_iter().chain(messages).collect();
    for (part, tokens) in parts.iter_mut().zip(each) {
        part.tokens = *tokens;
    }
    parts
}

/// The messages that are sent with a summary of those before them in front.
fn summed_up(kept: &[Message], before: Option<&str>) -> Vec<Message> {
    let mut kept = kept.to_vec();
    if let (Some(text), Some(first)) = (before, kept.first_mut()) {
        first.text = insert::before(&insert::summary(text), &first.text);
    }
    kept
}

fn rendered(system: Option<&str>, front: &[Message], kept: &[Message]) -> Vec<Sent> {
    let system = system.map(|text| Sent {
        role: Role::System,
        content: text.to_owned(),
    });
    let turns = front.iter().chain(kept).map(|one| Sent {
        role: one.role,
        content: one.text.clone(),
    });
    system.into_iter().chain(turns).collect()
}

fn too_long(over: &str, context: u32) -> Error {
    Error::new(
        Code::PromptTooLong,
        format!(
            "The message is too long by {over}: this model's context holds {context} tokens. \
             Shorten it, send it in parts, or choose a model with a longer context."
        ),
    )
}
