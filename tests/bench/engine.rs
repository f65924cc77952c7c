//! The engine by itself: against a bare loop and the memory's bandwidth on several shapes,
//! several answers at once, what was read before, guessing ahead, loading.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hearth_protocol::{
    FromEngine, GenerateRequest, LoadModel, Message, Purpose, Role, Sampling, StateBudget, ToEngine,
};
use hearth_support::engine::{Engine, message, request};
use hearth_support::process::share_of_memory;
use hearth_support::weights::{LLAMA_1B, LLAMA_360M, Quantization, Shape, write};
use tempfile::TempDir;

use crate::answers::{bare_loop, engine_alone, timed};
use crate::report::{Goal, Report, median};

const ROUNDS: usize = 5;

fn model(folder: &TempDir, shape: Shape, quantization: Quantization) -> PathBuf {
    let path = folder.path().join(format!("{quantization:?}.gguf"));
    write(&path, shape, quantization);
    path
}

fn order(path: &Path, context: u32, slots: u32) -> LoadModel {
    LoadModel {
        context,
        slots,
        lookup: false,
        ..LoadModel::new(path.to_path_buf(), Purpose::Chat)
    }
}

/// Speed on several shapes and quantizations, and how much of the bandwidth it uses: for each
/// token every weight is read once.
pub(crate) fn shapes(report: &mut Report) {
    let bandwidth = bandwidth();
    println!("memory bandwidth, two threads reading: {bandwidth:.1} GB/s");
    for (name, shape, quantization) in [
        ("360M Q4_0", LLAMA_360M, Quantization::Q4_0),
        ("360M Q8_0", LLAMA_360M, Quantization::Q8_0),
        ("1.1B Q4_0", LLAMA_1B, Quantization::Q4_0),
        ("1.1B Q8_0", LLAMA_1B, Quantization::Q8_0),
        ("1.1B Q4_K", LLAMA_1B, Quantization::Q4K),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = model(&folder, shape, quantization);
        let bytes = std::fs::metadata(&path).unwrap().len() as f64;
        let mut engine = Engine::with(order(&path, 2048, 1));
        let (mut bare, mut ours) = (Vec::new(), Vec::new());
        // One round to warm up, which does not count.
        for round in 0..=ROUNDS {
            let question = format!("{round} {}", "Tell me a story about an owl. ".repeat(24));
            // In turn, so that neither always comes second.
            let runs = if round % 2 == 0 {
                let first = bare_loop(&path, &question);
                (first, engine_alone(&mut engine, round, &question))
            } else {
                let first = engine_alone(&mut engine, round, &question);
                (bare_loop(&path, &question), first)
            };
            if round > 0 {
                bare.push((runs.0.tokens_per_second, runs.0.prompt_per_second));
                ours.push((runs.1.tokens_per_second, runs.1.prompt_per_second));
            }
        }
        let column = |runs: &[(f64, f64)], prompt: bool| -> Vec<f64> {
            runs.iter()
                .map(|run| if prompt { run.1 } else { run.0 })
                .collect()
        };
        let goal = Goal::RatioAtLeast(0.99);
        let what = format!("{name}: generation against a bare loop");
        report.add(
            &what,
            "tokens/s",
            &column(&ours, false),
            &column(&bare, false),
            goal,
        );
        let what = format!("{name}: prompt against a bare loop");
        report.add(
            &what,
            "tokens/s",
            &column(&ours, true),
            &column(&bare, true),
            goal,
        );
        let used = median(&column(&ours, false)) * bytes / 1e9;
        let what = format!("{name}: bandwidth used by generation");
        report.add(&what, "GB/s", &[used], &[bandwidth], Goal::None);
    }
}

/// Eight answers at once against one.
pub(crate) fn parallel(report: &mut Report) {
    for (name, quantization) in [("Q4_0", Quantization::Q4_0), ("Q8_0", Quantization::Q8_0)] {
        let folder = tempfile::tempdir().unwrap();
        let path = model(&folder, LLAMA_360M, quantization);
        let mut engine = Engine::with(order(&path, 8192, 9));
        together(report, &mut engine, name);
        joining(report, &mut engine, name);
        cancels(report, &mut engine, name);
    }
}

fn asked(id: u64, tokens: u32) -> GenerateRequest {
    GenerateRequest {
        max_tokens: tokens,
        ..request(id, &format!("Conversation {}: go on about it.", id % 100))
    }
}

