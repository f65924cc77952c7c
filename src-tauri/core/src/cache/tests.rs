//! The cache on a real file, with keys that only it can make.

use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::engine::Limits;
use crate::folder::DataFolder;
use crate::installed::Installed;
use crate::models::Models;

fn open(home: &TempDir) -> Cache {
    let folder = DataFolder::open(Some(home.path())).unwrap();
    let store = Store::open(&folder).unwrap();
    let settings = Settings::open(folder.config());
    let installed = Installed {
        engine: PathBuf::from("none"),
        models: home.path().to_path_buf(),
    };
    let models = Models::new(&installed, &folder);
    let limits = Limits::default();
    let engines = Engines::new(
        installed.engine,
        models,
        settings.clone(),
        folder.states(),
        limits,
    )
    .unwrap();
    Cache::open(&folder.cache(), store, settings, engines)
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(digit).collect()
}

fn answer(text: &str) -> Answer {
    Answer {
        text: text.into(),
        ..Answer::default()
    }
}

/// Two messages of one MD5 that Xiaoyun Wang and others published in 2004.
const COLLIDING: [&str; 2] = [
    "d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e488832571415a\
     085125e8f7cdc99fd91dbdf280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0\
     e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70",
    "d131dd02c5e6eec4693d9a0698aff95c2fcab50712467eab4004583eb8fb7f8955ad340609f4b30283e4888325f1415a\
     085125e8f7cdc99fd91dbd7280373c5bd8823e3156348f5bae6dacd436c919c6dd53e23487da03fd02396306d248cda0\
     e99f33420f577ee8ce54b67080280d1ec69821bcb6a8839396f965ab6ff72a70",
];

#[tokio::test]
async fn a_forged_md5_collision_is_a_miss() {
    let home = tempfile::tempdir().unwrap();
    let [one, other] = COLLIDING.map(|hex| Key::from_canonical(bytes(hex)));
    assert_eq!(one.digest, other.digest);
    assert_ne!(one.canonical, other.canonical);
    let request = Request::default();
    let cache = open(&home);
    cache.keep(&request, one.clone(), answer("mine"), 0);
    assert!(cache.find_in_memory(&one).is_some());
    assert!(cache.find(&request, &other).await.is_none(), "in memory");
    cache.flush().await;
    drop(cache);
    let cache = open(&home);
    assert!(cache.find(&request, &other).await.is_none(), "on the disk");
    assert!(cache.find(&request, &one).await.is_some());
}

#[tokio::test]
async fn i2_the_least_recently_used_leaves_and_not_the_oldest() {
    let home = tempfile::tempdir().unwrap();
    let settings = "[cache]\nmemory_mb = 1\ndisk_mb = 0\n";
    std::fs::write(home.path().join("config.toml"), settings).unwrap();
    let cache = open(&home);
    let key = |number: u32| Key::from_canonical(number.to_le_bytes().to_vec());
    // A thousand bytes each, so that a thousand fill it.
    let text = "x".repeat(500);
    let weight = {
        cache.keep(&Request::default(), key(0), answer(&text), 0);
        cache.shared.held.run_pending_tasks();
        cache.shared.held.weighted_size()
    };
    let fits = u32::try_from(1_000_000 / weight).unwrap();
    for number in 1..fits {
        cache.keep(&Request::default(), key(number), answer(&text), 0);
    }
    cache.shared.held.run_pending_tasks();
    assert!(
        cache.find_in_memory(&key(0)).is_some(),
        "the oldest is used"
    );
    cache.keep(&Request::default(), key(fits), answer(&text), 0);
    cache.shared.held.run_pending_tasks();
    assert!(cache.find_in_memory(&key(0)).is_some());
    assert!(cache.find_in_memory(&key(1)).is_none());
    assert!(cache.find_in_memory(&key(fits)).is_some());
}

#[tokio::test]
async fn e6_a_million_operations_agree_with_a_map() {
    /// Keys, and operations.
    const KEYS: u64 = 3_000;
    const OPERATIONS: u64 = 1_000_000;
    let home = tempfile::tempdir().unwrap();
    let settings = "[cache]\nmemory_mb = 1\ndisk_mb = 0\n";
    std::fs::write(home.path().join("config.toml"), settings).unwrap();
    let cache = open(&home);
    let mut random = hearth_support::random::Random::new(8);
    let mut kept: std::collections::HashMap<u64, u64> = std::collections::HashMap::new();
    let mut hits = 0_u64;
    for number in 0..OPERATIONS {
        let name = random.bits() % KEYS;
        let key = Key::from_canonical(name.to_le_bytes().to_vec());
        match random.below(1000) {
            0 => {
                cache.remove(Removal::All).await.unwrap();
                kept.clear();
            }
            1..400 => {
                cache.keep(&Request::default(), key, answer(&number.to_string()), 0);
                kept.insert(name, number);
            }
            _ => {
                if let Some(found) = cache.find_in_memory(&key) {
                    hits += 1;
                    let expected = kept.get(&name).map(ToString::to_string);
                    assert_eq!(Some(found.answer.text), expected);
                }
            }
        }
    }
    assert!(hits > OPERATIONS / 100, "{hits}");
}
