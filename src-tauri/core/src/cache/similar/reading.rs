//! What a question says, in a form in which two questions that say the same are equal.
//!
//! Two questions that differ in one word are near to each other for every embedding, whether the
//! word is "please" or "not". So every difference has to be explained: politeness, contractions,
//! forms of words, other words for the same, an order that says the same. What is not explained
//! makes another question. The lists are short and know nothing of a subject; what they do not
//! know costs an answer that could have been given again, and never gives a wrong one.

mod compare;
mod english;
mod french;
mod german;
mod numbers;
mod reader;
mod signs;
mod spanish;
mod split;
#[cfg(test)]
mod tests;
mod typing;

use std::collections::HashSet;

use rust_stemmers::Algorithm;

use split::Token;

/// A language that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::cache) enum Language {
    English,
    German,
    French,
    Spanish,
    /// Without spaces between words: Japanese, Chinese.
    Signs,
    /// Any other: only the same words are the same.
    Other,
}

/// What is known of the words of a language.
pub(super) struct Words {
    /// Words by which the language is known.
    pub(super) marks: &'static [&'static str],
    /// Turns of phrase, and what they are read as; the longer first.
    pub(super) phrases: &'static [(&'static str, &'static str)],
    /// Words with which something begins that is spoken of.
    pub(super) articles: &'static [&'static str],
    /// Words that say nothing that matters here.
    pub(super) silent: &'static [&'static str],
    /// Words behind which something stands in a role, and the role.
    pub(super) roles: &'static [(&'static str, &'static str)],
    /// Words that end what stands in a role.
    pub(super) ends: &'static [&'static str],
    /// Words for the same, by the first of them.
    pub(super) same: &'static [&'static [&'static str]],
    /// How a request begins that is put as a question, and what is requested so.
    pub(super) leads: &'static [&'static str],
    pub(super) requests: &'static [&'static str],
    pub(super) stemmer: Algorithm,
}

/// A question, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cache) struct Reading {
    language: Language,
    /// What is asked for: how, why, when, whether …; what says no; the time.
    marks: Vec<String>,
    /// Numbers, names of versions, code, quotations: letter by letter.
    exact: Vec<Said>,
    /// The words.
    said: Vec<Said>,
    /// Of whom it speaks, where that is somebody beside the one who asks.
    persons: Vec<u8>,
    /// The words as they are written, without names.
    raw: Vec<String>,
    /// Where "of" stood before a word.
    links: Vec<usize>,
    /// Where "and" stood before a word.
    pairs: Vec<usize>,
    /// The same without its quotation marks, if there are any.
    unquoted: Option<Box<Self>>,
}

/// A word in its role; most have none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    word: String,
    role: &'static str,
}

impl Reading {
    /// Reads a question.
    pub(in crate::cache) fn of(question: &str) -> Self {
        let text = split::normal(question);
        let mut reading = Self::as_written(&text);
        if text.contains('"') {
            reading.unquoted = Some(Box::new(Self::as_written(&text.replace('"', ""))));
        }
        reading
    }

    fn as_written(text: &str) -> Self {
        if signs::is_written_in_signs(text) {
            return signs::read(text);
        }
        let mut tokens = split::tokens(text);
        let language = language_of(&tokens);
        let Some(words) = words_of(language) else {
            return Self::plain(tokens, language);
        };
        tokens = match language {
            Language::English => english::prepared(tokens),
            Language::German => german::prepared(tokens),
            Language::French => french::prepared(tokens),
            Language::Spanish => spanish::prepared(tokens),
            Language::Signs | Language::Other => tokens,
        };
        tokens = split::without_lead(tokens, words.leads, words.requests);
        tokens = split::with_phrases(&tokens, words.phrases);
        settle(&mut tokens);
        if language == Language::English {
            tokens = english::first_forms(tokens);
            english::judged(&mut tokens);
        }
        reader::read(&tokens, language, words, names(text))
    }

