//! `conversations.json` of Claude's export: a list of messages for each conversation.

use hearth_protocol::Role;
use serde_json::Value;

use crate::store::trees::{Node, Tree};

use super::{Found, completed, each, text_of, time};

pub(super) fn read(value: &Value) -> Option<Found> {
    let list = value.as_array()?;
    let known = list
        .iter()
        .any(|entry| entry.get("chat_messages").is_some());
    known.then(|| each(list, tree))
}

fn tree(entry: &Value) -> Result<Tree, String> {
    let messages = entry["chat_messages"]
        .as_array()
        .ok_or("it holds no messages")?;
    let mut tree = Tree {
        title: text_of(entry, "name"),
        created_at: time(entry.get("created_at")),
        updated_at: time(entry.get("updated_at")),
        ..Tree::default()
    };
    for message in messages {
        let role = match message["sender"].as_str() {
            Some("human") => Role::User,
            Some("assistant") => Role::Assistant,
            _ => continue,
        };
        let mut text = text_of(message, "text");
        if text.trim().is_empty() {
            let parts = message["content"].as_array().into_iter().flatten();
            let parts: Vec<&str> = parts.filter_map(|part| part["text"].as_str()).collect();
            text = parts.join("\n\n");
        }
        if !text.trim().is_empty() {
            let parent = tree.messages.len().checked_sub(1);
            let created_at = time(message.get("created_at"));
            tree.messages
                .push(Node::new(parent, role, text, created_at));
        }
    }
    Ok(completed(tree))
}
