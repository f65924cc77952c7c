//! Time to the first token and tokens for each second: the whole program against the engine
//! alone, and the engine against a bare loop around llama.cpp. All in turn, on one model.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use hearth_protocol::{FromEngine, GenerateRequest};
use hearth_support::engine::{Engine, request};
use hearth_support::place;
use hearth_support::weights::{LLAMA_360M, Quantization, write};
use serde_json::Value;

use crate::report::{Goal, Report};

const ROUNDS: usize = 7;
const ANSWER: u32 = 64;
const CONTEXT: u32 = 2048;

/// What one answer took.
pub(crate) struct Run {
    pub(crate) first_token_ms: f64,
    pub(crate) tokens_per_second: f64,
    pub(crate) prompt_per_second: f64,
}

pub(crate) fn measure(report: &mut Report) {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("llama-360m-q8_0.gguf");
    write(&model, LLAMA_360M, Quantization::Q8_0);
    let mut engine = Engine::start();
    engine
        .load(&model, CONTEXT, 1, 0)
        .expect("the random model loads");
    let mut program = Program::start(folder.path(), &model);
    let (mut bare, mut alone, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    // One round to warm up, which does not count.
    for round in 0..=ROUNDS {
        let question = format!("{round} {}", "Tell me a story about an owl. ".repeat(24));
        let runs = (
            bare_loop(&model, &question),
            engine_alone(&mut engine, round, &question),
            program.ask(&question),
        );
        if round > 0 {
            bare.push(runs.0);
            alone.push(runs.1);
            whole.push(runs.2);
        }
    }
    let column = |runs: &[Run], of: fn(&Run) -> f64| -> Vec<f64> { runs.iter().map(of).collect() };
    let speed = |run: &Run| run.tokens_per_second;
    let prompt = |run: &Run| run.prompt_per_second;
    let first = |run: &Run| run.first_token_ms;
    report.add(
        "generation: engine against a bare loop",
        "tokens/s",
        &column(&alone, speed),
        &column(&bare, speed),
        Goal::RatioAtLeast(0.99),
    );
    report.add(
        "prompt: engine against a bare loop",
        "tokens/s",
        &column(&alone, prompt),
        &column(&bare, prompt),
        Goal::RatioAtLeast(0.99),
    );
    report.add(
        "generation: whole program against engine",
        "tokens/s",
        &column(&whole, speed),
        &column(&alone, speed),
        Goal::RatioAtLeast(0.97),
    );
    report.add(
        "first token: whole program against engine",
        "ms",
        &column(&whole, first),
        &column(&alone, first),
        Goal::AboveAtMost(10.0),
    );
}

/// The bare loop, in a process of its own, on the same text.
pub(crate) fn bare_loop(model: &Path, question: &str) -> Run {
    let output = Command::new(place::binary("examples").join("bare_loop"))
        .args([model.to_str().unwrap(), question, &ANSWER.to_string()])
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let value: Value = serde_json::from_slice(&output.stdout).expect("the bare loop reports");
    Run {
        first_token_ms: value["first_token_ms"].as_f64().unwrap(),
        tokens_per_second: value["tokens_per_second"].as_f64().unwrap(),
        prompt_per_second: value["prompt_per_second"].as_f64().unwrap(),
    }
}

pub(crate) fn engine_alone(engine: &mut Engine, round: usize, question: &str) -> Run {
    let id = round as u64 + 1;
    let request = GenerateRequest {
        max_tokens: ANSWER,
        ..request(id, question)
    };
    timed(engine, request).0
}

/// An answer's figures, and the answer.
pub(crate) fn timed(engine: &mut Engine, request: GenerateRequest) -> (Run, String) {
    let start = Instant::now();
    let wanted = request.id;
    engine.request(request);
    let mut whole = String::new();
    let mut first = None;
    loop {
        match engine.hear().expect("the worker lives") {
            FromEngine::Text { id, text } if id == wanted => {
                first.get_or_insert_with(|| start.elapsed().as_secs_f64() * 1000.0);
                whole.push_str(&text);
            }
            FromEngine::Done(end) if end.id == wanted => {
                let usage = end.usage;
                let read = f64::from(usage.prompt_tokens - usage.reused_tokens);
                let run = Run {
                    first_token_ms: first.expect("some text came"),
                    tokens_per_second: f64::from(usage.answer_tokens) * 1e6
                        / usage.answer_us as f64,
                    prompt_per_second: read * 1e6 / usage.prompt_us as f64,
                };
                return (run, whole);
            }
            FromEngine::Failed { fault, .. } => panic!("{fault}"),
            _ => {}
        }
    }
}

/// `hearth chat` in the terminal: the whole program, but for the window.
struct Program {
    process: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Program {
    fn start(home: &Path, model: &Path) -> Self {
        // A title would be written beside the next question.
        std::fs::write(home.join("config.toml"), "[chat]\ntitles = false\n").unwrap();
        let mut process = Command::new(place::binary("hearth"))
            .args([
                "chat",
                "--json",
                "--temperature",
                "0",
                "--max-tokens",
                &ANSWER.to_string(),
            ])
            .args(["--model", model.to_str().unwrap()])
            .env("HEARTH_HOME", home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = process.stdin.take().unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        Self {
            process,
            stdin,
            stdout,
        }
    }

    fn ask(&mut self, question: &str) -> Run {
        let start = Instant::now();
        // Each question in a conversation of its own, as the engine alone gets them.
        writeln!(self.stdin, "/new\n{question}").unwrap();
        let mut first = None;
        loop {
            let mut line = String::new();
            self.stdout.read_line(&mut line).unwrap();
            let event: Value = serde_json::from_str(&line).expect("every line is JSON");
            match event["type"].as_str() {
                Some("text") => {
                    first.get_or_insert_with(|| start.elapsed().as_secs_f64() * 1000.0);
                }
                Some("done") => {
                    let first = first.expect("some text came");
                    let seconds = start.elapsed().as_secs_f64() - first / 1000.0;
                    let tokens = event["usage"]["answer_tokens"].as_f64().unwrap();
                    return Run {
                        first_token_ms: first,
                        tokens_per_second: tokens / seconds,
                        prompt_per_second: f64::NAN,
                    };
                }
                Some("failed") => panic!("{line}"),
                _ => {}
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
