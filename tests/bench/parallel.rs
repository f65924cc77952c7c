//! Several answers at once.

use std::time::{Duration, Instant};

use hearth_protocol::{FromEngine, GenerateRequest, Sampling, ToEngine};
use hearth_support::engine::{Engine, request};
use hearth_support::weights::{LLAMA_360M, Quantization};

use crate::answers::timed;
use crate::report::{Goal, Report};
use crate::shapes::{ROUNDS, model, order};

/// Eight answers at once against one.
pub(crate) fn measure(report: &mut Report) {
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
    // Each begins differently, so that nothing of it was read before.
    let new = |id: u64| GenerateRequest {
        max_tokens: 8,
        ..request(id, &format!("{id}: {}", "tell me of the owl ".repeat(12)))
    };
    for round in 0..10 {
        let base = 1000 + round * 100;
        alone.push(timed(engine, new(base)).0.first_token_ms);
        let others: Vec<u64> = (base + 1..base + 8).collect();
        for &id in &others {
            engine.request(asked(id, 4096));
        }
        wait_for_text(engine, &others);
        joined.push(timed(engine, new(base + 9)).0.first_token_ms);
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
        // Somewhere in the middle of a step.
        std::thread::sleep(Duration::from_millis(5 * (round + 1)));
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