    /// Of a language that is not known.
    fn plain(tokens: Vec<Token>, language: Language) -> Self {
        let plain = tokens.into_iter().map(|token| match token {
            Token::Word(text) | Token::Exact(text) | Token::Quoted(text) => text,
            Token::Pause => String::new(),
        });
        let plain = plain.filter(|text| !text.is_empty());
        let said = plain.map(|word| Said { word, role: "" }).collect();
        Self {
            said,
            ..Self::empty(language)
        }
    }

    /// Whether a question has anything by which it can be known.
    pub(in crate::cache) fn says_something(&self) -> bool {
        !self.exact.is_empty() || !self.said.is_empty()
    }

    fn empty(language: Language) -> Self {
        Self {
            language,
            marks: Vec::new(),
            exact: Vec::new(),
            said: Vec::new(),
            persons: Vec::new(),
            raw: Vec::new(),
            links: Vec::new(),
            pairs: Vec::new(),
            unquoted: None,
        }
    }

    /// Whether two questions say the same, be a word in quotation marks or not.
    pub(in crate::cache) fn is_same(&self, other: &Self) -> bool {
        compare::says_same(self, other)
            || match (&self.unquoted, &other.unquoted) {
                (Some(one), None) => compare::says_same(one, other),
                (None, Some(other)) => compare::says_same(self, other),
                _ => false,
            }
    }
}

/// Words that are written as names are: with a capital where no sentence begins.
fn names(text: &str) -> HashSet<String> {
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let inside = pieces
        .windows(2)
        .filter(|pair| !pair[0].ends_with(['.', '?', '!', ':']));
    inside
        .map(|pair| pair[1].trim_matches(|letter: char| !letter.is_alphanumeric()))
        .filter(|word| word.starts_with(char::is_uppercase))
        .map(|word| word.trim_end_matches("'s").to_lowercase())
        .collect()
}

fn words_of(language: Language) -> Option<&'static Words> {
    match language {
        Language::English => Some(&english::WORDS),
        Language::German => Some(&german::WORDS),
        Language::French => Some(&french::WORDS),
        Language::Spanish => Some(&spanish::WORDS),
        Language::Signs | Language::Other => None,
    }
}

/// The language whose small words stand in a text most often; English where none does.
fn language_of(tokens: &[Token]) -> Language {
    let mut best = (0, Language::Other);
    for language in [
        Language::English,
        Language::German,
        Language::French,
        Language::Spanish,
    ] {
        let Some(words) = words_of(language) else {
            continue;
        };
        let count = tokens
            .iter()
            .filter(
                |token| matches!(token, Token::Word(word) if words.marks.contains(&word.as_str())),
            )
            .count();
        if count > best.0 {
            best = (count, language);
        }
    }
    let ascii = tokens.iter().all(|token| match token {
        Token::Word(word) => word.is_ascii(),
        _ => true,
    });
    match best {
        (0, _) if ascii => Language::English,
        (_, language) => language,
    }
}

/// "When it rains, why …" does not ask when.
fn settle(tokens: &mut [Token]) {
    /// A clause is no shorter.
    const CLAUSE: usize = 3;
    let asks = |token: &Token| matches!(token, Token::Word(word) if ASKS.contains(&word.as_str()));
    let next = tokens.iter().skip(1).position(asks);
    if next.is_none_or(|place| place < CLAUSE) {
        return;
    }
    if let Some(Token::Word(first)) = tokens.first_mut() {
        match first.as_str() {
            "<when" => "when".clone_into(first),
            "<where" => "where".clone_into(first),
            "<whether" => first.clear(),
            _ => {}
        }
    }
}

/// Marks of what is asked for.
const ASKS: &[&str] = &[
    "<how", "<what", "<why", "<who", "<where", "<can", "<must", "<should", "<howlong", "<howmany",
    "<howmuch",
];
