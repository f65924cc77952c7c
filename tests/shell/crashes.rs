//! `kill -9` of Hearth at any moment: what was acknowledged is there, nothing is damaged, and
//! no worker stays behind.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use hearth_support::process::{becomes_true, children_of, is_running};
use serde_json::Value;

use crate::terminal::hearth;

/// Kills in one run of the tests.
const KILLS: u64 = 100;

#[test]
fn f12_f39_a_killed_hearth_loses_no_message_and_leaves_no_worker() {
    let home = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<(i64, i64)> = Vec::new();
    let mut workers = Vec::new();
    for round in 0..KILLS {
        let mut child = hearth(home.path())
            .args([
                "chat",
                "--once",
                "Tell me a long story about an owl named Bibo.",
                "--json",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(first["type"], "started");
        let ids = (
            first["conversation"].as_i64().unwrap(),
            first["question"].as_i64().unwrap(),
        );
        acknowledged.push(ids);
        // From the first moments to the end of the answer, in steps that visit all of it.
        let moment = Instant::now() + Duration::from_micros(round * 7_919 % 160_000);
        while Instant::now() < moment {
            std::hint::spin_loop();
        }
        workers.extend(children_of(child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let gone = becomes_true(Duration::from_secs(2), || {
        !workers.iter().any(|&id| is_running(id))
    });
    assert!(gone, "a worker outlived its Hearth");
    assert!(
        workers.len() > 50,
        "most were killed with a worker at work: {}",
        workers.len()
    );

    let database = rusqlite::Connection::open(home.path().join("data.db")).unwrap();
    let verdict: String = database
        .pragma_query_value(None, "integrity_check", |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok");
    for (conversation, question) in &acknowledged {
        let kept: i64 = database
            .query_row(
                "SELECT count(*) FROM messages WHERE id = ? AND conversation_id = ?",
                [question, conversation],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(kept, 1, "message {question} was acknowledged");
    }
    drop(database);

    // The next start takes up what was left: no answer stays "being written".
    assert!(
        hearth(home.path())
            .arg("doctor")
            .stdout(Stdio::null())
            .status()
            .unwrap()
            .success()
    );
    let database = rusqlite::Connection::open(home.path().join("data.db")).unwrap();
    let count = |state: &str| -> i64 {
        let query = "SELECT count(*) FROM messages WHERE state = ?";
        database
            .query_row(query, [state], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(count("streaming"), 0);
    assert!(count("failed") > 0, "interrupted answers are marked");
    assert_eq!(
        std::fs::read_dir(home.path().join("run")).unwrap().count(),
        1,
        "no session is left"
    );
}
