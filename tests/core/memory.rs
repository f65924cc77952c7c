//! What is told is remembered and used: with the real model.

use std::sync::{Arc, Mutex};

use hearth_core::chat::{Overrides, Send};
use hearth_core::config::sampling::SamplingConfig;
use hearth_core::memory::{MemoryKind, Query};
use hearth_core::pipeline::{AnswerStream, Event, Finished, Generate, Request};
use hearth_core::store::memories::{Memory, MemoryFilter};
use hearth_core::store::settings::ConversationSettings;
use hearth_protocol::{Finish, Usage};

use crate::chat::chat_through;
use crate::home::{Home, outcome};

const TOLD: [(&str, &str, &str); 5] = [
    (
        "My dog is called Biscuit.",
        "What is my dog called?",
        "Biscuit",
    ),
    ("I live in Lisbon.", "Where do I live?", "Lisbon"),
    (
        "My favorite color is green.",
        "What is my favorite color?",
        "green",
    ),
    ("My birthday is in May.", "When is my birthday?", "May"),
    (
        "My sister is called Mara.",
        "What is my sister called?",
        "Mara",
    ),
];
pub(crate) const UNTOLD: &str = "You haven't told me that yet.";

/// Tells Ember all of it in one conversation.
async fn told(home: &Home) {
    let mut conversation = None;
    for (text, ..) in TOLD {
        conversation = Some(home.ask(conversation, text).await.unwrap().conversation);
        home.hearth.chat.finish_background().await;
    }
}

pub(crate) async fn all(home: &Home) -> Vec<Memory> {
    home.hearth
        .memories
        .list(MemoryFilter::default())
        .await
        .unwrap()
}

pub(crate) fn texts(memories: &[Memory]) -> Vec<&str> {
    memories.iter().map(|one| one.text.as_str()).collect()
}

pub(crate) async fn asked_with(home: &Home, text: &str, settings: ConversationSettings) -> String {
    let overrides = Overrides {
        sampling: SamplingConfig {
            temperature: Some(0.0),
            ..SamplingConfig::default()
        },
        ..Overrides::default()
    };
    let send = Send {
        text: text.into(),
        settings,
        overrides,
        ..Send::default()
    };
    outcome(home.hearth.chat.send(send).await.unwrap())
        .await
        .unwrap()
        .answer
}