/// Eight requests that come in the same moment.
fn together(report: &mut Report, engine: &mut Engine, name: &str) {
    let (mut one, mut eight) = (Vec::new(), Vec::new());
    let (mut equal, mut texts) = (0, 0);
    for round in 0..ROUNDS as u64 {
        let base = round * 100;
        let mut alone = Vec::new();
        for number in 0..8 {
            let start = Instant::now();
            alone.push(timed(engine, asked(base + number, 64)).1);
            one.push(64.0 / start.elapsed().as_secs_f64());
        }
        let start = Instant::now();
        let ids: Vec<u64> = (base + 20..base + 28).collect();
        for &id in &ids {
            engine.request(GenerateRequest {
                id,
                ..asked(id - 20, 64)
            });
        }
        let heard = engine.hear_out(&ids);
        eight.push(64.0 * 8.0 / start.elapsed().as_secs_f64());
        equal += heard
            .iter()
            .zip(&alone)
            .filter(|(a, b)| a.text == **b)
            .count();
        texts += heard.len();
    }
    println!("{name}: {equal} of {texts} answers at once are those that each question gets alone");
    let what = format!("360M {name}: 8 answers at once against one, total");
    report.add(&what, "tokens/s", &eight, &one, Goal::RatioAtLeast(2.5));
}

/// A request that joins seven answers in progress.
fn joining(report: &mut Report, engine: &mut Engine, name: &str) {
    let (mut alone, mut joined) = (Vec::new(), Vec::new());
    for round in 0..10 {
        let base = 1000 + round * 100;
        alone.push(timed(engine, asked(base, 8)).0.first_token_ms);
        let others: Vec<u64> = (base + 1..base + 8).collect();
        for &id in &others {
            engine.request(asked(id, 4096));
        }
        wait_for_text(engine, &others);
        joined.push(timed(engine, asked(base + 9, 8)).0.first_token_ms);
        for id in others {
            engine.say(&ToEngine::Cancel { id });
        }
        let _ = timed(engine, asked(base + 10, 8));
    }
    let p95 = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() * 95 / 100]
    };
    let (ours, base) = (p95(&mut joined), p95(&mut alone));
    let what = format!("360M {name}: first token beside 7 answers against alone, p95");
    report.add(&what, "ms", &[ours], &[base], Goal::RatioAtMost(2.0));
}

fn wait_for_text(engine: &mut Engine, ids: &[u64]) {
    let mut silent = ids.to_vec();
    while !silent.is_empty() {
        if let Some(FromEngine::Text { id, .. }) = engine.hear() {
            silent.retain(|&one| one != id);
        }
    }
}

/// How soon a cancel is over: beside eight answers until the next request begins, and while a
/// long prompt is read alone until its slot is free.
fn cancels(report: &mut Report, engine: &mut Engine, name: &str) {
    let mut beside = Vec::new();
    for round in 0..ROUNDS as u64 {
        let base = 10_000 + round * 100;
        let ids: Vec<u64> = (base..base + 10).collect();
        for &id in &ids {
            engine.request(asked(id, 4096));
        }
        wait_for_text(engine, &ids[..9]);
        let start = Instant::now();
        engine.say(&ToEngine::Cancel { id: base });
        while !matches!(engine.hear(), Some(FromEngine::Started(one)) if one.id == base + 9) {}
        beside.push(start.elapsed().as_secs_f64() * 1000.0);
        for &id in &ids {
            engine.say(&ToEngine::Cancel { id });
        }
        let _ = timed(engine, asked(base + 99, 8));
    }
    let what = format!("360M {name}: a cancel beside 8 answers until the next begins");
    report.add(&what, "ms", &beside, &[f64::NAN], Goal::AtMost(250.0));
    let mut alone = Vec::new();
    for round in 0..ROUNDS as u64 {
        let id = 20_000 + round;
        engine.ask(
            id,
            &format!("{id} {}", "apple pear ".repeat(1200)),
            Sampling::GREEDY,
            4,
        );
        let mut read = 0;
        while read < 3 {
            read += u32::from(matches!(engine.hear(), Some(FromEngine::Reading { .. })));
        }
        // Somewhere in the middle of a step.
        std::thread::sleep(Duration::from_millis(40 * (round + 1)));
        let start = Instant::now();
        engine.say(&ToEngine::Cancel { id });
        while !matches!(engine.hear(), Some(FromEngine::Done(end)) if end.id == id) {}
        alone.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let what = format!("360M {name}: a cancel of a prompt that is read alone");
    report.add(&what, "ms", &alone, &[f64::NAN], Goal::AtMost(250.0));
}

/// The time to the first token of turn 20 of a conversation of 6,000 tokens.
pub(crate) fn reuse(report: &mut Report) {
    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, LLAMA_360M, Quantization::Q8_0);
    let states = folder.path().join("kv");
    let with_states = LoadModel {
        states: Some(StateBudget {
            ram_bytes: 1 << 30,
            folder: states,
            disk_bytes: 4 << 30,
        }),
        ..order(&path, 8192, 2)
    };
    let (mut fresh, mut reused, mut restarted) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..3 {
        let turn = |id, turns| GenerateRequest {
            messages: conversation(round, turns),
            max_tokens: 8,
            ..request(id, "")
        };
        let mut engine = Engine::with(with_states.clone());
        let _ = timed(&mut engine, turn(1, 19));
        reused.push(timed(&mut engine, turn(2, 20)).0.first_token_ms);
        engine.unload();
        let mut engine = Engine::with(with_states.clone());
        restarted.push(timed(&mut engine, turn(3, 20)).0.first_token_ms);
        let mut engine = Engine::with(order(&path, 8192, 2));
        fresh.push(timed(&mut engine, turn(4, 20)).0.first_token_ms);
    }
    let inverse = |goal| Goal::RatioAtMost(1.0 / goal);
    report.add(
        "turn 20 at 6,000 tokens: first token, with reuse",
        "ms",
        &reused,
        &fresh,
        inverse(20.0),
    );
    report.add(
        "turn 20 after a restart: first token",
        "ms",
        &restarted,
        &fresh,
        inverse(8.0),
    );
}

