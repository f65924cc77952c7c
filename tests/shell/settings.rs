//! `hearth config`, as a person or a script uses it; and a save that is killed or that the disk
//! fails at any step.

use std::cell::RefCell;
use std::path::Path;
use std::process::Output;
use std::time::Instant;

use hearth_support::faults::{EIO, ENOSPC, Faults};
use serde_json::Value;

use crate::terminal::hearth;

/// Kills in one run of the tests.
const KILLS: u64 = 500;

fn config(home: &Path, arguments: &[&str]) -> Output {
    hearth(home).arg("config").args(arguments).output().unwrap()
}

fn printed(home: &Path, arguments: &[&str]) -> String {
    let output = config(home, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(home: &Path, arguments: &[&str]) -> String {
    let output = config(home, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(home: &Path, arguments: &[&str]) -> Value {
    let all = [arguments, &["--json"]].concat();
    serde_json::from_str(&printed(home, &all)).unwrap()
}

#[test]
fn settings_are_read_changed_checked_and_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    let path = printed(at, &["path"]);
    assert_eq!(Path::new(path.trim()), at.join("config.toml"));
    let before = printed(at, &["get"]);
    assert_eq!(printed(at, &["get", "engine.slots"]), "4\n");
    printed(at, &["set", "engine.slots", "2"]);
    printed(at, &["set", "sampling.presence_penalty", "-0.5"]);
    assert_eq!(printed(at, &["get", "sampling.presence_penalty"]), "-0.5\n");
    printed(at, &["unset", "sampling.presence_penalty"]);
    assert!(refused(at, &["set", "engine.slots", "0"]).contains("1 to 64"));
    assert!(refused(at, &["get", "engine.slot"]).contains("config list"));
    let all = json(at, &["list"]);
    let slots = all
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["key"] == "engine.slots")
        .unwrap();
    assert_eq!(
        (&slots["value"], &slots["default"]),
        (&"2".into(), &"4".into())
    );
    let states = json(at, &["backups"]);
    let first = states.as_array().unwrap().last().unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let diff = printed(at, &["diff", &first]);
    assert!(diff.contains("- slots = 4\n+ slots = 2\n"), "{diff}");
    printed(at, &["restore", &first, "--key", "engine.slots"]);
    assert_eq!(printed(at, &["get", "engine.slots"]), "4\n");
    printed(at, &["restore", &first]);
    assert_eq!(printed(at, &["get"]), before);
    printed(at, &["backup", "--note", "before the journey"]);
    assert!(printed(at, &["backups"]).contains("before the journey"));
    assert!(refused(at, &["restore", "config-1"]).contains("no earlier state"));
}

#[test]
fn a_wrong_file_is_told_with_line_and_column_and_never_overwritten() {
    let home = tempfile::tempdir().unwrap();
    printed(home.path(), &["path"]);
    let file = home.path().join("config.toml");
    std::fs::write(&file, "[engine]\nslots = 900\n[window]\ntheme = 3\n").unwrap();
    let said = refused(home.path(), &["check"]);
    assert!(
        said.contains("line 2, column 9, engine.slots: is 900"),
        "{said}"
    );
    assert!(
        said.contains("line 4, column 9, window.theme: is 3"),
        "{said}"
    );
    let listed = hearth(home.path())
        .args(["conversations", "list"])
        .output()
        .unwrap();
    assert!(listed.status.success(), "the rest works");
    assert!(String::from_utf8_lossy(&listed.stderr).contains("engine.slots"));
    assert_eq!(
        std::fs::read_to_string(&file).unwrap().lines().nth(1),
        Some("slots = 900")
    );
    let other = home.path().join("other.toml");
    std::fs::write(&other, "[engine\n").unwrap();
    assert!(refused(home.path(), &["check", other.to_str().unwrap()]).contains("line 1"));
}

#[test]
fn the_file_is_edited_in_ones_own_editor_and_a_wrong_text_is_kept_elsewhere() {
    let home = tempfile::tempdir().unwrap();
    let edit = |script: &str| {
        let mut edit = hearth(home.path());
        edit.args(["config", "edit"])
            .env_remove("VISUAL")
            .env("EDITOR", script);
        edit.output().unwrap()
    };
    assert!(edit("sed -i s/slots.=.4/slots=6/").status.success());
    assert_eq!(printed(home.path(), &["get", "engine.slots"]), "6\n");
    let wrong = edit("sed -i s/slots=6/slots=600/");
    let said = String::from_utf8_lossy(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(1));
    let kept = said
        .split("kept in ")
        .nth(1)
        .unwrap()
        .split(".toml")
        .next()
        .unwrap();
    let kept = format!("{kept}.toml");
    assert!(
        std::fs::read_to_string(&kept)
            .unwrap()
            .contains("slots=600")
    );
    std::fs::remove_file(kept).unwrap();
    assert_eq!(printed(home.path(), &["get", "engine.slots"]), "6\n");
    assert!(edit("true").status.success());
}

#[test]
fn profiles_are_shown_applied_saved_and_removed() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    assert_eq!(json(at, &["profile", "list"]).as_array().unwrap().len(), 6);
    let change = printed(at, &["profile", "show", "low-resource"]);
    assert!(
        change.contains("- context = 0\n+ context = 512\n"),
        "{change}"
    );
    printed(at, &["profile", "apply", "low-resource"]);
    assert_eq!(printed(at, &["get", "engine.context"]), "512\n");
    printed(at, &["profile", "save", "mine"]);
    printed(at, &["profile", "apply", "balanced"]);
    assert_eq!(printed(at, &["get", "engine.context"]), "0\n");
    printed(at, &["profile", "apply", "mine"]);
    assert_eq!(printed(at, &["get", "engine.context"]), "512\n");
    printed(at, &["profile", "remove", "mine"]);
    assert!(refused(at, &["profile", "apply", "mine"]).contains("no profile"));
}

#[test]
fn f38_a_save_that_is_killed_at_any_moment_leaves_the_old_or_the_new() {
    let home = tempfile::tempdir().unwrap();
    printed(home.path(), &["set", "engine.threads", "0"]);
    let file = home.path().join("config.toml");
    let start = Instant::now();
    printed(home.path(), &["set", "engine.threads", "511"]);
    let mut whole = start.elapsed();
    let mut before = std::fs::read_to_string(&file).unwrap();
    let (mut old, mut new) = (0, 0);
    for round in 0..KILLS {
        let value = (round % 500 + 1).to_string();
        let mut child = hearth(home.path())
            .args(["config", "set", "engine.threads", &value])
            .spawn()
            .unwrap();
        // From the start to the end of a whole run, in steps that visit all of it.
        let moment = Instant::now() + whole.mul_f64((round * 7919 % 1000) as f64 / 900.0);
        while Instant::now() < moment {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let now = std::fs::read_to_string(&file).unwrap();
        let wanted = format!("threads = {value}\n");
        // Other programs make a run longer or shorter; as many are to be killed early as late.
        if now == before {
            whole = whole.mul_f64(1.03);
            old += 1;
        } else {
            let line = before
                .lines()
                .find(|line| line.starts_with("threads = "))
                .unwrap();
            assert_eq!(
                now,
                before.replace(&format!("{line}\n"), &wanted),
                "neither old nor new"
            );
            whole = whole.div_f64(1.03);
            new += 1;
        }
        before = now;
    }
    assert!(
        old > 20 && new > 20,
        "{old} were killed before the save, {new} after it"
    );
    every_state_is_sound(home.path());
}

#[test]
fn f38_a_disk_that_fails_at_any_step_of_a_save_leaves_the_old_or_the_new() {
    let home = tempfile::tempdir().unwrap();
    let faults = Faults::new();
    let file = home.path().join("config.toml");
    // What a save touches: the file, its copy in the making, and the states.
    let names = ["/config.toml", "/.tmp", "/backups/config", "/backups$", "$"];
    let names = names.map(|name| format!("{}{name}", home.path().display()));
    for error in [EIO, ENOSPC] {
        let mut failed = 0;
        for step in 0.. {
            printed(home.path(), &["set", "engine.threads", "1"]);
            let before = std::fs::read_to_string(&file).unwrap();
            let after = before.replace("threads = 1", "threads = 2");
            let mut save = hearth(home.path());
            save.args(["config", "set", "engine.threads", "2"]);
            let output = faults
                .let_fail(&mut save, &names, step, error)
                .output()
                .unwrap();
            let now = std::fs::read_to_string(&file).unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(now == before || now == after, "step {step}: {said}");
            assert!(
                !output.status.success() || now == after,
                "step {step}: {said}"
            );
            if !faults.happened() {
                break;
            }
            if !output.status.success() {
                assert!(said.contains("Could not"), "step {step}: {said}");
                failed += 1;
            }
            let rest = std::fs::read_dir(home.path()).unwrap().flatten();
            let rest = rest.filter(|entry| entry.file_name().to_string_lossy().starts_with(".tmp"));
            assert_eq!(rest.count(), 0, "step {step}");
        }
        assert!(failed >= 5, "only {failed} steps could fail");
    }
    every_state_is_sound(home.path());
}

#[test]
fn f68_a_secret_is_in_no_file_but_its_own_and_in_nothing_that_is_said() {
    const CANARY: &str = "hf_canary0123456789abcdef";
    let home = tempfile::tempdir().unwrap();
    // An address of its own, in case there is a keychain here that keeps it.
    printed(home.path(), &["set", "hub.endpoint", "http://127.0.0.1:9"]);
    let env_file = home.path().join("my.env");
    std::fs::write(
        &env_file,
        format!("# keys\nexport OTHER=1\nHF_TOKEN=\"{CANARY}\"\n"),
    )
    .unwrap();
    let said = RefCell::new(String::new());
    let run = |arguments: &[&str]| {
        let output = hearth(home.path())
            .args(arguments)
            .env("HEARTH_LOG", "trace")
            .output()
            .unwrap();
        *said.borrow_mut() += &String::from_utf8_lossy(&output.stdout);
        *said.borrow_mut() += &String::from_utf8_lossy(&output.stderr);
        output.status.success()
    };
    let import = [
        "models",
        "token",
        "--in-file",
        "--import",
        env_file.to_str().unwrap(),
    ];
    assert!(run(&import));
    std::fs::remove_file(&env_file).unwrap();
    assert!(run(&["models", "token", "--json"]));
    assert!(
        !run(&["models", "search", "x"]),
        "nobody is at this address"
    );
    assert!(run(&["chat", "--once", "Hello"]));
    assert!(run(&["config", "set", "engine.slots", "2"]));
    assert!(run(&["config", "list"]));
    assert!(run(&["doctor"]));
    let archive = home.path().join("all.zip");
    assert!(run(&["backup", "create", archive.to_str().unwrap()]));
    assert!(run(&["backup", "show", archive.to_str().unwrap()]));
    let told = said.borrow().clone();
    assert!(!told.contains(CANARY), "{told}");
    assert!(told.contains("cdef"), "its end is shown: {told}");
    let mut searched = 0;
    let mut folders = vec![home.path().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("secrets.json") {
                let bytes = std::fs::read(&path).unwrap();
                let found = bytes
                    .windows(CANARY.len())
                    .any(|part| part == CANARY.as_bytes());
                assert!(!found, "{}", path.display());
                searched += 1;
            }
        }
    }
    assert!(searched > 5);
    assert!(run(&["models", "token", "--remove"]));
    assert!(!home.path().join("secrets.json").exists());
}

#[test]
fn a_full_backup_brings_conversations_back_where_the_database_is_broken() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| hearth(home.path()).args(arguments).output().unwrap();
    assert!(run(&["chat", "--once", "Hello"]).status.success());
    let archive = home.path().join("all.zip");
    let archive = archive.to_str().unwrap();
    assert!(run(&["backup", "create", archive]).status.success());
    std::fs::write(home.path().join("data.db"), vec![7; 10_000]).unwrap();
    assert!(!run(&["conversations", "list"]).status.success());
    let restored = run(&["backup", "restore", archive, "--only", "conversations"]);
    let said = String::from_utf8_lossy(&restored.stderr);
    assert!(restored.status.success(), "{said}");
    assert!(said.contains("next start"), "{said}");
    let listed = run(&["conversations", "list"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("Hello"));
    // The broken one is kept, in case somebody can mend it.
    let kept = std::fs::read_dir(home.path().join("backups"))
        .unwrap()
        .flatten();
    // Its journal may be kept beside it.
    let kept = kept.filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with("data-replaced-") && !name.ends_with("-wal") && !name.ends_with("-shm")
    });
    assert_eq!(kept.count(), 1);
}

#[test]
fn the_safe_mode_leaves_the_file_alone_and_uses_the_defaults() {
    let home = tempfile::tempdir().unwrap();
    printed(home.path(), &["set", "chat.model", "gone-for-good"]);
    let file = home.path().join("config.toml");
    let before = std::fs::read_to_string(&file).unwrap();
    let chat = |more: &[&str]| {
        let mut chat = hearth(home.path());
        chat.args(["chat", "--once", "Hello"]).args(more);
        chat.output().unwrap().status.success()
    };
    assert!(!chat(&[]));
    assert!(chat(&["--safe-mode"]));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
}

/// Goes back to every state, each of which can be read.
fn every_state_is_sound(home: &Path) {
    let settings = hearth_core::config::Settings::open(home.join("config.toml"));
    let states = settings.states().unwrap();
    assert!(states.len() > 3);
    for state in states {
        settings.restore(&state.id).unwrap();
        assert_eq!(settings.fault(), None, "{}", state.id);
    }
}
