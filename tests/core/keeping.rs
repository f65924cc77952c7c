//! Model files on this computer: other programs', split ones, smaller copies, and what using
//! them teaches.

use std::fs;
use std::path::{Path, PathBuf};

use hearth_core::Code;
use hearth_core::models::elsewhere::Places;
use hearth_core::models::keeping::Import;
use hearth_core::models::machine::Fit;
use hearth_support::place;
use hearth_support::weights::{LLAMA_30M, Quantization, write};

use crate::home::Home;

const EMBER: &str = "ember-6m-q8_0";

/// Puts Ember at a place in a user's home.
fn put(home: &Path, place: &str) -> PathBuf {
    let path = home.join(place);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::copy(place::ember(), &path).unwrap();
    path
}

/// A home in which every program of the field has a model.
fn full_home() -> (tempfile::TempDir, Places) {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    put(at, ".lmstudio/models/someone/tiny-GGUF/tiny-Q8_0.gguf");
    put(at, "data/Jan/data/llamacpp/models/jan-tiny/model.gguf");
    put(at, "data/nomic.ai/GPT4All/gpt4all-tiny.gguf");
    let blob = put(at, ".cache/huggingface/hub/models--a--b/blobs/abc");
    let snapshot = at.join(".cache/huggingface/hub/models--a--b/snapshots/123");
    fs::create_dir_all(&snapshot).unwrap();
    std::os::unix::fs::symlink(blob, snapshot.join("cached.gguf")).unwrap();
    let hash = "a".repeat(64);
    put(at, &format!(".ollama/models/blobs/sha256-{hash}"));
    manifest(at, "registry.ollama.ai/library/llama/3b", &hash);
    manifest(
        at,
        "registry.ollama.ai/me/mine/latest",
        "../../../../etc/passwd",
    );
    fs::write(at.join(".ollama/models/manifests/broken"), "{").unwrap();
    fs::write(at.join("data/nomic.ai/GPT4All/notes.gguf"), "no model").unwrap();
    let places = Places::under(at, &at.join("data"));
    (home, places)
}

