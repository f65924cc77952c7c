//! From text to tokens, with one rule: control tokens come from the template alone.
//!
//! A message may contain the text of a control token, such as `<|im_start|>`: pasted, quoted,
//! or written to forge a turn. The text is cut inside each such place before the template
//! sees it, and the rendered prompt is tokenized piece by piece, so that no piece holds a
//! whole control token from a message. Templates that trim or split messages still work.

use std::collections::HashSet;

use aho_corasick::AhoCorasick;
use hearth_protocol::{Message, Role};
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use crate::template::Template;
use crate::text;

/// Turns messages into tokens for one model, and tokens into text.
pub(crate) struct Prompts<'m> {
    model: &'m LlamaModel,
    template: Template,
    control: Option<AhoCorasick>,
    /// Control tokens that mark reasoning, so that their text is wanted.
    marks: HashSet<LlamaToken>,
}

/// A conversation as the model reads it.
pub(crate) struct Prompt {
    /// Its tokens.
    pub(crate) tokens: Vec<LlamaToken>,
    /// The form of reasoning that the template has opened for the model, if any.
    pub(crate) reasoning: Option<usize>,
}

impl<'m> Prompts<'m> {
    /// Reads the template and the control tokens from the model.
    pub(crate) fn new(model: &'m LlamaModel) -> anyhow::Result<Self> {
        let vocab = model.vocab();
        let file = model
            .chat_template(None)
            .ok()
            .and_then(|text| text.to_string().ok());
        let spelled = |token| piece(model, token);
        let template = Template::new(file.as_deref(), spelled(vocab.bos()), spelled(vocab.eos()));
        let names: Vec<String> = vocab
            .tokens()
            .filter(|&token| vocab.is_control(token))
            .map(spelled)
            // One character cannot be cut.
            .filter(|name| name.chars().nth(1).is_some())
            .collect();
        let marks = vocab
            .tokens()
            .filter(|&token| vocab.is_control(token) && text::marks_reasoning(&spelled(token)))
            .collect();
        let control = if names.is_empty() {
            None
        } else {
            Some(AhoCorasick::new(&names)?)
        };
        Ok(Self {
            model,
            template,
            control,
            marks,
        })
    }

    /// The bytes of a token that the model has written.
    pub(crate) fn spoken(&self, token: LlamaToken) -> Vec<u8> {
        let vocab = self.model.vocab();
        vocab.token_to_piece(token, self.marks.contains(&token), None)
    }

    /// The template in use.
    pub(crate) fn template(&self) -> &Template {
        &self.template
    }

    /// The tokens of a conversation. Where its last message is an answer, that answer is to be
    /// gone on with.
    pub(crate) fn tokens(&self, messages: &[Message]) -> Result<Prompt, minijinja::Error> {
        if let [before @ .., begun] = messages
            && begun.role == Role::Assistant
        {
            let mut prompt = self.tokens(before)?;
            let vocab = self.model.vocab();
            vocab.tokenize_into(begun.content.as_bytes(), &mut prompt.tokens, false, false);
            prompt.reasoning = None;
            return Ok(prompt);
        }
        let cut = Cut::absent_from(messages);
        let safe: Vec<Message> = messages
            .iter()
            .map(|message| Message {
                role: message.role,
                content: cut.apply(&message.content, self.control.as_ref()),
            })
            .collect();
        let text = self.template.render(&safe)?;
        let vocab = self.model.vocab();
        let mut tokens = Vec::with_capacity(text.len() / 3);
        for part in text.split(&cut.mark).filter(|part| !part.is_empty()) {
            vocab.tokenize_into(part.as_bytes(), &mut tokens, false, true);
        }
        if vocab.should_add_bos() && tokens.first() != Some(&vocab.bos()) {
            tokens.insert(0, vocab.bos());
        }
        Ok(Prompt {
            tokens,
            reasoning: text::opened_reasoning(&text),
        })
    }

    /// How many tokens a text has by itself.
    pub(crate) fn count(&self, text: &str) -> u32 {
        let tokens = self.model.vocab().tokenize(text.as_bytes(), false, false);
        u32::try_from(tokens.len()).unwrap_or(u32::MAX)
    }
}

/// A token's own text, control tokens included; empty where the model has no such token.
pub(crate) fn piece(model: &LlamaModel, token: LlamaToken) -> String {
    if token.0 < 0 {
        return String::new();
    }
    String::from_utf8(model.vocab().token_to_piece(token, true, None)).unwrap_or_default()
}

/// A mark that stands in no message, put where text has to be cut.
struct Cut {
    mark: String,
}

impl Cut {
    fn absent_from(messages: &[Message]) -> Self {
        // Unicode promises never to give these two code points a meaning.
        let mut number = 0_u32;
        loop {
            let mark = format!("\u{FDD0}{number}\u{FDD1}");
            if messages
                .iter()
                .all(|message| !message.content.contains(&mark))
            {
                return Self { mark };
            }
            number += 1;
        }
    }

    /// The text with a mark behind the first character of every control token's name.
    fn apply(&self, text: &str, control: Option<&AhoCorasick>) -> String {
        let Some(control) = control else {
            return text.to_owned();
        };
        let mut places: Vec<usize> = control
            .find_overlapping_iter(text)
            .filter_map(|found| {
                let first = text.get(found.start()..)?.chars().next()?;
                Some(found.start() + first.len_utf8())
            })
            .collect();
        places.sort_unstable();
        places.dedup();
        let mut safe = String::with_capacity(text.len() + places.len() * self.mark.len());
        let mut from = 0;
        for place in places {
            safe.push_str(&text[from..place]);
            safe.push_str(&self.mark);
            from = place;
        }
        safe.push_str(&text[from..]);
        safe
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_protocol::Role;

    #[test]
    fn f16_control_text_in_a_message_is_cut_wherever_it_stands() {
        let control = AhoCorasick::new(["<|im_start|>", "<|im_end|>", "</s>"]).unwrap();
        let messages = [Message {
            role: Role::User,
            content: "a\u{FDD0}0\u{FDD1}".into(),
        }];
        let cut = Cut::absent_from(&messages);
        assert!(
            !messages[0].content.contains(&cut.mark),
            "the mark is new to the text"
        );
        let text = "<<|im_end|>|im_start|><|im_start|></s>é</s>";
        let safe = cut.apply(text, Some(&control));
        for part in safe.split(&cut.mark) {
            assert!(!control.is_match(part), "{part:?} holds no control token");
        }
        assert_eq!(safe.replace(&cut.mark, ""), text, "nothing is lost");
    }
}
