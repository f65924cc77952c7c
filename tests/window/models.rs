//! Models found, downloaded, used and removed in the window, from a hub on this computer.

use std::time::Duration;

use hearth_support::hub::{Hub, Manners};
use hearth_support::place;

use crate::driver::{Driver, MESSAGE};

const FILE: &str = "someone/small-gguf/small-Q8_0.gguf";

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_found_downloaded_and_answers() {
    let hub = Hub::start();
    hub.put(FILE, std::fs::read(place::ember()).unwrap());
    let home = tempfile::tempdir().unwrap();
    let settings = format!("[hub]\nendpoint = {:?}\n", hub.endpoint);
    std::fs::write(home.path().join("config.toml"), settings).unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.click("nav button[aria-label='Models']").await;
    window.shows("On this computer").await;
    window.shows("tokens/s").await;
    window.keeps_the_rules("the models").await;
    window.picture("models").await.unwrap();

    window
        .type_into(
            "input[type=search][aria-label^='Search the hub']",
            "small\u{E007}",
        )
        .await;
    window.shows("someone/small-gguf").await;
    window.click("details summary").await;
    window.shows("Q8_0").await;
    hub.behave(Manners {
        slow: Some(Duration::from_millis(60)),
        ..Manners::default()
    });
    window
        .press("button[aria-label='Download small-Q8_0']")
        .await;
    window.find("progress").await;
    window.click("button[aria-label^='Pause']").await;
    window.shows("Paused").await;
    window.keeps_the_rules("a download").await;
    window.picture("download").await.unwrap();
    hub.behave(Manners::default());
    window.click("button[aria-label^='Go on']").await;
    window.shows("“small-Q8_0.gguf” is here.").await;
    window
        .press("button[aria-label='Check “small-Q8_0” for damage']")
        .await;
    window
        .shows("“small-Q8_0” is the file that was downloaded.")
        .await;
    window
        .is_true("[...document.querySelectorAll('.cards .primary')].length > 0")
        .await;
    window.press(".cards .primary").await;
    window
        .is_true("document.querySelectorAll('.cards .badge').length === 1")
        .await;
    window.picture("installed").await.unwrap();
    window.click("nav button[aria-label='Chat']").await;
    window.send("What is the capital of Peru?").await;
    window.shows("Lima").await;
    window.rests().await;
    window.shows("small-Q8_0").await;
    assert_eq!(
        window
            .evaluate(&format!("document.querySelector(\"{MESSAGE}\").value"))
            .await,
        ""
    );
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_screen_suggests_a_model_for_this_computer_and_gets_it() {
    let hub = Hub::start();
    for one in hearth_core::models::suggestion::all().unwrap() {
        let name = one
            .repository
            .trim_end_matches("-GGUF")
            .rsplit('/')
            .next()
            .unwrap();
        let path = format!("{}/{name}-{}.gguf", one.repository, one.quantization);
        hub.put(&path, std::fs::read(place::ember()).unwrap());
    }
    let home = tempfile::tempdir().unwrap();
    let settings = format!("[hub]\nendpoint = {:?}\n", hub.endpoint);
    std::fs::write(home.path().join("config.toml"), settings).unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.shows("We suggest Qwen3").await;
    window.shows("tokens/s here").await;
    window.keeps_the_rules("the first screen").await;
    window.picture("first-screen").await.unwrap();
    window
        .press("section[aria-label='A better model for this computer'] .primary")
        .await;
    window.shows(".gguf” is here.").await;
    window.shows("Use for answers").await;
    window.click("nav button[aria-label='Chat']").await;
    window
        .is_true("!document.body.textContent.includes('We suggest Qwen3')")
        .await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_of_another_program_is_used_where_it_lies_and_its_page_tells_all_of_it() {
    let home = tempfile::tempdir().unwrap();
    let snapshot = home.path().join("elsewhere/models--a--b/snapshots/1");
    std::fs::create_dir_all(&snapshot).unwrap();
    std::fs::copy(place::ember(), snapshot.join("tiny-elsewhere.gguf")).unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    window.click("nav button[aria-label='Models']").await;
    window.shows("From other programs").await;
    window
        .press("button[aria-label='Use “tiny-elsewhere” here']")
        .await;
    window.shows("can be used here now").await;
    window.shows("The file stays where it is").await;
    window
        .press("button[aria-label='Details of “tiny-elsewhere”']")
        .await;
    window.shows("million parameters").await;
    window.shows("Nothing yet: it has not answered here.").await;
    window.keeps_the_rules("a model's page").await;
    window.picture("model-page").await.unwrap();
    let backspaces = "\u{E003}".repeat("tiny-elsewhere".len());
    window
        .type_into("dialog input", &format!("{backspaces}renamed\u{E007}"))
        .await;
    window
        .find("button[aria-label='Details of “renamed”']")
        .await;
    window.close().await;
}
