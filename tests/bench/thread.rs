//! The page under load: the thread of five thousand messages opened, scrolled, typed and pasted
//! into, and an answer of ten thousand tokens. Times are taken in the page itself.

#[allow(dead_code, reason = "measurements need few of a test's steps")]
#[path = "../window/driver.rs"]
pub(crate) mod driver;

use std::path::Path;

use hearth_support::process::{children_of, cpu_time, name_of};
use hearth_support::weights::{LLAMA_30M, LLAMA_EVEN, Quantization, Shape, write};
use serde_json::Value;

use self::driver::{Driver, MESSAGE, Window};
use crate::library::{self, LONGEST};
use crate::report::{Goal, Report, percentile};
use crate::window::memory_of_tree;

/// Times that the thread is opened, that a long text is pasted, that a key is pressed.
const OPENINGS: usize = 20;
const PASTES: usize = 20;
const KEYS: usize = 200;
/// Tokens of the long answer.
const ANSWER: u32 = 10_000;
/// What the measurements share, in the page.
const STEPS: &str = include_str!("steps.js");

pub(crate) fn measure(report: &mut Report) {
    let library = library::copy();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(long_thread(report, library.path()));
}

/// An answer of ten thousand tokens.
pub(crate) fn stream(report: &mut Report) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(long_answer(report));
}

async fn long_thread(report: &mut Report, library: &Path) {
    random_model(library, LLAMA_30M, 4096);
    let driver = Driver::start(library).await;
    let window = driver.open().await;
    let idle = percentile(&run(&window, "return framesUntil(pause(3000))").await, 95);
    let call = |step: &str, times: usize| format!("return {step}({LONGEST:?}, {times})");

    run(&window, &call("open", 1)).await;
    let app = driver.app();
    // What opening left behind is collected while the page rests.
    run(&window, REST).await;
    let before = memory_of_tree(app);
    run(&window, "return scrollThread()").await;
    run(&window, REST).await;
    report.add(
        "memory after scrolling through 5,000 messages",
        "MiB",
        &[memory_of_tree(app)],
        &[before],
        Goal::AboveAtMost(60.0),
    );
    let opened = run(&window, &call("open", OPENINGS)).await;
    report.add(
        "open a thread of 5,000 messages, p95 (beside: an idle frame)",
        "ms",
        &[percentile(&opened, 95)],
        &[idle],
        Goal::AtMost(150.0),
    );
    let blank = run(&window, "return blankRows()").await;
    report.add(
        "frames with a blank row while 10,000 conversations scroll",
        "frames",
        &[blank.iter().sum()],
        &[0.0],
        Goal::AtMost(0.0),
    );
    let pasted = run(&window, &call("paste", PASTES)).await;
    report.add(
        "paste of 200,000 characters, p95 (beside: an idle frame)",
        "ms",
        &[percentile(&pasted, 95)],
        &[idle],
        Goal::AtMost(100.0),
    );
    run(&window, &call("open", 1)).await;
    window.send("Say something long.").await;
    window.find(GROWING).await;
    let typed = run(&window, &call("type", KEYS)).await;
    window.find(GROWING).await;
    report.add(
        "typing there while an answer comes, p95 (beside: an idle frame)",
        "ms",
        &[percentile(&typed, 95)],
        &[idle],
        Goal::AtMost(16.0),
    );
    window.press("button[aria-label='Stop']").await;
    window.rests().await;
    window.close().await;
}

/// Leaves the page alone for a while.
const REST: &str = "await pause(8000); return []";
/// The answer that is being written.
const GROWING: &str = "[aria-busy=true] .markdown";

async fn long_answer(report: &mut Report) {
    let home = tempfile::tempdir().unwrap();
    // The page is measured, not how an engine slows down while its context grows.
    random_model(home.path(), LLAMA_EVEN, ANSWER);
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    let idle = run(&window, "return framesUntil(pause(3000))").await;
    let page = page_of(driver.app());
    window.send("Say something very long.").await;
    window.find(GROWING).await;
    let (mut work, mut frames) = (Vec::new(), Vec::new());
    for quarter in 1..=4 {
        let before = cpu_time(page);
        // A made-up token is some three characters long.
        let wanted = quarter * ANSWER * 5 / 8;
        let part = run(&window, &format!("return framesUntil(answered({wanted}))")).await;
        let taken = cpu_time(page).saturating_sub(before);
        work.push(taken.as_secs_f64() * 1000.0);
        frames.extend(part);
    }
    println!("the page's processor time for each quarter: {work:.0?} ms");
    report.add(
        "frames while 10,000 tokens come, p95 (beside: idle)",
        "ms",
        &[percentile(&frames, 95)],
        &[percentile(&idle, 95)],
        Goal::AtMost(20.0),
    );
    report.add(
        "the page's work for their last quarter, against the second",
        "ms",
        &[work[3]],
        &[work[1]],
        Goal::RatioAtMost(1.3),
    );
    window.close().await;
}

/// Settings with a model of random weights, whose answers end only where they must and have
/// some paragraphs (201 ends a line).
fn random_model(home: &Path, shape: Shape, tokens: u32) {
    let model = home.join("random.gguf");
    write(&model, shape, Quantization::Q8_0);
    let path = model.to_str().unwrap();
    let settings = format!(
        "[chat]\nmodel = {path:?}\ntitles = false\n[engine]\ncontext = {}\n\
         [sampling]\ntemperature = 1.0\nmax_tokens = {tokens}\nseed = 3\nlogit_bias = [[0, -100], [1, -100], [2, -100], [201, 4.0]]\n",
        tokens + 2048
    );
    std::fs::write(home.join("config.toml"), settings).unwrap();
}

/// Runs a step in the page; numbers come back.
pub(crate) async fn run(window: &Window, step: &str) -> Vec<f64> {
    let script = format!("{STEPS}\nconst MESSAGE = {MESSAGE:?};\n{step};");
    match window.run(&script).await {
        Value::Array(numbers) => numbers.iter().filter_map(Value::as_f64).collect(),
        other => panic!("{step}: {other}"),
    }
}

/// The process that shows the page of an app.
fn page_of(app: u32) -> u32 {
    let children = children_of(app);
    let page = children
        .into_iter()
        .find(|&id| name_of(id).starts_with("WebKitWeb"));
    page.expect("the page has a process of its own")
}
