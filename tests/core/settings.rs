//! The settings file on a real disk: what is wrong in it, what others do to it, what was saved,
//! and every state that it has been in.

use std::path::PathBuf;
use std::time::Duration;

use hearth_core::Code;
use hearth_core::chat::Send;
use hearth_core::config::{Config, Settings, Theme};
use hearth_protocol::Role;
use hearth_support::process::becomes_true;
use tempfile::TempDir;

use crate::home::Home;

/// A settings file in a folder of its own.
pub(crate) struct Place {
    folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        Self { folder, path }
    }

    pub(crate) fn with(text: impl AsRef<[u8]>) -> Self {
        let place = Self::new();
        place.write(text);
        place
    }

    pub(crate) fn open(&self) -> Settings {
        Settings::open(self.path.clone())
    }

    fn write(&self, text: impl AsRef<[u8]>) {
        std::fs::write(&self.path, text).unwrap();
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(std::fs::read(&self.path).unwrap()).unwrap()
    }
}

#[test]
fn the_first_start_writes_the_file_with_every_setting_explained() {
    let place = Place::new();
    let settings = place.open();
    assert_eq!(settings.fault(), None);
    assert_eq!(*settings.get(), Config::default());
    for section in Settings::sections() {
        for field in section
            .fields
            .iter()
            .filter(|field| !field.key.contains('*'))
        {
            let name = field.key.rsplit('.').next().unwrap();
            assert!(
                place.text().contains(&format!("{name} = ")),
                "{}",
                field.key
            );
        }
    }
    assert_eq!(settings.states().unwrap().len(), 1);
}

#[test]
fn f33_a_wrong_value_is_told_and_stays_in_the_file_whatever_else_is_changed() {
    let place = Place::with("[window]\ntheme = \"pink\" # mine\n[engine]\nslots = 2\n");
    let settings = place.open();
    assert_eq!(settings.get().engine.slots, 2);
    let fault = settings.fault().unwrap();
    assert_eq!(fault.code, Code::BadSetting);
    assert!(
        fault.message.contains("line 2, column 9, window.theme"),
        "{fault}"
    );
    settings.set("engine.slots", Some("3")).unwrap();
    assert_eq!(
        place.text(),
        "[window]\ntheme = \"pink\" # mine\n[engine]\nslots = 3\n"
    );
    assert!(settings.fault().is_some());
    settings.set("window.theme", Some("dark")).unwrap();
    assert_eq!(settings.fault(), None);
    assert_eq!(settings.get().window.theme, Theme::Dark);
}

#[test]
fn a_value_that_is_not_allowed_changes_nothing_and_says_what_is() {
    let place = Place::new();
    let settings = place.open();
    let before = place.text();
    for (key, typed, refusal) in [
        (
            "engine.slots",
            "0",
            "Slots is “0”; allowed is a whole number from 1 to 64.",
        ),
        (
            "engine.slots",
            "many",
            "Slots is “many”; allowed is a whole number from 1 to 64.",
        ),
        (
            "sampling.top_p",
            "NaN",
            "Top_p is “NaN”; allowed is a number from 0 to 1.",
        ),
        (
            "sampling.temperature",
            "1e999",
            "Temperature is “1e999”; allowed is a number from 0 to 5.",
        ),
        (
            "engine.mmap",
            "yes",
            "Mmap is “yes”; allowed is true or false.",
        ),
        (
            "window.theme",
            "pink",
            "Theme is “pink”; allowed is \"system\", \"light\", \"dark\".",
        ),
        (
            "models.\"a b\".sampling.top_k",
            "-1",
            "Top_k is “-1”; allowed is a whole number from 0 to 1000000.",
        ),
    ] {
        let error = settings.set(key, Some(typed)).unwrap_err();
        assert_eq!(
            (error.code, error.message.as_str()),
            (Code::BadSetting, refusal)
        );
    }
    assert_eq!(
        settings.set("engine.cores", Some("1")).unwrap_err().code,
        Code::NotFound
    );
    assert_eq!(
        settings.set("engine", Some("1")).unwrap_err().code,
        Code::BadSetting
    );
    assert_eq!(place.text(), before);
    for typed in ["[\"a\", \"b\"]", "a\nb"] {
        settings.set("hub.hosts", Some(typed)).unwrap();
        assert_eq!(settings.get().hub.hosts, ["a", "b"]);
    }
    assert!(settings.set("hub.hosts", Some("[1, 2]")).is_err());
    settings.set("hub.hosts", None).unwrap();
    // A comma is a point for many.
    settings.set("sampling.temperature", Some(" 1,2 ")).unwrap();
    assert_eq!(settings.get().sampling.temperature, Some(1.2));
    assert_eq!(
        place.open().get().sampling.temperature,
        Some(1.2),
        "also after a restart"
    );
    settings.set("sampling.temperature", None).unwrap();
    assert_eq!(place.text(), before);
}