/// A conversation with so many questions, of 300 tokens a turn.
fn conversation(round: usize, turns: usize) -> Vec<Message> {
    let mut messages = Vec::new();
    for turn in 0..turns {
        let question = format!("{round} {turn}: {}", "what about the owl? ".repeat(20));
        messages.push(message(Role::User, &question));
        if turn + 1 < turns {
            messages.push(message(Role::Assistant, &"The owl is well. ".repeat(24)));
        }
    }
    messages
}

/// Guessing ahead from what was said: where the answer repeats what was there, and where
/// nothing can be guessed. Noise at temperature 0 ends in repeating itself, and at a high
/// temperature it never does.
pub(crate) fn lookup(report: &mut Report) {
    let folder = tempfile::tempdir().unwrap();
    for (name, quantization) in [("Q4_0", Quantization::Q4_0), ("Q8_0", Quantization::Q8_0)] {
        let path = model(&folder, LLAMA_360M, quantization);
        let mut with = Engine::with(LoadModel {
            lookup: true,
            ..order(&path, 2048, 1)
        });
        let mut without = Engine::with(order(&path, 2048, 1));
        let ask = |id: u64, temperature| GenerateRequest {
            max_tokens: 256,
            sampling: Sampling {
                temperature,
                top_k: 0,
                top_p: 1.0,
                seed: u32::try_from(id).unwrap(),
                ..Sampling::default()
            },
            ..request(id, &format!("Think of something, number {id}."))
        };
        for (kind, temperature, goal) in [("repeats itself", 0.0, 1.8), ("never does", 1.5, 0.97)] {
            let (mut ours, mut base) = (Vec::new(), Vec::new());
            let mut equal = 0;
            for round in 0..=ROUNDS as u64 {
                let fast = timed(&mut with, ask(round, temperature));
                let slow = timed(&mut without, ask(round, temperature));
                equal += usize::from(fast.1 == slow.1);
                if round > 0 {
                    ours.push(fast.0.tokens_per_second);
                    base.push(slow.0.tokens_per_second);
                }
            }
            println!(
                "{equal} of {} answers are the same with and without",
                ROUNDS + 1
            );
            let what = format!("360M {name}: guessing ahead, the answer {kind}");
            report.add(&what, "tokens/s", &ours, &base, Goal::RatioAtLeast(goal));
        }
    }
}

/// Loading a file of a gigabyte that the disk's cache holds, and what is left after unloading.
pub(crate) fn loading(report: &mut Report) {
    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, LLAMA_1B, Quantization::Q8_0);
    let mut seconds = Vec::new();
    let (mut before, mut given_back) = (0, Vec::new());
    for _ in 0..ROUNDS {
        let mut engine = Engine::start();
        let start = Instant::now();
        engine
            .order(order(&path, 4096, 4))
            .expect("the model loads");
        seconds.push(start.elapsed().as_secs_f64());
        let _ = timed(
            &mut engine,
            GenerateRequest {
                max_tokens: 8,
                ..request(1, "Hello")
            },
        );
        let process = engine.process.id();
        before = share_of_memory(process);
        engine.unload();
        given_back.push(100.0 - share_of_memory(process) as f64 * 100.0 / before as f64);
    }
    report.add(
        "load 1.2 GB from the disk's cache until ready",
        "s",
        &seconds,
        &[f64::NAN],
        Goal::AtMost(0.5),
    );
    println!("a worker with the model takes {} MiB", before >> 20);
    report.add(
        "memory given back by unloading",
        "%",
        &given_back,
        &[f64::NAN],
        Goal::AtLeast(98.0),
    );
}

/// Bytes that two threads read from memory in a second, in GB: the best of several passes over
/// more than any cache holds.
fn bandwidth() -> f64 {
    const WORDS: usize = 1 << 26;
    let memory: Vec<u64> = (0..2 * WORDS as u64).collect();
    let mut best = 0.0_f64;
    for _ in 0..5 {
        let start = Instant::now();
        std::thread::scope(|scope| {
            for half in memory.chunks(WORDS) {
                scope.spawn(move || {
                    // Eight sums, so that no addition waits for the one before.
                    let mut sums = [0_u64; 8];
                    for words in half.chunks_exact(8) {
                        for (sum, word) in sums.iter_mut().zip(words) {
                            *sum = sum.wrapping_add(*word);
                        }
                    }
                    std::hint::black_box(sums);
                });
            }
        });
        let bytes = (memory.len() * 8) as f64;
        best = best.max(bytes / start.elapsed().as_secs_f64() / 1e9);
    }
    best
}
