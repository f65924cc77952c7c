//! Open WebUI's export: for each conversation a tree of messages by their names.

use std::collections::HashMap;

use hearth_protocol::Role;
use serde_json::Value;

use crate::store::trees::{Node, Tree};

use super::{Found, completed, each, text_of, time};

pub(super) fn read(value: &Value) -> Option<Found> {
    let list = value.as_array()?;
    let known = |entry: &Value| entry["chat"]["history"]["messages"].is_object();
    list.iter().any(known).then(|| each(list, tree))
}

fn tree(entry: &Value) -> Result<Tree, String> {
    let chat = &entry["chat"];
    let history = &chat["history"];
    let nodes = history["messages"]
        .as_object()
        .ok_or("it holds no messages")?;
    let mut tree = Tree {
        title: [text_of(entry, "title"), text_of(chat, "title")]
            .into_iter()
            .find(|title| !title.is_empty())
            .unwrap_or_default(),
        created_at: time(entry.get("created_at")),
        updated_at: time(entry.get("updated_at")),
        pinned: entry["pinned"].as_bool().unwrap_or(false),
        archived: entry["archived"].as_bool().unwrap_or(false),
        ..Tree::default()
    };
    // In order of time a message stands behind the one that it follows.
    let mut ordered: Vec<_> = nodes.iter().collect();
    ordered.sort_by_key(|(_, node)| time(node.get("timestamp")));
    let mut placed: HashMap<&str, usize> = HashMap::new();
    let mut left = ordered.len() + 1;
    while !ordered.is_empty() && ordered.len() < left {
        left = ordered.len();
        ordered.retain(|(id, node)| {
            let parent = node["parentId"]
                .as_str()
                .filter(|id| nodes.contains_key(*id));
            let place = parent.map(|id| placed.get(id).copied());
            if place == Some(None) {
                return true;
            }
            let role = match node["role"].as_str() {
                Some("assistant") => Role::Assistant,
                Some("system") => Role::System,
                _ => Role::User,
            };
            let (text, at) = (text_of(node, "content"), time(node.get("timestamp")));
            let mut message = Node::new(place.flatten(), role, text, at);
            message.model = node["model"].as_str().map(str::to_owned);
            placed.insert(id.as_str(), tree.messages.len());
            tree.messages.push(message);
            false
        });
    }
    if !ordered.is_empty() {
        return Err("its messages go in a circle".to_owned());
    }
    let current = history["currentId"].as_str();
    tree.head = current.and_then(|id| placed.get(id).copied());
    Ok(completed(tree))
}
