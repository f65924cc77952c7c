//! What a message would cost, before it is sent.

use std::sync::Arc;

use hearth_protocol::Role;
use serde::Serialize;
use specta::Type;

use crate::engine::LoadProgress;
use crate::store::attachments::Attachment;
use crate::store::conversations::ConversationId;
use crate::store::messages::{Message, MessageId};
use crate::store::settings::ConversationSettings;
use crate::{Error, Result};

use super::compaction::shortened;
use super::context::{self, Before, Counting, Part};
use super::insert::{self, Insert};
use super::plan::Plan;
use super::{Chat, Overrides, Send, check_text};

/// What a model would be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Preview {
    /// The model.
    pub model: String,
    /// The parts, in their order.
    pub parts: Vec<Part>,
    /// Tokens of the whole, with what the model's template adds.
    pub total: u32,
    /// Tokens that the model's context holds.
    pub holds: u32,
    /// How many messages of the conversation are left out.
    pub trimmed: u32,
}

/// A text with fewer words.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Shortened {
    /// The text.
    pub text: String,
    /// Tokens of the text before.
    pub before: u32,
    /// Its tokens.
    pub after: u32,
}

/// A message that is sent otherwise than it was written.
struct Changed {
    message: MessageId,
    before: String,
    after: String,
}

fn changed(written: &[Message], sent: &[Message]) -> Vec<Changed> {
    let both = written
        .iter()
        .zip(sent)
        .filter(|(one, other)| one.text != other.text);
    both.map(|(one, other)| Changed {
        message: one.id,
        before: one.text.clone(),
        after: other.text.clone(),
    })
    .collect()
}

impl Chat {
    /// What the model would be sent for a message: every part with its tokens, exactly as the
    /// engine would receive it. Loads the model, which alone can count.
    pub async fn preview(&self, send: Send) -> Result<Preview> {
        let conversation = send.conversation.unwrap_or_default();
        let (settings, branch) = match send.conversation {
            Some(id) => (
                self.store.settings_of(id).await?,
                self.store.thread(id).await?,
            ),
            None => (send.settings, Vec::new()),
        };
        let plan = self.plan(&send.overrides, &settings).await?;
        let start = self.store.context_start(conversation).await?;
        let recalled = self.recall_for(&send.text, &plan, &branch, start).await?;
        let compact = self.settings.get().chat.compact;
        let mut written = context::as_sent(self, branch.clone(), false).await?;
        let mut branch = context::as_sent(self, branch, compact).await?;
        let told: Vec<_> = branch
            .iter()
            .filter_map(|one| Some((one.parent?, insert::memories(&one.recalled, plan.teller())?)))
            .collect();
        let unsent = |compact| {
            let text = context::put_together(&send.text, &send.files, compact);
            Message::unsent(conversation, &text)
        };
        written.push(unsent(false));
        branch.push(unsent(compact && !send.overrides.verbatim));
        let changed = changed(&written, &branch);
        let progress: LoadProgress = Arc::new(|_| {});
        let mut context = context::fitted(
            self,
            &plan,
            conversation,
            branch,
            &recalled,
            Counting::Exactly,
            &progress,
        )
        .await?;
        self.show_before(&plan, &mut context.parts, &changed)
            .await?;
        let before = self
            .store
            .sent_summary(conversation)
            .await?
            .map(|text| insert::summary(&text));
        for part in context
            .parts
            .iter_mut()
            .filter(|part| part.role == Role::User)
        {
            let memories = match part.message {
                Some(id) => told
                    .iter()
                    .find(|(question, _)| *question == id)
                    .map(|(_, block)| block.clone()),
                None => insert::memories(&recalled, plan.teller()),
            };
            for (what, block) in [("summary", before.clone()), ("memories", memories)] {
                let Some(block) = block.filter(|block| part.text.contains(block.as_str())) else {
                    continue;
                };
                let tokens = self.count(&plan, Role::User, block.clone()).await?.0;
                part.inserts.push(Insert {
                    what,
                    text: block,
                    tokens,
                });
            }
        }
        let primer = plan.wording.primer.clone();
        if !primer.is_empty() {
            context.parts.push(Part {
                role: Role::Assistant,
                tokens: self.count(&plan, Role::Assistant, primer.clone()).await?.0,
                text: primer,
                message: None,
                pinned: false,
                inserts: Vec::new(),
                before: None,
            });
        }
        Ok(Preview {
            model: plan.model.name,
            total: context.total,
            holds: context.holds,
            trimmed: context.trimmed,
            parts: context.parts,
        })
    }

