//! One answer, from the request to the disk.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_protocol::{Finish, Role};
use tokio::time::{MissedTickBehavior, interval};

use crate::engine::LoadProgress;
use crate::memory::Query;
use crate::pipeline::{Event, Finished, Request, Reuse, Terms};
use crate::store::answers::AnswerUpdate;
use crate::store::memories::Recalled;
use crate::store::messages::{Measured, Message, MessageState};
use crate::{Error, Result};

use super::event::{Answer, TurnEvent};
use super::plan::Plan;
use super::running::OpenLog;
use super::{Chat, afterwards, context};

/// How often a growing answer is saved: what a power cut can cost, at most a second.
const SAVE_EVERY: Duration = Duration::from_millis(500);

/// Pauses before the end of an answer is tried to be saved again.
const LAST_TRIES: [Duration; 3] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// Makes the answer, saves it as it grows, and tells the log. Ends after the last save.
pub(super) async fn run(
    chat: Chat,
    question: Message,
    answer: Message,
    plan: Plan,
    log: Arc<OpenLog>,
) {
    log.push(TurnEvent::Started {
        conversation: answer.conversation,
        question: question.id,
        answer: answer.id,
        model: plan.model.id.clone(),
    });
    let mut draft = Draft::new(&answer);
    // An answer that goes on goes on from what it began with.
    let goes_on = !draft.text.is_empty();
    if draft.text.is_empty() {
        draft.text.clone_from(&plan.wording.primer);
    }
    if !draft.text.is_empty() {
        // Viewers begin with an empty answer.
        log.push(TurnEvent::Text {
            text: draft.text.clone(),
        });
    }
    let written = async {
        if !goes_on {
            recall(&chat, &question, &plan, &log, &mut draft).await;
        }
        write(&chat, &question, &plan, &log, &mut draft).await
    };
    let ending = tokio::select! {
        written = written => written.map(|()| MessageState::Complete),
        () = log.stopped() => Ok(MessageState::Stopped),
    };
    let update = match &ending {
        Ok(state) => draft.update(*state, None),
        Err(error) => draft.update(MessageState::Failed, Some(error.clone())),
    };
    let is_whole = matches!(ending, Ok(MessageState::Complete));
    let model = plan.model.id.clone();
    let last = match (save_end(&chat, &update).await, ending) {
        (Err(unsaved), _) => {
            let message = format!("The answer could not be saved. {unsaved} Copy it to keep it.");
            TurnEvent::Failed(Error::new(unsaved.code, message))
        }
        (Ok(()), Err(error)) => TurnEvent::Failed(error),
        (Ok(()), Ok(state)) => TurnEvent::Done(Answer {
            answer: draft.text,
            reasoning: draft.reasoning,
            conversation: answer.conversation,
            message: answer.id,
            model,
            state,
            measured: draft.measured.clone(),
            recalled: draft.recalled.clone(),
        }),
    };
    log.leave();
    chat.store.tell_change(answer.conversation);
    if is_whole {
        let task = afterwards::run(chat.clone(), question, plan, draft.measured);
        chat.background.lock().await.spawn(task);
    }
    log.push(last);
}

/// Finds the memories that a question needs and the conversation does not hold yet, and notes
/// them with its answer. Without them the answer is worse, so their failure is said; it is given
/// all the same.
async fn recall(chat: &Chat, question: &Message, plan: &Plan, log: &OpenLog, draft: &mut Draft) {
    if plan.recalled == 0 {
        return;
    }
    let began = Instant::now();
    let found = async {
        let branch = chat.store.branch(question.id).await?;
        let start = chat.store.context_start(question.conversation).await?;
        let found = chat
            .recall_for(&question.text, plan, &branch, start)
            .await?;
        chat.store.set_recalled(draft.id, found.clone()).await?;
        Ok::<_, Error>(found)
    };
    match found.await {
        Ok(found) => draft.recalled = found,
        Err(error) => {
            tracing::warn!(%error, "an answer was given without memories");
            let text = format!("This answer is given without memories: {error}");
            log.push(TurnEvent::Notice { text });
        }
    }
    draft.measured.recall_ms = began.elapsed().as_secs_f32() * 1000.0;
}

