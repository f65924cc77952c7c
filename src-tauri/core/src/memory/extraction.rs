//! After an answer: what its question told of the user.
//!
//! Rules find the common forms; what they cannot judge goes to the model, which may only say what
//! stands in the message. Nothing else is ever read: no answers, no recalled memories, no files,
//! no quotes, so that no memory comes from a memory.

use std::sync::Arc;

use hearth_protocol::{Finish, Format, Message as Sent, Role, Sampling};
use serde::Deserialize;

use crate::Result;
use crate::pipeline::{Event, Generate, Request, Terms};
use crate::store::memories::{Kept, MemoryId, time_of};
use crate::store::messages::{Message, MessageId};
use crate::store::personas::PersonaId;

use super::concepts::about;
use super::fact::Fact;
use super::telling::{self, Told};
use super::words::{own_sentences, words};
use super::{Memories, new_memory};

/// What the model is told. Ember was trained on these very words.
const ORDER: &str = "You extract lasting facts about the user. Reply with a JSON array of objects with the keys \"topic\", \"fact\" and \"importance\". Reply with [] if there is nothing to remember.";
/// The form of its answer.
const FORM: &str = r#"{"type":"array","maxItems":5,"items":{"type":"object","properties":{"topic":{"type":"string"},"fact":{"type":"string"},"importance":{"type":"number"}},"required":["topic","fact","importance"],"additionalProperties":false}}"#;
/// Tokens of its answer, at most.
const TOKENS: u32 = 200;
/// Bytes of a message that the model is shown.
const SHOWN: usize = 2000;
/// Facts of one message, at most.
const MOST: usize = 8;

/// What somebody said.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The words.
    pub text: String,
    /// The message, if it is one.
    pub message: Option<MessageId>,
    /// When, in milliseconds since 1970.
    pub at: f64,
}

/// A model that reads what rules cannot judge.
#[derive(Clone)]
pub(crate) struct Reader {
    pub(crate) pipeline: Arc<dyn Generate>,
    pub(crate) model: String,
}

/// A fact as the model writes it.
#[derive(Deserialize)]
struct Written {
    fact: String,
}

impl Memories {
    /// Remembers what a question tells. Its memories, those that were known left out.
    pub(crate) async fn learn_from(
        &self,
        question: &Message,
        persona: Option<PersonaId>,
        reader: Option<&Reader>,
    ) -> Result<Vec<MemoryId>> {
        let source = Source {
            text: question.text.clone(),
            message: Some(question.id),
            at: question.created_at,
        };
        let learned = self.read_source(&source, persona, reader).await?;
        if !learned.is_empty() {
            self.store.tell_change(question.conversation);
        }
        Ok(learned)
    }

    /// Remembers what a text tells, by rules alone. Its memories, those that were known left out.
    pub async fn learn(
        &self,
        source: &Source,
        persona: Option<PersonaId>,
    ) -> Result<Vec<MemoryId>> {
        self.read_source(source, persona, None).await
    }

    async fn read_source(
        &self,
        source: &Source,
        persona: Option<PersonaId>,
        reader: Option<&Reader>,
    ) -> Result<Vec<MemoryId>> {
        // A question that is answered again tells nothing new, and what was undone stays undone.
        if let Some(message) = source.message
            && self.store.was_read(message).await?
        {
            return Ok(Vec::new());
        }
        let at = time_of(source.at).unwrap_or_else(jiff::Timestamp::now);
        let day = at.to_zoned(jiff::tz::TimeZone::system());
        let told = telling::told(&source.text, &day.strftime("%-d %B %Y").to_string());
        let mut facts: Vec<Fact> = told
            .facts
            .iter()
            .map(|text| Fact::read(text).unwrap_or_else(|| Fact::of(text.clone())))
            .collect();
        facts.extend(self.of_known(&told.others, persona).await?);
        // What is sure is kept before a model is asked, which may fail or take long.
        let mut learned = self.keep(facts, "rule", source, persona, at).await?;
        if let Some(reader) = reader.filter(|_| is_worth_reading(&source.text, &told)) {
            match read(reader, &source.text, &told).await {
                Ok(facts) => learned.extend(self.keep(facts, "model", source, persona, at).await?),
                Err(error) => {
                    tracing::warn!(%error, "the model did not read a message for memories");
                }
            }
        }
        if !learned.is_empty() {
            if let Err(error) = self.embed_of(Some(learned.clone())).await {
                tracing::warn!(%error, "memories are found by their words alone for now");
            }
            for &id in &learned {
                self.join_equal(id, persona).await?;
            }
        }
        Ok(learned)
    }

    async fn keep(
        &self,
        mut facts: Vec<Fact>,
        origin: &'static str,
        source: &Source,
        persona: Option<PersonaId>,
        at: jiff::Timestamp,
    ) -> Result<Vec<MemoryId>> {
        facts.truncate(MOST);
        let mut learned = Vec::new();
        for fact in facts {
            let new = new_memory(fact, origin, persona, source.message, at.as_millisecond());
            if let Kept::New(id) | Kept::Instead(id, _) = self.store.keep_memory(new).await? {
                learned.push(id);
            }
        }
        Ok(learned)
    }

