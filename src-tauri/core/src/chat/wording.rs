//! How a message of the user is put together for the model: what stands before and behind it,
//! and how the answer begins. What is saved and shown stays what the user wrote.

use hearth_protocol::Role;

use crate::config;
use crate::store::messages::Message;

/// Stand in a format for the parts.
const MESSAGE: &str = "{{message}}";
const PREFIX: &str = "{{prefix}}";
const SUFFIX: &str = "{{suffix}}";
/// Between instructions, and between the parts of a message where no format is set.
const GAP: &str = "\n\n";

/// The words around a conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wording {
    prefix: String,
    suffix: String,
    format: String,
    /// How every answer begins; empty where the model begins it.
    pub(super) primer: String,
}

impl Wording {
    pub(super) fn of(chat: &config::Chat) -> Self {
        Self {
            prefix: chat.message_prefix.clone(),
            suffix: chat.message_suffix.clone(),
            format: chat.message_format.clone(),
            primer: chat.primer.clone(),
        }
    }

    /// Puts the user's messages together. All of them, so that the next turn's context begins
    /// with this turn's.
    pub(super) fn apply(&self, branch: &mut [Message]) {
        for message in branch.iter_mut().filter(|one| one.role == Role::User) {
            message.text = self.worded(&message.text);
        }
    }

    fn worded(&self, text: &str) -> String {
        if self.format.trim().is_empty() {
            return joined([&self.prefix, text, &self.suffix]);
        }
        // Only the format's own words are replaced, never the user's.
        let around = |part: &str| {
            let part = part.replace(PREFIX, &self.prefix);
            part.replace(SUFFIX, &self.suffix)
        };
        match self.format.split_once(MESSAGE) {
            Some((before, behind)) => around(before) + text + &around(behind),
            None => around(&self.format) + text,
        }
    }
}

/// The instructions of a conversation: who answers, its own, and those behind all of them.
pub(super) fn instructions(parts: [&str; 3]) -> String {
    joined(parts)
}

fn joined<const COUNT: usize>(parts: [&str; COUNT]) -> String {
    let said = parts.into_iter().filter(|part| !part.trim().is_empty());
    said.collect::<Vec<_>>().join(GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stands_between_its_prefix_and_suffix_or_in_its_format() {
        let mut wording = Wording::default();
        assert_eq!(wording.worded("Hello\n"), "Hello\n");
        wording.prefix = "Be kind.".into();
        wording.suffix = " ".into();
        assert_eq!(wording.worded("Hello"), "Be kind.\n\nHello");
        wording.suffix = "In German.".into();
        wording.format = "Q ({{prefix}}): {{message}} [{{suffix}}]".into();
        assert_eq!(
            wording.worded("What is {{prefix}}?"),
            "Q (Be kind.): What is {{prefix}}? [In German.]"
        );
        assert_eq!(instructions(["", "", "Master."]), "Master.");
        assert_eq!(
            instructions(["I.", "System.", "Master."]),
            "I.\n\nSystem.\n\nMaster."
        );
    }
}
