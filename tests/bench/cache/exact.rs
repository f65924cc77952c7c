//! Answers to exactly the same request.

use std::hint::black_box;
use std::time::{Duration, Instant};

use hearth_core::cache::Key;
use hearth_core::pipeline::Generate;
use hearth_core::pipeline::reuse::Reusing;
use hearth_support::process::own_memory;
use rusqlite::Connection;

use super::{Home, Slow, answer, quantile, request, since, text};
use crate::report::{Goal, Report};

/// Answers in the cache.
const ENTRIES: u64 = 1_000_000;
/// Of those, requests with a long prompt.
const LONG: u64 = 4_000;
const LONG_PROMPT: usize = 8 << 10;
const LOOKUPS: u64 = 20_000;
/// What the systems that Hearth unifies claimed for a lookup and a write, in microseconds.
const CLAIMED_LOOKUP: f64 = 2_100.0;
const CLAIMED_WRITE: f64 = 8_700.0;

fn question(number: u64) -> String {
    if number < LONG {
        text(number, LONG_PROMPT)
    } else {
        format!("Question {number}?")
    }
}

pub(super) async fn hits(report: &mut Report) {
    let home = Home::new("[cache]\nmemory_mb = 8000\ndisk_mb = 20000\n");
    let cache = &home.hearth.cache;
    let mut kept = Vec::new();
    for number in 0..ENTRIES {
        let one = request(question(number));
        let key = Key::of(&one);
        let text = answer(text(number, 1024));
        let start = Instant::now();
        cache.keep(&one, key, text, 0);
        kept.push(since(start));
        // The writer keeps up; a real user is slower.
        if number % 4096 == 4095 {
            cache.flush().await;
        }
    }
    cache.flush().await;
    report.add(
        "cache: keeping an answer, p50",
        "µs",
        &[quantile(&mut kept, 0.5)],
        &[CLAIMED_WRITE],
        Goal::None,
    );
    report.add(
        "cache: keeping an answer, p99",
        "µs",
        &[quantile(&mut kept, 0.99)],
        &[CLAIMED_WRITE],
        Goal::AtMost(50.0),
    );
    let (mut memory, mut keys) = (Vec::new(), Vec::new());
    for round in 0..LOOKUPS {
        let one = request(question(round * 7919 % LONG));
        let start = Instant::now();
        black_box(Key::of(&one));
        keys.push(since(start));
        let start = Instant::now();
        let found = cache.find_in_memory(&Key::of(&one));
        memory.push(since(start));
        assert!(black_box(found).is_some());
    }
    report.add(
        "cache: a hit from memory against its key alone, p50",
        "µs",
        &[quantile(&mut memory, 0.5)],
        &[quantile(&mut keys, 0.5)],
        Goal::None,
    );
    report.add(
        "cache: exact hit from memory among a million, key of 8 KiB included, p50",
        "µs",
        &[quantile(&mut memory, 0.5)],
        &[CLAIMED_LOOKUP],
        Goal::AtMost(15.0),
    );
    report.add(
        "cache: the same, p99",
        "µs",
        &[quantile(&mut memory, 0.99)],
        &[CLAIMED_LOOKUP],
        Goal::AtMost(75.0),
    );
    from_disk(report, &home).await;
    delay(report, &home).await;
    first_piece(report, &home).await;
}