#[test]
fn f35_an_empty_file_is_set_aside_and_the_newest_state_comes_back() {
    for lost in [vec![], vec![0; 4096]] {
        let place = Place::new();
        place.open().set("engine.slots", Some("7")).unwrap();
        let before = place.text();
        place.write(&lost);
        let settings = place.open();
        assert_eq!(settings.get().engine.slots, 7);
        assert_eq!(place.text(), before);
        assert!(settings.fault().unwrap().message.contains("power cut"));
        let aside = std::fs::read_dir(place.folder.path()).unwrap().flatten();
        let aside: Vec<_> = aside
            .filter(|entry| entry.file_name().to_string_lossy().contains(".corrupt-"))
            .collect();
        assert_eq!(aside.len(), 1);
        assert_eq!(std::fs::read(aside[0].path()).unwrap(), lost);
    }
}

#[test]
fn f35_a_file_that_cannot_be_read_is_left_alone_and_its_newest_good_state_stands_in() {
    let place = Place::new();
    place.open().set("engine.slots", Some("7")).unwrap();
    let half = &place.text()[..place.text().find("slots = ").unwrap() + 7];
    place.write(half);
    let settings = place.open();
    assert_eq!(settings.get().engine.slots, 7);
    let fault = settings.fault().unwrap();
    assert!(
        fault.message.contains("line ") && fault.message.contains("stands in"),
        "{fault}"
    );
    assert_eq!(place.text(), half);
    let refusal = settings.set("engine.slots", Some("8")).unwrap_err();
    assert!(refusal.message.contains("mended first"), "{refusal}");
    assert_eq!(place.text(), half);
    // And the way back is offered.
    let sound = settings.newest_sound().unwrap().unwrap();
    settings.restore(&sound.id).unwrap();
    assert_eq!(settings.fault(), None);
    assert_eq!(place.open().get().engine.slots, 7);
}

#[test]
fn f36_a_file_that_is_deleted_or_read_only_while_it_is_in_use_costs_no_value() {
    let place = Place::new();
    let settings = place.open();
    settings.set("engine.slots", Some("7")).unwrap();
    std::fs::remove_file(&place.path).unwrap();
    settings.reload();
    assert_eq!(settings.get().engine.slots, 7);
    settings.set("engine.slots", Some("8")).unwrap();
    assert_eq!(place.open().get().engine.slots, 8);

    let mut rights = std::fs::metadata(&place.path).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&place.path, rights).unwrap();
    let refusal = settings.set("engine.slots", Some("9")).unwrap_err();
    assert!(refusal.message.contains("read-only"), "{refusal}");
    assert_eq!(settings.get().engine.slots, 8);
}

