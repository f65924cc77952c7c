//! What is told is remembered, used, seen, changed and forgotten: with the real model.

use hearth_core::chat::{Overrides, Send};
use hearth_core::config::sampling::SamplingConfig;
use hearth_core::memory::Query;
use hearth_core::persona::Card;
use hearth_core::store::memories::{Memory, MemoryFilter};
use hearth_core::store::settings::ConversationSettings;
use hearth_core::{Code, memory::MemoryKind};

use hearth_core::pipeline::{AnswerStream, Event, Finished, Generate, Request};
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
const UNTOLD: &str = "You haven't told me that yet.";

/// Tells Ember all of it in one conversation.
async fn told(home: &Home) {
    let mut conversation = None;
    for (text, ..) in TOLD {
        conversation = Some(home.ask(conversation, text).await.unwrap().conversation);
        home.hearth.chat.finish_background().await;
    }
}

async fn all(home: &Home) -> Vec<Memory> {
    home.hearth
        .memories
        .list(MemoryFilter::default())
        .await
        .unwrap()
}

fn texts(memories: &[Memory]) -> Vec<&str> {
    memories.iter().map(|one| one.text.as_str()).collect()
}

async fn asked_with(home: &Home, text: &str, settings: ConversationSettings) -> String {
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
fn days_later(home: &Home, days: i64) {
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
async fn the_newer_of_two_facts_holds_and_the_older_is_history() {
    let home = Home::new();
    for text in [
        "I live in Oslo.",
        "I moved to Rome last week.",
        "I live in Rome.",
        "I like coffee.",
        "I don't like coffee anymore.",
    ] {
        home.ask(None, text).await.unwrap();
        home.hearth.chat.finish_background().await;
    }
    let mut held = texts(&all(&home).await).join("|");
    assert_eq!(
        held,
        "The user does not like coffee.|The user lives in Rome."
    );
    let history = MemoryFilter {
        history: true,
        ..MemoryFilter::default()
    };
    let history = home.hearth.memories.list(history).await.unwrap();
    let oslo = history
        .iter()
        .find(|one| one.text.contains("Oslo"))
        .unwrap();
    assert!(oslo.valid_to.is_some() && oslo.replaced_by.is_some());
    let recall = async |text: &str| {
        let query = Query {
            text: text.into(),
            most: 5,
            ..Query::default()
        };
        let found = home.hearth.memories.recall(&query).await.unwrap().found;
        found
            .iter()
            .map(|one| one.memory.worded())
            .collect::<Vec<_>>()
            .join("|")
    };
    held = recall("Where do I live?").await;
    assert_eq!(held, "The user lives in Rome.");
    let past = recall("Where did I live before?").await;
    assert!(past.contains("Until ") && past.contains("Oslo"), "{past}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_personas_share_nothing_unless_it_is_shared() {
    let home = Home::new();
    let persona = async |name: &str| {
        let card = Card {
            name: name.into(),
            ..Card::default()
        };
        home.hearth.personas.add(card).await.unwrap()
    };
    let (ada, bo) = (persona("Ada").await, persona("Bo").await);
    let with = |id| ConversationSettings {
        persona: Some(id),
        ..ConversationSettings::default()
    };
    asked_with(&home, "My dog is called Biscuit.", with(ada)).await;
    home.hearth.chat.finish_background().await;
    assert!(
        asked_with(&home, "What is my dog called?", with(ada))
            .await
            .contains("Biscuit")
    );
    assert_eq!(
        asked_with(&home, "What is my dog called?", with(bo)).await,
        UNTOLD
    );
    assert_eq!(
        asked_with(&home, "What is my dog called?", with(0)).await,
        UNTOLD
    );
    let dog = all(&home).await[0].clone();
    assert_eq!(dog.persona, Some(ada));
    home.hearth.store.share_memory(dog.id, true).await.unwrap();
    assert!(
        asked_with(&home, "What is my dog called?", with(bo))
            .await
            .contains("Biscuit")
    );
    // A persona that is gone takes what it knows along, and comes back with it.
    home.hearth.store.share_memory(dog.id, false).await.unwrap();
    home.hearth.store.delete_persona(ada, true).await.unwrap();
    assert_eq!(
        asked_with(&home, "What is my dog called?", with(ada)).await,
        UNTOLD
    );
    home.hearth.store.delete_persona(ada, false).await.unwrap();
    assert!(
        asked_with(&home, "What is my dog called?", with(ada))
            .await
            .contains("Biscuit")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_persona_of_the_settings_answers_and_grows_by_it() {
    let home = Home::new();
    let id = home
        .hearth
        .personas
        .add(Card {
            name: "Zora".into(),
            feelings: true,
            ..Card::default()
        })
        .await
        .unwrap();
    home.hearth
        .settings
        .set("chat.persona", Some("zora"))
        .unwrap();
    let send = Send {
        text: "Who are you?".into(),
        ..Send::default()
    };
    let parts = home.hearth.chat.preview(send).await.unwrap().parts;
    assert!(
        parts[0]
            .text
            .starts_with("You are Zora, a supportive and friendly companion."),
        "{parts:?}"
    );
    home.ask(None, "Who are you?").await.unwrap();
    home.hearth.chat.finish_background().await;
    let grown = home.hearth.personas.get(id).await.unwrap().grown;
    assert_eq!(
        grown.feelings.points, 7,
        "five for a turn, two for a question"
    );
    home.hearth.personas.reset(id).await.unwrap();
    assert_eq!(
        home.hearth
            .personas
            .get(id)
            .await
            .unwrap()
            .grown
            .feelings
            .points,
        0
    );
    home.hearth
        .settings
        .set("chat.persona", Some("nobody"))
        .unwrap();
    let refusal = home.ask(None, "Who are you?").await.unwrap_err();
    assert_eq!(
        refusal.code,
        Code::NotFound,
        "a name that is not there is said, not passed over"
    );
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

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_up_shows_what_it_would_forget_and_spares_what_is_pinned_or_matters() {
    let home = Home::new();
    let add = async |text: &str| home.hearth.memories.add(text, None).await.unwrap().id;
    let (trifle, pinned, matters) = (
        add("The user has a stapler.").await,
        add("The user has a lamp.").await,
        add("The user is allergic to nuts.").await,
    );
    for id in [trifle, pinned] {
        home.hearth.store.weigh_memory(id, 0.2).await.unwrap();
    }
    home.hearth.store.pin_memory(pinned, true).await.unwrap();
    assert_eq!(
        home.hearth.memories.preview_cleanup().await.unwrap(),
        [],
        "they are new"
    );
    days_later(&home, 100);
    let doomed = home.hearth.memories.preview_cleanup().await.unwrap();
    assert_eq!(
        doomed.iter().map(|one| one.id).collect::<Vec<_>>(),
        [trifle]
    );
    home.hearth.memories.hourly().await.unwrap();
    let kept: Vec<u32> = all(&home).await.iter().map(|one| one.id).collect();
    assert_eq!(kept, [pinned, matters]);
    assert_eq!(
        home.hearth
            .store
            .restore_memories(vec![trifle])
            .await
            .unwrap(),
        1
    );
    // The one over the limit pushes out the least important.
    home.hearth.settings.set("memory.most", Some("10")).unwrap();
    for number in 0..8 {
        add(&format!("The user's locker {number} is blue.")).await;
    }
    let doomed = home.hearth.memories.preview_cleanup().await.unwrap();
    assert_eq!(
        doomed.iter().map(|one| one.id).collect::<Vec<_>>(),
        [trifle]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memory_that_is_removed_for_good_is_in_no_file_any_more() {
    const CANARY: &str = "Quetzalbrunnen";
    let home = Home::new();
    let memory = home
        .hearth
        .memories
        .add(&format!("The user lives in {CANARY}."), None)
        .await
        .unwrap();
    home.hearth.memories.embed().await.unwrap();
    home.hearth
        .memories
        .edit(
            memory.id,
            &format!("The user lives in {CANARY} by the sea."),
        )
        .await
        .unwrap();
    let answer = home.ask(None, "Where do I live?").await.unwrap();
    assert_eq!(answer.recalled.len(), 1);
    // The answer itself is the conversation's and not the memory's.
    home.hearth.chat.finish_background().await;
    home.hearth.chat.delete(answer.conversation).await.unwrap();
    home.hearth
        .chat
        .purge(vec![answer.conversation])
        .await
        .unwrap();
    assert!(home.holds(CANARY), "the memory is not the conversation's");
    home.hearth
        .store
        .forget_memories(vec![memory.id])
        .await
        .unwrap();
    assert_eq!(
        home.hearth.memories.purge(vec![memory.id]).await.unwrap(),
        1
    );
    home.hearth.close().await;
    assert!(!home.holds(CANARY));
    assert!(
        !home.holds(&CANARY.to_lowercase()),
        "neither as a word of the index"
    );
    assert!(home.hearth.store.check().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn memories_are_merged_by_hand_and_odd_ones_are_refused() {
    let home = Home::new();
    let add = async |text: &str| home.hearth.memories.add(text, None).await;
    let one = add("The user's cat is grey.").await.unwrap().id;
    let two = add("The user owns a cat.").await.unwrap().id;
    home.hearth
        .memories
        .merge(&[one, two], "The user has a grey cat.")
        .await
        .unwrap();
    assert_eq!(texts(&all(&home).await), ["The user has a grey cat."]);
    assert_eq!(
        add("the USER has a grey cat").await.unwrap().id,
        one,
        "known already"
    );
    for text in ["", " \n", &"x".repeat(501)] {
        assert_eq!(add(text).await.unwrap_err().code, Code::BadSetting);
    }
    let gone = home
        .hearth
        .memories
        .add("The user sings.", Some(77))
        .await
        .unwrap_err();
    assert_eq!(gone.code, Code::NotFound);
    assert_eq!(
        home.hearth.memories.edit(99, "x").await.unwrap_err().code,
        Code::NotFound
    );
    assert_eq!(
        home.hearth
            .store
            .weigh_memory(one, 1.5)
            .await
            .unwrap_err()
            .code,
        Code::BadSetting
    );
    // What looks like a query to the index is text.
    let odd = MemoryFilter {
        text: "\"grey* OR NEAR(".into(),
        ..MemoryFilter::default()
    };
    assert_eq!(home.hearth.memories.list(odd).await.unwrap(), []);
    let found = MemoryFilter {
        text: "gre".into(),
        ..MemoryFilter::default()
    };
    assert_eq!(home.hearth.memories.list(found).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_conversation_gets_a_summary_that_stands_for_what_is_left_out() {
    let home = Home::new();
    let mut conversation = None;
    let mut trimmed = 0;
    for round in 0..16 {
        let text = match round {
            0 => "My boat Kestrel needs a new sail and a mast.".to_owned(),
            _ => format!("Tell me a short story about a boat called Kestrel, number {round}."),
        };
        let answer = home.ask(conversation, &text).await.unwrap();
        conversation = Some(answer.conversation);
        home.hearth.chat.finish_background().await;
        trimmed = answer.measured.trimmed_messages;
        let summary = home
            .hearth
            .store
            .summary(answer.conversation)
            .await
            .unwrap();
        assert_eq!(summary.is_some(), round >= 4, "after the tenth message");
    }
    let id = conversation.unwrap();
    assert!(trimmed > 0);
    let summary = home.hearth.store.summary(id).await.unwrap().unwrap();
    assert!(
        summary.in_use && summary.topics.contains(&"kestrel".to_owned()),
        "{summary:?}"
    );
    let parts = async |text: &str| {
        let send = Send {
            conversation,
            text: text.into(),
            ..Send::default()
        };
        home.hearth.chat.preview(send).await.unwrap().parts
    };
    let first = &parts("Go on.").await[0];
    assert!(
        first
            .text
            .starts_with("What was said before, in short:\n- The user said: "),
        "{}",
        first.text
    );
    assert_eq!(first.inserts[0].what, "summary");
    assert!(
        home.hearth
            .store
            .edit_summary(id, "The boat is sold.".into())
            .await
            .unwrap()
    );
    let edited = &parts("Go on.").await[0];
    assert!(
        edited
            .text
            .starts_with("What was said before, in short:\nThe boat is sold.\n\n")
    );
}

/// A model that says the same to everything, and notes what it was asked.
struct Says(&'static str, std::sync::Arc<std::sync::Mutex<Vec<String>>>);

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
    let asked = std::sync::Arc::default();
    let chat = chat_through(
        &home.hearth,
        std::sync::Arc::new(Says(FOUND, std::sync::Arc::clone(&asked))),
    );
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

#[tokio::test(flavor = "multi_thread")]
async fn what_is_undone_stays_undone_and_what_it_had_replaced_holds_again() {
    let home = Home::new();
    let mut last = None;
    for text in ["I live in Oslo.", "I moved to Rome."] {
        last = Some(home.ask(None, text).await.unwrap());
        home.hearth.chat.finish_background().await;
    }
    let rome = all(&home).await[0].clone();
    assert_eq!(rome.text, "The user lives in Rome.");
    home.hearth
        .store
        .forget_memories(vec![rome.id])
        .await
        .unwrap();
    assert_eq!(texts(&all(&home).await), ["The user lives in Oslo."]);
    let again = home
        .hearth
        .chat
        .answer_again(last.unwrap().message, Overrides::default());
    outcome(again.await.unwrap()).await.unwrap();
    home.hearth.chat.finish_background().await;
    assert_eq!(
        texts(&all(&home).await),
        ["The user lives in Oslo."],
        "another answer teaches nothing"
    );
    home.hearth
        .store
        .restore_memories(vec![rome.id])
        .await
        .unwrap();
    assert_eq!(texts(&all(&home).await), ["The user lives in Rome."]);
    // An edit says what holds now, whatever was said when.
    let history = MemoryFilter {
        history: true,
        ..MemoryFilter::default()
    };
    let both = home.hearth.memories.list(history).await.unwrap();
    let oslo = both.iter().find(|one| one.text.contains("Oslo")).unwrap();
    home.hearth
        .memories
        .edit(oslo.id, "The user lives in Bergen.")
        .await
        .unwrap();
    assert_eq!(texts(&all(&home).await), ["The user lives in Bergen."]);
    home.hearth.memories.purge(vec![oslo.id]).await.unwrap();
    assert_eq!(texts(&all(&home).await), ["The user lives in Rome."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forgotten_or_anothers_leaves_the_conversation_that_held_it() {
    let home = Home::new();
    let dog = home
        .hearth
        .memories
        .add("The user's dog is called Biscuit.", None)
        .await
        .unwrap();
    home.hearth.memories.embed().await.unwrap();
    let answer = home.ask(None, "What is my dog called?").await.unwrap();
    let id = Some(answer.conversation);
    let sent = async || {
        let send = Send {
            conversation: id,
            text: "Thanks.".into(),
            ..Send::default()
        };
        home.hearth.chat.preview(send).await.unwrap().parts[0]
            .text
            .clone()
    };
    assert!(sent().await.starts_with("What you remember"));
    let persona = home
        .hearth
        .personas
        .add(Card {
            name: "Bo".into(),
            ..Card::default()
        })
        .await
        .unwrap();
    let to = async |settings| {
        let chat = &home.hearth.chat;
        chat.set_settings(answer.conversation, settings)
            .await
            .unwrap();
    };
    to(ConversationSettings {
        persona: Some(persona),
        ..ConversationSettings::default()
    })
    .await;
    assert!(
        sent().await.contains("You are Bo"),
        "instructions come first"
    );
    let preview = Send {
        conversation: id,
        text: "Thanks.".into(),
        ..Send::default()
    };
    let parts = home.hearth.chat.preview(preview).await.unwrap().parts;
    assert!(
        !parts
            .iter()
            .any(|part| part.text.contains("What you remember")),
        "they are another's"
    );
    to(ConversationSettings {
        memory: Some(false),
        ..ConversationSettings::default()
    })
    .await;
    assert_eq!(sent().await, "What is my dog called?");
    to(ConversationSettings::default()).await;
    assert!(sent().await.starts_with("What you remember"));
    home.hearth
        .store
        .forget_memories(vec![dog.id])
        .await
        .unwrap();
    assert_eq!(sent().await, "What is my dog called?");
}
