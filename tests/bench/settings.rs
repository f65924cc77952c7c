//! The settings file: read, saved, taken over from outside, its earlier states listed, and the
//! page that shows it. What the disk's own `fsync` takes is measured beside the save.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use hearth_core::config::{Settings, reading};
use hearth_support::process::becomes_true;

use crate::report::{Goal, Report};
use crate::thread::driver::Driver;
use crate::thread::run;

const ROUNDS: usize = 50;
/// States that are listed.
const MANY: u32 = 1000;
/// Files that a save brings onto the disk, and folders whose names it changes: the file, its
/// state, and the list of states.
const SYNCS: usize = 5;

pub(crate) fn measure(report: &mut Report) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("config.toml");
    let settings = Settings::open(path.clone());
    // A file of 10 KB, as somebody has it who writes remarks.
    let mut text = std::fs::read_to_string(&path).unwrap();
    while text.len() < 10_000 {
        text.push_str("# a remark that somebody has written for the days to come\n");
    }
    std::fs::write(&path, &text).unwrap();
    settings.reload();

    let read = times(ROUNDS, |_| {
        assert!(reading::read(text.as_bytes()).unwrap().faults.is_empty());
    });
    let hostile = [
        format!("x = {}", "[".repeat(1 << 19)),
        format!("{} = 1", vec!["a"; 1 << 18].join(".")),
        "[a]\n".repeat(1 << 18),
        format!(
            "[models]\n{}",
            (0..90_000)
                .map(|key| format!("k{key} = 1\n"))
                .collect::<Vec<_>>()
                .concat()
        ),
    ];
    let answered = times(hostile.len(), |which| {
        drop(reading::read(hostile[which].as_bytes()));
    });
    report.add(
        "answer to the worst of four hostile files of 1 MiB",
        "ms",
        &[answered.into_iter().fold(0.0, f64::max)],
        &[f64::NAN],
        Goal::AtMost(200.0),
    );
    let syncs = times(ROUNDS, |_| (0..SYNCS).for_each(|_| sync(home.path())));
    report.add(
        "read a settings file of 10 KB",
        "ms",
        &read,
        &[f64::NAN],
        Goal::AtMost(1.0),
    );
    let save = times(ROUNDS, |round| {
        settings
            .set("engine.threads", Some(&(round + 1).to_string()))
            .unwrap();
    });
    report.add(
        "save a setting, its state kept (beside: the disk's own work for five fsyncs)",
        "ms",
        &save,
        &syncs,
        Goal::AboveAtMost(10.0),
    );
    live(report, &settings, &path);
    for round in 0..MANY {
        settings
            .set("hub.limit", Some(&(round + 1).to_string()))
            .unwrap();
    }
    let listed = times(ROUNDS, |_| {
        assert!(settings.states().unwrap().len() >= MANY as usize);
    });
    report.add(
        "list 1,000 earlier states",
        "ms",
        &listed,
        &[f64::NAN],
        Goal::AtMost(50.0),
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(page(report, home.path()));
}

/// From the end of an editor's write until the value is in use.
fn live(report: &mut Report, settings: &Settings, path: &Path) {
    let _watcher = settings.watch().unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("slots = "))
        .unwrap();
    let waited = times(20, |round| {
        let slots = round as u32 % 60 + 1;
        std::fs::write(path, text.replace(line, &format!("slots = {slots}"))).unwrap();
        let is_live = || settings.get().engine.slots == slots;
        assert!(becomes_true(Duration::from_secs(10), is_live));
    });
    report.add(
        "a change made outside is in use",
        "ms",
        &waited,
        &[f64::NAN],
        Goal::AtMost(300.0),
    );
}

/// From the click until every field is laid out.
async fn page(report: &mut Report, home: &Path) {
    let driver = Driver::start(home).await;
    let window = driver.open().await;
    let opened = run(
        &window,
        "return openPage('Settings', '#settings-view .field', 10)",
    )
    .await;
    report.add(
        "the page Settings opens with all its fields",
        "ms",
        &opened,
        &[f64::NAN],
        Goal::AtMost(100.0),
    );
    window.close().await;
}

fn times(rounds: usize, work: impl Fn(usize)) -> Vec<f64> {
    let timed = |round| {
        let start = Instant::now();
        work(round);
        start.elapsed().as_secs_f64() * 1000.0
    };
    (0..rounds).map(timed).collect()
}

fn sync(folder: &Path) {
    let mut file = tempfile::tempfile_in(folder).unwrap();
    file.write_all(&[7; 10_000]).unwrap();
    file.sync_all().unwrap();
}
