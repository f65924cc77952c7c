//! What does not hold any more, what is forgotten, and what is removed for good.

use hearth_core::Code;
use hearth_core::chat::{Overrides, Send};
use hearth_core::memory::Query;
use hearth_core::persona::Card;
use hearth_core::store::memories::MemoryFilter;
use hearth_core::store::settings::ConversationSettings;

use crate::home::{Home, outcome};
use crate::memory::{all, days_later, texts};

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
async fn h4_a_clean_up_shows_what_it_would_forget_and_spares_what_is_pinned_or_matters() {
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
