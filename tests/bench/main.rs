//! The measurements of `cargo xtask bench`: every figure beside a baseline of the same run, as
//! a table and as JSON under `target/bench`. Machines differ and are shared, so what counts is
//! the ratio of medians.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the numbers of a measurement are small"
)]
#![allow(clippy::print_stdout, reason = "the table is the result")]

mod answers;
mod cache;
mod compaction;
mod conversations;
mod library;
mod memory;
mod models;
mod parallel;
mod report;
mod reuse;
mod settings;
mod shapes;
mod thread;
mod window;

use report::Report;

type Measure = fn(&mut Report);

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut report = Report::default();
    let parts: [(&str, Measure); 16] = [
        ("window", window::measure),
        ("conversations", conversations::measure),
        ("thread", thread::measure),
        ("stream", thread::stream),
        ("models", models::measure),
        ("settings", settings::measure),
        ("memory", memory::measure),
        ("cache", cache::measure),
        ("similar", cache::similar),
        ("compaction", compaction::measure),
        ("answers", answers::measure),
        ("shapes", shapes::speed),
        ("parallel", parallel::measure),
        ("reuse", reuse::states),
        ("lookup", reuse::lookup),
        ("loading", shapes::loading),
    ];
    for (name, measure) in parts {
        if wanted.is_empty() || wanted.iter().any(|one| one == name) {
            measure(&mut report);
        }
    }
    report.finish();
}
