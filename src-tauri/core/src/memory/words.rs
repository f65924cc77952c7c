//! Texts as words: what memories and questions are compared by.

use std::collections::HashSet;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

/// Words that say nothing about what a text is about.
const STOP: &[&str] = &[
    "a",
    "about",
    "again",
    "all",
    "also",
    "am",
    "an",
    "and",
    "any",
    "anything",
    "are",
    "as",
    "at",
    "be",
    "been",
    "but",
    "by",
    "called",
    "can",
    "could",
    "did",
    "do",
    "does",
    "ever",
    "for",
    "from",
    "get",
    "give",
    "go",
    "had",
    "has",
    "have",
    "he",
    "her",
    "hers",
    "hi",
    "him",
    "his",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "kind",
    "know",
    "let",
    "like",
    "made",
    "make",
    "many",
    "me",
    "mine",
    "more",
    "most",
    "much",
    "my",
    "myself",
    "name",
    "named",
    "no",
    "not",
    "of",
    "on",
    "one",
    "or",
    "our",
    "out",
    "please",
    "really",
    "recall",
    "remember",
    "remind",
    "s",
    "say",
    "said",
    "she",
    "should",
    "so",
    "some",
    "something",
    "t",
    "tell",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "things",
    "this",
    "to",
    "told",
    "too",
    "up",
    "use",
    "user",
    "users",
    "very",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "who",
    "whom",
    "whose",
    "why",
    "will",
    "with",
    "would",
    "you",
    "your",
];

/// The same, to be looked up.
static STOPPED: LazyLock<HashSet<&str>> = LazyLock::new(|| STOP.iter().copied().collect());

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// As it stands there.
    pub(super) raw: &'a str,
    /// In small letters, without what grammar adds.
    pub(super) stem: String,
    /// Whether it tells what the text is about.
    pub(super) tells: bool,
}

impl Word<'_> {
    /// Whether it is written as a name is.
    pub(super) fn is_capital(&self) -> bool {
        self.raw.chars().next().is_some_and(char::is_uppercase)
    }
}

/// The words of a text, in their order. A possessive ending is left out.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let stemmer = Stemmer::create(Algorithm::English);
    text.split(|sign: char| !(sign.is_alphanumeric() || matches!(sign, '\'' | '’' | '-')))
        .map(|raw| {
            let raw = raw.trim_matches(['\'', '’', '-']);
            ["'s", "’s", "'S"]
                .iter()
                .find_map(|end| raw.strip_suffix(end))
                .unwrap_or(raw)
        })
        .filter(|raw| !raw.is_empty())
        .map(|raw| {
            let small = raw.to_lowercase();
            Word {
                raw,
                tells: !STOPPED.contains(small.as_str()),
                stem: stemmer.stem(&small).into_owned(),
            }
        })
        .collect()
}

/// A text as it is compared: small letters, single blanks, no marks at its end.
pub(super) fn form(text: &str) -> String {
    let small = text.to_lowercase().replace('’', "'");
    let small = small.trim_end_matches(['.', '!', '…', ' ']);
    small.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sentences of a text that its writer says about themselves and the world: no quotes, no
/// code, nothing that was pasted in. A paragraph that is longer than what people type is taken
/// for a document.
pub(super) fn own_sentences(text: &str) -> Vec<&str> {
    const TYPED: usize = 700;
    let mut fenced = false;
    let lines = text.lines().filter(move |line| {
        let line = line.trim_start();
        if line.starts_with("```") || line.starts_with("~~~") {
            fenced = !fenced;
            return false;
        }
        !fenced && !line.starts_with('>') && !line.starts_with('|') && line.len() <= TYPED
    });
    lines.flat_map(sentences).collect()
}

fn sentences(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, sign) in line.char_indices() {
        let end = at + sign.len_utf8();
        let ends = matches!(sign, '.' | '!' | '?' | ';' | '。' | '！' | '？')
            && line[end..]
                .chars()
                .next()
                .is_none_or(|next| !next.is_alphanumeric());
        // "Dr. Ann" goes on.
        let shortened = sign == '.'
            && line[start..at].rsplit(' ').next().is_some_and(|word| {
                ["dr", "mr", "mrs", "ms", "st", "e.g", "i.e", "no"]
                    .contains(&word.to_lowercase().as_str())
            });
        if ends && !shortened {
            found.push(line[start..end].trim());
            start = end;
        }
    }
    found.push(line[start..].trim());
    found.retain(|one| one.chars().any(char::is_alphanumeric));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_their_endings_and_keep_their_script() {
        let stems: Vec<String> = words("My sisters' dog’s names: Müller-Lüdenscheidt, 東京")
            .into_iter()
            .map(|word| word.stem)
            .collect();
        assert_eq!(
            stems,
            ["my", "sister", "dog", "name", "müller-lüdenscheidt", "東京"]
        );
    }

    #[test]
    fn quotes_code_and_documents_are_not_the_writers_own_words() {
        let long = "I am a document. ".repeat(60);
        let text = format!(
            "I live in Oslo! Dr. Berg, too.\n> I live in Rome.\n```\nI = 3\n```\n{long}\nBye"
        );
        assert_eq!(
            own_sentences(&text),
            ["I live in Oslo!", "Dr. Berg, too.", "Bye"]
        );
        assert!(own_sentences("?!").is_empty());
    }
}
