//! The conversations of many years, made up: ten thousand, one of them of five thousand
//! messages, a million messages in all. Made once and kept under `target/bench`.

use std::path::PathBuf;

use hearth_core::folder::DataFolder;
use hearth_core::store::Store;
use hearth_core::store::trees::{Node, Tree};
use hearth_protocol::Role;

/// The title of the longest one.
pub(crate) const LONGEST: &str = "The longest of all";
/// Messages in it.
pub(crate) const LONGEST_MESSAGES: usize = 5_000;
/// Conversations beside it.
const OTHERS: usize = 9_999;
/// Messages in all.
pub(crate) const MESSAGES: usize = 1_000_000;
/// Conversations that are written at once.
const BATCH: usize = 250;
const SECOND: i64 = 1000;
/// Summer of 2023, from which on one message comes every minute.
const BEGIN: i64 = 1_690_000_000_000;

/// The data folder with all of them.
pub(crate) fn folder() -> PathBuf {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench/library"));
    let whole = folder.join("whole");
    if !whole.exists() {
        // What is there may have been cut off half-way; then there is nothing to remove either.
        let _ = std::fs::remove_dir_all(&folder);
        println!("making {MESSAGES} messages…");
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(make(&folder));
        std::fs::write(whole, "").unwrap();
    }
    folder
}

/// A copy of it, for measurements that write.
pub(crate) fn copy() -> tempfile::TempDir {
    let original = folder();
    let copy = tempfile::tempdir_in(original.parent().unwrap()).unwrap();
    std::fs::copy(original.join("data.db"), copy.path().join("data.db")).unwrap();
    copy
}

async fn make(folder: &std::path::Path) {
    let store = Store::open(&DataFolder::open(Some(folder)).unwrap()).unwrap();
    let mut words = Words(42);
    let mut left = MESSAGES - LONGEST_MESSAGES;
    for first in (0..OTHERS).step_by(BATCH) {
        let batch = (first..(first + BATCH).min(OTHERS)).map(|number| {
            // Few long ones and many short ones, even in number.
            let share = (left / (OTHERS - number)).max(2);
            let length = if number + 1 == OTHERS {
                left
            } else {
                words.below(2 * share) / 2 * 2 + 2
            };
            left -= length.min(left);
            tree(&mut words, format!("Conversation {number}"), number, length)
        });
        store.add_trees(batch.collect()).await.unwrap();
    }
    let longest = tree(&mut words, LONGEST.to_owned(), OTHERS, LONGEST_MESSAGES);
    store.add_trees(vec![longest]).await.unwrap();
}

fn tree(words: &mut Words, title: String, number: usize, length: usize) -> Tree {
    let begin = BEGIN + number as i64 * 1000 * SECOND;
    let messages = (0..length).map(|place| {
        let role = [Role::User, Role::Assistant][place % 2];
        let text = match place % 50 {
            7 => format!(
                "{}\n\n```rust\nfn main() {{\n    println!(\"{place}\");\n}}\n```\n\n- {}\n- {}",
                words.sentence(20),
                words.sentence(6),
                words.sentence(9)
            ),
            9 => "東京の天気は晴れです。明日は雨が降るかもしれません。".to_owned(),
            _ if role == Role::User => words.sentence(12),
            _ => format!("{}\n\n{}", words.sentence(30), words.sentence(25)),
        };
        Node::new(
            place.checked_sub(1),
            role,
            text,
            begin + place as i64 * SECOND,
        )
    });
    let messages: Vec<Node> = messages.collect();
    Tree {
        title,
        created_at: begin,
        updated_at: begin + length as i64 * SECOND,
        head: messages.len().checked_sub(1),
        messages,
        ..Tree::default()
    }
}

/// Made-up words, of which few are frequent and most are rare, as in any language (Zipf's law).
pub(crate) struct Words(pub(crate) u64);

impl Words {
    /// A number below another one (Knuth's linear congruential generator).
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    /// One word out of some twenty thousand.
    pub(crate) fn word(&mut self) -> String {
        // The logarithm of the rank is even, so the frequency falls with the rank.
        let rank = 20_000_f64.powf(self.below(1 << 20) as f64 / f64::from(1 << 20)) as usize;
        let mut word = String::new();
        let mut rest = rank * 7 + 3;
        while rest > 0 {
            word.push_str(["ka", "lo", "mi", "ru", "ne", "ta", "so", "vi", "re", "du"][rest % 10]);
            rest /= 10;
        }
        word
    }

    fn sentence(&mut self, length: usize) -> String {
        let words: Vec<String> = (0..length).map(|_| self.word()).collect();
        format!("{}.", words.join(" "))
    }
}
