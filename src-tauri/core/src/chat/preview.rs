//! What a message would cost, before it is sent.

use std::sync::Arc;

use hearth_protocol::Role;
use serde::Serialize;
use specta::Type;

use crate::Result;
use crate::engine::LoadProgress;
use crate::store::attachments::Attachment;
use crate::store::conversations::ConversationId;
use crate::store::messages::Message;
use crate::store::settings::ConversationSettings;

use super::context::{self, Counting, Part};
use super::insert::{self, Insert};
use super::plan::Plan;
use super::{Chat, Overrides, Send};

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
        let mut branch = context::as_sent(self, branch).await?;
        let told: Vec<_> = branch
            .iter()
            .filter_map(|one| Some((one.parent?, insert::memories(&one.recalled, plan.teller())?)))
            .collect();
        let mut unsent = Message::unsent(conversation, &send.text);
        unsent.text = context::with_files_before(&unsent.text, &send.files);
        branch.push(unsent);
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
        let text = context::with_files_before("", std::slice::from_ref(file));
        self.count(&plan, Role::User, text).await
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
