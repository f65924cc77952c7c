//! What Hearth has noted about itself, for whoever looks for a fault: read, filtered, and put
//! together for a report. Conversations are never in it; what looks like a secret is taken out
//! when it is copied.

use std::fmt::Write;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Error, Hearth, Result, doctor};

/// The newest log file; older ones have a number behind it.
pub const FILE: &str = "hearth.log";
/// What a log file grows to before the next one begins, in bytes: with the line that is over it,
/// five files are less than 20 MiB.
pub const LARGEST: usize = (4 << 20) - (64 << 10);
/// Older files that stay.
pub const OLDER: usize = 4;
/// Of the newest file this much is shown, in bytes.
const SHOWN: u64 = 1 << 20;
/// Lines of a report.
const REPORTED: usize = 200;
/// Beginnings of what services give as keys.
const KEYS: [&str; 6] = ["hf_", "sk-", "gsk_", "AIza", "ghp_", "Bearer "];

/// How bad, or how detailed, something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Every step.
    Trace,
    /// Details for whoever looks for a fault.
    Debug,
    /// What happened.
    Info,
    /// What is not as it should be.
    Warn,
    /// What failed.
    Error,
}

/// Something that was noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct LogLine {
    /// When, as ISO 8601.
    pub at: String,
    /// How bad.
    pub level: Level,
    /// Which part noted it.
    pub target: String,
    /// What.
    pub text: String,
}

/// Lines from a place of the log on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct LogLines {
    /// They.
    pub lines: Vec<LogLine>,
    /// Where the next ones begin, in bytes.
    #[specta(type = u32)]
    pub end: u64,
}

/// The lines that were noted since a place; without one, the newest. A log that began anew is
/// read from its beginning.
pub fn read(folder: &Path, since: Option<u64>) -> Result<LogLines> {
    let path = folder.join(FILE);
    let fault = |error: std::io::Error| Error::file("read the log", &path, &error);
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(LogLines {
                lines: Vec::new(),
                end: 0,
            });
        }
        Err(error) => return Err(fault(error)),
    };
    let length = file.metadata().map_err(fault)?.len();
    let newest = length.saturating_sub(SHOWN);
    let start = since
        .filter(|since| *since <= length)
        .unwrap_or(newest)
        .max(newest);
    file.seek(SeekFrom::Start(start)).map_err(fault)?;
    let mut bytes = Vec::new();
    file.take(SHOWN).read_to_end(&mut bytes).map_err(fault)?;
    // The last line may still be in the writing.
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |place| place + 1);
    let text = String::from_utf8_lossy(&bytes[..whole]);
    Ok(LogLines {
        lines: parsed(&text),
        end: start + whole as u64,
    })
}

/// What somebody who mends Hearth needs to know: what it is, where it runs, and what it has
/// noted. Without secrets; the user's name goes with the home folder.
pub async fn report(hearth: &Hearth, version: &str) -> Result<String> {
    let mut text = format!(
        "Hearth {version}, {} {}\n\n",
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    for finding in doctor::examine(hearth).await {
        let mark = if finding.ok { "ok" } else { "FAULT" };
        let _ = writeln!(text, "{mark:5} {}: {}", finding.about, finding.found);
    }
    text.push('\n');
    let LogLines { lines, .. } = read(&hearth.folder.logs(), None)?;
    for line in &lines[lines.len().saturating_sub(REPORTED)..] {
        let level = format!("{:?}", line.level).to_uppercase();
        let _ = writeln!(text, "{} {level:5} {}: {}", line.at, line.target, line.text);
    }
    let known = hearth.secrets.values();
    Ok(without_secrets(&text, &known, home().as_deref()))
}

fn home() -> Option<PathBuf> {
    directories::UserDirs::new().map(|places| places.home_dir().to_path_buf())
}

/// The text without these secrets, without what looks like one, and without the user's name.
fn without_secrets(text: &str, known: &[String], home: Option<&Path>) -> String {
    let mut text = text.to_owned();
    for secret in known.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret.as_str(), "…");
    }
    for key in KEYS {
        let mut clean = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(place) = rest.find(key) {
            let behind = place + key.len();
            let is_part = |sign: char| sign.is_ascii_alphanumeric() || "-_.".contains(sign);
            let end = rest[behind..]
                .find(|sign| !is_part(sign))
                .map_or(rest.len(), |end| behind + end);
            let is_key = end - behind >= 8;
            clean += &rest[..behind];
            clean += if is_key { "…" } else { &rest[behind..end] };
            rest = &rest[end..];
        }
        text = clean + rest;
    }
    let home = home.and_then(Path::to_str).filter(|home| home.len() > 1);
    match home {
        Some(home) => text.replace(home, "~"),
        None => text,
    }
}

