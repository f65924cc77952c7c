//! A conversation's title: at first how its first message begins, then what the model calls it.

use hearth_protocol::{Finish, Message as Sent, Role, Sampling};

use crate::pipeline::{Event, Request, Terms};
use crate::store::labels::Label;
use crate::store::messages::Message;

use super::Chat;
use super::plan::Plan;

/// Characters of a title, at most.
const LONGEST: usize = 48;

/// What the model is told. Ember was trained on these very words.
const ORDER: &str =
    "Write a title of at most six words for this conversation. Reply with the title only.";
/// Tokens of a title, at most.
const TOKENS: u32 = 24;
/// Bytes of the first message that are shown for it.
const SHOWN: usize = 2000;

/// Has the model that answered the first question of a conversation name it. A title that
/// cannot be had, or that the user has given meanwhile, is no loss: the first one stays.
pub(super) async fn write(chat: &Chat, question: &Message, plan: &Plan) -> crate::Result<()> {
    let wanted = chat.settings.get().chat.titles
        && question.parent.is_none()
        && !question.text.trim().is_empty();
    if !wanted || !chat.store.wants_title(question.conversation).await? {
        return Ok(());
    }
    let mut end = question.text.len().min(SHOWN);
    while !question.text.is_char_boundary(end) {
        end -= 1;
    }
    let message = |role, content: &str| Sent {
        role,
        content: content.to_owned(),
    };
    let mut stream = chat.pipeline.generate(Request {
        model: plan.requested.clone(),
        messages: vec![
            message(Role::System, ORDER),
            message(Role::User, &question.text[..end]),
        ],
        sampling: Sampling::GREEDY,
        max_tokens: TOKENS,
        stop: vec!["\n".to_owned()],
        terms: Terms::background(),
        ..Request::default()
    });
    let mut title = String::new();
    while let Some(event) = stream.next().await {
        match event {
            Event::Text(text) => title.push_str(&text),
            Event::Failed(error) => return Err(error),
            // What goes on and on is no title.
            Event::Done(end) if end.finish != Finish::Stop => return Ok(()),
            _ => {}
        }
    }
    let title = from_message(title.trim().trim_matches(['"', '*', '#', '.', ' ']));
    let echoes = !plan.model.built_in || is_made_of(&title, &question.text);
    if title.is_empty() || !echoes {
        return Ok(());
    }
    let label = Label::ModelTitle(title);
    chat.store.label(question.conversation, label).await
}

/// Whether a title uses the words of a text alone, and more than its beginning. Ember invents
/// words and breaks off, and then the beginning of the message says more.
fn is_made_of(title: &str, text: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|sign: char| !sign.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (title, text) = (words(title), words(text));
    let ends_well = title.last().is_some_and(|word| word.chars().count() > 2);
    let breaks_off = text.starts_with(&title) && title.len() < text.len();
    ends_well && !breaks_off && title.iter().all(|word| text.contains(word))
}

/// The first line with words, cut at a word.
pub(crate) fn from_message(text: &str) -> String {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let visible: String = line.chars().filter(|sign| !sign.is_control()).collect();
    if visible.chars().count() <= LONGEST {
        return visible;
    }
    let cut: String = visible.chars().take(LONGEST).collect();
    let words = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end())
}

#[cfg(test)]
mod tests {
    use super::from_message;

    #[test]
    fn a_title_is_the_first_line_cut_at_a_word() {
        assert_eq!(from_message("\n  Hello there\nmore"), "Hello there");
        assert_eq!(
            from_message("Tell me a long story about an owl named Bibo who lives in a tree"),
            "Tell me a long story about an owl named Bibo…"
        );
        assert_eq!(
            from_message(&"語".repeat(60)),
            format!("{}…", "語".repeat(48))
        );
    }
}
