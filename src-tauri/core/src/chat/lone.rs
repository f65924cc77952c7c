//! A question by itself: the request that it makes in a new conversation.

use hearth_protocol::{Message as Sent, Role};

use crate::Result;
use crate::cache::{Answer, Found, Key};
use crate::pipeline::{Priority, Request, Terms};
use crate::store::messages::Message;
use crate::store::settings::ConversationSettings;

use super::{Chat, Overrides, context};

impl Chat {
    /// The request that a question makes in a new conversation, with the settings of now and
    /// without memories.
    pub(super) async fn lone_request(&self, question: &str, similar: bool) -> Result<Request> {
        let overrides = Overrides {
            similar,
            ..Overrides::default()
        };
        self.alone(question, &overrides, &ConversationSettings::default())
            .await
    }

    /// The request that a prompt of a batch makes: only the answer to exactly this prompt will do.
    pub(crate) async fn batch_request(
        &self,
        prompt: &str,
        settings: &ConversationSettings,
    ) -> Result<Request> {
        let mut request = self.alone(prompt, &Overrides::default(), settings).await?;
        request.terms.priority = Priority::Batch;
        request.terms.similar = false;
        Ok(request)
    }

    async fn alone(
        &self,
        question: &str,
        overrides: &Overrides,
        settings: &ConversationSettings,
    ) -> Result<Request> {
        let plan = self.plan(overrides, settings).await?;
        let compact = self.settings.get().chat.compact;
        let sent = context::put_together(question, &[], compact);
        let mut branch = [Message::unsent(0, &sent)];
        plan.wording.apply(&mut branch);
        let system = plan.system_prompt.trim();
        let system = (!system.is_empty()).then(|| Sent {
            role: Role::System,
            content: system.to_owned(),
        });
        let [message] = branch;
        let asked = Sent {
            role: Role::User,
            content: message.text,
        };
        Ok(Request {
            model: plan.requested,
            messages: system.into_iter().chain([asked]).collect(),
            sampling: plan.sampling,
            max_tokens: plan.max_tokens,
            format: plan.format,
            maker: self.engines.maker(&plan.model),
            terms: Terms {
                asked: Some(question.to_owned()),
                ..plan.terms
            },
            ..Request::default()
        })
    }

    /// Keeps an answer to a question, as if a model had given it in a new conversation; `similar`
    /// says whether it is for others too that mean the same. Its number; none where the question
    /// is one of the moment.
    pub async fn keep_answer(
        &self,
        question: &str,
        answer: String,
        similar: bool,
    ) -> Result<Option<String>> {
        let request = self.lone_request(question, similar).await?;
        if !self.cache.may_answer(&request) {
            return Ok(None);
        }
        let key = Key::of(&request);
        let name = key.name();
        let answer = Answer {
            text: answer,
            ..Answer::default()
        };
        self.cache.keep(&request, key, answer, 0);
        self.cache.keep_question(&request).await?;
        Ok(Some(name))
    }

    /// The answer that a question would get from the cache in a new conversation; `similar` says
    /// whether that to a question that means the same will do.
    pub async fn kept_answer(&self, question: &str, similar: bool) -> Result<Option<Found>> {
        let request = self.lone_request(question, similar).await?;
        if !self.cache.may_answer(&request) {
            return Ok(None);
        }
        Ok(self.cache.find(&request, &Key::of(&request)).await)
    }
}
