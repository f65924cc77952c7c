//! What is put in front of a message of the user: what is remembered, and what was said before
//! the messages that are sent. It stays where it was put, so that the context is append-only.

use hearth_protocol::Role;
use serde::Serialize;
use specta::Type;

use crate::store::memories::{MemoryId, Recalled};
use crate::store::messages::Message;
use crate::store::personas::PersonaId;

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

/// Who may be told what is remembered: none where memory is switched off.
pub(super) type Teller = Option<Option<PersonaId>>;

/// The block of memories; none where there are none. What was forgotten since, or is another
/// persona's, is left out, even though the prompt then begins otherwise than before.
pub(super) fn memories(recalled: &[Recalled], teller: Teller) -> Option<String> {
    let persona = teller?;
    let recalled = recalled.iter().filter(|one| may_be_told(one, persona));
    let recalled: Vec<&Recalled> = recalled.collect();
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

/// The memories that stand in messages: what the answers of this branch recalled, and what the
/// last question recalls now.
pub(super) fn memories_in(
    front: &[Message],
    kept: &[Message],
    now: &[Recalled],
    teller: Teller,
) -> Vec<MemoryId> {
    let Some(persona) = teller else {
        return Vec::new();
    };
    let earlier = front.iter().chain(kept).flat_map(|one| &one.recalled);
    let mut ids: Vec<MemoryId> = earlier
        .chain(now)
        .filter(|one| may_be_told(one, persona))
        .filter_map(|one| one.memory)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn may_be_told(one: &Recalled, persona: Option<PersonaId>) -> bool {
    !one.forgotten && (one.shared || one.persona == persona)
}

/// The block of a summary.
pub(super) fn summary(text: &str) -> String {
    format!("{BEFORE}\n{}", text.trim())
}

/// Puts in front of each question what its answer recalled; `now` is for the last one.
pub(super) fn recall(branch: &mut [Message], now: &[Recalled], teller: Teller) {
    for at in 0..branch.len() {
        if branch[at].role != Role::User {
            continue;
        }
        let block = match branch.get(at + 1) {
            Some(answer) => memories(&answer.recalled, teller),
            None => memories(now, teller),
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
            memory: Some(1),
            text: text.into(),
            why: String::new(),
            persona: None,
            shared: false,
            forgotten: false,
        };
        let mut branch = vec![
            Message::unsent(1, "a"),
            Message::unsent(1, "b"),
            Message::unsent(1, "c"),
        ];
        branch[1].role = Role::Assistant;
        branch[1].recalled = vec![recalled("The user lives\nin Oslo.")];
        let mine = [recalled("x")];
        recall(&mut branch, &mine, Some(None));
        assert_eq!(
            branch[0].text,
            "What you remember about the user:\n- The user lives in Oslo.\n\na"
        );
        assert_eq!(branch[1].text, "b");
        assert_eq!(
            branch[2].text,
            "What you remember about the user:\n- x\n\nc"
        );
        assert_eq!(memories(&mine, None), None, "memory is off");
        assert_eq!(memories(&mine, Some(Some(7))), None, "another persona's");
        let forgotten = Recalled {
            forgotten: true,
            ..recalled("x")
        };
        assert_eq!(memories(&[forgotten], Some(None)), None);
    }
}