#[test]
fn paths_that_are_relative_begin_where_the_settings_lie() {
    let place = Place::with(
        "[chat]\nmodel = \"mine/a.gguf\"\n[models.x.engine]\nlora = \"b.gguf\"\ndraft = \"c.gguf\"\n",
    );
    let root = place.path.parent().unwrap();
    std::fs::create_dir(root.join("mine")).unwrap();
    std::fs::write(root.join("mine/a.gguf"), "").unwrap();
    std::fs::write(root.join("b.gguf"), "").unwrap();
    let config = place.open().get();
    assert_eq!(
        config.chat.model,
        root.join("mine/a.gguf").to_str().unwrap()
    );
    let engine = &config.models["x"].engine;
    assert_eq!(engine.lora.as_deref(), Some(root.join("b.gguf").as_path()));
    assert_eq!(
        engine.draft.as_deref(),
        Some(std::path::Path::new("c.gguf"))
    );
}

#[test]
fn f36_a_file_that_is_emptied_while_it_is_in_use_changes_nothing() {
    let place = Place::new();
    let settings = place.open();
    settings.set("engine.slots", Some("7")).unwrap();
    let states = settings.states().unwrap().len();
    place.write("");
    settings.reload();
    assert_eq!(settings.get().engine.slots, 7);
    assert!(settings.fault().unwrap().message.contains("is empty"));
    assert_eq!(settings.states().unwrap().len(), states);
    place.write("[engine]\nslots = 8\n");
    settings.reload();
    assert_eq!(settings.get().engine.slots, 8);
    assert_eq!(settings.fault(), None);
}

#[test]
fn more_states_than_the_default_are_kept_where_that_is_set() {
    let place = Place::with("[backups]\nkeep = 2000\n");
    let settings = place.open();
    for round in 0..1_200 {
        settings.set("hub.limit", Some(&round.to_string())).unwrap();
    }
    drop(settings);
    // Looked at before it is read how many are wanted, also by the safe mode.
    place.write(place.text() + "# changed while nobody looked\n");
    let count = place.open().states().unwrap().len();
    assert!(count > 1_200, "{count}");
    let safe = Settings::open_safely(place.path.clone());
    safe.set("hub.limit", Some("3")).unwrap();
    assert!(safe.states().unwrap().len() > count);
    safe.set("backups.keep", Some("10")).unwrap();
    safe.set("hub.limit", Some("4")).unwrap();
    assert!(safe.states().unwrap().len() <= 11);
}

#[cfg(unix)]
#[test]
fn f37_a_link_that_leads_nowhere_just_now_stays_a_link() {
    let place = Place::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let real = elsewhere.path().join("drive/hearth.toml");
    std::os::unix::fs::symlink(&real, &place.path).unwrap();
    let settings = place.open();
    assert!(settings.fault().unwrap().message.contains("not there"));
    assert!(settings.set("engine.slots", Some("3")).is_err());
    assert!(place.path.is_symlink() && !place.path.exists());
    std::fs::create_dir(real.parent().unwrap()).unwrap();
    std::fs::write(&real, "[engine]\nslots = 5\n").unwrap();
    settings.reload();
    assert_eq!(settings.get().engine.slots, 5);
}

#[test]
fn f36_two_editors_at_once_lose_nobodys_change_silently() {
    let place = Place::new();
    let settings = place.open();
    let mine = settings.shown();
    let others = place.text().replace("slots = 4", "slots = 5");
    place.write(&others);
    let edited = mine.text.replace("theme = \"system\"", "theme = \"dark\"");
    let refusal = settings.save_text(&edited, &mine.hash).unwrap_err();
    assert_eq!(refusal.code, Code::Conflict);
    assert_eq!(place.text(), others);
    // A form changes its own value in the file as it is, not as it was.
    settings.set("window.theme", Some("dark")).unwrap();
    assert!(place.text().contains("slots = 5") && place.text().contains("theme = \"dark\""));
    let now = settings.shown();
    settings.save_text(&edited, &now.hash).unwrap();
    assert_eq!(place.text(), edited);
    // What was there in between can be had again.
    let texts: Vec<String> = settings
        .states()
        .unwrap()
        .iter()
        .map(|state| settings.compare(&state.id, None).unwrap())
        .flat_map(|found| found.keys.into_iter().map(|change| change.key))
        .collect();
    assert!(texts.contains(&"engine.slots".to_owned()), "{texts:?}");
}

