//! Personas, and the summaries of long conversations.

use hearth_core::Code;
use hearth_core::chat::Send;
use hearth_core::persona::Card;
use hearth_core::store::settings::ConversationSettings;

use crate::home::Home;
use crate::memory::{UNTOLD, all, asked_with};

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
async fn h5_a_long_conversation_gets_a_summary_that_stands_for_what_is_left_out() {
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
