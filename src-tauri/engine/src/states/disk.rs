//! States on the disk: one file with the state, one with its tokens and checksum.
//!
//! The second is written last, so a state exists only when it is whole. Nothing is synced: a
//! file that a power cut damaged fails its checksum and is removed.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context;
use hearth_protocol::{LoadModel, StateBudget};
use llama_cpp_2::token::LlamaToken;
use serde::{Deserialize, Serialize};

use crate::computation::Computation;
use crate::slot::Slot;

/// Raised when the files change their meaning.
const VERSION: u32 = 1;
/// Room that is left for everybody else, in bytes.
const LEFT_FREE: u64 = 1 << 30;
/// Of a model file, this much at its beginning and its end tells it from others.
const SAMPLE: u64 = 1 << 20;
const STATE: &str = "state";
const INDEX: &str = "index";
const PART: &str = "part";
/// A file in the making that is older than this is not finished any more.
const ABANDONED: Duration = Duration::from_mins(10);

/// The states of one model on the disk.
pub(super) struct Disk {
    folder: PathBuf,
    key: String,
    budget: u64,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    tokens: Vec<LlamaToken>,
    checksum: String,
}

/// What an index file says.
#[derive(Serialize, Deserialize)]
struct Index {
    version: u32,
    tokens: Vec<i32>,
    /// BLAKE3 of the state's file.
    checksum: String,
}

impl Disk {
    pub(super) fn open(budget: &StateBudget, order: &LoadModel) -> anyhow::Result<Self> {
        fs::create_dir_all(&budget.folder)?;
        let key = key(order).context("the model file cannot be told from others")?;
        let mut disk = Self {
            folder: budget.folder.clone(),
            key,
            budget: budget.disk_bytes,
            entries: Vec::new(),
        };
        disk.remove_unfinished()?;
        let names = disk.names()?.into_iter().map(|(_, name)| name);
        let ours: Vec<_> = names.filter(|name| name.starts_with(&disk.key)).collect();
        disk.entries = ours.iter().filter_map(|name| disk.read(name)).collect();
        Ok(disk)
    }