impl Chat {
    /// The memories for a message behind a branch of which the context begins at `start`.
    pub(super) async fn recall_for(
        &self,
        text: &str,
        plan: &Plan,
        branch: &[Message],
        start: Option<u32>,
    ) -> Result<Vec<Recalled>> {
        let sent: Vec<&Message> = branch
            .iter()
            .filter(|one| start.is_none_or(|start| one.id >= start))
            .collect();
        let held = sent.iter().flat_map(|one| &one.recalled);
        let query = Query {
            text: text.to_owned(),
            persona: plan.persona,
            most: plan.recalled,
            except: held
                .filter_map(|one| Some((one.memory?, one.text.clone())))
                .collect(),
            heard: sent.iter().map(|one| one.id).collect(),
        };
        let found = self.memories.recall(&query).await?.found;
        let recalled = found.into_iter().map(|one| Recalled {
            memory: Some(one.memory.id),
            text: one.memory.worded(),
            why: one.why,
            persona: one.memory.persona,
            shared: one.memory.shared,
            forgotten: false,
        });
        Ok(recalled.collect())
    }
}

/// Saves how an answer ended. What holds the disk may pass, so it is tried for a while.
async fn save_end(chat: &Chat, update: &AnswerUpdate) -> Result<()> {
    let mut saved = chat.store.update_answer(update.clone()).await;
    for pause in LAST_TRIES {
        if saved.is_ok() {
            break;
        }
        tokio::time::sleep(pause).await;
        saved = chat.store.update_answer(update.clone()).await;
    }
    saved
}

/// Fills the draft until the answer is whole.
async fn write(
    chat: &Chat,
    question: &Message,
    plan: &Plan,
    log: &OpenLog,
    draft: &mut Draft,
) -> Result<()> {
    let reports = log.log();
    let progress: LoadProgress =
        Arc::new(move |percent| reports.push(TurnEvent::Loading { percent }));
    let context = context::build(chat, plan, question, &draft.recalled, &progress).await?;
    draft.measured.trimmed_messages = context.trimmed;
    let memories = context.memories.clone();
    let mut messages = context.messages();
    let goes_on = draft.text != plan.wording.primer;
    if !draft.text.is_empty() {
        messages.push(hearth_protocol::Message {
            role: Role::Assistant,
            content: draft.text.clone(),
        });
    }
    let mut stream = chat.pipeline.generate(Request {
        model: plan.requested.clone(),
        messages,
        sampling: plan.sampling.clone(),
        max_tokens: plan.max_tokens,
        format: plan.format.clone(),
        maker: chat.engines.maker(&plan.model),
        terms: Terms {
            conversation: Some(question.conversation),
            memories,
            has_files: !question.attachments.is_empty(),
            asked: Some(question.text.clone()),
            // The rest of an answer is no answer.
            reuse: if goes_on {
                Reuse::Never
            } else {
                plan.terms.reuse
            },
            ..plan.terms.clone()
        },
        ..Request::default()
    });
    let mut save = interval(SAVE_EVERY);
    save.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            event = stream.next() => match event {
                Some(Event::Failed(error)) => return Err(error),
                Some(Event::Done(finished)) => {
                    draft.finish(&finished);
                    return Ok(());
                }
                Some(event) => draft.take(event, log),
                None => return Err(Error::internal("the answer ended without an end")),
            },
            _ = save.tick() => draft.save(chat, log).await,
        }
    }
}

/// An answer in the making.
struct Draft {
    id: u32,
    text: String,
    reasoning: String,
    measured: Measured,
    recalled: Vec<Recalled>,
    began: Instant,
    saved_length: usize,
    warned: bool,
}