/// Lines as the log holds them; what does not begin with a time belongs to the line before.
fn parsed(text: &str) -> Vec<LogLine> {
    let mut lines: Vec<LogLine> = Vec::new();
    for raw in text.lines() {
        match line(raw) {
            Some(line) => lines.push(line),
            None => {
                if let Some(last) = lines.last_mut() {
                    last.text.push('\n');
                    last.text += raw;
                }
            }
        }
    }
    lines
}

fn line(raw: &str) -> Option<LogLine> {
    let (at, rest) = raw.split_once(' ')?;
    at.starts_with(|sign: char| sign.is_ascii_digit())
        .then_some(())?;
    let (level, rest) = rest.trim_start().split_once(' ')?;
    let level = match level {
        "TRACE" => Level::Trace,
        "DEBUG" => Level::Debug,
        "INFO" => Level::Info,
        "WARN" => Level::Warn,
        "ERROR" => Level::Error,
        _ => return None,
    };
    let (target, text) = rest.split_once(": ")?;
    Some(LogLine {
        at: at.to_owned(),
        level,
        target: target.to_owned(),
        text: text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "2026-11-21T10:00:00.000001Z  INFO hearth_core::chat: began\n\
                        2026-11-21T10:00:01.000001Z  WARN hearth: first\n   second\n";

    #[test]
    fn lines_are_read_with_their_parts_and_what_follows_belongs_to_them() {
        let lines = parsed(TEXT);
        assert_eq!(lines.len(), 2);
        assert_eq!(
            (lines[0].level, lines[0].target.as_str()),
            (Level::Info, "hearth_core::chat")
        );
        assert_eq!(lines[1].text, "first\n   second");
    }

    #[test]
    fn a_log_is_followed_from_where_it_was_and_from_the_start_when_it_began_anew() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            read(folder.path(), None).unwrap(),
            LogLines {
                lines: vec![],
                end: 0
            }
        );
        let path = folder.path().join(FILE);
        std::fs::write(&path, format!("{TEXT}2026-11-21T10:00:02Z  INF")).unwrap();
        let first = read(folder.path(), None).unwrap();
        assert_eq!((first.lines.len(), first.end), (2, TEXT.len() as u64));
        let line = "2026-11-21T10:00:02Z  INFO hearth: whole now\n";
        std::fs::write(&path, format!("{TEXT}{line}")).unwrap();
        let next = read(folder.path(), Some(first.end)).unwrap();
        assert_eq!(next.lines[0].text, "whole now");
        std::fs::write(&path, line).unwrap();
        assert_eq!(read(folder.path(), Some(next.end)).unwrap().lines.len(), 1);
    }

    #[test]
    fn f68_a_report_has_no_secret_and_no_name_of_the_user() {
        let text = "key hf_abcdefghijkl, sk-proj-0123456789; Bearer abcdefgh.ijkl in /home/käthe/x: my own secret; task-force hf_x";
        let clean = without_secrets(
            text,
            &["my own secret".into()],
            Some(Path::new("/home/käthe")),
        );
        assert_eq!(clean, "key hf_…, sk-…; Bearer … in ~/x: …; task-force hf_x");
    }
}