    /// The tokens of each state.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &[LlamaToken]> {
        self.entries.iter().map(|entry| entry.tokens.as_slice())
    }

    /// Writes what stands in a slot, and makes room for it.
    pub(super) fn save(
        &mut self,
        computation: &Computation<'_>,
        slot: &Slot,
    ) -> anyhow::Result<()> {
        let known = |entry: &Entry| entry.tokens.starts_with(&slot.cached);
        if self.budget == 0 || self.entries.iter().any(known) {
            return Ok(());
        }
        let numbers: Vec<i32> = slot.cached.iter().map(|token| token.0).collect();
        let mut hasher = blake3::Hasher::new();
        for number in &numbers {
            hasher.update(&number.to_le_bytes());
        }
        let name = format!("{}-{}", self.key, short(&hasher));
        // Another process may be writing the same state.
        let part = self.path(&name, &format!("{STATE}.{}.{PART}", std::process::id()));
        let written = self.write(computation, slot, &part, &name, numbers);
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        let checksum = written?;
        let outgrown: Vec<String> = self
            .entries
            .iter()
            .filter(|entry| slot.cached.starts_with(&entry.tokens))
            .map(|entry| entry.name.clone())
            .collect();
        for name in outgrown {
            self.remove(&name);
        }
        self.entries.push(Entry {
            name,
            tokens: slot.cached.clone(),
            checksum,
        });
        self.make_room()
    }

    fn write(
        &self,
        computation: &Computation<'_>,
        slot: &Slot,
        part: &Path,
        name: &str,
        tokens: Vec<i32>,
    ) -> anyhow::Result<String> {
        let size = computation.size(slot);
        anyhow::ensure!(
            fs4::available_space(&self.folder)? >= LEFT_FREE.saturating_add(size)
                && size <= self.budget,
            "there is no room for a conversation's state of {size} bytes"
        );
        computation
            .save(slot, part)
            .context("a conversation's state was not written")?;
        let checksum = checksum(part)?;
        fs::rename(part, self.path(name, STATE))?;
        let index = Index {
            version: VERSION,
            tokens,
            checksum: checksum.clone(),
        };
        let path = self.path(name, INDEX);
        let part = self.path(name, &format!("{INDEX}.{}.{PART}", std::process::id()));
        let mut file = File::create(&part)?;
        file.write_all(&serde_json::to_vec(&index)?)?;
        fs::rename(&part, path)?;
        Ok(checksum)
    }

    /// Reads a state into a slot. One that is damaged or gone is forgotten.
    pub(super) fn load(
        &mut self,
        index: usize,
        computation: &mut Computation<'_>,
        slot: &mut Slot,
    ) -> bool {
        let Some(entry) = self.entries.get(index) else {
            return false;
        };
        let path = self.path(&entry.name, STATE);
        let whole = checksum(&path).is_ok_and(|found| found == entry.checksum);
        if whole && !computation.load(&path, &entry.tokens, slot) {
            // The file is good; there was no room for it.
            return false;
        }
        if whole {
            // What was used last is removed last.
            let touched = File::options()
                .append(true)
                .open(self.path(&entry.name, INDEX))
                .and_then(|file| file.set_modified(SystemTime::now()));
            if let Err(error) = touched {
                crate::complain(&error.into());
            }
            return true;
        }
        let name = entry.name.clone();
        crate::complain(&anyhow::anyhow!("a saved state is damaged and was removed"));
        self.remove(&name);
        false
    }

    /// Removes the states, of whatever model, that were not used for longest.
    fn make_room(&mut self) -> anyhow::Result<()> {
        let mut names = self.names()?;
        names.sort();
        let size = |name: &str| fs::metadata(self.path(name, STATE)).map_or(0, |file| file.len());
        let mut total: u64 = names.iter().map(|(_, name)| size(name)).sum();
        let mut surplus = Vec::new();
        for (_, name) in names {
            if total <= self.budget {
                break;
            }
            total -= size(&name);
            surplus.push(name);
        }
        for name in surplus {
            self.remove(&name);
        }
        Ok(())
    }

    /// Removes what processes that were killed had begun to write.
    fn remove_unfinished(&self) -> anyhow::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_part = path.extension().is_some_and(|ending| ending == PART);
            let modified = fs::metadata(&path).and_then(|file| file.modified());
            let is_old = modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > ABANDONED));
            if is_part && is_old {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    /// Every state in the folder, with the time when it was used last.
    fn names(&self) -> anyhow::Result<Vec<(SystemTime, String)>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_index = path.extension().is_some_and(|ending| ending == INDEX);
            if let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
                && is_index
                && let Ok(facts) = fs::metadata(&path)
            {
                names.push((facts.modified()?, name.to_owned()));
            }
        }
        Ok(names)
    }

    fn read(&self, name: &str) -> Option<Entry> {
        let bytes = fs::read(self.path(name, INDEX)).ok()?;
        match serde_json::from_slice::<Index>(&bytes) {
            Ok(index) if index.version == VERSION => Some(Entry {
                name: name.to_owned(),
                tokens: index.tokens.into_iter().map(LlamaToken).collect(),
                checksum: index.checksum,
            }),
            _ => {
                remove_files(&self.folder, name);
                None
            }
        }
    }

    fn remove(&mut self, name: &str) {
        self.entries.retain(|entry| entry.name != name);
        remove_files(&self.folder, name);
    }

    fn path(&self, name: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{name}.{ending}"))
    }
}

/// The index goes first: without it the state does not exist.
fn remove_files(folder: &Path, name: &str) {
    for ending in [INDEX, STATE] {
        match fs::remove_file(folder.join(format!("{name}.{ending}"))) {
            Err(error) if error.kind() != ErrorKind::NotFound => crate::complain(&error.into()),
            _ => {}
        }
    }
}

/// Everything that decides whether a state fits: the model, what changes it, how it is loaded.
fn key(order: &LoadModel) -> anyhow::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&VERSION.to_le_bytes());
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    add_file(&mut hasher, &order.path)?;
    if let Some(lora) = &order.lora {
        add_file(&mut hasher, &lora.path)?;
        hasher.update(&lora.scale.to_le_bytes());
    }
    hasher.update(&serde_json::to_vec(&(
        order.cache_type,
        order.flash_attention,
    ))?);
    Ok(short(&hasher))
}

fn add_file(hasher: &mut blake3::Hasher, path: &Path) -> anyhow::Result<()> {
    use std::io::{Seek, SeekFrom};
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    hasher.update(&length.to_le_bytes());
    let mut bytes = Vec::new();
    (&mut file).take(SAMPLE).read_to_end(&mut bytes)?;
    file.seek(SeekFrom::Start(length.saturating_sub(SAMPLE)))?;
    file.take(SAMPLE).read_to_end(&mut bytes)?;
    hasher.update(&bytes);
    Ok(())
}

fn checksum(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

fn short(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex().chars().take(24).collect()
}