impl Draft {
    fn new(answer: &Message) -> Self {
        Self {
            id: answer.id,
            text: answer.text.clone(),
            reasoning: answer.reasoning.clone(),
            measured: Measured::default(),
            recalled: answer.recalled.clone(),
            began: Instant::now(),
            saved_length: 0,
            warned: false,
        }
    }

    fn take(&mut self, event: Event, log: &OpenLog) {
        let seen = match event {
            Event::Loading(percent) => TurnEvent::Loading { percent },
            Event::Queued(ahead) => TurnEvent::Queued { ahead },
            Event::Started {
                prompt_tokens,
                reused_tokens,
            } => {
                self.measured.prompt_tokens = prompt_tokens;
                self.measured.reused_tokens = reused_tokens;
                // Whoever waited for a slot does not any more.
                TurnEvent::Reading { percent: 0 }
            }
            Event::Reused(reused) => {
                self.measured.reused = Some(reused.clone());
                TurnEvent::Reused(reused)
            }
            Event::Reading(tokens) => {
                let share = tokens * 100 / self.measured.prompt_tokens.max(1);
                TurnEvent::Reading {
                    percent: u8::try_from(share.min(100)).unwrap_or(100),
                }
            }
            Event::Notice(text) => TurnEvent::Notice { text },
            Event::Reasoning(text) => {
                self.count_piece();
                self.reasoning.push_str(&text);
                TurnEvent::Reasoning { text }
            }
            Event::Text(text) => {
                self.count_piece();
                self.text.push_str(&text);
                TurnEvent::Text { text }
            }
            Event::Done(_) | Event::Failed(_) => return,
        };
        log.push(seen);
    }

    /// Until the engine tells the true figures, a piece counts as a token: a stopped answer
    /// has no others.
    fn count_piece(&mut self) {
        let now = self.began.elapsed().as_secs_f32() * 1000.0;
        if self.measured.answer_tokens == 0 {
            self.measured.first_token_ms = now;
        }
        self.measured.answer_tokens += 1;
        self.measured.total_ms = now;
        let seconds = (now - self.measured.first_token_ms) / 1000.0;
        if seconds > 0.0 {
            self.measured.tokens_per_second = self.measured.answer_tokens as f32 / seconds;
        }
    }

    fn finish(&mut self, finished: &Finished) {
        let usage = finished.usage;
        let reused = self.measured.reused.take();
        // What was not written now has no speed.
        let seconds = match &reused {
            Some(_) => 0.0,
            None => usage.answer_us as f32 / 1e6,
        };
        self.measured = Measured {
            prompt_tokens: usage.prompt_tokens,
            reused_tokens: usage.reused_tokens,
            answer_tokens: usage.answer_tokens,
            // From the user's point of view: loading the model and counting included.
            first_token_ms: self.measured.first_token_ms,
            total_ms: self.began.elapsed().as_secs_f32() * 1000.0,
            tokens_per_second: if seconds > 0.0 {
                usage.answer_tokens as f32 / seconds
            } else {
                0.0
            },
            trimmed_messages: self.measured.trimmed_messages,
            recall_ms: self.measured.recall_ms,
            cut: finished.finish == Finish::Length,
            reused,
        };
    }

    async fn save(&mut self, chat: &Chat, log: &OpenLog) {
        let length = self.text.len() + self.reasoning.len();
        if length == self.saved_length {
            return;
        }
        match chat
            .store
            .update_answer(self.update(MessageState::Streaming, None))
            .await
        {
            Ok(()) => self.saved_length = length,
            Err(error) if !self.warned => {
                self.warned = true;
                log.push(TurnEvent::Notice {
                    text: format!("Not saved yet: {error}"),
                });
            }
            Err(_) => {}
        }
    }

    fn update(&self, state: MessageState, error: Option<Error>) -> AnswerUpdate {
        AnswerUpdate {
            id: self.id,
            text: self.text.clone(),
            reasoning: self.reasoning.clone(),
            state,
            error,
            measured: Some(self.measured.for_keeping()),
        }
    }
}
