//! Branches of a conversation, and what orders conversations.

use hearth_core::Code;
use hearth_core::chat::{Overrides, Send};
use hearth_core::store::labels::Label;
use hearth_core::store::messages::MessageState;

use crate::home::{Home, first_text, outcome};

fn asking(conversation: Option<u32>, text: &str) -> Send {
    Send {
        conversation,
        text: text.into(),
        ..Send::default()
    }
}

async fn texts(home: &Home, conversation: u32) -> Vec<String> {
    let thread = home.hearth.store.thread(conversation).await.unwrap();
    thread.into_iter().map(|message| message.text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn editing_a_question_keeps_the_old_branch_and_arrows_walk_between_them() {
    let home = Home::new();
    let first = home
        .ask(None, "What is the capital of Peru?")
        .await
        .unwrap();
    let id = first.conversation;
    home.ask(Some(id), "What is 3 + 4?").await.unwrap();
    let old = home.hearth.store.thread(id).await.unwrap();
    let question = old[0].id;
    let edited = home
        .hearth
        .chat
        .edit(question, "What is the capital of Norway?".into())
        .await;
    outcome(edited.unwrap()).await.unwrap();
    let new = home.hearth.store.thread(id).await.unwrap();
    assert_eq!(new.len(), 2, "the new branch has a question and an answer");
    assert!(new[1].text.contains("Oslo"));
    assert_eq!(new[0].siblings, [question, new[0].id]);
    home.hearth.chat.show_branch(question).await.unwrap();
    assert_eq!(
        home.hearth.store.thread(id).await.unwrap()[1..],
        old[1..],
        "down to its end"
    );
    home.hearth.chat.show_branch(new[0].id).await.unwrap();
    assert_eq!(texts(&home, id).await[0], "What is the capital of Norway?");
    let refusal = home
        .hearth
        .chat
        .edit(new[1].id, "x".into())
        .await
        .unwrap_err();
    assert_eq!(refusal.code, Code::BadSetting, "answers are not edited");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_in_the_middle_can_be_given_again_and_nothing_is_overwritten() {
    let home = Home::new();
    let first = home
        .ask(None, "What is the capital of Peru?")
        .await
        .unwrap();
    let id = first.conversation;
    home.ask(Some(id), "What is 3 + 4?").await.unwrap();
    let again = home
        .hearth
        .chat
        .answer_again(first.message, Overrides::default())
        .await;
    let again = outcome(again.unwrap()).await.unwrap();
    let thread = home.hearth.store.thread(id).await.unwrap();
    assert_eq!(thread.len(), 2, "the new answer is the end of its branch");
    assert_eq!(thread[1].id, again.message);
    assert_eq!(thread[1].siblings, [first.message, again.message]);
    home.hearth.chat.show_branch(first.message).await.unwrap();
    assert_eq!(texts(&home, id).await.len(), 4, "the old branch is whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_becomes_a_conversation_of_its_own() {
    let home = Home::new();
    let first = home.ask(None, "My dog is called Rex.").await.unwrap();
    let id = first.conversation;
    home.ask(Some(id), "What is 3 + 4?").await.unwrap();
    let other = home.hearth.chat.branch_off(first.message).await.unwrap();
    let next = home
        .ask(Some(other), "What is my dog called?")
        .await
        .unwrap();
    assert!(
        next.answer.contains("Rex"),
        "the history came along: {}",
        next.answer
    );
    assert_eq!(
        texts(&home, id).await.len(),
        4,
        "the old conversation is as it was"
    );
    assert_eq!(texts(&home, other).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_answer_goes_on_where_it_was() {
    let home = Home::new();
    let story = "Tell me a long story about an owl named Bibo.";
    let whole = home.ask(None, story).await.unwrap().answer;
    // Stopped as early as can be; Ember may be faster, then the next try.
    for _ in 0..20 {
        let mut follower = home.send(None, story).await.unwrap();
        let (id, answer) = first_text(&mut follower).await;
        assert!(home.hearth.chat.stop(answer));
        let stopped = outcome(follower).await.unwrap();
        if stopped.state != MessageState::Stopped {
            continue;
        }
        let resumed = outcome(home.hearth.chat.resume(answer).await.unwrap())
            .await
            .unwrap();
        assert!(
            resumed.answer.starts_with(&stopped.answer),
            "what was there stays"
        );
        assert_eq!(resumed.answer, whole, "and it goes on as it would have");
        assert_eq!(
            (resumed.message, resumed.state),
            (answer, MessageState::Complete)
        );
        assert_eq!(texts(&home, id).await.len(), 2, "it is the same message");
        return;
    }
    panic!("no answer was slow enough to be stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_names_a_conversation_unless_the_user_has() {
    let home = Home::new();
    let first = home.ask(None, "List three fruits.").await.unwrap();
    let other = home
        .ask(None, "What is the capital of Peru?")
        .await
        .unwrap();
    home.hearth.chat.finish_background().await;
    let title = async |id| home.hearth.store.conversation(id).await.unwrap().title;
    assert_eq!(title(first.conversation).await, "List three fruits");
    let kept = title(other.conversation).await;
    assert_eq!(
        kept, "What is the capital of Peru?",
        "Ember invents a word here"
    );
    let label = home
        .hearth
        .store
        .label(first.conversation, Label::Title("  Peru ".into()))
        .await;
    label.unwrap();
    let late = Label::ModelTitle("Another".into());
    home.hearth
        .store
        .label(first.conversation, late)
        .await
        .unwrap();
    assert_eq!(
        title(first.conversation).await,
        "Peru",
        "the user's title stays"
    );
    let empty = home
        .hearth
        .store
        .label(first.conversation, Label::Title(" ".into()))
        .await;
    assert_eq!(empty.unwrap_err().code, Code::BadSetting);
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_pinned_put_away_sorted_into_folders_and_tagged() {
    let home = Home::new();
    let id = home.ask(None, "Hello").await.unwrap().conversation;
    for label in [
        Label::Pinned(true),
        Label::Archived(true),
        Label::Folder("Work".into()),
        Label::Tags(vec!["b".into(), " a ".into(), "a".into(), String::new()]),
    ] {
        home.hearth.store.label(id, label).await.unwrap();
    }
    let home = home.reopened();
    let one = home.hearth.store.conversation(id).await.unwrap();
    assert!(one.pinned && one.archived);
    assert_eq!(one.folder.as_deref(), Some("Work"));
    assert_eq!(one.tags, ["a", "b"]);
    home.hearth
        .store
        .label(id, Label::Folder(String::new()))
        .await
        .unwrap();
    assert_eq!(
        home.hearth.store.conversation(id).await.unwrap().folder,
        None
    );
    let missing = home
        .hearth
        .store
        .label(999, Label::Pinned(true))
        .await
        .unwrap_err();
    assert_eq!(missing.code, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preview_is_what_the_engine_receives_and_pinned_turns_stay() {
    let home = Home::new();
    let first = home.ask(None, "My dog is called Rex.").await.unwrap();
    let id = first.conversation;
    home.hearth
        .store
        .pin_message(first.message, true)
        .await
        .unwrap();
    let question = "What is my dog called?";
    let preview = home
        .hearth
        .chat
        .preview(asking(Some(id), question))
        .await
        .unwrap();
    let answer = home.ask(Some(id), question).await.unwrap();
    assert_eq!(preview.total, answer.measured.prompt_tokens);
    assert_eq!(preview.holds, 512);
    let texts: Vec<&str> = preview
        .parts
        .iter()
        .map(|part| part.text.as_str())
        .collect();
    assert_eq!(
        texts,
        ["My dog is called Rex.", first.answer.as_str(), question]
    );
    assert!(preview.parts.iter().all(|part| part.tokens > 0));
    for _ in 0..8 {
        home.ask(Some(id), "Tell me a long story about an owl named Bibo.")
            .await
            .unwrap();
    }
    let preview = home
        .hearth
        .chat
        .preview(asking(Some(id), question))
        .await
        .unwrap();
    assert!(preview.trimmed > 0, "512 tokens do not hold nine stories");
    assert!(preview.parts[0].pinned && preview.parts[0].text.contains("Rex"));
    let answer = home.ask(Some(id), question).await.unwrap();
    assert_eq!(answer.measured.prompt_tokens, preview.total);
    assert!(
        home.hearth
            .chat
            .preview(asking(None, "Hello"))
            .await
            .is_ok()
    );
}
