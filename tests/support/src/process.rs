//! Which processes run, by what the kernel says.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// The processes that a process has started and that still run.
#[must_use]
pub fn children_of(parent: u32) -> Vec<u32> {
    running()
        .into_iter()
        .filter(|&(_, of)| of == parent)
        .map(|(id, _)| id)
        .collect()
}

/// Whether a process runs; one that has ended and waits to be noticed does not.
#[must_use]
pub fn is_running(id: u32) -> bool {
    running().iter().any(|&(one, _)| one == id)
}

/// Ends a process at once.
///
/// # Panics
/// Where the number is none of a process.
pub fn kill(id: u32) {
    signal(id, rustix::process::Signal::KILL);
}

/// Sends a signal to a process; one that has ended already is fine.
///
/// # Panics
/// Where the number is none of a process.
pub fn signal(id: u32, signal: rustix::process::Signal) {
    let number = i32::try_from(id)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    let _ = rustix::process::kill_process(number.expect("a process number"), signal);
}

/// Waits until something holds; false when it did not in time.
#[must_use]
pub fn becomes_true(within: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > within {
            return false;
        }
        std::thread::yield_now();
    }
    true
}

/// The name of a process, of which the kernel keeps fifteen bytes; empty where it is gone.
#[must_use]
pub fn name_of(id: u32) -> String {
    fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default()
}

/// The processor's time that a process has taken; none where it is gone.
#[must_use]
pub fn cpu_time(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    // Of itself and of the kernel for it, in ticks (proc_pid_stat(5), fields 14 and 15).
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|number| number.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second())
}

/// The memory of a process alone, in bytes: what is its own and not read from a file.
#[must_use]
pub fn own_memory(id: u32) -> u64 {
    kib(id, "status", "RssAnon:") * 1024
}

/// A process's share of the memory that it is in, in bytes.
#[must_use]
pub fn share_of_memory(id: u32) -> u64 {
    kib(id, "smaps_rollup", "Pss:") * 1024
}

/// A line of one of the kernel's files about a process; 0 where it is gone.
fn kib(id: u32, file: &str, line: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{id}/{file}")).unwrap_or_default();
    let value = text.lines().find_map(|one| one.strip_prefix(line));
    value
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// Every process with its parent.
fn running() -> Vec<(u32, u32)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| status(&entry.path())).collect()
}

fn status(folder: &Path) -> Option<(u32, u32)> {
    let id = folder.file_name()?.to_str()?.parse().ok()?;
    let stat = fs::read_to_string(folder.join("stat")).ok()?;
    // The name in parentheses may itself hold blanks and parentheses.
    let mut fields = stat.rsplit(')').next()?.split_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    (state != "Z" && state != "X").then_some((id, parent))
}