#[test]
fn a_text_with_anything_wrong_is_not_saved_as_a_whole() {
    let place = Place::new();
    let settings = place.open();
    let shown = settings.shown();
    for wrong in ["[chat\n", "[engine]\nslots = 0\n", "a = 1\na = 2\n"] {
        let refusal = settings.save_text(wrong, &shown.hash).unwrap_err();
        assert!(refusal.message.contains("ine "), "{refusal}");
        assert_eq!(place.text(), shown.text);
    }
}

#[cfg(unix)]
#[test]
fn f37_a_link_stays_a_link_and_what_it_leads_to_keeps_its_rights() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let dotfiles = tempfile::tempdir().unwrap();
    let real = dotfiles.path().join("hearth.toml");
    std::fs::write(&real, "# under version control\n[engine]\nslots = 2\n").unwrap();
    std::fs::set_permissions(&real, PermissionsExt::from_mode(0o644)).unwrap();
    std::os::unix::fs::symlink(&real, &place.path).unwrap();
    let settings = place.open();
    settings.set("engine.slots", Some("3")).unwrap();
    assert!(place.path.is_symlink());
    let text = std::fs::read_to_string(&real).unwrap();
    assert_eq!(text, "# under version control\n[engine]\nslots = 3\n");
    assert_eq!(
        std::fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o644
    );
    // A change behind the link is heard as well.
    let _watcher = settings.watch().unwrap();
    std::fs::write(&real, "[engine]\nslots = 9\n").unwrap();
    let is_live = becomes_true(Duration::from_secs(20), || settings.get().engine.slots == 9);
    assert!(is_live);
}

#[test]
fn a_change_made_in_any_editor_is_live_and_a_broken_one_changes_nothing() {
    let place = Place::new();
    let settings = place.open();
    let _watcher = settings.watch().unwrap();
    let in_use = |slots| {
        becomes_true(Duration::from_secs(20), || {
            settings.get().engine.slots == slots
        })
    };
    place.write("[engine]\nslots = 5\n");
    assert!(in_use(5));
    place.write("[engine\nslots = 6\n");
    assert!(becomes_true(Duration::from_secs(20), || settings
        .fault()
        .is_some()));
    assert!(
        settings
            .fault()
            .unwrap()
            .message
            .contains("stay as they were")
    );
    assert_eq!(settings.get().engine.slots, 5);
    place.write("[engine]\nslots = 7\n");
    assert!(in_use(7));
    assert_eq!(settings.fault(), None);
    // Another process is only another writer.
    place.open().set("engine.slots", Some("8")).unwrap();
    assert!(in_use(8));
}

#[test]
fn every_state_comes_back_byte_for_byte_and_going_back_can_be_taken_back() {
    let place = Place::with("\u{FEFF}# first\r\n[engine]\r\nslots = 1\r\n");
    let mut contents = vec![place.text()];
    let settings = place.open();
    for slots in 2..6 {
        settings
            .set("engine.slots", Some(&slots.to_string()))
            .unwrap();
        contents.push(place.text());
    }
    settings.keep(Some("before the journey".into())).unwrap();
    let states = settings.states().unwrap();
    assert_eq!(states[0].note.as_deref(), Some("before the journey"));
    for (state, content) in states[1..].iter().rev().zip(&contents) {
        settings.restore(&state.id).unwrap();
        assert_eq!(&place.text(), content);
    }
    let newest = settings.states().unwrap();
    assert!(
        newest.len() > states.len(),
        "each return is a state as well"
    );
    settings.restore(&newest[1].id).unwrap();
    assert_eq!(&place.text(), &contents[3]);
}

