//! An answer that is given again, in the window: its badge, the page behind it, its end.

use crate::driver::{Driver, MESSAGE};

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_given_again_says_so_and_can_be_made_anew_or_removed() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.find(MESSAGE).await;
    window.send("What is the capital of Peru?").await;
    // A second one that comes too soon would share this answer while it is made.
    window.shows("tokens/s").await;
    window.rests().await;
    window.press_with_control("n").await;
    window.send("What is the capital of Peru?").await;
    window.shows("From the cache").await;
    window.keeps_the_rules("an answer from the cache").await;
    window.picture("reused-badge").await.unwrap();
    window.press(".reused button").await;
    window.rests().await;
    window.shows("tokens/s").await;

    window.click("nav button[aria-label='Performance']").await;
    window.shows("1 of 2 requests").await;
    window.shows("What is the capital of Peru?").await;
    window.keeps_the_rules("the page Performance").await;
    window.picture("performance").await.unwrap();
    window.press(".kind").await;
    window
        .type_into("input[aria-label='Search kept answers']", "Chile")
        .await;
    window.shows("No kept answer is like that.").await;
    window.press(".heading button").await;
    window.shows("Remove 1 answers for good?").await;
    window.press(".heading span button").await;
    window.shows("One answer was removed.").await;
    window.shows("No kept answer is like that.").await;
    window.close().await;
}
