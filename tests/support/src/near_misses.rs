//! Questions, others that mean the same, and others that only look so: what a cache of answers
//! must tell apart. Written by hand, by several authors, in six languages
//! (`tests/fixtures/near-misses`). One half is for tuning; the other is read by the benchmark alone.

use std::collections::BTreeMap;
use std::path::PathBuf;

use md5::{Digest, Md5};
use serde::Deserialize;

/// A question with its paraphrases and its near misses.
#[derive(Clone, Debug, Deserialize)]
pub struct Seed {
    /// The language, as two letters.
    #[serde(skip)]
    pub language: String,
    /// The question.
    pub seed: String,
    /// Others that its answer answers too.
    pub same: Vec<String>,
    /// Others that it does not, by how they differ: `negation`, `number`, …
    #[serde(flatten)]
    pub other: BTreeMap<String, Vec<String>>,
}

/// Which half of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// For tuning.
    Tuning,
    /// For the benchmark.
    Sealed,
}

/// The seeds of a half, in the order of the files.
pub fn seeds(half: Half) -> Vec<Seed> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("must-not-cache.jsonl"))
        .collect();
    paths.sort();
    let mut seeds = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let mut seed: Seed = serde_json::from_str(line).unwrap();
            name[..2].clone_into(&mut seed.language);
            seeds.push(seed);
        }
    }
    seeds.retain(|seed| half_of(&seed.seed) == half);
    seeds
}

/// Prompts of a half whose answer is another one each time.
pub fn of_the_moment(half: Half) -> Vec<String> {
    let text = std::fs::read_to_string(folder().join("must-not-cache.jsonl")).unwrap();
    let prompts = text
        .lines()
        .map(|line| serde_json::from_str::<String>(line).unwrap());
    prompts.filter(|prompt| half_of(prompt) == half).collect()
}

fn half_of(text: &str) -> Half {
    if Md5::digest(text.as_bytes())[0] % 2 == 0 {
        Half::Tuning
    } else {
        Half::Sealed
    }
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/near-misses"
    ))
}
