//! How much memory is free for models.

use hearth_protocol::Library;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate};

use crate::models::need::Need;

/// Memory that is left to the window and to other programs, in bytes.
const RESERVE: u64 = 256 << 20;

/// What our own models take, or will take when they are loaded.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    /// All of it.
    all: u64,
    /// What the system does not know to be in use: mapped files, which it counts as free, and
    /// what is still being loaded.
    unseen: u64,
}

impl Held {
    /// Counts one more model.
    pub(super) fn add(&mut self, need: Need, mapped: bool, loading: bool) {
        self.all += need.total();
        self.unseen += if loading {
            need.total()
        } else if mapped {
            need.weights
        } else {
            0
        };
    }
}

/// Bytes that a further model may take; `limit` of 0 means as much as the system has.
pub(super) fn free(held: Held, limit: u64, libraries: &[Library]) -> u64 {
    let gpus: u64 = libraries.iter().filter_map(|one| one.free_memory).sum();
    let here = available() + gpus;
    let here = here.saturating_sub(held.unseen).saturating_sub(RESERVE);
    match limit {
        0 => here,
        limit => here.min(limit.saturating_sub(held.all)),
    }
}

/// What a process takes for a model whose weights have so many bytes. Some weights are copied
/// into another order; then the file that it read them from is no longer needed.
pub(super) fn of_process(number: u32, weights: u64) -> Option<f64> {
    let own = own_memory(number).filter(|own| *own >= weights);
    own.map(|own| own as f64).or_else(|| resident(number))
}

/// What is a process's own and not read from a file; none where the system does not say.
fn own_memory(number: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{number}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024)
}

/// All that a process has in memory.
fn resident(number: u32) -> Option<f64> {
    let number = Pid::from_u32(number);
    let mut system = sysinfo::System::new().ok()?;
    let memory = ProcessRefreshKind::nothing().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[number]), false, memory);
    Some(system.process(number)?.memory() as f64)
}

/// What the system could give, also inside a container.
fn available() -> u64 {
    let Ok(mut system) = sysinfo::System::new() else {
        // Where nothing is known nothing is refused.
        return u64::MAX / 2;
    };
    system.refresh_memory();
    // What a container has free counts the cached files as taken, which they are not.
    let inside = system
        .cgroup_limits()
        .map(|limits| limits.total_memory.saturating_sub(limits.rss));
    system.available_memory().min(inside.unwrap_or(u64::MAX))
}