    /// Statements about somebody whom a memory of this persona names: "Olaf works at Equinor."
    async fn of_known(
        &self,
        sentences: &[String],
        persona: Option<PersonaId>,
    ) -> Result<Vec<Fact>> {
        let mut facts = Vec::new();
        for sentence in sentences.iter().take(MOST) {
            let name = sentence
                .split(' ')
                .next()
                .unwrap_or_default()
                .to_lowercase();
            let found = self.store.matching_memories(vec![name.clone()]).await?;
            let mine: Vec<MemoryId> = {
                self.index.refresh().await?;
                let held = self.index.held();
                let mine = found
                    .ids
                    .into_iter()
                    .filter(|&id| held.entry(persona.unwrap_or_default(), id).is_some());
                mine.collect()
            };
            let names = self.store.memories_by_id(mine).await?;
            let known = names.iter().any(|one| {
                let about = about(&one.text);
                !about.anchors.is_empty()
                    && about
                        .names
                        .iter()
                        .any(|known| words(&name).iter().any(|word| word.stem == *known))
            });
            if known {
                facts.push(Fact::of_somebody(sentence));
            }
        }
        Ok(facts)
    }
}

/// Whether a model may find what rules did not: something is said, not only asked.
fn is_worth_reading(message: &str, told: &Told) -> bool {
    if !message.is_ascii() && told.facts.is_empty() {
        // The rules know English; letters of other languages may tell the same.
        return own_sentences(message)
            .iter()
            .any(|one| !one.ends_with(['?', '？']) && one.chars().count() >= 8);
    }
    !told.open.is_empty()
}

async fn read(reader: &Reader, message: &str, told: &Told) -> Result<Vec<Fact>> {
    // Nothing but the user's own sentences: no quotes, no code.
    let shown = if told.open.is_empty() {
        own_sentences(message).join(" ")
    } else {
        told.open.join(". ")
    };
    let mut end = shown.len().min(SHOWN);
    while !shown.is_char_boundary(end) {
        end -= 1;
    }
    let sent = |role, content: &str| Sent {
        role,
        content: content.to_owned(),
    };
    let mut stream = reader.pipeline.generate(Request {
        model: reader.model.clone(),
        messages: vec![sent(Role::System, ORDER), sent(Role::User, &shown[..end])],
        sampling: Sampling::GREEDY,
        max_tokens: TOKENS,
        format: Format::JsonSchema(FORM.to_owned()),
        terms: Terms::background(),
        ..Request::default()
    });
    let mut answer = String::new();
    while let Some(event) = stream.next().await {
        match event {
            Event::Text(text) => answer.push_str(&text),
            Event::Failed(error) => return Err(error),
            // What was cut is no list.
            Event::Done(end) if end.finish != Finish::Stop => return Ok(Vec::new()),
            _ => {}
        }
    }
    let written: Vec<Written> = serde_json::from_str(&answer).unwrap_or_default();
    let facts = written
        .into_iter()
        .filter(|one| is_founded(&one.fact, &shown));
    Ok(facts.filter_map(|one| Fact::read(&one.fact)).collect())
}

/// Whether a fact stands in the message: every name and number of it, and half of its words.
fn is_founded(fact: &str, message: &str) -> bool {
    if fact.chars().count() > super::LONGEST {
        return false;
    }
    let said: Vec<String> = words(message).into_iter().map(|word| word.stem).collect();
    let all = words(fact);
    let telling: Vec<_> = all.iter().skip(2).filter(|word| word.tells).collect();
    let held = |word: &super::words::Word<'_>| said.contains(&word.stem);
    let sure = telling
        .iter()
        .filter(|word| word.is_capital() || word.raw.chars().any(|sign| sign.is_ascii_digit()));
    let half = telling.iter().filter(|word| held(word)).count() * 2 >= telling.len();
    !telling.is_empty() && sure.clone().all(|word| held(word)) && half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_invents_is_left_out() {
        for (fact, message, founded) in [
            (
                "The user lives in Lisbon.",
                "Lisbon has been home to me for years",
                true,
            ),
            (
                "The user lives in Paris.",
                "Lisbon has been home to me for years",
                false,
            ),
            ("The user's name is 3.", "I'm tired.", false),
            (
                "The user's dog is called Biscu.",
                "My dog is called Biscuit.",
                false,
            ),
            ("The user commutes by ferry.", "I commute by ferry.", true),
            ("The user.", "I commute by ferry.", false),
        ] {
            assert_eq!(is_founded(fact, message), founded, "{fact}");
        }
    }

    #[test]
    fn a_model_reads_only_what_is_said_and_not_known() {
        let worth = |text: &str| is_worth_reading(text, &telling::told(text, ""));
        assert!(worth("I commute by ferry."));
        assert!(worth("Ich wohne seit drei Jahren in Köln."));
        assert!(!worth("I live in Oslo."));
        assert!(!worth("What is the capital of Peru?"));
        assert!(!worth("Wo wohnt die Königin?"));
        assert!(!worth("I'm tired."));
    }
}
