//! SillyTavern's chats: a line about the chat, then a line for each message.

use hearth_protocol::Role;
use serde_json::Value;

use crate::store::trees::{Node, Tree};

use super::{Found, completed, text_of, time};

pub(super) fn read(text: &str) -> Option<Found> {
    let mut found = Found::default();
    let mut tree = Tree::default();
    let mut known = false;
    for (number, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let Ok(value) = serde_json::from_str::<Value>(line) else {
            found
                .left_out
                .push(format!("Line {}: it is no JSON", number + 1));
            continue;
        };
        if value.get("user_name").is_some() && value.get("mes").is_none() {
            known = true;
            tree.title = text_of(&value, "character_name");
            tree.created_at = time(value.get("create_date"));
            continue;
        }
        let Some(words) = value["mes"].as_str() else {
            found
                .left_out
                .push(format!("Line {}: it is no message", number + 1));
            continue;
        };
        known = true;
        let role = match (value["is_user"].as_bool(), value["is_system"].as_bool()) {
            (Some(true), _) => Role::User,
            (_, Some(true)) => continue,
            _ => Role::Assistant,
        };
        let parent = tree.head;
        let at = time(value.get("send_date"));
        // Other answers to the same question.
        let swipes = value["swipes"].as_array().into_iter().flatten();
        for other in swipes
            .filter_map(Value::as_str)
            .filter(|other| *other != words)
        {
            tree.messages
                .push(Node::new(parent, role, other.to_owned(), at));
        }
        tree.head = Some(tree.messages.len());
        tree.messages
            .push(Node::new(parent, role, words.to_owned(), at));
    }
    if !known || tree.messages.is_empty() {
        return None;
    }
    found.trees.push(completed(tree));
    Some(found)
}
