//! The command line, run as a program.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// `hearth` on a data folder, from a folder that has nothing to do with it.
pub(crate) fn hearth(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    command
        .current_dir("/")
        .env("HEARTH_HOME", home)
        .stdin(Stdio::null());
    command
}

fn run(home: &Path, arguments: &[&str]) -> Output {
    hearth(home).args(arguments).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).expect("every line is JSON"))
        .collect()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn one_question_streams_json_lines() {
    let home = tempfile::tempdir().unwrap();
    let output = run(
        home.path(),
        &["chat", "--once", "List three fruits.", "--json"],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = lines(&output);
    assert_eq!(lines[0]["type"], "started");
    let end = lines.last().unwrap();
    assert_eq!(
        (end["type"].as_str(), end["state"].as_str()),
        (Some("done"), Some("complete"))
    );
    let pieces: String = lines
        .iter()
        .filter(|line| line["type"] == "text")
        .filter_map(|line| line["text"].as_str())
        .collect();
    assert_eq!(end["answer"], pieces);
    assert!(end["usage"]["answer_tokens"].as_u64().unwrap() > 5);
    assert_eq!(end["cached"], false);
}

#[test]
fn what_is_piped_in_is_part_of_the_question() {
    let home = tempfile::tempdir().unwrap();
    let mut child = hearth(home.path())
        .args(["chat", "--once", "What is the capital", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"of France?\n")
        .unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    let shown = run(home.path(), &["conversations", "show", "1", "--json"]);
    let shown = &lines(&shown)[0];
    assert_eq!(
        shown["messages"][0]["text"],
        "What is the capital\n\nof France?"
    );
}

#[test]
fn conversations_are_listed_shown_deleted_and_restored() {
    let home = tempfile::tempdir().unwrap();
    assert!(
        run(home.path(), &["chat", "--once", "Hello"])
            .status
            .success()
    );
    let list = |home: &Path| lines(&run(home, &["conversations", "list", "--json"]))[0].clone();
    assert_eq!(list(home.path())[0]["title"], "Hello");
    let shown = run(home.path(), &["conversations", "show", "1"]);
    assert!(String::from_utf8_lossy(&shown.stdout).starts_with("# Hello\n"));
    assert!(
        run(home.path(), &["conversations", "delete", "1"])
            .status
            .success()
    );
    assert_eq!(list(home.path()), Value::Array(Vec::new()));
    let missing = run(home.path(), &["conversations", "show", "1", "--json"]);
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(lines(&missing)[0]["code"], "not_found");
    assert!(
        run(home.path(), &["conversations", "restore", "1"])
            .status
            .success()
    );
    assert_eq!(list(home.path())[0]["title"], "Hello");
}

#[test]
fn a_file_is_part_of_the_question_and_stays_with_it() {
    let home = tempfile::tempdir().unwrap();
    let notes = home.path().join("notes.md");
    std::fs::write(&notes, "The owl is called Bibo.").unwrap();
    let notes = notes.to_str().unwrap();
    let question = [
        "chat",
        "--once",
        "Tell me a story about this owl.",
        "--json",
    ];
    let output = run(home.path(), &[&question[..], &["--attach", notes]].concat());
    assert!(output.status.success(), "{}", said(&output));
    let tree = home.path().join("tree.json");
    let tree = tree.to_str().unwrap();
    run(home.path(), &["conversations", "export", "-o", tree]);
    let exported = std::fs::read_to_string(tree).unwrap();
    assert!(exported.contains("notes.md") && exported.contains("called Bibo"));

    let missing = run(
        home.path(),
        &[&question[..], &["--attach", "/no/such.pdf"]].concat(),
    );
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        said(&missing).contains("/no/such.pdf"),
        "{}",
        said(&missing)
    );
}

#[test]
fn conversations_are_put_in_order_and_found_by_what_is_known_of_them() {
    let home = tempfile::tempdir().unwrap();
    run(
        home.path(),
        &["chat", "--once", "What is the capital of Peru?"],
    );
    let labels = [
        "--folder",
        "Travel",
        "--tags",
        "south, far",
        "--pinned",
        "true",
    ];
    let output = run(
        home.path(),
        &[&["conversations", "label", "1"], &labels[..]].concat(),
    );
    assert!(output.status.success(), "{}", said(&output));
    let listed = &lines(&run(home.path(), &["conversations", "list", "--json"]))[0];
    assert_eq!(listed[0]["folder"], "Travel");
    assert_eq!(listed[0]["tags"], serde_json::json!(["far", "south"]));
    assert_eq!(listed[0]["pinned"], true);

    let found = |filters: &[&str]| {
        let search = ["conversations", "search", "lima", "--json"];
        lines(&run(home.path(), &[&search[..], filters].concat()))[0]
            .as_array()
            .map(Vec::len)
    };
    assert_eq!(found(&[]), Some(1));
    assert_eq!(
        found(&[
            "--after",
            "2020-01-01",
            "--model",
            "ember-6m-q8_0",
            "--conversation",
            "1"
        ]),
        Some(1)
    );
    assert_eq!(found(&["--before", "2020-01-01"]), Some(0));
    assert_eq!(found(&["--model", "another"]), Some(0));
    assert_eq!(found(&["--conversation", "2"]), Some(0));
    let wrong = run(
        home.path(),
        &["conversations", "search", "lima", "--after", "yesterday"],
    );
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn doctor_finds_everything_in_its_place() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &["doctor", "--json"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let findings = lines(&output)[0].clone();
    let about = |what: &str| {
        findings
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["about"] == what)
            .unwrap()["found"]
            .clone()
    };
    assert_eq!(about("database check"), "sound");
    assert!(about("engine library").as_str().unwrap().contains("CPU"));
    assert!(about("model").as_str().unwrap().contains("ember-6m-q8_0"));
}

#[test]
fn wrong_usage_is_two_and_failure_is_one_with_a_sentence() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(
        run(home.path(), &["chat", "--nonsense"]).status.code(),
        Some(2)
    );
    let cases: [&[&str]; 4] = [
        &["chat", "--once", "Hello", "--model", "nowhere"],
        &[
            "chat",
            "--once",
            "Hello",
            "--model",
            "all-minilm-l6-v2-q8_0",
        ],
        &["chat", "--once", "  "],
        &["chat", "--once", "Hello", "--temperature", "9"],
    ];
    for case in cases {
        let output = run(home.path(), case);
        assert_eq!(output.status.code(), Some(1), "{case:?}");
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            words.starts_with("hearth: ") && words.trim_end().ends_with('.'),
            "{words}"
        );
    }
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let output = run(&file, &["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("file"));
}

#[test]
fn a_full_disk_is_a_sentence_and_nothing_is_lost() {
    let Some(disk) = SmallDisk::mount() else {
        // Only root may mount; the row is covered where the tests run as root.
        return;
    };
    assert!(
        run(disk.path(), &["chat", "--once", "My dog is called Rex."])
            .status
            .success()
    );
    let ballast = disk.fill();
    let full = run(
        disk.path(),
        &["chat", "--once", "Hello", "--conversation", "1"],
    );
    assert_eq!(
        full.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&full.stdout)
    );
    let words = String::from_utf8_lossy(&full.stderr).into_owned();
    assert!(
        words.contains("disk is full") || words.contains("No space left"),
        "{words}"
    );
    std::fs::remove_file(ballast).unwrap();
    let again = run(
        disk.path(),
        &[
            "chat",
            "--once",
            "What is my dog called?",
            "--conversation",
            "1",
        ],
    );
    assert!(again.status.success());
    assert!(
        String::from_utf8_lossy(&again.stdout).contains("Rex"),
        "the conversation is still there"
    );
}

