//! Memories and personas in the window: learned, seen under an answer, edited, forgotten; taken
//! over, changed, and answering.

use crate::driver::{Driver, MESSAGE};

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_is_remembered_shown_used_edited_and_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.find(MESSAGE).await;
    window.send("My dog is called Biscuit.").await;
    window
        .shows("Remembered: The user's dog is called Biscuit.")
        .await;
    window.keeps_the_rules("what was remembered").await;
    window.picture("memory-noted").await.unwrap();

    window.press_with_control("n").await;
    window.send("What is my dog called?").await;
    window.rests().await;
    window.shows("1 memory").await;
    window.shows("Biscuit").await;
    window.press(".turn .badge").await;
    window.shows("it is about what you asked").await;
    window.keeps_the_rules("the memories of an answer").await;
    window.picture("memory-recalled").await.unwrap();
    window.press("dialog[open] .buttons button").await;

    window.click("nav button[aria-label='Memories']").await;
    window.shows("used 1 times").await;
    window.keeps_the_rules("the memories").await;
    window.press("button[aria-label^='Edit “The user']").await;
    window
        .type_over(
            "input[aria-label='What is remembered']",
            "The user's dog is called Rex.\u{E007}",
        )
        .await;
    window.shows("The user's dog is called Rex.").await;
    window
        .type_into(
            "input[aria-label='Remember something']",
            "The user lives in Graz.\u{E007}",
        )
        .await;
    window.shows("2 memories").await;
    window.picture("memories").await.unwrap();
    window.click(".views button:nth-child(2)").await;
    window.shows("pets, 1").await;
    window.keeps_the_rules("the topics").await;
    window.click(".views button:nth-child(3)").await;
    window
        .shows("before: The user's dog is called Biscuit.")
        .await;
    window.keeps_the_rules("the timeline").await;
    window.picture("memories-timeline").await.unwrap();
    window.click(".views button:nth-child(1)").await;
    window
        .press("button[aria-label='Forget “The user lives in Graz.”']")
        .await;
    window.shows("Forgotten: The user lives in Graz.").await;
    window.shows("1 memories").await;
    window.click(".views button:nth-child(4)").await;
    window.shows("The user lives in Graz.").await;
    window
        .press("button[aria-label='Delete for good: The user lives in Graz.']")
        .await;
    window.shows("This cannot be undone.").await;
    window.keeps_the_rules("a deletion for good").await;
    window.press("dialog[open] .buttons .primary").await;
    window
        .shows("Nothing was forgotten in the last 30 days.")
        .await;
    window.click(".views button:nth-child(1)").await;
    window.press("button[aria-label^='Show where']").await;
    window.shows("My dog is called Biscuit.").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persona_is_taken_over_changed_and_greets() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.click("nav button[aria-label='Personas']").await;
    window.shows("Take over Mara").await;
    window.keeps_the_rules("the gallery").await;
    window.picture("personas-gallery").await.unwrap();
    window.press("li:nth-child(2) .take").await;
    window.shows("Mara is yours now.").await;
    window.press("button[aria-label='Edit Mara']").await;
    window
        .shows("You are Mara, a thoughtful and patient companion.")
        .await;
    window.keeps_the_rules("a persona's editor").await;
    window.picture("persona-editor").await.unwrap();
    // A slider changes the prompt.
    window
        .run("const slider = [...document.querySelectorAll('.trait')].find((one) => one.textContent.includes('Humor')).querySelector('input'); \
             slider.value = '0.9'; slider.dispatchEvent(new Event('input', { bubbles: true }));")
        .await;
    window.shows("above all use humor").await;
    window.press("dialog[open] .buttons .primary").await;
    window.shows("Mara was saved.").await;
    window.press("button[aria-label='Let Mara answer']").await;
    window.shows("answers everywhere").await;
    window.picture("personas").await.unwrap();
    window.click("nav button[aria-label='Chat']").await;
    window
        .shows("What would you like to understand today")
        .await;
    window.keeps_the_rules("a greeting").await;
    window.picture("persona-greeting").await.unwrap();
    window.close().await;
}
