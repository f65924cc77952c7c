//! The engine against a bare loop and the memory's bandwidth, on several shapes; loading.

use std::path::{Path, PathBuf};
use std::time::Instant;

use hearth_protocol::{GenerateRequest, LoadModel, Purpose};
use hearth_support::engine::{Engine, request};
use hearth_support::process::share_of_memory;
use hearth_support::weights::{LLAMA_1B, LLAMA_360M, Quantization, Shape, write};
use tempfile::TempDir;

use crate::answers::{bare_loop, engine_alone, timed};
use crate::report::{Goal, Report, median};

/// Times that each figure is taken.
pub(crate) const ROUNDS: usize = 5;

/// A model of a shape, in a folder.
pub(crate) fn model(folder: &TempDir, shape: Shape, quantization: Quantization) -> PathBuf {
    let path = folder.path().join(format!("{quantization:?}.gguf"));
    write(&path, shape, quantization);
    path
}

/// How the engine is asked to load it: without guessing, which is measured apart.
pub(crate) fn order(path: &Path, context: u32, slots: u32) -> LoadModel {
    LoadModel {
        context,
        slots,
        lookup: false,
        ..LoadModel::new(path.to_path_buf(), Purpose::Chat)
    }
}

/// Speed on several shapes and quantizations, and how much of the bandwidth it uses: for each
/// token every weight is read once.
pub(crate) fn speed(report: &mut Report) {
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
