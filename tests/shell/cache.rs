//! The cache from the command line, and under `kill -9`.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use crate::terminal::hearth;

fn json(home: &Path, arguments: &[&str], stdin: &str) -> Vec<Value> {
    let mut child = hearth(home)
        .args(arguments)
        .arg("--json")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(stdin.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn answers_are_added_looked_up_shown_and_removed() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let added = json(
        home,
        &["cache", "add"],
        "{\"question\": \"How do I boil an egg?\", \"answer\": \"Seven minutes.\"}\nWhat is the capital of Peru?\tLima.\n\nWhat time is it?\tNoon.\n",
    );
    assert_eq!(added.len(), 3, "empty lines are none");
    assert!(
        added[0]["id"].is_string() && added[2]["id"].is_null(),
        "{added:?}"
    );
    let questions = "how to boil an egg\nHow do I boil an egg?\nHow do I boil a crab?\n";
    let found = json(home, &["cache", "lookup", "--semantic"], questions);
    let kinds: Vec<&str> = found
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["similar", "exact", "none"]);
    assert_eq!(found[0]["like"], "How do I boil an egg?");
    assert_eq!(found[0]["answer"], "Seven minutes.");
    let plain = json(home, &["cache", "lookup"], "how to boil an egg\n");
    assert_eq!(plain[0]["hit"], false);
    let listed = json(home, &["cache", "list"], "");
    assert_eq!(listed[0].as_array().unwrap().len(), 2);
    let id = added[0]["id"].as_str().unwrap();
    assert_eq!(
        json(home, &["cache", "show", id], "")[0]["answer"],
        "Seven minutes."
    );
    assert_eq!(json(home, &["cache", "clear", id], "")[0]["removed"], 1);
    assert_eq!(
        json(home, &["cache", "clear", "--all"], "")[0]["removed"],
        1
    );
    let statistics = &json(home, &["stats"], "")[0];
    assert_eq!(statistics["disk"]["entries"], 0);
}

#[test]
fn a_question_asked_again_says_that_its_answer_comes_from_the_cache() {
    let home = tempfile::tempdir().unwrap();
    let ask = |more: &[&str]| {
        let mut arguments = vec!["chat", "--once", "What is the capital of Peru?"];
        arguments.extend(more);
        json(home.path(), &arguments, "").pop().unwrap()
    };
    let first = ask(&[]);
    assert_eq!(first["cached"], false);
    let second = ask(&[]);
    assert_eq!(second["cached"], true);
    assert_eq!(second["answer"], first["answer"]);
    assert_eq!(ask(&["--no-cache"])["cached"], false);
    assert_eq!(ask(&["--fresh"])["cached"], false);
}

fn adding(home: &Path) -> Child {
    hearth(home)
        .args(["cache", "add", "--exact", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn e4_killed_two_hundred_times_the_file_is_sound_and_a_quarter_of_a_second_is_lost_at_most() {
    const MOST_LOST: Duration = Duration::from_millis(250);
    let home = tempfile::tempdir().unwrap();
    std::fs::write(
        home.path().join("config.toml"),
        "[cache]\nsimilar = false\n",
    )
    .unwrap();
    let mut number = 0_u32;
    for round in 0..200_u64 {
        let mut child = adding(home.path());
        let mut stdin = child.stdin.take().unwrap();
        let feeding = std::thread::spawn(move || {
            let mut at = number;
            while writeln!(stdin, "Frage {at} ist so eine?\tAntwort {at}.").is_ok() {
                at += 1;
                // As fast as answers come at the most.
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let mut acknowledged: Vec<(Instant, String)> = Vec::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // At another moment in each round.
        let until = Duration::from_millis(20 + round * 7 % 300);
        let start = Instant::now();
        while acknowledged.is_empty() || start.elapsed() < until {
            let line = lines.next().unwrap().unwrap();
            let value: Value = serde_json::from_str(&line).unwrap();
            let id = value["id"].as_str().unwrap_or_else(|| panic!("{line}"));
            acknowledged.push((Instant::now(), id.to_owned()));
        }
        let killed = Instant::now();
        child.kill().unwrap();
        child.wait().unwrap();
        drop(lines);
        feeding.join().unwrap();
        number += 1_000_000;
        let connection = Connection::open(home.path().join("cache.db")).unwrap();
        let sound: String = connection
            .query_row("PRAGMA quick_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(sound, "ok", "round {round}");
        for (at, id) in &acknowledged {
            let id = u64::from_str_radix(id, 16).unwrap().cast_signed();
            let there: bool = connection
                .query_row(
                    "SELECT EXISTS (SELECT 1 FROM responses WHERE id = ?)",
                    [id],
                    |row| row.get(0),
                )
                .unwrap();
            let age = killed.duration_since(*at);
            assert!(
                there || age < MOST_LOST,
                "round {round}: lost after {age:?}"
            );
        }
    }
    assert!(!home.path().join("cache.damaged.db").exists());
}
