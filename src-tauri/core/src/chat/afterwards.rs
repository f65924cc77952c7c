//! What follows a whole answer, in the background: what it has shown of its model, what its
//! question told of the user, how its persona has grown, the title, the summary. None of it is
//! worth an error in the chat; what fails is noted.

use crate::Result;
use crate::cache::QuestionKind;
use crate::memory::Reader;
use crate::store::learned::Lesson;
use crate::store::messages::{Measured, Message};
use crate::store::responses::CountName;

use super::plan::Plan;
use super::{Chat, summary, title};

/// Tokens from which on an answer's speed tells something.
const TELLING: u32 = 16;

/// Does all of it, one after the other: nothing of it is urgent.
pub(super) async fn run(chat: Chat, question: Message, plan: Plan, measured: Measured) {
    let is_reused = measured.reused.is_some();
    let note = |what: &str, done: Result<()>| {
        if let Err(error) = done {
            tracing::warn!(%error, what, "something that follows an answer was not done");
        }
    };
    note(
        "what it has shown of its model",
        learn_of_model(&chat, &plan, &measured).await,
    );
    // No model reads again what was read when the answer was made; what rules find is known
    // already, unless it was forgotten since, or nothing was to be learned then.
    let learned = learn_of_user(&chat, &question, &plan, !is_reused).await;
    note("memories", learned);
    if let Some(persona) = plan.persona {
        let now = crate::store::now();
        note(
            "how its persona has grown",
            chat.personas
                .grow(persona, &question.text, is_reused, now)
                .await,
        );
    }
    if !is_reused {
        note("what was saved", count_saved(&chat, &question, &plan).await);
    }
    note("the title", title::write(&chat, &question, &plan).await);
    note("the summary", summary::write(&chat, &question, &plan).await);
}

/// Counts the tokens that the question did not cost.
async fn count_saved(chat: &Chat, question: &Message, plan: &Plan) -> Result<()> {
    let saved = chat.tokens_saved(plan, question).await?;
    if saved > 0 {
        let kind = QuestionKind::of_message(&question.text, !question.attachments.is_empty());
        chat.cache
            .count(CountName::Compacted, kind, f64::from(saved));
    }
    Ok(())
}

async fn learn_of_user(chat: &Chat, question: &Message, plan: &Plan, by_model: bool) -> Result<()> {
    if !plan.learns {
        return Ok(());
    }
    let reader = Reader {
        pipeline: chat.pipeline.clone(),
        model: plan.requested.clone(),
    };
    let reads = by_model && chat.settings.get().memory.learn_by_model;
    let reader = Some(&reader).filter(|_| reads);
    chat.memories
        .learn_from(question, plan.persona, reader)
        .await
        .map(drop)
}

async fn learn_of_model(chat: &Chat, plan: &Plan, measured: &Measured) -> Result<()> {
    if measured.answer_tokens < TELLING || measured.reused.is_some() {
        return Ok(());
    }
    let Some((load_ms, memory)) = chat.engines.shown(&plan.model).await else {
        return Ok(());
    };
    let lesson = Lesson {
        model: plan.model.id.clone(),
        bytes: plan.model.bytes,
        load_ms,
        memory,
        speed: measured.tokens_per_second,
    };
    chat.store.learn(lesson).await
}
