//! `conversations.json` of ChatGPT's export: a tree of nodes for each conversation.

use std::collections::HashMap;

use hearth_protocol::Role;
use serde_json::Value;

use crate::store::trees::{Node, Tree};

use super::{Found, completed, each, text_of, time};

pub(super) fn read(value: &Value) -> Option<Found> {
    let list = value.as_array()?;
    let known = list.iter().any(|entry| entry.get("mapping").is_some());
    known.then(|| each(list, tree))
}

fn tree(entry: &Value) -> Result<Tree, String> {
    let nodes = entry["mapping"].as_object().ok_or("it holds no messages")?;
    let mut tree = Tree {
        title: text_of(entry, "title"),
        created_at: time(entry.get("create_time")),
        updated_at: time(entry.get("update_time")),
        archived: entry["is_archived"].as_bool().unwrap_or(false),
        ..Tree::default()
    };
    // Parents come before their children; a node without words hands its children up.
    let mut placed: HashMap<&str, Option<usize>> = HashMap::new();
    let mut waiting: Vec<&str> = nodes
        .iter()
        .filter(|(_, node)| {
            node["parent"]
                .as_str()
                .is_none_or(|id| !nodes.contains_key(id))
        })
        .map(|(id, _)| id.as_str())
        .collect();
    waiting.reverse();
    while let Some(id) = waiting.pop() {
        let node = &nodes[id];
        if placed.contains_key(id) {
            return Err("its messages go in a circle".to_owned());
        }
        let parent = node["parent"]
            .as_str()
            .and_then(|id| placed.get(id).copied().flatten());
        let own = message(&node["message"], parent).map(|message| {
            tree.messages.push(message);
            tree.messages.len() - 1
        });
        placed.insert(id, own.or(parent));
        let children = node["children"].as_array().into_iter().flatten();
        let children: Vec<&str> = children.filter_map(Value::as_str).collect();
        waiting.extend(
            children
                .into_iter()
                .rev()
                .filter(|id| nodes.contains_key(*id)),
        );
    }
    let current = entry["current_node"].as_str();
    tree.head = current.and_then(|id| placed.get(id).copied().flatten());
    Ok(completed(tree))
}

fn message(value: &Value, parent: Option<usize>) -> Option<crate::store::trees::Node> {
    let role = match value["author"]["role"].as_str()? {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        _ => return None,
    };
    let parts = value["content"]["parts"].as_array()?;
    let texts: Vec<&str> = parts
        .iter()
        .map(|part| part.as_str().unwrap_or("[not imported: no text]"))
        .filter(|text| !text.trim().is_empty())
        .collect();
    if texts.is_empty() {
        return None;
    }
    let mut node = Node::new(
        parent,
        role,
        texts.join("\n\n"),
        time(value.get("create_time")),
    );
    node.model = value["metadata"]["model_slug"].as_str().map(str::to_owned);
    Some(node)
}
