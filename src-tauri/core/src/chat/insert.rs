//! What is put in front of a message of the user: what is remembered, and what was said before
//! the messages that are sent. It stays where it was put, so that the context is append-only.

use hearth_protocol::Role;
use serde::Serialize;
use specta::Type;

use crate::store::memories::Recalled;
use crate::store::messages::Message;

/// What stands above memories. Ember was trained on these very words.
const REMEMBERED: &str = "What you remember about the user:";
/// What stands above a summary.
const BEFORE: &str = "What was said before, in short:";

/// Something that was put in front of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Insert {
    /// `memories` or `summary`.
    pub what: &'static str,
    /// The text.
    pub text: String,
    /// Its tokens.
    pub tokens: u32,
}

/// The block of memories; none where there are none.
pub(super) fn memories(recalled: &[Recalled]) -> Option<String> {
    if recalled.is_empty() {
        return None;
    }
    // What is remembered is data: in one line each, it cannot pass for anything else.
    let lines = recalled.iter().map(|one| {
        format!(
            "\n- {}",
            one.text.split_whitespace().collect::<Vec<_>>().join(" ")
        )
    });
    Some(format!("{REMEMBERED}{}", lines.collect::<String>()))
}

/// The block of a summary.
pub(super) fn summary(text: &str) -> String {
    format!("{BEFORE}\n{}", text.trim())
}

/// Puts in front of each question what its answer recalled; `now` is for the last one.
pub(super) fn recall(branch: &mut [Message], now: &[Recalled]) {
    for at in 0..branch.len() {
        if branch[at].role != Role::User {
            continue;
        }
        let block = match branch.get(at + 1) {
            Some(answer) => memories(&answer.recalled),
            None => memories(now),
        };
        if let Some(block) = block {
            branch[at].text = before(&block, &branch[at].text);
        }
    }
}

/// A block and the message behind it.
pub(super) fn before(block: &str, text: &str) -> String {
    format!("{block}\n\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_keeps_its_own_memories() {
        let recalled = |text: &str| Recalled {
            memory: None,
            text: text.into(),
            why: String::new(),
        };
        let mut branch = vec![
            Message::unsent(1, "a"),
            Message::unsent(1, "b"),
            Message::unsent(1, "c"),
        ];
        branch[1].role = Role::Assistant;
        branch[1].recalled = vec![recalled("The user lives\nin Oslo.")];
        recall(&mut branch, &[recalled("x")]);
        assert_eq!(
            branch[0].text,
            "What you remember about the user:\n- The user lives in Oslo.\n\na"
        );
        assert_eq!(branch[1].text, "b");
        assert_eq!(
            branch[2].text,
            "What you remember about the user:\n- x\n\nc"
        );
    }
}
