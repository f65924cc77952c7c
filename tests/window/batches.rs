//! Many prompts in a row, and messages in fewer tokens, in the window.

use crate::driver::{Driver, MESSAGE};

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_prompts_becomes_a_table_of_answers() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.find(MESSAGE).await;
    window.click("nav button[aria-label='Many prompts']").await;
    window.shows("No batch yet").await;
    window.keeps_the_rules("the page without a batch").await;
    window.press("header .button").await;
    window.press("input[value=table]").await;
    window
        .type_into(
            "form textarea",
            "country\u{E007}Peru\u{E007}France\u{E007}Spain\u{E007}Italy",
        )
        .await;
    let template = "label:has(textarea[rows='3']) textarea";
    window.type_into(template, "What is the capital of ").await;
    window.shows("has no place for a column").await;
    window
        .press("form button[aria-label='Put in country']")
        .await;
    window.shows("4 prompts. The first:").await;
    window.shows("What is the capital of France").await;
    window.keeps_the_rules("a new batch").await;
    window.picture("batch-new").await.unwrap();
    window.press("form .primary").await;
    window.shows("4 of 4 answered").await;
    window.shows("Lima").await;
    window.shows("Paris").await;
    window.keeps_the_rules("a batch and its table").await;
    window.picture("batch").await.unwrap();

    // Away and back: it is still there.
    window.click("nav button[aria-label='Chat']").await;
    window.click("nav button[aria-label='Many prompts']").await;
    window.press("article .name").await;
    window.shows("Madrid").await;
    window.press("article .buttons button:last-child").await;
    window.shows("for good?").await;
    window.press("article .buttons button").await;
    window.shows("No batch yet").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_sent_in_fewer_tokens_and_both_texts_are_shown() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window
        .type_into(
            MESSAGE,
            "Could you please   tell me   very clearly what the capital of Peru is?",
        )
        .await;
    window
        .press("button[title='Show what the model is sent']")
        .await;
    window.shows("As you wrote it:").await;
    window.keeps_the_rules("what the model is sent").await;
    window.picture("compacted").await.unwrap();
    window.press(".context input[type=checkbox]").await;
    window
        .is_true("!document.body.innerText.includes('As you wrote it:')")
        .await;
    window.press(".context input[type=checkbox]").await;
    window.shows("As you wrote it:").await;
    window.press(".context label + button").await;
    window.shows("tokens before,").await;
    window.keeps_the_rules("the shorter message").await;
    window.picture("shortened").await.unwrap();
    window.press("dialog[open] .sheet .primary").await;
    window
        .is_true("!document.querySelector('textarea[aria-label=Message]').value.includes('please')")
        .await;
    window.close().await;
}
