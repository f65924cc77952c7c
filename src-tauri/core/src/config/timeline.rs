//! What a settings file was on any day: every state of it is kept, with the reason for which it
//! came about, and can be looked at, compared and taken back.
//!
//! A state is a file of exactly its bytes, `config-YYYYMMDD-HHMMSS.toml`; states that are equal
//! share one. `config.jsonl` beside them lists them in order. The newest one is the file as it
//! is now, unless somebody else has changed it since.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Zoned;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::folder::replace_file;
use crate::{Code, Error, Result};

/// Why a file came to be as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It was there at the first start, or was written then.
    First,
    /// A setting was changed in Hearth.
    Save,
    /// Another program changed it.
    Outside,
    /// An earlier state, or parts of it, were taken back.
    Restore,
    /// A profile was applied.
    Profile,
    /// The user asked for a copy.
    Asked,
}

/// A state of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct State {
    /// Its name: `config-20261121-201500`.
    pub id: String,
    /// When it came about, in milliseconds since 1970.
    #[specta(type = u32)]
    pub at: i64,
    /// Why.
    pub reason: Reason,
    /// What the user noted.
    pub note: Option<String>,
    /// Its size in bytes.
    pub bytes: u32,
    /// The file that has its bytes.
    file: String,
    /// Their hash.
    hash: String,
}

/// The states of one file. Whoever changes the file holds a lock meanwhile, so that no two
/// write here at once.
#[derive(Clone, Debug)]
pub struct Timeline {
    folder: PathBuf,
    stem: &'static str,
    kept: Arc<AtomicUsize>,
}

impl Timeline {
    /// The states of the file `<stem>.toml`, kept in a folder.
    #[must_use]
    pub fn new(folder: PathBuf, stem: &'static str) -> Self {
        Self {
            folder,
            stem,
            // None leaves before it is known how many are wanted.
            kept: Arc::new(AtomicUsize::new(usize::MAX)),
        }
    }

    /// Keeps so many states from now on.
    pub(crate) fn keep(&self, count: usize) {
        self.kept.store(count, Ordering::Relaxed);
    }

    /// All states, the newest first.
    pub fn list(&self) -> Result<Vec<State>> {
        let mut states = self.states()?;
        states.reverse();
        let unlisted = self.unlisted(&states);
        if !unlisted.is_empty() {
            states.extend(unlisted);
            states.sort_by_key(|state| std::cmp::Reverse(state.at));
        }
        Ok(states)
    }

    /// The bytes of a state.
    pub fn read(&self, id: &str) -> Result<Vec<u8>> {
        let states = self.list()?;
        let state = states.iter().find(|state| state.id == id);
        let state = state.ok_or_else(|| {
            Error::new(
                Code::NotFound,
                format!("There is no earlier state {id} of the settings."),
            )
        })?;
        self.bytes_of(state)
    }

    /// Notes that the file has these bytes now. Where it had them before, nothing is noted;
    /// a copy that was asked for is noted always.
    pub fn note(&self, bytes: &[u8], reason: Reason, note: Option<String>) -> Result<()> {
        let hash = hash_of(bytes);
        let index = self.index_text()?;
        let is_known = parsed(&index)
            .next_back()
            .is_some_and(|newest| newest.hash == hash);
        if is_known && reason != Reason::Asked {
            return Ok(());
        }
        let mut states: Vec<State> = parsed(&index).collect();
        let reason = if states.is_empty() && reason == Reason::Outside {
            Reason::First
        } else {
            reason
        };
        let now = Zoned::now();
        let id = self.free_name(&states, &now);
        let same = states.iter().find(|state| state.hash == hash);
        let file = match same.filter(|state| self.bytes_of(state).is_ok()) {
            Some(same) => same.file.clone(),
            None => format!("{id}.toml"),
        };
        let state = State {
            at: now.timestamp().as_millisecond(),
            reason,
            note,
            bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            file,
            hash,
            id,
        };
        let path = self.folder.join(&state.file);
        let fault = |error| Error::file("keep the settings' state in", &path, &error);
        if !path.exists() {
            replace_file(&path, bytes).map_err(fault)?;
        }
        // It counts only when it can be read back.
        self.bytes_of(&state)?;
        self.append(&state)?;
        states.push(state);
        self.forget_oldest(states)
    }