#[test]
fn single_settings_come_back_and_the_rest_stays() {
    let place = Place::with("# mine\n[engine]\nslots = 2\nthreads = 1\n");
    let settings = place.open();
    let first = settings.states().unwrap()[0].id.clone();
    settings.set("engine.slots", Some("3")).unwrap();
    settings.set("engine.threads", Some("4")).unwrap();
    settings.set("window.theme", Some("dark")).unwrap();
    let keys = ["engine.slots", "window.theme"].map(str::to_owned);
    settings.restore_keys(&first, &keys).unwrap();
    assert_eq!(
        place.text().trim_end(),
        "# mine\n[engine]\nslots = 2\nthreads = 4\n\n[window]"
    );
}

#[test]
fn f72_a_folder_copied_to_another_machine_starts() {
    let place =
        Place::with("[chat]\nmodel = \"/media/elsewhere/big.gguf\"\n[engine]\nthreads = 500\n");
    place.open().set("engine.slots", Some("2")).unwrap();
    let there = tempfile::tempdir().unwrap();
    let copy = there
        .path()
        .join("Käthe's daten 🔥")
        .join("x".repeat(100))
        .join("y".repeat(100));
    std::fs::create_dir_all(copy.join("backups")).unwrap();
    for entry in std::fs::read_dir(place.folder.path().join("backups"))
        .unwrap()
        .flatten()
    {
        std::fs::copy(entry.path(), copy.join("backups").join(entry.file_name())).unwrap();
    }
    std::fs::copy(&place.path, copy.join("config.toml")).unwrap();
    let settings = Settings::open(copy.join("config.toml"));
    assert_eq!(settings.fault(), None);
    assert_eq!(settings.states().unwrap().len(), 2);
    settings.set("engine.slots", Some("3")).unwrap();
    let states = settings.states().unwrap();
    settings.restore(&states[2].id).unwrap();
    assert_eq!(settings.get().engine.slots, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_around_a_message_is_sent_as_the_preview_shows_it_and_not_saved() {
    // Longer than what the engine does not keep for the next turn.
    let system = "You are Ember, who answers in a few words. ".repeat(8);
    let system = system.trim();
    let home = Home::configured(&format!(
        "[chat]\nsystem_prompt = \"{system}\"\nmaster_prompt = \"Be brief.\"\n\
         message_prefix = \"Please:\"\nmessage_suffix = \"Thanks.\"\nprimer = \"Well\"\n"
    ));
    let message = Send {
        text: "List three fruits.".into(),
        ..Send::default()
    };
    let preview = home.hearth.chat.preview(message).await.unwrap();
    let parts: Vec<(Role, &str)> = preview
        .parts
        .iter()
        .map(|part| (part.role, part.text.as_str()))
        .collect();
    let instructions = format!("{system}\n\nBe brief.");
    let user = "Please:\n\nList three fruits.\n\nThanks.";
    assert_eq!(
        parts,
        [
            (Role::System, instructions.as_str()),
            (Role::User, user),
            (Role::Assistant, "Well"),
        ]
    );
    assert!(preview.parts.iter().all(|part| part.tokens > 0));
    let answer = home.ask(None, "List three fruits.").await.unwrap();
    assert!(answer.answer.starts_with("Well"), "{}", answer.answer);
    // What the engine counted is what the preview showed, but for the words with which the
    // template ends a turn.
    let sent = answer.measured.prompt_tokens;
    assert!(
        sent.abs_diff(preview.total) <= 8,
        "{sent} and {}",
        preview.total
    );
    let thread = home.hearth.store.thread(answer.conversation).await.unwrap();
    assert_eq!(thread[0].text, "List three fruits.");
    // The next turn's context begins with this turn's.
    let next = home
        .ask(Some(answer.conversation), "List three colours.")
        .await
        .unwrap();
    assert!(
        next.measured.reused_tokens >= sent,
        "{} of {sent}",
        next.measured.reused_tokens
    );
}
