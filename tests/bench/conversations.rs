//! What a library of a million messages costs: the start of the app, and search.

use std::path::Path;
use std::time::Instant;

use hearth_core::folder::DataFolder;
use hearth_core::store::Store;
use hearth_core::store::search::Search;

use crate::library::{self, Words};
use crate::report::{Goal, Report, percentile};
use crate::window;

/// Starts of the app, with and without the library.
const STARTS: usize = 9;
/// Questions to the search.
const SEARCHES: usize = 200;

pub(crate) fn measure(report: &mut Report) {
    let library = library::folder();
    starts(report, &library);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(searches(report, &library));
}

fn starts(report: &mut Report, library: &Path) {
    let empty = tempfile::tempdir().unwrap();
    window::once(window::hearth(empty.path()));
    window::once(window::hearth(library));
    let (mut ours, mut base) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        base.push(window::once(window::hearth(empty.path())).0);
        ours.push(window::once(window::hearth(library)).0);
    }
    let what = "start with a million messages, against none";
    report.add(what, "ms", &ours, &base, Goal::RatioAtMost(1.2));
}

/// Words as people type them: frequent and rare, unfinished, several, in order, Chinese signs.
async fn searches(report: &mut Report, library: &Path) {
    let store = Store::open(&DataFolder::open(Some(library)).unwrap()).unwrap();
    let mut words = Words(7);
    let mut times = Vec::new();
    for round in 0..SEARCHES {
        let word = words.word();
        let text = match round % 5 {
            0 => word,
            1 => word[..word.len().min(3)].to_owned(),
            2 => format!("{word} {}", words.word()),
            3 => format!("\"{word} {}\"", words.word()),
            _ => ["天気", "東", "明日は雨", "println main"][words.below(4)].to_owned(),
        };
        let start = Instant::now();
        let search = Search {
            text: text.clone(),
            ..Search::default()
        };
        store.search(search).await.unwrap();
        let time = start.elapsed().as_secs_f64() * 1000.0;
        if time > 30.0 {
            println!("{time:.0} ms for {text:?}");
        }
        times.push(time);
    }
    let p95 = percentile(&times, 95);
    let median = percentile(&times, 50);
    report.add(
        "search in a million messages, p95 (beside: median)",
        "ms",
        &[p95],
        &[median],
        Goal::AtMost(50.0),
    );
}