/// A file system of a few MiB in memory.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes until nothing more fits; the file that takes the room.
    fn fill(&self) -> std::path::PathBuf {
        let path = self.path().join("ballast");
        let mut file = std::fs::File::create(&path).unwrap();
        for size in [65_536, 4_096, 512, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Left behind, it would only be a few MiB until the next restart.
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

#[test]
fn an_answer_can_be_held_to_a_schema_and_a_bad_one_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let schema = home.path().join("schema.json");
    let ask = || {
        let question = [
            "chat",
            "--once",
            "Name a colour.",
            "--json",
            "--json-schema",
        ];
        let mut arguments = question.to_vec();
        arguments.push(schema.to_str().unwrap());
        run(home.path(), &arguments)
    };
    let rules = r#"{"type":"object","properties":{"colour":{"enum":["red","green"]}},"required":["colour"]}"#;
    std::fs::write(&schema, rules).unwrap();
    let lines_of = lines(&ask());
    let answer = lines_of.last().unwrap()["answer"].as_str().unwrap();
    let answer: Value = serde_json::from_str(answer).unwrap();
    assert!(["red", "green"].contains(&answer["colour"].as_str().unwrap()));
    for bad in ["{\"type\":", "[]", "{\"type\":\"nonsense\"}"] {
        std::fs::write(&schema, bad).unwrap();
        let refused = ask();
        assert_eq!(refused.status.code(), Some(1), "{bad}");
        assert_eq!(
            lines(&refused).last().unwrap()["code"],
            "bad_setting",
            "{bad}"
        );
    }
    std::fs::remove_file(&schema).unwrap();
    assert_eq!(ask().status.code(), Some(1));
}

#[test]
fn models_are_listed_with_what_they_need_and_without_a_window_none_stays() {
    let home = tempfile::tempdir().unwrap();
    let list = lines(&run(home.path(), &["models", "list", "--json"]));
    assert_eq!(list[0][0]["id"], "ember-6m-q8_0");
    assert!(list[0][0]["needs"].as_u64().unwrap() > 6_000_000);
    let loaded = run(home.path(), &["models", "load", "ember-6m-q8_0", "--json"]);
    assert!(loaded.status.success());
    assert_eq!(lines(&loaded)[0]["state"], "loadable");
    let seen = lines(&run(home.path(), &["models", "ps", "--json"])).remove(0);
    let mut processes = seen.as_array().unwrap().iter();
    assert!(
        processes.all(|one| one["engines"] == Value::Array(Vec::new())),
        "{seen}"
    );
    for arguments in [
        ["models", "load", "nowhere"],
        ["models", "unload", "ember-6m-q8_0"],
    ] {
        assert_eq!(
            run(home.path(), &arguments).status.code(),
            Some(1),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_long_conversation_goes_on_in_another_process_without_being_read_again() {
    let home = tempfile::tempdir().unwrap();
    let ask = |text: &str, conversation: &str| {
        let output = if conversation.is_empty() {
            run(home.path(), &["chat", "--once", text, "--json"])
        } else {
            let arguments = [
                "chat",
                "--once",
                text,
                "--json",
                "--conversation",
                conversation,
            ];
            run(home.path(), &arguments)
        };
        lines(&output).last().unwrap().clone()
    };
    ask("Tell me a long story about an owl named Bibo.", "");
    let second = ask("What is the capital of Peru?", "1");
    let third = ask("What is the capital of Norway?", "1");
    let read = |end: &Value, what: &str| end["usage"][what].as_u64().unwrap();
    assert!(read(&second, "reused_tokens") > 64, "{second}");
    assert!(
        read(&third, "reused_tokens") >= read(&second, "prompt_tokens"),
        "{third}"
    );
}
