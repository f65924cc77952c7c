//! Conversations that are there before the window opens.

use std::path::Path;

use hearth_core::folder::DataFolder;
use hearth_core::store::Store;
use hearth_core::store::trees::{Node, Tree};
use hearth_protocol::Role;

const NOON: i64 = 1_790_000_000_000;

/// One conversation with these texts in turn.
pub(crate) async fn one(home: &Path, title: &str, texts: &[&str]) {
    add(home, vec![tree(title, NOON, texts)]).await;
}

/// Many short ones; the last of the list is the first that was made.
pub(crate) async fn many(home: &Path, count: i64) {
    let trees = (0..count).map(|number| {
        let title = format!("Conversation {number}");
        tree(&title, NOON + number * 1000, &["Hello", "Hello to you"])
    });
    add(home, trees.collect()).await;
}

async fn add(home: &Path, trees: Vec<Tree>) {
    let store = Store::open(&DataFolder::open(Some(home)).unwrap()).unwrap();
    store.add_trees(trees).await.unwrap();
}

fn tree(title: &str, time: i64, texts: &[&str]) -> Tree {
    let messages = texts.iter().enumerate().map(|(place, text)| {
        let role = [Role::User, Role::Assistant][place % 2];
        Node::new(place.checked_sub(1), role, (*text).to_owned(), time)
    });
    Tree {
        title: title.to_owned(),
        created_at: time,
        updated_at: time,
        messages: messages.collect(),
        ..Tree::default()
    }
}