fn manifest(home: &Path, place: &str, hash: &str) {
    let path = home.join(".ollama/models/manifests").join(place);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let kind = "application/vnd.ollama.image.model";
    let text = format!(r#"{{"layers": [{{"mediaType": "{kind}", "digest": "sha256:{hash}"}}]}}"#);
    fs::write(path, text).unwrap();
}

#[test]
fn the_models_of_other_programs_are_found_each_once_and_nothing_else_is() {
    let (_home, places) = full_home();
    let found = places.models();
    let names: Vec<(&str, &str)> = found
        .iter()
        .map(|one| (one.program.as_str(), one.name.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("GPT4All", "gpt4all-tiny"),
            ("Hugging Face", "cached"),
            ("Jan", "jan-tiny"),
            ("LM Studio", "tiny-Q8_0"),
            ("Ollama", "llama-3b"),
        ]
    );
    assert!(found.iter().all(|one| one.quantization == "Q8_0"));
    assert!(Places::default().models().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn f29_a_model_of_another_program_answers_where_it_lies_and_stays_there_when_it_is_removed() {
    let (_user, places) = full_home();
    let home = Home::new();
    let models = &home.hearth.models;
    let all = models.elsewhere(&places);
    let ollama = all.iter().find(|one| one.program == "Ollama").unwrap();
    let used = models
        .import(&ollama.path, Import::Link, Some(&ollama.name))
        .await
        .unwrap();
    assert_eq!(used.id, "llama-3b");
    assert_eq!(models.elsewhere(&places).len(), all.len() - 1);
    home.hearth.engines.load("llama-3b").await.unwrap();
    let listed = home.hearth.installed_models().await.unwrap();
    let linked = listed.iter().find(|one| one.id == "llama-3b").unwrap();
    assert_eq!(linked.linked.as_ref(), Some(&ollama.path));
    home.hearth.engines.unload("llama-3b").await.unwrap();
    assert_eq!(
        models.remove("llama-3b", &home.hearth.store).await.unwrap(),
        0
    );
    assert!(ollama.path.exists());
    assert_eq!(models.elsewhere(&places).len(), all.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_vanished_is_shown_with_the_place_where_it_was() {
    let (user, _) = full_home();
    let home = Home::new();
    let path = user.path().join("data/nomic.ai/GPT4All/gpt4all-tiny.gguf");
    home.hearth
        .models
        .import(&path, Import::Link, None)
        .await
        .unwrap();
    fs::remove_file(&path).unwrap();
    let listed = home.hearth.installed_models().await.unwrap();
    let gone = listed.iter().find(|one| one.id == "gpt4all-tiny").unwrap();
    assert!(gone.model.is_none());
    let fault = gone.fault.as_ref().unwrap();
    assert!(
        fault.contains(path.to_str().unwrap()) && fault.contains("not there any more"),
        "{fault}"
    );
    home.hearth.choose_model(EMBER).unwrap();
    home.hearth.remove_model("gpt4all-tiny").await.unwrap();
    assert!(
        home.hearth
            .installed_models()
            .await
            .unwrap()
            .iter()
            .all(|one| one.id == EMBER)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_model_is_one_and_is_brought_in_and_renamed_whole() {
    let home = Home::new();
    let outside = tempfile::tempdir().unwrap();
    let part = |number| {
        outside
            .path()
            .join(format!("big-0000{number}-of-00002.gguf"))
    };
    fs::copy(place::ember(), part(1)).unwrap();
    let models = &home.hearth.models;
    let missing = models
        .import(&part(1), Import::Copy, None)
        .await
        .unwrap_err();
    assert_eq!(missing.code, Code::ModelMissing);
    fs::copy(place::ember(), part(2)).unwrap();
    let brought = models.import(&part(1), Import::Copy, None).await.unwrap();
    let one = fs::metadata(place::ember()).unwrap().len();
    assert!(
        (brought.bytes - 2.0 * one as f64).abs() < 1.0,
        "all parts count"
    );
    let own = || {
        let list = models.list().unwrap();
        let own = list
            .into_iter()
            .filter(|(path, _)| path.starts_with(home.folder.path()));
        own.map(|(path, _)| path.file_name().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(own(), ["big-00001-of-00002.gguf"]);
    models
        .rename("big-00001-of-00002", "huge", &home.hearth.store)
        .await
        .unwrap();
    assert_eq!(own(), ["huge-00001-of-00002.gguf"]);
    assert!(
        home.folder
            .path()
            .join("models/huge-00002-of-00002.gguf")
            .exists()
    );
    let taken = models
        .import(&part(1), Import::Link, Some("huge"))
        .await
        .unwrap_err();
    assert_eq!(taken.code, Code::NameRefused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_answers_takes_its_place_along_and_leaves_it_to_the_built_in_one() {
    let home = Home::new();
    let models = &home.hearth.models;
    models
        .import(&place::ember(), Import::Copy, Some("mine"))
        .await
        .unwrap();
    home.hearth.choose_model("mine").unwrap();
    home.ask(None, "Tell me a story about an owl.")
        .await
        .unwrap();
    home.hearth.chat.finish_background().await;
    let settings = &home.hearth.settings;
    settings
        .set_model_sampling("mine", "top_k", Some("3"))
        .unwrap();
    home.hearth.rename_model("mine", "yours").await.unwrap();
    let own = &home.hearth.settings.get().models;
    assert_eq!(own["yours"].sampling.top_k, Some(3));
    assert!(!own.contains_key("mine"));
    assert_eq!(home.hearth.settings.get().chat.model, "yours");
    let details = home.hearth.model_details("yours").await.unwrap();
    assert!(details.learned.is_some(), "what was learned goes with it");
    // Of a link the link alone goes, for which no trash is needed.
    let link = home.folder.path().join("models/link.gguf");
    std::os::unix::fs::symlink(place::ember(), link).unwrap();
    home.hearth.choose_model("link").unwrap();
    home.hearth.remove_model("link").await.unwrap();
    assert_eq!(home.hearth.settings.get().chat.model, EMBER);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_teaches_what_the_model_takes_and_gives() {
    let home = Home::new();
    let before = home.hearth.model_details(EMBER).await.unwrap();
    assert_eq!(before.learned, None);
    assert!(before.has_template && before.parameters > 1e6);
    home.ask(None, "Tell me a story about an owl.")
        .await
        .unwrap();
    home.hearth.chat.finish_background().await;
    let learned = home
        .hearth
        .model_details(EMBER)
        .await
        .unwrap()
        .learned
        .unwrap();
    assert_eq!(learned.answers, 1);
    assert!(learned.speed > 1.0 && learned.memory > 1e6, "{learned:?}");
    let listed = home.hearth.installed_models().await.unwrap();
    let expected = listed[0].expected.clone().unwrap();
    assert!(expected.seen && expected.fit == Fit::Fits, "{expected:?}");
    assert!((expected.memory - learned.memory).abs() < 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smaller_copy_is_made_beside_the_model_and_can_be_loaded() {
    let home = Home::new();
    let random = home.folder.path().join("models/random-Q8_0.gguf");
    write(&random, LLAMA_30M, Quantization::Q8_0);
    let details = home.hearth.model_details("random-Q8_0").await.unwrap();
    let offered = details
        .smaller
        .iter()
        .find(|one| one.weights == "Q4_K_M")
        .unwrap();
    let copy = home
        .hearth
        .requantize("random-Q8_0", "q4_k_m", |_| {})
        .await
        .unwrap();
    assert_eq!(copy.id, "random-Q4_K_M");
    let before = fs::metadata(&random).unwrap().len() as f64;
    assert!(copy.bytes < 0.7 * before, "{} of {before}", copy.bytes);
    assert!(
        (copy.bytes / offered.bytes - 1.0).abs() < 0.25,
        "{} instead of {}",
        copy.bytes,
        offered.bytes
    );
    home.hearth.engines.load("random-Q4_K_M").await.unwrap();
    let again = home
        .hearth
        .requantize("random-Q8_0", "Q4_K_M", |_| {})
        .await
        .unwrap_err();
    assert_eq!(again.code, Code::NameRefused);
    let unknown = home
        .hearth
        .requantize("random-Q8_0", "Q1", |_| {})
        .await
        .unwrap_err();
    assert_eq!(unknown.code, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_given_up_leaves_nothing() {
    let home = Home::new();
    let random = home.folder.path().join("models/random.gguf");
    write(&random, LLAMA_30M, Quantization::Q8_0);
    let told = tokio::sync::Notify::new();
    tokio::select! {
        copy = home.hearth.requantize("random", "Q6_K", |_| told.notify_one()) => panic!("{copy:?}"),
        () = told.notified() => {}
    }
    let left = |folder: &str| {
        fs::read_dir(home.folder.path().join(folder))
            .unwrap()
            .count()
    };
    assert_eq!((left("models"), left("downloads")), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn f27_a_models_folder_that_is_gone_is_named_and_the_built_in_model_answers() {
    let home = Home::new();
    let models = home.folder.path().join("models");
    fs::remove_dir(&models).unwrap();
    let shown = home.hearth.installed_models().await.unwrap();
    let fault = shown.iter().find_map(|one| one.fault.as_ref()).unwrap();
    assert!(fault.contains(models.to_str().unwrap()), "{fault}");
    assert!(
        shown
            .iter()
            .any(|one| one.id == EMBER && one.model.is_some())
    );
    home.ask(None, "Hello").await.unwrap();
    // The folder is a link to a drive that is not connected: Hearth starts all the same.
    std::os::unix::fs::symlink("/nowhere/at/all", &models).unwrap();
    let home = home.reopened();
    home.ask(None, "Hello").await.unwrap();
    let brought = home
        .hearth
        .models
        .import(&place::ember(), Import::Copy, None)
        .await;
    let error = brought.unwrap_err();
    assert!(
        !error.message.is_empty() && error.code != Code::Internal,
        "{error}"
    );
}