    /// Shows what messages were before they were compacted.
    async fn show_before(
        &self,
        plan: &Plan,
        parts: &mut [Part],
        changed: &[Changed],
    ) -> Result<()> {
        for part in parts.iter_mut().filter(|part| part.role == Role::User) {
            let id = part.message.unwrap_or(context::UNSENT);
            let Some(one) = changed.iter().find(|one| one.message == id) else {
                continue;
            };
            let before = self.rough_count(plan, one.before.clone()).await?;
            let after = self.rough_count(plan, one.after.clone()).await?;
            part.before = Some(Before {
                text: one.before.clone(),
                tokens: part.tokens + before.saturating_sub(after),
            });
        }
        Ok(())
    }

    /// How many tokens a message cost less than it would have cost as it was written, where a model
    /// is there to count.
    pub(super) async fn tokens_saved(&self, plan: &Plan, question: &Message) -> Result<u32> {
        if !self.settings.get().chat.compact || question.verbatim {
            return Ok(0);
        }
        let written = context::as_sent(self, vec![question.clone()], false).await?;
        let sent = context::as_sent(self, vec![question.clone()], true).await?;
        let mut saved = 0;
        for one in changed(&written, &sent) {
            let before = self.rough_count(plan, one.before).await?;
            let after = self.rough_count(plan, one.after).await?;
            saved += before.saturating_sub(after);
        }
        Ok(saved)
    }

    /// A text with fewer words, of about so many percent of its length, and the tokens of both. The
    /// user looks at it before it is used. Loads the model, which alone can count.
    pub async fn shorten(&self, text: &str, percent: u8) -> Result<Shortened> {
        check_text(text, &[])?;
        let plan = self
            .plan(&Overrides::default(), &ConversationSettings::default())
            .await?;
        let whole = text.to_owned();
        let short = tokio::task::spawn_blocking(move || shortened(&whole, percent)).await;
        let short = short.map_err(Error::internal)?;
        Ok(Shortened {
            before: self.rough_count(&plan, text.to_owned()).await?,
            after: self.rough_count(&plan, short.clone()).await?,
            text: short,
        })
    }

    /// Tokens of a file's text for the model that will answer, and how many its context holds.
    /// `settings` are those of a conversation that has not begun.
    /// Loads the model, which alone can count.
    pub async fn cost_of(
        &self,
        conversation: Option<ConversationId>,
        settings: ConversationSettings,
        file: &Attachment,
    ) -> Result<(u32, u32)> {
        let settings = match conversation {
            Some(id) => self.store.settings_of(id).await?,
            None => settings,
        };
        let plan = self.plan(&Overrides::default(), &settings).await?;
        let compact = self.settings.get().chat.compact;
        let text = context::put_together("", std::slice::from_ref(file), compact);
        self.count(&plan, Role::User, text).await
    }

    /// Tokens of a text of the user; an estimate where it is too long for the model in any case,
    /// and counting would take long.
    async fn rough_count(&self, plan: &Plan, text: String) -> Result<u32> {
        /// Bytes of a token, as English has it.
        const BYTES: usize = 4;
        let most = context::BYTES_PER_TOKEN * self.engines.context_of(&plan.model) as usize;
        if text.len() > most {
            return Ok(u32::try_from(text.len() / BYTES).unwrap_or(u32::MAX));
        }
        Ok(self.count(plan, Role::User, text).await?.0)
    }

    /// Tokens of a text, without what the template adds, and how many the context holds.
    async fn count(&self, plan: &Plan, role: Role, content: String) -> Result<(u32, u32)> {
        let message = hearth_protocol::Message { role, content };
        let progress: LoadProgress = Arc::new(|_| {});
        let counted = self.engines.measure(&plan.model, vec![message], &progress);
        let (size, holds) = counted.await?;
        Ok((size.each.iter().sum(), holds))
    }
}
