//! German.

mod lists;
mod numbers;
mod verbs;

use rust_stemmers::Algorithm;

use super::Words;
use super::split::Token;
use lists::{ENDS, LEADS, MARKS, PHRASES, REQUESTS, ROLES, SAME, SILENT};
use numbers::{is_grouped, number};
use verbs::{distinct, infinitive, perfect, verb_last};

pub(super) const WORDS: Words = Words {
    marks: MARKS,
    phrases: PHRASES,
    articles: &[
        "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer",
        "eines", "mein", "meine", "meinen", "meiner", "meinem",
    ],
    silent: SILENT,
    roles: ROLES,
    ends: ENDS,
    same: SAME,
    leads: LEADS,
    requests: REQUESTS,
    stemmer: Algorithm::German,
};

/// The words with the verb at the end of its clause, where it also stands behind "can": "wie
/// kopiere ich Dateien", "wie kann ich Dateien kopieren".
pub(super) fn prepared(tokens: Vec<Token>) -> Vec<Token> {
    let mut tokens = without_pause(tokens, PHRASES);
    named(&mut tokens);
    perfect(&mut tokens);
    distinct(&mut tokens);
    verb_last(&mut tokens);
    let Some(how) = tokens.iter().position(|token| is(token, &["wie"])) else {
        return tokens;
    };
    let end = tokens[how..]
        .iter()
        .position(|token| *token == Token::Pause)
        .map_or(tokens.len(), |length| how + length);
    let subject = |at: usize| at < end && is(&tokens[at], &["ich", "man", "wir"]);
    if subject(how + 1)
        && let Some(verb) = infinitive(&tokens[end - 1])
    {
        tokens[end - 1] = verb;
    } else if subject(how + 2)
        && !is(&tokens[how + 1], verbs::MODALS)
        && let Some(verb) = infinitive(&tokens[how + 1])
    {
        tokens.insert(end, verb);
        tokens.remove(how + 1);
    }
    tokens
}

/// The words without the commas behind what is only polite: "bitte, wie …", "hallo, wie …".
pub(super) fn without_pause(mut tokens: Vec<Token>, phrases: &[(&str, &str)]) -> Vec<Token> {
    /// Words of a lead.
    const LONGEST: usize = 6;
    let mut from = 0;
    while let Some(at) = tokens
        .iter()
        .skip(from)
        .take(LONGEST)
        .position(|token| *token == Token::Pause)
        .map(|at| at + from)
    {
        let lead: Vec<&str> = tokens[from..at]
            .iter()
            .map_while(|token| match token {
                Token::Word(word) => Some(word.as_str()),
                _ => None,
            })
            .collect();
        let lead = format!("^ {}", lead.join(" "));
        let is_lead = at == from
            || phrases.iter().any(|(phrase, instead)| {
                *phrase == lead && *instead == "^"
                    || lead.get(2..) == Some(*phrase) && instead.is_empty()
            });
        if !is_lead {
            break;
        }
        tokens.remove(at);
        from = at;
    }
    tokens
}

/// "den Satz" before a quotation says nothing, nor does how a number is written.
fn named(tokens: &mut Vec<Token>) {
    let is_quoted = |tokens: &[Token], at: usize| matches!(tokens.get(at), Some(Token::Quoted(_)));
    for at in (0..tokens.len()).rev() {
        if is(
            &tokens[at],
            &["satz", "wort", "begriff", "ausdruck", "sätze", "spruch"],
        ) && is_quoted(tokens, at + 1)
        {
            tokens.remove(at);
        }
    }
    for token in tokens {
        match token {
            Token::Exact(text) if text == "%" => *token = Token::Word("%".into()),
            Token::Exact(text) if text == "€" => *token = Token::Word("euro".into()),
            Token::Exact(text) if is_grouped(text) => text.retain(|letter| letter != '.'),
            Token::Word(word) => {
                if let Some(number) = number(word).filter(|number| *number > 12) {
                    *token = Token::Exact(number.to_string());
                }
            }
            _ => {}
        }
    }
}

fn is(token: &Token, words: &[&str]) -> bool {
    matches!(token, Token::Word(word) if words.contains(&word.as_str()))
}