/// Hits in the file, while answers are kept all the time.
async fn from_disk(report: &mut Report, home: &Home) {
    home.hearth
        .settings
        .set("cache.memory_mb", Some("0"))
        .unwrap();
    let cache = home.beside();
    let busy = home.hearth.cache.clone();
    let writing = tokio::spawn(async move {
        for number in 0.. {
            let one = request(format!("Meanwhile {number}?"));
            let key = Key::of(&one);
            busy.keep(&one, key, answer(text(number, 1024)), 0);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let mut disk = Vec::new();
    for round in 0..LOOKUPS {
        let one = request(question(LONG + round * 7919 % (ENTRIES - LONG)));
        let start = Instant::now();
        let found = cache.find(&one, &Key::of(&one)).await;
        if round >= LOOKUPS / 10 {
            disk.push(since(start));
        }
        assert!(black_box(found).is_some());
    }
    writing.abort();
    report.add(
        "cache: exact hit from the disk among a million, with a busy writer, p50",
        "µs",
        &[quantile(&mut disk, 0.5)],
        &[CLAIMED_LOOKUP],
        Goal::AtMost(100.0),
    );
    report.add(
        "cache: the same, p99",
        "µs",
        &[quantile(&mut disk, 0.99)],
        &[CLAIMED_LOOKUP],
        Goal::AtMost(1000.0),
    );
}

/// How long after it was kept an answer is in the file for everybody.
async fn delay(report: &mut Report, home: &Home) {
    let path = home.folder.path().join("cache.db");
    let other = Connection::open(path).unwrap();
    let mut delays = Vec::new();
    for number in 0..40 {
        let one = request(format!("When is it there, {number}?"));
        let key = Key::of(&one);
        let name = key.name();
        let id = u64::from_str_radix(&name, 16).unwrap().cast_signed();
        let start = Instant::now();
        home.hearth
            .cache
            .keep(&one, key, answer(text(number, 1024)), 0);
        loop {
            let found: bool = other
                .query_row(
                    "SELECT EXISTS (SELECT 1 FROM responses WHERE id = ?)",
                    [id],
                    |row| row.get(0),
                )
                .unwrap();
            if found {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        delays.push(since(start) / 1000.0);
    }
    report.add(
        "cache: from keeping an answer until it is in the file, p99",
        "ms",
        &[quantile(&mut delays, 0.99)],
        &[f64::NAN],
        Goal::AtMost(250.0),
    );
}

async fn first_piece(report: &mut Report, home: &Home) {
    let layer = Reusing::new(Slow, home.hearth.cache.clone());
    let mut took = Vec::new();
    for round in 0..1000 {
        let one = request(question(LONG + round));
        let start = Instant::now();
        let mut stream = layer.generate(one);
        // The event that says where it comes from, and the first piece.
        stream.next().await;
        stream.next().await;
        took.push(since(start) / 1000.0);
    }
    report.add(
        "cache: first piece of an answer that is given again, p99",
        "ms",
        &[quantile(&mut took, 0.99)],
        &[50.0],
        Goal::AtMost(5.0),
    );
}

/// What answers take, in memory and on the disk.
pub(super) async fn room(report: &mut Report) {
    const CAP_MB: u64 = 64;
    let home = Home::new("[cache]\nmemory_mb = 64\ndisk_mb = 0\n");
    let before = own_memory(std::process::id());
    let mut most = 0;
    let mut number = 0;
    let mut put = 0;
    while put < CAP_MB * 10_000_000 {
        let size = 1 << (10 + number % 9);
        put += size as u64;
        let one = request(format!("Large {number}?"));
        let key = Key::of(&one);
        home.hearth
            .cache
            .keep(&one, key, answer("x".repeat(size)), 0);
        number += 1;
        if number % 64 == 0 {
            most = most.max(own_memory(std::process::id()).saturating_sub(before));
        }
    }
    let cap = CAP_MB as f64;
    report.add(
        "cache: memory at most, ten times overfilled, up to 256 KiB each, against the limit",
        "MB",
        &[most as f64 / 1e6],
        &[cap],
        Goal::RatioAtMost(1.25),
    );
    drop(home);
    let home = Home::new("");
    for number in 0..1000 {
        let mut one = request(text(number, 300));
        one.messages.insert(
            0,
            hearth_protocol::Message {
                role: hearth_protocol::Role::System,
                content: "You are a friendly companion who answers briefly and honestly.".into(),
            },
        );
        let key = Key::of(&one);
        home.hearth
            .cache
            .keep(&one, key, answer(text(number + 5000, 1200)), 0);
    }
    home.hearth.cache.flush().await;
    let path = home.folder.path().join("cache.db");
    Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let size = std::fs::metadata(path).unwrap().len() as f64 / 1e6;
    report.add(
        "cache: 1,000 answers of 1.2 KB on the disk",
        "MB",
        &[size],
        &[4.2],
        Goal::AtMost(4.2),
    );
}
