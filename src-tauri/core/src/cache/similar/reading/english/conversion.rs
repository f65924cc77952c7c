//! What is converted or translated: "3 km to miles" is "how many miles are in 3 km".

use super::super::numbers;
use super::super::split::Token;
use super::shape::{text, word};

/// A conversion as "what is … in …", whatever way it is asked for.
pub(super) fn converted(tokens: Vec<Token>) -> Vec<Token> {
    into_unit(&tokens)
        .or_else(|| counted(&tokens))
        .unwrap_or(tokens)
}

/// "Convert 3 km to miles", "3 km in miles", "what is 3 km in miles".
fn into_unit(tokens: &[Token]) -> Option<Vec<Token>> {
    /// What is converted, and into what, is said in so many words.
    const WORDS: usize = 4;
    let end = tokens.iter().rposition(|token| *token != Token::Pause)? + 1;
    let number = tokens.iter().position(is_number)?;
    let (before, rest) = (&tokens[..number], &tokens[number + 1..end]);
    if !before
        .iter()
        .all(|token| leads(token) || KINDS.contains(&text(Some(token))))
    {
        return None;
    }
    let to = rest.iter().take(WORDS).rposition(is_into)?;
    let target = &rest[to + 1..];
    let is_long = target.is_empty()
        || target.len() > WORDS
        || target
            .iter()
            .any(|token| matches!(token, Token::Pause) || is_number(token));
    if is_long || (before.is_empty() && to > 2) {
        return None;
    }
    let what = before
        .iter()
        .filter(|token| KINDS.contains(&text(Some(token))))
        .cloned();
    let named = rest[..to]
        .iter()
        .filter(|token| !IDLE.contains(&text(Some(token))))
        .cloned();
    Some(asked(
        std::iter::once(tokens[number].clone())
            .chain(named)
            .chain(what),
        target,
    ))
}

/// "How many cups are in 3 liters".
fn counted(tokens: &[Token]) -> Option<Vec<Token>> {
    let end = tokens.iter().rposition(|token| *token != Token::Pause)? + 1;
    let number = tokens.iter().position(is_number)?;
    let many = tokens
        .iter()
        .position(|token| text(Some(token)) == "many")?;
    let says = |at: usize, words: &[&str]| words.contains(&text(tokens.get(at)));
    let is_in = says(number.checked_sub(1)?, &["in", "is", "are", "to"])
        && number == many + 4 - usize::from(says(number - 1, &["is", "are"]));
    if !is_in
        || !says(many + 2, &["are", "is", "go", "fit"])
        || end > number + 2
        || many == 0
        || !says(many - 1, &["how"])
    {
        return None;
    }
    Some(asked(
        tokens[number..end].iter().cloned(),
        &tokens[many + 1..many + 2],
    ))
}

fn asked(what: impl Iterator<Item = Token>, target: &[Token]) -> Vec<Token> {
    let target = target
        .iter()
        .filter(|token| !IDLE.contains(&text(Some(token))))
        .map(|token| match text(Some(token)) {
            "" => token.clone(),
            one => numbers::unit(one)
                .map_or_else(|| token.clone(), |unit| Token::Word(format!("#{unit}"))),
        });
    let mut out = vec![word("what"), word("is")];
    out.extend(what);
    out.push(word("in"));
    out.extend(target);
    out
}

fn is_number(token: &Token) -> bool {
    matches!(token, Token::Exact(text) if text.starts_with(|letter: char| letter.is_ascii_digit()))
        || numbers::number(text(Some(token)), super::super::Language::English).is_some()
}

fn is_into(token: &Token) -> bool {
    matches!(text(Some(token)), "to" | "into" | "in" | "as") || *token == Token::Exact("->".into())
}

fn leads(token: &Token) -> bool {
    *token == Token::Pause || LEADS.contains(&text(Some(token)))
}

#[rustfmt::skip]
const LEADS: &[&str] = &[
    "convert", "express", "transform", "change", "turn", "what", "is", "would", "be", "how", "much", "please", "can",
    "could", "you", "i", "do", "the", "a", "tell", "me", "calculate", "number", "value", "hi", "hey", "hello", "are", "to", "and",
];

/// What kind of number it is.
const KINDS: &[&str] = &[
    "fraction",
    "binary",
    "decimal",
    "hexadecimal",
    "hex",
    "octal",
    "roman",
];

const IDLE: &[&str] = &[
    "a", "an", "the", "form", "number", "numbers", "notation", "scale", "degrees", "please",
    "from", "be", "of",
];

/// "What is "dog" in Spanish" is "how do I say "dog" in Spanish", as is "the Spanish word for "dog"".
pub(super) fn translated(tokens: Vec<Token>) -> Vec<Token> {
    let quoted = tokens
        .iter()
        .position(|token| matches!(token, Token::Quoted(_)));
    let language = tokens
        .iter()
        .position(|token| LANGUAGES.contains(&text(Some(token))));
    let (Some(quoted), Some(language)) = (quoted, language) else {
        return tokens;
    };
    let plain = |token: &Token| {
        matches!(token, Token::Pause | Token::Quoted(_)) || ASKED.contains(&text(Some(token)))
    };
    let asks = |words: &[&str]| {
        tokens
            .iter()
            .any(|token| words.contains(&text(Some(token))))
    };
    if !(asks(&["say", "translate", "translation"])
        || asks(&["what"]) && asks(&["in", "for", "into"]))
    {
        return tokens;
    }
    let others = tokens.iter().enumerate().filter(|&(at, _)| at != language);
    if !others.clone().all(|(_, token)| plain(token))
        || others
            .filter(|(_, token)| matches!(token, Token::Quoted(_)))
            .count()
            > 1
    {
        return tokens;
    }
    vec![
        word("how"),
        word("to"),
        word("say"),
        tokens[quoted].clone(),
        word("in"),
        tokens[language].clone(),
    ]
}

#[rustfmt::skip]
const ASKED: &[&str] = &[
    "what", "is", "the", "word", "phrase", "for", "translation", "translate", "of", "in", "into", "to", "how", "do", "does",
    "you", "i", "say", "one", "would", "can", "could", "please", "tell", "me", "expression", "sentence", "language", "give",
    "should", "a", "someone", "people", "we", "term",
];

#[rustfmt::skip]
const LANGUAGES: &[&str] = &[
    "english", "german", "french", "spanish", "italian", "portuguese", "dutch", "swedish", "norwegian", "danish", "finnish",
    "icelandic", "polish", "czech", "slovak", "hungarian", "romanian", "bulgarian", "greek", "turkish", "russian", "ukrainian",
    "serbian", "croatian", "slovenian", "arabic", "hebrew", "persian", "farsi", "hindi", "urdu", "bengali", "punjabi", "tamil",
    "thai", "vietnamese", "indonesian", "malay", "tagalog", "chinese", "mandarin", "cantonese", "japanese", "korean", "latin",
    "irish", "welsh", "scottish", "gaelic", "basque", "catalan", "galician", "estonian", "latvian", "lithuanian", "swahili",
    "afrikaans", "albanian", "armenian", "georgian", "esperanto", "maltese", "zulu", "mongolian", "nepali",
];
