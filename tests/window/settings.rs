//! Settings found, changed, reviewed, compared and taken back in the window; and the log.

use std::time::Duration;

use hearth_support::process::becomes_true;

use crate::driver::Driver;

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_found_changed_and_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    let file = home.path().join("config.toml");
    let text = || std::fs::read_to_string(&file).unwrap();
    let becomes = |part: &str| becomes_true(Duration::from_secs(20), || text().contains(part));
    window.click("nav button[aria-label='Settings']").await;
    window.shows("How models are run").await;
    window.keeps_the_rules("the settings").await;
    window.picture("settings").await.unwrap();

    window
        .type_into(
            "input[aria-label='Search the settings']",
            "share the context",
        )
        .await;
    window
        .is_true("document.querySelectorAll('#settings-view .field').length === 1")
        .await;
    window
        .type_over("input[id='setting-engine.slots']", "2\u{E007}")
        .await;
    window.shows("changed").await;
    assert!(becomes("slots = 2\n"));
    window
        .type_over("input[id='setting-engine.slots']", "900\u{E007}")
        .await;
    window.shows("allowed is a whole number from 1 to 64").await;
    window.keeps_the_rules("a refused setting").await;
    window.picture("settings-refused").await.unwrap();
    assert!(becomes("slots = 2\n"));
    window
        .press("#settings-view .field button[aria-label^='Requests at once']")
        .await;
    window
        .is_true("document.querySelectorAll('#settings-view .field.changed, #settings-view [role=alert]').length === 0")
        .await;
    assert!(becomes("slots = 4\n"));

    // A change from elsewhere is there at once, and the window takes the colour.
    std::fs::write(
        &file,
        text().replace("theme = \"system\"", "theme = \"dark\""),
    )
    .unwrap();
    window
        .is_true("document.documentElement.dataset.theme === 'dark'")
        .await;

    window.click("#settings-backups").await;
    window.shows("changed by another program").await;
    window.keeps_the_rules("the earlier states").await;
    window.picture("settings-backups").await.unwrap();
    window
        .press("ol li:last-child button[aria-label^='Compare']")
        .await;
    window.shows("window.theme").await;
    window.keeps_the_rules("a comparison").await;
    window.picture("settings-compared").await.unwrap();
    window
        .press("button[aria-label='Take back window.theme']")
        .await;
    window.shows("Taken back: window.theme.").await;
    assert!(becomes("theme = \"system\""));

    window.click("#settings-profiles").await;
    window
        .press("button[aria-label='See and apply… Low resource']")
        .await;
    window.shows("What “Low resource” would change").await;
    window.picture("settings-profile").await.unwrap();
    window.press("dialog[open] .primary").await;
    window.shows("“Low resource” was applied.").await;
    assert!(becomes("context = 512\n"));
    window.is_true("[...document.querySelectorAll('button')].some((one) => one.textContent.trim() === 'Undo')").await;
    window.run("[...document.querySelectorAll('button')].findLast((one) => one.textContent.trim() === 'Undo').click()").await;
    assert!(becomes("context = 0\n"));
    window.keeps_the_rules("the profiles").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_checked_while_one_types_and_two_editors_lose_nothing() {
    let home = tempfile::tempdir().unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    let file = home.path().join("config.toml");
    let text = || std::fs::read_to_string(&file).unwrap();
    window.press_with_control(",").await;
    window.click("#settings-file").await;
    window.shows("Everything in it can be used.").await;
    let replace = |from: &str, to: &str| {
        format!(
            "const area = document.querySelector('textarea[aria-label=\"Text of the settings file\"]');
             area.value = area.value.replace({from:?}, {to:?});
             area.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        )
    };
    window.run(&replace("slots = 4", "slots = 900")).await;
    window
        .shows("engine.slots is 900; allowed is a whole number from 1 to 64.")
        .await;
    window.keeps_the_rules("a file with a fault").await;
    window.picture("settings-file").await.unwrap();
    window
        .is_true("document.querySelector('section .primary').disabled")
        .await;
    window.run(&replace("slots = 900", "slots = 3")).await;
    window.shows("Everything in it can be used.").await;
    // Another program writes meanwhile.
    let theirs = text().replace("threads = 0", "threads = 2");
    std::fs::write(&file, &theirs).unwrap();
    window.shows("The file was changed elsewhere").await;
    window.picture("settings-conflict").await.unwrap();
    assert_eq!(text(), theirs);
    window.press("section .primary").await;
    window.shows("engine.threads").await;
    window.shows("engine.slots").await;
    window.press("dialog[open] .primary").await;
    window.shows("The settings were saved.").await;
    assert!(text().contains("slots = 3\n") && text().contains("threads = 0\n"));
    // What was theirs is a state of the file.
    window.click("#settings-backups").await;
    window.shows("changed by another program").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_is_told_and_the_log_is_read_and_copied() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(
        home.path().join("config.toml"),
        "[engine]\nslots = 0\n[log]\nlevel = \"debug\"\n",
    )
    .unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.shows("line 2, column 9, engine.slots: is 0").await;
    window.click("nav button[aria-label='Settings']").await;
    window.shows("Not used in the settings file: 1.").await;
    window.click("nav button[aria-label='Logs']").await;
    window.shows("the page is there").await;
    window.keeps_the_rules("the log").await;
    window.picture("logs").await.unwrap();
    window
        .type_into("input[aria-label='Search the log']", "nothing has this")
        .await;
    window.shows("Nothing of the kind was noted.").await;
    window.close().await;
}
