//! What a person does with the window.

use serde_json::Value;

use hearth_support::place;

use crate::driver::{Driver, MESSAGE};

const STORY: &str = "Tell me a long story about an owl named Bibo.";

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_streams_and_is_there_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.shows("What shall we talk about?").await;
    window.picture("empty-light").await.unwrap();
    window.send("What is the capital of France?").await;
    window.shows("The capital of France is Paris.").await;
    window.send(STORY).await;
    window.shows("Once upon a time").await;
    window.rests().await;
    window.shows("tokens/s").await;
    window.send("Write hello world in Rust.").await;
    window.shows("println!").await;
    window.rests().await;
    window.picture("chat-light").await.unwrap();
    window.click("nav button[aria-label^='Colours']").await;
    window.click("nav button[aria-label^='Colours']").await;
    window
        .is_true("document.documentElement.dataset.theme === 'dark'")
        .await;
    window.picture("chat-dark").await.unwrap();
    window.close().await;

    let window = driver.open().await;
    window
        .is_true("document.documentElement.dataset.theme === 'dark'")
        .await;
    window.click("aside .row").await;
    window.shows("The capital of France is Paris.").await;
    window.shows("Once upon a time").await;
    window.send("What is the capital of Peru?").await;
    window.shows("Lima").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_reaches_everything() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.send("What is the capital of Peru?").await;
    window.shows("The capital of Peru is Lima.").await;
    window.rests().await;
    // Ctrl+N leaves the conversation, the palette finds it again by its title.
    window.press_with_control("n").await;
    window.shows("What shall we talk about?").await;
    window.press_with_control("k").await;
    window
        .type_into("dialog[open] input", "capital peru\u{E007}")
        .await;
    window.shows("The capital of Peru is Lima.").await;
    window.press_with_control("/").await;
    window.shows("Keyboard shortcuts").await;
    window.type_into("dialog[open]", "\u{E00C}").await;
    window
        .is_true("!document.querySelector('dialog[open]')")
        .await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_shows_what_it_does_and_remembers_how_it_answers() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.click("nav .model").await;
    window.shows("Not in memory").await;
    window.click("dialog[open] .primary").await;
    window.shows("Ready").await;
    window.shows("tokens of context").await;
    window.type_into("#sampling-temperature", "9\u{E004}").await;
    window
        .shows("Temperature is “9”; allowed is a number from 0 to 5.")
        .await;
    window.picture("model-refusal").await.unwrap();
    window
        .type_into("#sampling-temperature", "\u{E003}0.5\u{E004}")
        .await;
    window
        .is_true("document.querySelector('#sampling-temperature').getAttribute('aria-invalid') === 'false'")
        .await;
    let config = std::fs::read_to_string(home.path().join("config.toml")).unwrap();
    assert!(config.contains("temperature = 0.5"), "{config}");
    window.picture("model-light").await.unwrap();
    // Another process sees what is loaded here, and can have it unloaded.
    let hearth = |arguments: &[&str]| {
        let mut command = std::process::Command::new(place::binary("hearth"));
        command.args(arguments).env("HEARTH_HOME", home.path());
        command.output().unwrap()
    };
    let seen = hearth(&["models", "ps", "--json"]);
    let seen: Value = serde_json::from_slice(&seen.stdout).unwrap();
    let engines = seen
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["window"] == true);
    assert_eq!(
        engines.unwrap()["engines"][0]["state"]["type"],
        "ready",
        "{seen}"
    );
    assert!(
        hearth(&["models", "unload", "ember-6m-q8_0"])
            .status
            .success()
    );
    window.shows("Not in memory").await;
    let again = hearth(&["models", "unload", "ember-6m-q8_0"]);
    assert_eq!(
        again.status.code(),
        Some(1),
        "there is nothing to unload any more"
    );
    assert!(
        hearth(&["models", "load", "ember-6m-q8_0"])
            .status
            .success()
    );
    window.shows("Ready").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_edited_and_arrows_lead_back_to_the_old_version() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.send("What is the capital of Peru?").await;
    window.shows("The capital of Peru is Lima.").await;
    window.rests().await;
    window
        .click("article[data-message] button[aria-label='Edit']")
        .await;
    // Ctrl+A, then the new text and Enter.
    window
        .type_over(
            "article form textarea",
            "What is the capital of Norway?\u{E007}",
        )
        .await;
    window.shows("The capital of Norway is Oslo.").await;
    window.rests().await;
    window.shows("2 of 2").await;
    window.picture("branches").await.unwrap();
    window.click("button[aria-label='Earlier version']").await;
    window.shows("The capital of Peru is Lima.").await;
    window.shows("1 of 2").await;
    window.click("button[aria-label='Branch from here']").await;
    window
        .shows("A new conversation with the same history.")
        .await;
    window.send("What is 3 + 4?").await;
    window.shows("7").await;
    window.rests().await;
    // What the model is sent for the next message, counted by the engine.
    window.type_into(MESSAGE, "And 5 + 6?").await;
    window
        .click("button[title='Show what the model is sent']")
        .await;
    window.shows("of 512 tokens for Ember 6M.").await;
    window
        .is_true("document.querySelectorAll('dialog[open] li').length === 5")
        .await;
    window.picture("context").await.unwrap();
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_found_labelled_and_deleted_for_good() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.send("What is the capital of Peru?").await;
    window.shows("The capital of Peru is Lima.").await;
    window.rests().await;
    window.press_with_control("n").await;
    window.send("What is the capital of Norway?").await;
    window.shows("Oslo").await;
    window.rests().await;
    window.type_into("aside input[type='search']", "lima").await;
    window.shows("In messages").await;
    window
        .is_true("document.querySelector('aside mark')?.textContent === 'Lima'")
        .await;
    window.picture("search").await.unwrap();
    window.click("aside .hit").await;
    window
        .is_true("document.querySelector('main').textContent.includes('Peru is Lima')")
        .await;
    window
        .type_over("aside input[type='search']", "\u{E003}")
        .await;
    // F2 on a row opens what orders it.
    window.type_into("aside .current .row", "\u{E032}").await;
    window
        .type_over("dialog[open] input", "Capitals\u{E007}")
        .await;
    window
        .is_true("document.querySelector('aside .current .row').textContent === 'Capitals'")
        .await;
    window.type_into("aside .current .row", "\u{E017}").await;
    window.shows("“Capitals” was deleted.").await;
    window.click("aside footer button:nth-of-type(2)").await;
    window
        .is_true("document.querySelector('dialog[open] li')?.textContent.includes('Capitals')")
        .await;
    window.picture("trash").await.unwrap();
    window.click("dialog[open] li button:nth-of-type(2)").await;
    window.click("dialog[open] .bad").await;
    window.shows("The trash is empty.").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_can_be_undone() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.click("section li:nth-child(2) button").await;
    window.shows("The capital of Peru is Lima.").await;
    window.rests().await;
    window.type_into("aside .row", "\u{E017}").await;
    window.shows("was deleted").await;
    window.shows("What shall we talk about?").await;
    window.click(".toast .action").await;
    window.shows("The capital of Peru is Lima.").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_does_not_fit_is_refused_in_its_place_and_can_be_edited() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    let paste = "(() => { const field = document.querySelector('textarea'); \
                 field.value = 'apple '.repeat(700); \
                 field.dispatchEvent(new Event('input', { bubbles: true })); return true; })()";
    assert_eq!(window.evaluate(paste).await, Value::Bool(true));
    window.click("button[aria-label=Send]").await;
    window.shows("The message is too long by").await;
    window.picture("error-light").await.unwrap();
    window.click(".card button").await;
    window
        .is_true("document.querySelector('textarea').value.length === 4200")
        .await;
    window.find(MESSAGE).await.clear().await.unwrap();
    window.send("What is the capital of Peru?").await;
    window.shows("The capital of Peru is Lima.").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_runs_nothing_from_an_answer_and_leads_nowhere() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    // The user's own text is shown as text.
    window.send("<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>").await;
    window.shows("onerror=").await;
    window.rests().await;
    for escape in [
        "(() => { location.href = 'https://example.org/'; return true; })()",
        "(() => { window.open('https://example.org/'); return true; })()",
        "(() => { const a = document.createElement('a'); a.href = 'https://example.org/'; a.target = '_blank'; \
          document.body.append(a); a.click(); return true; })()",
    ] {
        window.evaluate(escape).await;
    }
    window
        .is_true("location.protocol === 'tauri:' && document.title === 'Hearth'")
        .await;
    // Nothing can be planted into every object.
    let planted = "(() => { for (const name of ['planted', 'toString']) { \
        try { Object.prototype[name] = 1; } catch {} \
        try { Object.defineProperty(Object.prototype, name, { value: 1 }); } catch {} \
        try { ({}).__proto__[name] = 1; } catch {} } \
        const own = {}; own.toString = () => 'mine'; \
        return ({}).planted === undefined && `${{}}` === '[object Object]' && `${own}` === 'mine' })()";
    assert_eq!(window.evaluate(planted).await, Value::Bool(true));
    window.shows("onerror=").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_state_of_the_page_breaks_a_rule_of_accessibility() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.keeps_the_rules("an empty chat").await;
    let small = "[...document.querySelectorAll('button')].filter(one => { const box = one.getBoundingClientRect(); \
        return box.width > 0 && (box.width < 28 || box.height < 28); }).length";
    assert_eq!(
        window.evaluate(small).await,
        Value::from(0),
        "targets are at least 28 pixels"
    );
    window.send("What is the capital of Peru?").await;
    window.shows("Lima").await;
    window.rests().await;
    window.keeps_the_rules("a thread").await;
    let spoken = "document.querySelector('[aria-live=polite]').textContent";
    window
        .is_true(&format!(
            "{spoken}.includes('The capital of Peru is Lima.')"
        ))
        .await;
    window.close().await;
}
