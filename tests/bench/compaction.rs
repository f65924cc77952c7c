//! How many tokens are saved, and what is lost for it (goals T1 and T2).

use std::time::Instant;

use hearth_core::Hearth;
use hearth_core::chat::compaction;
use hearth_core::engine::Limits;
use hearth_core::folder::DataFolder;
use hearth_core::installed::Installed;
use hearth_support::wordy::{Wordy, texts};

use crate::report::{Goal, Report};

/// Another seed than the one of the tests; four kinds of this many texts, four facts each.
const SEED: u64 = 20_261_122;
const OF_EACH: u32 = 64;

pub(crate) fn measure(report: &mut Report) {
    let folder = tempfile::tempdir().unwrap();
    let folder = DataFolder::open(Some(folder.path())).unwrap();
    let hearth = Hearth::open_with(folder, Installed::find().unwrap(), Limits::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let corpus = texts(SEED, OF_EACH);
    for kind in ["chat", "json", "code", "log"] {
        let mine: Vec<&Wordy> = corpus.iter().filter(|one| one.kind == kind).collect();
        let saved = runtime.block_on(saved(&hearth, &mine, 100)).0;
        let what = format!("compaction: tokens saved, {kind}");
        report.add(&what, "%", &[saved], &[0.0], Goal::None);
    }
    let all: Vec<&Wordy> = corpus.iter().collect();
    let (share, kept) = runtime.block_on(saved(&hearth, &all, 100));
    report.add(
        "compaction: tokens saved, mixed",
        "%",
        &[share],
        &[0.0],
        Goal::AtLeast(15.0),
    );
    report.add(
        "compaction: facts kept",
        "%",
        &[kept],
        &[100.0],
        Goal::AtLeast(100.0),
    );
    for (wanted, goal) in [(50, 99.5), (25, 95.0)] {
        let (share, kept) = runtime.block_on(saved(&hearth, &all, wanted));
        let what = format!("shortening to {wanted} %: tokens saved");
        report.add(&what, "%", &[share], &[0.0], Goal::None);
        let what = format!("shortening to {wanted} %: facts kept");
        report.add(&what, "%", &[kept], &[100.0], Goal::AtLeast(goal));
    }
    let bytes: usize = corpus.iter().map(|one| one.text.len()).sum();
    let start = Instant::now();
    for one in &corpus {
        std::hint::black_box(compaction::message(&one.text));
    }
    let speed = bytes as f64 / 1e6 / start.elapsed().as_secs_f64();
    report.add("compaction: speed", "MB/s", &[speed], &[0.0], Goal::None);
    runtime.block_on(hearth.close());
}

/// Percent of all tokens that texts cost less, and percent of the facts in them that are left.
async fn saved(hearth: &Hearth, texts: &[&Wordy], percent: u8) -> (f64, f64) {
    let (mut before, mut after, mut kept, mut facts) = (0, 0, 0, 0);
    for one in texts {
        let short = hearth.chat.shorten(&one.text, percent).await.unwrap();
        before += short.before;
        after += short.after;
        facts += one.facts.len();
        kept += one
            .facts
            .iter()
            .filter(|fact| short.text.contains(*fact))
            .count();
    }
    let share = |part: f64, whole: f64| part / whole * 100.0;
    (
        100.0 - share(after.into(), before.into()),
        share(kept as f64, facts as f64),
    )
}
