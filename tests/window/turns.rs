//! What a person does with answers, files, prompts and windows.

use serde_json::{Value, json};

use crate::driver::{Driver, MESSAGE};
use crate::saved;

const STORY: &str = "Tell me a long story about an owl named Bibo.";

/// Puts files on the page as a drag would.
fn drop_of(name: &str, text: &str) -> String {
    format!(
        "(() => {{ const held = new DataTransfer();
            held.items.add(new File([{}], {}));
            const event = new DragEvent('drop', {{ dataTransfer: held, bubbles: true, cancelable: true }});
            document.querySelector('main [role=presentation]').dispatchEvent(event); return true; }})()",
        json!(text),
        json!(name)
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_file_is_read_counted_sent_and_can_be_looked_at() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.evaluate(&drop_of("photo.png", "\u{1}\u{0}")).await;
    window
        .shows("“photo.png” was not added: it is no text")
        .await;
    window
        .evaluate(&drop_of("facts.md", "My dog is called Rex."))
        .await;
    window.shows("facts.md").await;
    window.shows("tokens").await;
    window.picture("files").await.unwrap();
    window.keeps_the_rules("a file in the composer").await;
    window.send("What is my dog called?").await;
    window.shows("Rex").await;
    window.rests().await;
    window.click("article button[title^='Show the text']").await;
    window
        .is_true(
            "document.querySelector('dialog[open] pre')?.textContent === 'My dog is called Rex.'",
        )
        .await;
    window.keeps_the_rules("the text of a file").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_text_that_is_pasted_becomes_a_file() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    let paste = |count: usize| {
        format!(
            "const clipboardData = new DataTransfer();
            clipboardData.setData('text/plain', 'word '.repeat({count}));
            const event = new ClipboardEvent('paste', {{ clipboardData, bubbles: true, cancelable: true }});
            return document.querySelector(`{MESSAGE}`).dispatchEvent(event)"
        )
    };
    assert_eq!(window.run(&paste(100)).await, json!(true));
    assert_eq!(window.run(&paste(4000)).await, json!(false));
    window.shows("Pasted text.txt").await;
    // More than a message holds is no file; it stands where it was pasted.
    assert_eq!(window.run(&paste(200_000)).await, json!(false));
    window
        .is_true(&format!(
            "document.querySelector(`{MESSAGE}`).value.length === 1_000_000"
        ))
        .await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_offers_prompts_asks_for_their_variables_and_prompts_can_be_edited() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.type_into(MESSAGE, "/st").await;
    window.shows("/story").await;
    window.picture("slash").await.unwrap();
    window.keeps_the_rules("the menu of prompts").await;
    window.type_into(MESSAGE, "\u{E007}").await;
    window.type_into("dialog[open] textarea", "a fox").await;
    window
        .type_into("dialog[open] label:nth-of-type(2) textarea", "Rado")
        .await;
    window.picture("variables").await.unwrap();
    window.keeps_the_rules("the variables of a prompt").await;
    window.click("dialog[open] .primary").await;
    let value = format!("document.querySelector(\"{MESSAGE}\").value");
    window
        .is_true(&format!(
            "{value} === 'Tell me a short story about a fox named Rado.'"
        ))
        .await;
    window.type_over(MESSAGE, "/").await;
    window.click(".menu > button").await;
    window.shows("New prompt").await;
    window.keeps_the_rules("the prompts").await;
    window.click("dialog[open] .buttons button").await;
    window.type_into("dialog[open] input", "hi").await;
    window.type_into("dialog[open] textarea", "Hello").await;
    window.click("dialog[open] .primary").await;
    window.shows("/hi").await;
    window.picture("prompts").await.unwrap();
    let file = std::fs::read_to_string(home.path().join("prompts.toml")).unwrap();
    assert!(file.contains("name = \"hi\""), "{file}");
    window
        .click("dialog[open] li:last-child button:last-of-type")
        .await;
    window.shows("“hi” was removed.").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_given_again_in_another_way_and_both_stand_side_by_side() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.send(STORY).await;
    window.rests().await;
    window
        .click("button[aria-label='Answer again with…']")
        .await;
    window
        .is_true("document.querySelectorAll('dialog[open] option').length > 0")
        .await;
    window.type_into("#again-max_tokens", "x\u{E004}").await;
    window.shows("“x” is no number.").await;
    window.type_over("#again-max_tokens", "4\u{E004}").await;
    window.keeps_the_rules("another answer").await;
    window.picture("again").await.unwrap();
    window.click("dialog[open] .primary").await;
    window.shows("cut off").await;
    window.rests().await;
    window
        .click("button[aria-label='Answers side by side']")
        .await;
    window
        .is_true("document.querySelectorAll('dialog[open] li').length === 2")
        .await;
    window.keeps_the_rules("answers side by side").await;
    window.picture("side-by-side").await.unwrap();
    window.click("dialog[open] li .button:enabled").await;
    window.shows("1 of 2").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_has_its_own_instructions() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.click("button[aria-label='This conversation']").await;
    window
        .type_into("dialog[open] textarea", "The user is called Ada.")
        .await;
    window.type_into("#conversation-top_p", "7\u{E004}").await;
    window
        .keeps_the_rules("what is different for a conversation")
        .await;
    window.picture("conversation-settings").await.unwrap();
    window.click("dialog[open] .primary").await;
    window.send("Hello").await;
    window.shows("Top_p is 7; allowed is 0 to 1.").await;
    window
        .is_true(&format!(
            "document.querySelector(\"{MESSAGE}\").value === 'Hello'"
        ))
        .await;
    window.click("button[aria-label='This conversation']").await;
    window.click("dialog[open] .changed button").await;
    window.click("dialog[open] .primary").await;
    window.send("").await;
    window.rests().await;
    window
        .is_true("document.querySelectorAll('article').length === 2")
        .await;
    window
        .click("button[title='Show what the model is sent']")
        .await;
    window.shows("The user is called Ada.").await;
    window.keeps_the_rules("what is sent").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn formulas_tasks_footnotes_code_and_diagrams_are_drawn() {
    let home = tempfile::tempdir().unwrap();
    let text = "Inline $a^2+b^2=c^2$ and a price of $5.\n\n$$\\frac{1}{\\sqrt{2\\pi}}\\int_0^1 x\\,dx$$\n\n\
        - [x] done\n- [ ] open[^1]\n\n[^1]: A note.\n\n[here](https://example.org/a)\n\n\
        ```rust\nfn main() {\n    let x = \"owl\"; // a comment\n}\n```\n\n\
        ```mermaid\nflowchart LR\n  A[Composer] --> B[Engine]\n  B --> C{Done?}\n```\n";
    saved::one(home.path(), "Drawn", &["Show me", text]).await;
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.click("aside .row").await;
    window
        .is_true("document.querySelectorAll('math').length === 2")
        .await;
    window.shows("☑ done").await;
    window.shows("a price of $5.").await;
    window.shows("(example.org)").await;
    window
        .is_true("document.querySelector('pre .keyword')?.textContent === 'fn'")
        .await;
    window.click(".markdown > button").await;
    window
        .is_true("document.querySelector('.markdown figure img')?.naturalWidth > 100")
        .await;
    window.keeps_the_rules("an answer with everything").await;
    window.picture("drawn").await.unwrap();
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_conversation_is_found_and_marked() {
    let home = tempfile::tempdir().unwrap();
    let texts: Vec<String> = (0..400)
        .map(|place| match place {
            7 | 350 => "Here lies the Treasure.".to_owned(),
            _ => format!(
                "Message {place}. {}",
                "The owl watches the harbour. ".repeat(9)
            ),
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    saved::one(home.path(), "Long", &texts).await;
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.click("aside .row").await;
    window.shows("Message 399.").await;
    let drawn = "document.querySelectorAll('article').length";
    window
        .is_true(&format!("{drawn} > 2 && {drawn} < 60"))
        .await;
    window.press_with_control("f").await;
    window.type_into("search input", "treasure").await;
    window.shows("2 of 2").await;
    window.shows("Here lies the Treasure.").await;
    window
        .is_true("CSS.highlights.get('found')?.size === 1")
        .await;
    window.keeps_the_rules("search in a conversation").await;
    window.picture("find").await.unwrap();
    window.type_into("search input", "\u{E007}").await;
    window.shows("1 of 2").await;
    window.shows("Message 6.").await;
    window.type_into("search input", "\u{E00C}").await;
    window.is_true("!document.querySelector('search')").await;
    // Up in the empty composer edits the last message, wherever the view is.
    window.type_into(MESSAGE, "\u{E013}").await;
    window
        .is_true(
            "document.querySelector('article form textarea')?.value.startsWith('Message 398.')",
        )
        .await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_thousands_is_walked_with_the_keyboard_and_its_width_is_remembered() {
    let home = tempfile::tempdir().unwrap();
    saved::many(home.path(), 3000).await;
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window
        .is_true("document.querySelectorAll('aside .row').length > 5")
        .await;
    window
        .is_true("document.querySelectorAll('aside .row').length < 100")
        .await;
    window
        .is_true("document.querySelectorAll('aside .row[tabindex=\"0\"]').length === 1")
        .await;
    window.keeps_the_rules("a long list").await;
    window
        .type_into("aside .row[tabindex='0']", "\u{E010}")
        .await;
    window
        .is_true("document.activeElement?.textContent === 'Conversation 0'")
        .await;
    window
        .type_into("aside .row[tabindex='0']", "\u{E013}")
        .await;
    window
        .is_true("document.activeElement?.textContent === 'Conversation 1'")
        .await;
    window.type_into("[role=separator]", "\u{E014}").await;
    window.type_into("[role=separator]", "\u{E014}").await;
    window
        .is_true("document.querySelector('aside').offsetWidth === 292")
        .await;
    window.close().await;
    let window = driver.open().await;
    window
        .is_true("document.querySelector('aside').offsetWidth === 292")
        .await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn k3_a_second_window_shows_the_same_running_answer() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.send("What is the capital of Peru?").await;
    window.shows("Lima").await;
    window.rests().await;
    window
        .press("aside .current .actions button:nth-of-type(3)")
        .await;
    window.click("dialog[open] button.quiet").await;
    let other = window.other_window().await;
    window.go_to(&other).await;
    window.shows("The capital of Peru is Lima.").await;
    window.is_true("!document.querySelector('aside')").await;
    window.keeps_the_rules("a window of its own").await;
    window.send(STORY).await;
    window
        .is_true("document.querySelectorAll('article').length === 4")
        .await;
    let main = window.other_window().await;
    window.go_to(&main).await;
    window.shows("Once upon a time").await;
    window.rests().await;
    let text = "document.querySelector('article:last-of-type .markdown').textContent";
    let here = window.evaluate(text).await;
    window.go_to(&other).await;
    window.rests().await;
    assert_eq!(window.evaluate(text).await, here);
    assert_ne!(here, Value::Null);
    window.go_to(&main).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quick_question_has_a_window_of_its_own_and_the_next_one_begins_anew() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.press_with_control("k").await;
    window
        .type_into("dialog[open] input", "Quick question\u{E007}")
        .await;
    let quick = window.other_window().await;
    let main = window.own_window().await;
    window.go_to(&quick).await;
    window.shows("Quick question").await;
    window.keeps_the_rules("the quick question").await;
    window.picture("quick").await.unwrap();
    window.send("What is the capital of Peru?").await;
    window.shows("The capital of Peru is Lima.").await;
    window.rests().await;
    window.type_into(MESSAGE, "\u{E00C}").await;
    window.is_true("!document.querySelector('article')").await;
    window.go_to(&main).await;
    window.shows("What is the capital of Peru?").await;
    window.close().await;
}