    /// Contents that are there while the list says nothing of them: it was damaged, or a power cut
    /// came between the two.
    fn unlisted(&self, states: &[State]) -> Vec<State> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let files = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let prefix = format!("{}-", self.stem);
        let known: HashSet<&str> = states.iter().map(|state| state.file.as_str()).collect();
        let ours = files.filter(|file| file.starts_with(&prefix) && !known.contains(file.as_str()));
        let state = |file: String| {
            let path = self.folder.join(&file);
            let bytes = fs::read(&path).ok()?;
            let written = fs::metadata(&path)
                .and_then(|facts| facts.modified())
                .ok()?;
            let at = jiff::Timestamp::try_from(written).ok()?;
            Some(State {
                id: file.strip_suffix(".toml")?.to_owned(),
                at: at.as_millisecond(),
                reason: Reason::Outside,
                note: None,
                bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
                hash: hash_of(&bytes),
                file,
            })
        };
        ours.filter_map(state).collect()
    }

    fn states(&self) -> Result<Vec<State>> {
        Ok(parsed(&self.index_text()?).collect())
    }

    fn index_text(&self) -> Result<String> {
        let path = self.index();
        match fs::read(&path) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(Error::file("read the settings' states in", &path, &error)),
        }
    }

    fn bytes_of(&self, state: &State) -> Result<Vec<u8>> {
        let path = self.folder.join(&state.file);
        let bytes = fs::read(&path)
            .map_err(|error| Error::file("read the settings' state", &path, &error))?;
        if hash_of(&bytes) == state.hash {
            return Ok(bytes);
        }
        let message = format!(
            "{} was changed or damaged since it was kept.",
            path.display()
        );
        Err(Error::new(Code::FileUnreadable, message))
    }

    fn append(&self, state: &State) -> Result<()> {
        let path = self.index();
        let fault =
            |error: std::io::Error| Error::file("note the settings' state in", &path, &error);
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(fault)?;
        let line = serde_json::to_string(state).map_err(Error::internal)?;
        // After a torn line a new one begins.
        let whole = fs::read(&path)
            .map_err(fault)?
            .last()
            .is_none_or(|last| *last == b'\n');
        let start = if whole { "" } else { "\n" };
        file.write_all(format!("{start}{line}\n").as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(fault)
    }

    fn forget_oldest(&self, mut states: Vec<State>) -> Result<()> {
        // Now and then, not each time.
        let kept = self.kept.load(Ordering::Relaxed);
        if states.len() <= kept.saturating_add(kept / 10) {
            return Ok(());
        }
        let gone: Vec<State> = states.drain(..states.len() - kept).collect();
        let lines: Vec<String> = states
            .iter()
            .map(serde_json::to_string)
            .collect::<std::result::Result<_, _>>()
            .map_err(Error::internal)?;
        let path = self.index();
        replace_file(&path, (lines.join("\n") + "\n").as_bytes())
            .map_err(|error| Error::file("note the settings' states in", &path, &error))?;
        for state in gone {
            if states.iter().all(|kept| kept.file != state.file) {
                let path = self.folder.join(&state.file);
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(Error::file("remove the settings' state", &path, &error));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn free_name(&self, states: &[State], now: &Zoned) -> String {
        let name = format!("{}-{}", self.stem, now.strftime("%Y%m%d-%H%M%S"));
        let taken = |name: &str| {
            states.iter().any(|state| state.id == name)
                || self.folder.join(format!("{name}.toml")).exists()
        };
        if !taken(&name) {
            return name;
        }
        let next = (2..).map(|number| format!("{name}-{number}"));
        next.into_iter().find(|name| !taken(name)).unwrap_or(name)
    }

    fn index(&self) -> PathBuf {
        self.folder.join(format!("{}.jsonl", self.stem))
    }
}

/// The states in the text of a list. A line that a power cut tore is none.
fn parsed(index: &str) -> impl DoubleEndedIterator<Item = State> {
    let lines = index.lines();
    lines.filter_map(|line| serde_json::from_str(line).ok())
}

/// What tells two contents apart.
pub(super) fn hash_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn timeline(folder: &Path) -> Timeline {
        let timeline = Timeline::new(folder.to_path_buf(), "config");
        timeline.keep(10);
        timeline
    }

    #[test]
    fn every_state_is_kept_byte_for_byte_and_equal_ones_once() {
        let folder = tempfile::tempdir().unwrap();
        let timeline = timeline(folder.path());
        for bytes in [
            b"a = 1\r\n".as_slice(),
            b"\xEF\xBB\xBFb = 2",
            b"b = 2",
            b"b = 2",
            b"a = 1\r\n",
        ] {
            timeline.note(bytes, Reason::Save, None).unwrap();
        }
        let list = timeline.list().unwrap();
        assert_eq!(list.len(), 4, "the same bytes twice in a row are one state");
        assert_eq!(timeline.read(&list[0].id).unwrap(), b"a = 1\r\n");
        assert_eq!(timeline.read(&list[2].id).unwrap(), b"\xEF\xBB\xBFb = 2");
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 3 + 1, "three contents and the list");
        assert_eq!(timeline.read("config-x").unwrap_err().code, Code::NotFound);
    }

    #[test]
    fn the_first_state_is_the_first_whoever_wrote_it_and_a_wish_is_noted_always() {
        let folder = tempfile::tempdir().unwrap();
        let timeline = timeline(folder.path());
        timeline.note(b"a", Reason::Outside, None).unwrap();
        timeline
            .note(b"a", Reason::Asked, Some("before the journey".into()))
            .unwrap();
        let [asked, first] = timeline.list().unwrap().try_into().unwrap();
        assert_eq!(first.reason, Reason::First);
        assert_eq!(asked.note.as_deref(), Some("before the journey"));
        assert_eq!(asked.file, first.file);
    }

    #[test]
    fn a_torn_line_and_a_damaged_copy_cost_no_other_state() {
        let folder = tempfile::tempdir().unwrap();
        let timeline = timeline(folder.path());
        timeline.note(b"a", Reason::Save, None).unwrap();
        let mut index = OpenOptions::new()
            .append(true)
            .open(timeline.index())
            .unwrap();
        index.write_all(br#"{"id":"config-2026"#).unwrap();
        timeline.note(b"b", Reason::Save, None).unwrap();
        let [b, a] = timeline.list().unwrap().try_into().unwrap();
        fs::write(folder.path().join(&a.file), "other").unwrap();
        assert_eq!(timeline.read(&a.id).unwrap_err().code, Code::FileUnreadable);
        assert_eq!(timeline.read(&b.id).unwrap(), b"b");
        // What is damaged is not taken for a copy of the same bytes.
        timeline.note(b"a", Reason::Save, None).unwrap();
        assert_eq!(
            timeline.read(&timeline.list().unwrap()[0].id).unwrap(),
            b"a"
        );
    }

    #[test]
    fn a_list_that_is_lost_costs_no_state() {
        let folder = tempfile::tempdir().unwrap();
        let timeline = timeline(folder.path());
        for text in ["a", "b", "c"] {
            timeline.note(text.as_bytes(), Reason::Save, None).unwrap();
        }
        let ids = |list: Vec<State>| -> std::collections::BTreeSet<String> {
            list.into_iter().map(|state| state.id).collect()
        };
        let before = ids(timeline.list().unwrap());
        fs::write(timeline.index(), "garbage\n").unwrap();
        assert_eq!(ids(timeline.list().unwrap()), before);
        assert!(before.iter().all(|id| timeline.read(id).is_ok()));
    }

    #[test]
    fn the_oldest_leave_and_what_others_still_need_stays() {
        let folder = tempfile::tempdir().unwrap();
        let timeline = timeline(folder.path());
        for number in 0..40 {
            let text = format!("{}", if number % 2 == 0 { 0 } else { number });
            timeline.note(text.as_bytes(), Reason::Save, None).unwrap();
        }
        let list = timeline.list().unwrap();
        assert!((10..=11).contains(&list.len()), "{}", list.len());
        assert!(list.iter().all(|state| timeline.read(&state.id).is_ok()));
    }
}