/// Lets so many days pass since everything that was said.
pub(crate) fn days_later(home: &Home, days: i64) {
    let database = rusqlite::Connection::open(home.hearth.store.path()).unwrap();
    let past = days * 24 * 60 * 60 * 1000;
    for column in [
        "messages SET created_at",
        "memories SET valid_from",
        "memories SET created_at",
        "conversations SET updated_at",
    ] {
        let (_, name) = column.rsplit_once(' ').unwrap();
        database
            .execute(&format!("UPDATE {column} = {name} - ?"), [past])
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_is_known_a_week_later_and_what_was_not_is_not() {
    let home = Home::new();
    told(&home).await;
    days_later(&home, 7);
    let home = home.reopened();
    for (_, question, value) in TOLD {
        let answer = home.ask(None, question).await.unwrap();
        assert!(
            answer.answer.contains(value),
            "{question}: {}",
            answer.answer
        );
        assert_eq!(
            answer.recalled.len(),
            1,
            "only what is asked: {:?}",
            answer.recalled
        );
        assert!(answer.recalled[0].text.contains(value));
    }
    let answer = home.ask(None, "What is my hobby?").await.unwrap();
    assert_eq!((answer.answer.as_str(), answer.recalled.len()), (UNTOLD, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_that_is_switched_off_neither_knows_nor_learns() {
    let home = Home::new();
    told(&home).await;
    let off = ConversationSettings {
        memory: Some(false),
        ..ConversationSettings::default()
    };
    assert_eq!(
        asked_with(&home, "What is my dog called?", off.clone()).await,
        UNTOLD
    );
    asked_with(&home, "My hobby is chess.", off).await;
    home.hearth
        .settings
        .set("memory.recall", Some("false"))
        .unwrap();
    assert_eq!(
        home.ask(None, "Where do I live?").await.unwrap().answer,
        UNTOLD
    );
    home.hearth
        .settings
        .set("memory.learn", Some("false"))
        .unwrap();
    home.ask(None, "My cat is called Mo.").await.unwrap();
    home.hearth.chat.finish_background().await;
    assert_eq!(all(&home).await.len(), TOLD.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_memory_changes_the_next_answer_and_leaves_earlier_turns_as_they_were() {
    let home = Home::new();
    told(&home).await;
    let first = home.ask(None, "What is my dog called?").await.unwrap();
    assert!(first.answer.contains("Biscuit"));
    let memories = all(&home).await;
    let dog = memories
        .iter()
        .find(|one| one.text.contains("Biscuit"))
        .unwrap();
    home.hearth
        .memories
        .edit(dog.id, "The user's dog is called Rex.")
        .await
        .unwrap();
    home.hearth.memories.embed().await.unwrap();
    let second = home.ask(None, "What is my dog called?").await.unwrap();
    assert!(second.answer.contains("Rex"), "{}", second.answer);
    // The old conversation begins as it did.
    let preview = home.hearth.chat.preview(Send {
        conversation: Some(first.conversation),
        text: "And where do I live?".into(),
        ..Send::default()
    });
    let preview = preview.await.unwrap();
    assert!(
        preview.parts[0].text.contains("Biscuit"),
        "{:?}",
        preview.parts
    );
    assert_eq!(preview.parts[0].inserts[0].what, "memories");
    let last = preview.parts.last().unwrap();
    assert_eq!(
        last.text,
        "What you remember about the user:\n- The user lives in Lisbon.\n\nAnd where do I live?"
    );
    assert!(last.inserts[0].tokens > 5 && last.inserts[0].tokens < last.tokens);
    let changes = home
        .hearth
        .store
        .memory_changes(Some(dog.id), 9)
        .await
        .unwrap();
    assert_eq!(changes[0].what, "edited");
    assert_eq!(
        changes[0].before.as_deref(),
        Some("The user's dog is called Biscuit.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_conversation_holds_already_is_not_recalled_again() {
    let home = Home::new();
    told(&home).await;
    let first = home.ask(None, "Where do I live?").await.unwrap();
    assert_eq!(first.recalled.len(), 1);
    let second = home
        .ask(Some(first.conversation), "Where do I live?")
        .await
        .unwrap();
    assert_eq!(second.recalled, []);
    assert!(
        second.answer.contains("Lisbon"),
        "it stands in the context: {}",
        second.answer
    );
    let branch = home.hearth.chat.branch_off(second.message).await.unwrap();
    let copied = home.hearth.store.thread(branch).await.unwrap();
    assert_eq!(copied[1].recalled, first.recalled);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_learned_from_quotes_files_answers_and_memories() {
    let home = Home::new();
    told(&home).await;
    for text in [
        "> I live in Rome.",
        "He said \"I live in Rome\".",
        "```\nmy name is Root\n```",
        "What is my dog called?",
        "I'm tired.",
    ] {
        home.ask(None, text).await.unwrap();
        home.hearth.chat.finish_background().await;
    }
    let memories = all(&home).await;
    assert_eq!(memories.len(), TOLD.len(), "{:?}", texts(&memories));
    let name = memories
        .iter()
        .find(|one| one.text.contains("Lisbon"))
        .unwrap();
    assert_eq!(
        (name.kind, name.topic.as_str(), name.origin.as_str()),
        (MemoryKind::Fact, "home", "rule")
    );
    assert!(name.conversation.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_remembers_or_forgets_is_known_at_once() {
    let home = Home::new();
    let other = home.beside();
    let query = Query {
        text: "Where do I live?".into(),
        most: 5,
        ..Query::default()
    };
    assert_eq!(home.hearth.memories.recall(&query).await.unwrap().found, []);
    let memory = other
        .memories
        .add("The user lives in Graz.", None)
        .await
        .unwrap();
    other.memories.embed().await.unwrap();
    let found = home.hearth.memories.recall(&query).await.unwrap().found;
    assert_eq!(found[0].memory.id, memory.id);
    other.store.forget_memories(vec![memory.id]).await.unwrap();
    assert_eq!(home.hearth.memories.recall(&query).await.unwrap().found, []);
    other.store.restore_memories(vec![memory.id]).await.unwrap();
    assert_eq!(
        home.hearth
            .memories
            .recall(&query)
            .await
            .unwrap()
            .found
            .len(),
        1
    );
    other.close().await;
}

/// A model that says the same to everything, and notes what it was asked.
struct Says(&'static str, Arc<Mutex<Vec<String>>>);

impl Generate for Says {
    fn generate(&self, request: Request) -> AnswerStream {
        let asked = request
            .messages
            .last()
            .map(|one| one.content.clone())
            .unwrap_or_default();
        self.1.lock().unwrap().push(asked);
        let text = self.0;
        AnswerStream::spawn(move |events| async move {
            events.send(Event::Text(text.into())).await;
            let usage = Usage::default();
            let end = Finished {
                finish: Finish::Stop,
                usage,
                first_token_ms: 0.0,
                total_ms: 0.0,
            };
            events.send(Event::Done(end)).await;
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_reads_what_rules_cannot_and_may_not_invent() {
    const FOUND: &str = r#"[{"topic":"home","fact":"The user commutes by ferry.","importance":0.5},
        {"topic":"home","fact":"The user lives in Paris.","importance":0.9},
        {"topic":"x","fact":"Ferries are slow.","importance":0.9}]"#;
    let home = Home::new();
    let asked = Arc::default();
    let chat = chat_through(&home.hearth, Arc::new(Says(FOUND, Arc::clone(&asked))));
    let say = async |text: &str| {
        let follower = chat
            .send(Send {
                text: text.into(),
                ..Send::default()
            })
            .await
            .unwrap();
        outcome(follower).await.unwrap();
        chat.finish_background().await;
    };
    say("I live in Oslo. I commute by ferry.").await;
    let held = texts(&all(&home).await).join("|");
    assert_eq!(held, "The user commutes by ferry.|The user lives in Oslo.");
    let seen = asked.lock().unwrap().clone();
    assert_eq!(
        seen[1], "I commute by ferry",
        "what rules have found is not asked again"
    );
    say("What is the capital of Peru?").await;
    say("I live in Oslo.").await;
    let titles = 3;
    assert_eq!(
        asked.lock().unwrap().len(),
        4 + titles,
        "a question, and what is known, cost nothing more"
    );
    home.hearth
        .settings
        .set("memory.learn_by_model", Some("false"))
        .unwrap();
    say("I sleep in a hammock.").await;
    assert_eq!(all(&home).await.len(), 2);
}
