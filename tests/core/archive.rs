//! Full backups: everything comes back, in parts as well; nothing is lost that is replaced; and a
//! damaged archive changes nothing.

use std::path::Path;

use hearth_core::archive::{BackupPart, look};
use hearth_core::prompts::Prompt;
use hearth_core::{Code, Hearth};

use crate::home::Home;

fn prompt(text: &str) -> Prompt {
    Prompt {
        name: "mine".into(),
        text: text.into(),
        category: String::new(),
    }
}

/// Starts again until a database was exchanged: what the last start left may hold it a moment.
fn exchanged(mut home: Home, kept: usize) -> Home {
    for _ in 0..200 {
        home = home.started_again();
        if kept_databases(home.folder.path()) == kept {
            break;
        }
    }
    home
}

/// A home with something of everything.
async fn lived_in() -> Home {
    let home = Home::new();
    home.ask(None, "My name is Käthe.").await.unwrap();
    home.hearth
        .settings
        .set("window.theme", Some("dark"))
        .unwrap();
    home.hearth.prompts.save(prompt("Mine."), None).unwrap();
    home.hearth.settings.set("engine.slots", Some("2")).unwrap();
    home.hearth.profiles.save("at night").unwrap();
    home
}

async fn titles(hearth: &Hearth) -> Vec<String> {
    let listed = hearth.store.conversations().await.unwrap();
    listed.into_iter().map(|one| one.title).collect()
}

fn kept_databases(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder.join("backups")).unwrap().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names
        .filter(|name| name.starts_with("data-replaced-"))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_back_on_another_computer_and_what_it_replaces_is_kept() {
    let home = lived_in().await;
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("all.zip");
    let manifest = home.hearth.back_up(&file).await.unwrap();
    assert_eq!(look(&file).unwrap(), manifest);
    let all = [
        BackupPart::Settings,
        BackupPart::Prompts,
        BackupPart::Profiles,
        BackupPart::Conversations,
    ];
    assert_eq!(manifest.parts(), all);
    let left = std::fs::read_dir(place.path()).unwrap().count();
    assert_eq!(left, 1, "nothing but the backup stays beside it");

    let there = Home::new();
    there
        .ask(None, "What is the capital of Peru?")
        .await
        .unwrap();
    there.hearth.chat.finish_background().await;
    let before = titles(&there.hearth).await;
    assert!(there.hearth.restore(&file, &all).unwrap());
    assert_eq!(there.hearth.settings.get().engine.slots, 2);
    assert_eq!(
        there.hearth.prompts.list().unwrap().last(),
        Some(&prompt("Mine."))
    );
    assert!(
        there
            .hearth
            .profiles
            .list()
            .unwrap()
            .iter()
            .any(|one| one.name == "at night")
    );
    assert_eq!(titles(&there.hearth).await, before, "until the next start");
    let there = exchanged(there, 1);
    assert_eq!(titles(&there.hearth).await, titles(&home.hearth).await);
    assert!(there.hearth.store.check().await.unwrap().is_empty());
    assert_eq!(kept_databases(there.folder.path()), 1);
    // What the settings were before is a state of them.
    let states = there.hearth.settings.states().unwrap();
    there.hearth.settings.restore(&states[1].id).unwrap();
    assert_eq!(there.hearth.settings.get().engine.slots, 4);
    // Replaced again within the second, each is kept.
    there
        .hearth
        .restore(&file, &[BackupPart::Conversations])
        .unwrap();
    let there = exchanged(there, 2);
    assert_eq!(kept_databases(there.folder.path()), 2);
    // Nothing waits any more.
    let there = there.started_again();
    assert_eq!(kept_databases(there.folder.path()), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_comes_back_alone_and_a_profile_of_the_same_name_stays() {
    let home = lived_in().await;
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("all.zip");
    home.hearth.back_up(&file).await.unwrap();
    let there = Home::new();
    there.hearth.profiles.save("at night").unwrap();
    assert!(
        !there
            .hearth
            .restore(&file, &[BackupPart::Profiles])
            .unwrap()
    );
    assert!(
        !there
            .hearth
            .restore(&file, &[BackupPart::Profiles])
            .unwrap()
    );
    let own = there.hearth.profiles.list().unwrap();
    let own: Vec<String> = own
        .into_iter()
        .filter(|one| one.is_own)
        .map(|one| one.name)
        .collect();
    assert_eq!(own, ["at night", "at night 2"]);
    assert_eq!(there.hearth.settings.get().engine.slots, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_is_refused_wherever_the_damage_is_and_changes_nothing() {
    let home = lived_in().await;
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("all.zip");
    let manifest = home.hearth.back_up(&file).await.unwrap();
    let sound = std::fs::read(&file).unwrap();
    let there = Home::new();
    let settings = std::fs::read(there.hearth.settings.path()).unwrap();
    let (mut refused, mut harmless) = (0, 0);
    for step in 0..200 {
        let mut bytes = sound.clone();
        let at = sound.len() * step / 200;
        if step % 4 == 0 {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 0x55;
        }
        std::fs::write(&file, &bytes).unwrap();
        match look(&file) {
            Err(error) => {
                assert_eq!(error.code, Code::FileUnreadable, "{error}");
                refused += 1;
            }
            // Some bytes of a ZIP file, such as a file's time, say nothing about its contents.
            Ok(found) => {
                assert_eq!(found, manifest);
                harmless += 1;
            }
        }
    }
    assert!(refused > 150, "{refused} refused, {harmless} harmless");
    std::fs::write(&file, &sound[..sound.len() / 2]).unwrap();
    let parts = [BackupPart::Settings, BackupPart::Conversations];
    assert!(there.hearth.restore(&file, &parts).is_err());
    assert_eq!(
        std::fs::read(there.hearth.settings.path()).unwrap(),
        settings
    );
    assert_eq!(kept_databases(there.started_again().folder.path()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_ends_between_the_two_steps_of_the_exchange_loses_neither_database() {
    let home = lived_in().await;
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("all.zip");
    home.hearth.back_up(&file).await.unwrap();
    let there = Home::new();
    there
        .hearth
        .restore(&file, &[BackupPart::Conversations])
        .unwrap();
    let (folder, root) = (there.folder, there.hearth.folder.root().to_path_buf());
    drop(there.hearth);
    // As after the first step.
    std::fs::rename(
        root.join("data.db"),
        root.join("backups/data-replaced-x.db"),
    )
    .unwrap();
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(root.join(format!("data.db{end}")));
    }
    let again = Home::on(folder);
    assert_eq!(titles(&again.hearth).await, titles(&home.hearth).await);
    assert_eq!(kept_databases(&root), 1);
}
