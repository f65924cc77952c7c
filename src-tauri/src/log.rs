//! The log file: what happened, without what was said.

use std::backtrace::Backtrace;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

use file_rotate::compression::Compression;
use file_rotate::suffix::AppendCount;
use file_rotate::{ContentLimit, FileRotate};
use hearth_core::config::{Log, Settings};
use hearth_core::logs::{FILE, LARGEST, OLDER};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, fmt, reload};

/// Levels for whoever starts Hearth from a terminal; they win over the settings.
const VARIABLE: &str = "HEARTH_LOG";

/// How the reports of crashes begin, and how many are kept.
const CRASH: &str = "crash-";
const CRASHES: usize = 20;

static LEVELS: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// Writes the log into this folder from now on. A log that cannot be written stops nothing.
pub(crate) fn to(folder: &Path) {
    let (levels, handle) = reload::Layer::new(wanted(&Log::default()));
    let lines = fmt::layer()
        .with_ansi(false)
        // A disk that is full is no reason to fill the terminal as well.
        .log_internal_errors(false)
        .with_writer(Mutex::new(rotating(folder)));
    // A second subscriber in one process, as tests make it, is no fault.
    if tracing_subscriber::registry()
        .with(levels)
        .with(lines)
        .try_init()
        .is_ok()
    {
        let _ = LEVELS.set(handle);
        forget_old_crashes(folder);
        note_panics(folder);
    }
}

/// A file that makes room for the next one when it has grown. What cannot be written is lost.
fn rotating(folder: &Path) -> FileRotate<AppendCount> {
    FileRotate::new(
        folder.join(FILE),
        AppendCount::new(OLDER),
        ContentLimit::BytesSurpassed(LARGEST),
        Compression::None,
        None,
    )
}

/// Notes as much as the settings say, from now on.
pub(crate) fn set_levels(log: &Log) {
    if let Some(handle) = LEVELS.get()
        && let Err(error) = handle.reload(wanted(log))
    {
        tracing::warn!(%error, "the levels of the log were not changed");
    }
}

/// Follows the settings, as long as they are there.
pub(crate) async fn follow(settings: Settings) {
    let mut changes = settings.subscribe();
    loop {
        set_levels(&settings.get().log);
        if changes.changed().await.is_err() {
            return;
        }
    }
}

fn wanted(log: &Log) -> EnvFilter {
    if let Ok(filter) = EnvFilter::try_from_env(VARIABLE) {
        return filter;
    }
    let mut filter = EnvFilter::new(&log.level);
    for target in &log.targets {
        match target.parse() {
            Ok(directive) => filter = filter.add_directive(directive),
            Err(error) => tracing::warn!(target, %error, "no level of the log"),
        }
    }
    filter
}

/// Removes the oldest reports of crashes. One that cannot be removed does no harm.
fn forget_old_crashes(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut crashes: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with(CRASH))
        })
        .collect();
    // Their names hold their times.
    crashes.sort();
    for old in crashes.iter().rev().skip(CRASHES) {
        let _ = std::fs::remove_file(old);
    }
}

/// Writes down where the program fails, beside the log. Not with which words: they may hold what
/// somebody wrote.
fn note_panics(folder: &Path) {
    let folder = folder.to_path_buf();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let now = jiff::Zoned::now();
        let report = format!(
            "Hearth {} failed at {place}\n{now}\n\n{}\n",
            env!("CARGO_PKG_VERSION"),
            Backtrace::force_capture()
        );
        let name = format!("{CRASH}{}.txt", now.strftime("%Y%m%d-%H%M%S"));
        // Not through the log: it may be where the program failed. Where not even this can be
        // written, the words on stderr are all there is.
        let _ = std::fs::write(folder.join(name), report);
        before(panic);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_change_of_the_levels_acts_at_once() {
        let folder = tempfile::tempdir().unwrap();
        to(folder.path());
        let noted = |text: &str| {
            let log = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
            log.contains(text)
        };
        tracing::debug!("before");
        tracing::info!("from the start");
        assert!(noted("from the start") && !noted("before"));
        let levels = |level: &str, targets: &[&str]| {
            set_levels(&Log {
                level: level.to_owned(),
                targets: targets.iter().map(ToString::to_string).collect(),
            });
        };
        levels("debug", &[]);
        tracing::debug!("now");
        levels("off", &["a_part=trace", "no level at all!"]);
        tracing::error!("not of that part");
        tracing::trace!(target: "a_part", "of that part");
        assert!(noted("now") && noted("of that part") && !noted("not of that part"));
    }

    #[test]
    fn f70_a_million_lines_stay_within_twenty_mebibytes_and_a_lost_folder_stops_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = rotating(folder.path());
        let line = format!("2026-11-21T10:00:00Z  INFO hearth: {}\n", "x".repeat(90));
        for _ in 0..1_000_000 {
            file.write_all(line.as_bytes()).unwrap();
        }
        let entries = std::fs::read_dir(folder.path()).unwrap().flatten();
        let sizes: Vec<u64> = entries
            .map(|entry| entry.metadata().unwrap().len())
            .collect();
        assert_eq!(sizes.len(), OLDER + 1);
        assert!(sizes.iter().sum::<u64>() <= 20 << 20, "{sizes:?}");
        // No folder, or one that may not be written: whoever logs goes on.
        let gone = folder.path().join("none/at/all");
        let mut nowhere = rotating(&gone);
        for _ in 0..10 {
            let _ = nowhere.write_all(line.as_bytes());
        }
        drop(folder);
        for _ in 0..100_000 {
            let _ = file.write_all(line.as_bytes());
        }
    }
}
