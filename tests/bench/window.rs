//! From the start to a usable window, and the memory of all processes when idle.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hearth_support::place;
use hearth_support::process::{children_of, share_of_memory};

use crate::report::{Goal, Report};

/// Some starts of either program take half a second longer, so the medians need many.
const ROUNDS: usize = 15;
/// After this long without anything to do the memory is taken.
const IDLE: Duration = Duration::from_secs(2);

pub(crate) fn measure(report: &mut Report) {
    let home = tempfile::tempdir().unwrap();
    let hearth = || hearth(home.path());
    let empty = || Command::new(place::binary("examples").join("empty_window"));
    // The first start of each makes its files and warms the disk's cache.
    once(hearth());
    once(empty());
    let (mut ours, mut base) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(once(hearth()));
        base.push(once(empty()));
    }
    let column = |runs: &[(f64, f64)], memory: bool| -> Vec<f64> {
        runs.iter()
            .map(|&(time, pss)| if memory { pss } else { time })
            .collect()
    };
    let goal = Goal::RatioAtMost(1.3);
    report.add(
        "start to usable window",
        "ms",
        &column(&ours, false),
        &column(&base, false),
        goal,
    );
    let goal = Goal::RatioAtMost(1.4);
    report.add(
        "memory when idle, no model (PSS)",
        "MiB",
        &column(&ours, true),
        &column(&base, true),
        goal,
    );
}

/// The app on a data folder.
pub(crate) fn hearth(home: &Path) -> Command {
    let mut command = Command::new(place::binary("hearth"));
    command
        .env("HEARTH_HOME", home)
        .env("HEARTH_SAY_READY", "1");
    command
}

/// One start: milliseconds until it says that it is ready, and MiB of memory afterwards.
pub(crate) fn once(mut command: Command) -> (f64, f64) {
    let start = Instant::now();
    let mut child = command
        // Hearth sets it by itself where it is needed; both are to draw in the same way.
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line.trim(), "ready");
    let time = start.elapsed().as_secs_f64() * 1000.0;
    std::thread::sleep(IDLE);
    let memory = memory_of_tree(child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    (time, memory)
}

/// The proportional set size of a process and all that it has started, in MiB.
pub(crate) fn memory_of_tree(root: u32) -> f64 {
    let mut ids = vec![root];
    let mut bytes = 0.0;
    while let Some(id) = ids.pop() {
        ids.extend(children_of(id));
        bytes += share_of_memory(id) as f64;
    }
    bytes / 1024.0 / 1024.0
}
