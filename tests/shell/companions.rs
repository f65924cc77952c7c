//! `hearth memory` and `hearth personas`, run as programs.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::terminal::hearth;

fn run(home: &Path, arguments: &[&str]) -> Output {
    hearth(home).args(arguments).output().unwrap()
}

/// What a command printed as JSON; it has to succeed.
fn json(home: &Path, arguments: &[&str]) -> Value {
    let output = run(home, &[arguments, &["--json"]].concat());
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
}

#[test]
fn what_one_command_is_told_another_knows_and_says_why() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    assert!(
        run(home, &["chat", "--once", "My dog is called Biscuit."])
            .status
            .success()
    );
    let memories = json(home, &["memory", "list"]);
    assert_eq!(memories[0]["text"], "The user's dog is called Biscuit.");
    assert_eq!(memories[0]["topic"], "pets");
    let output = run(
        home,
        &[
            "chat",
            "--once",
            "What is my dog called?",
            "--temperature",
            "0",
            "--json",
        ],
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let end: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert!(end["answer"].as_str().unwrap().contains("Biscuit"), "{end}");
    assert_eq!(end["memories"][0]["why"], "asked");
    let output = run(
        home,
        &[
            "chat",
            "--once",
            "What is my dog called?",
            "--no-memory",
            "--temperature",
            "0",
            "--json",
        ],
    );
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("told me that yet"), "{text}");

    let added = json(home, &["memory", "add", "The user lives in Graz."]);
    let id = added["id"].to_string();
    let found = json(home, &["memory", "search", "Which town is my home in?"]);
    assert_eq!(
        found["found"][0]["memory"]["text"],
        "The user lives in Graz."
    );
    assert!(found["search_ms"].as_f64().unwrap() > 0.0);
    json(home, &["memory", "edit", &id, "The user lives in Porto."]);
    let history = json(home, &["memory", "history", &id]);
    assert_eq!(history[0]["before"], "The user lives in Graz.");
    json(home, &["memory", "forget", &id]);
    assert_eq!(json(home, &["memory", "list"]).as_array().unwrap().len(), 1);
    assert_eq!(
        json(home, &["memory", "list", "--forgotten"])[0]["text"],
        "The user lives in Porto."
    );
    json(home, &["memory", "purge", &id]);
    assert_eq!(
        run(home, &["memory", "restore", &id]).status.code(),
        Some(1),
        "it is gone"
    );
    assert_eq!(
        json(home, &["memory", "preview-cleanup"]),
        Value::Array(Vec::new())
    );
    let refused = run(home, &["memory", "edit", "99", "x", "--json"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("\"code\":\"not_found\""));
}

#[test]
fn personas_come_from_the_gallery_go_out_as_cards_and_come_back() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    assert_eq!(
        json(home, &["personas", "gallery"])
            .as_array()
            .unwrap()
            .len(),
        5
    );
    assert!(run(home, &["personas", "gallery", "Mara"]).status.success());
    let shown = json(home, &["personas", "show", "mara"]);
    assert!(
        shown["instructions"]
            .as_str()
            .unwrap()
            .starts_with("You are Mara, a thoughtful and patient companion."),
        "{shown}"
    );
    for name in ["mara.png", "mara.json"] {
        let file = home.join(name);
        let path = file.to_str().unwrap();
        assert!(
            run(home, &["personas", "export", "Mara", path])
                .status
                .success()
        );
        let imported = json(home, &["personas", "import", path]);
        assert_eq!(imported["name"], "Mara");
    }
    let all = json(home, &["personas", "list"]);
    assert_eq!(all.as_array().unwrap().len(), 3);
    assert_eq!(all[1]["card"]["traits"], all[0]["card"]["traits"]);
    assert!(run(home, &["personas", "use", "Mara"]).status.success());
    let config = std::fs::read_to_string(home.join("config.toml")).unwrap();
    assert!(config.contains("persona = \"Mara\""));
    assert!(run(home, &["personas", "delete", "3"]).status.success());
    std::fs::write(home.join("no-card.png"), b"\x89PNG\r\n\x1a\nrubbish").unwrap();
    let refused = run(
        home,
        &[
            "personas",
            "import",
            home.join("no-card.png").to_str().unwrap(),
        ],
    );
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no character card"));
    assert_eq!(
        json(home, &["personas", "list"]).as_array().unwrap().len(),
        2
    );
}
