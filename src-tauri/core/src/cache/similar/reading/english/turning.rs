//! English verbs with what belongs to them, brought into one order.

use super::super::split::Token;
use super::shape::{FRONTING, text, word};

/// "Turn the light off" is "turn off the light".
pub(super) fn particles(mut tokens: Vec<Token>) -> Vec<Token> {
    /// What is between a verb and its particle is short.
    const BETWEEN: usize = 4;
    let Some(verb) = tokens
        .iter()
        .position(|token| PHRASAL.contains(&text(Some(token))))
    else {
        return tokens;
    };
    let stops =
        |token: &Token| !matches!(token, Token::Word(_)) || FRONTING.contains(&text(Some(token)));
    let found = (verb + 2..tokens.len().min(verb + 2 + BETWEEN))
        .find(|&at| PARTICLES.contains(&text(tokens.get(at))));
    let Some(at) = found else { return tokens };
    let next = tokens.get(at + 1);
    let is_last =
        next.is_none_or(|next| stops(next) || matches!(text(Some(next)), "to" | "of" | "and"));
    if is_last && !tokens[verb + 1..at].iter().any(stops) {
        let particle = tokens.remove(at);
        tokens.insert(verb + 1, particle);
    }
    tokens
}

#[rustfmt::skip]
const PHRASAL: &[&str] = &[
    "turn", "switch", "shut", "take", "put", "give", "pay", "fill", "throw", "wake", "set", "hook", "cut", "chop", "clean", "write",
    "pick", "heat", "warm", "turning", "switching", "cutting", "taking", "putting", "filling", "cuts", "plug", "send", "bring",
];
const PARTICLES: &[&str] = &["off", "on", "out", "back", "up", "down", "away", "in"];

/// "Use a knife to cut bread" is "cut bread with a knife".
pub(super) fn use_to(tokens: Vec<Token>) -> Vec<Token> {
    /// A tool has no longer name.
    const TOOL: usize = 8;
    let Some(at) = tokens.iter().position(|token| text(Some(token)) == "use") else {
        return tokens;
    };
    let before = text(at.checked_sub(1).and_then(|at| tokens.get(at)));
    if !matches!(before, "i" | "to") {
        return tokens;
    }
    let stops = |token: &Token| {
        matches!(token, Token::Pause)
            || matches!(text(Some(token)), "to" | "instead" | "for" | "and" | "or")
    };
    let Some(length) = tokens[at + 1..].iter().take(TOOL).position(stops) else {
        return tokens;
    };
    let to = at + 1 + length;
    if length == 0 || text(tokens.get(to)) != "to" {
        return tokens;
    }
    let end = tokens[to..]
        .iter()
        .position(|token| *token == Token::Pause)
        .map_or(tokens.len(), |end| to + end);
    let mut out = tokens[..at].to_vec();
    out.extend_from_slice(&tokens[to + 1..end]);
    out.push(word("with"));
    out.extend_from_slice(&tokens[at + 1..to]);
    out.extend_from_slice(&tokens[end..]);
    out
}

/// "Replace butter with oil" is "use oil instead of butter", as is "substitute oil for butter".
pub(super) fn replaced(tokens: Vec<Token>) -> Vec<Token> {
    let find = |from: usize, words: &[&str]| {
        let place = tokens
            .get(from..)?
            .iter()
            .position(|token| words.contains(&text(Some(token))))?;
        Some(from + place)
    };
    let (at, between, is_turned) = if let Some(at) = find(0, &["replace", "replacing"])
        && let Some(with) = find(at, &["with", "by"])
    {
        (at, with, true)
    } else if let Some(at) = find(0, &["substitute", "substituting"])
        && let Some(with) = find(at, &["for"])
    {
        (at, with, false)
    } else {
        return tokens;
    };
    let ends = |token: &Token| {
        *token == Token::Pause
            || matches!(
                text(Some(token)),
                "in" | "when" | "if" | "for" | "on" | "with"
            )
    };
    let end = tokens[between + 1..]
        .iter()
        .position(ends)
        .map_or(tokens.len(), |end| between + 1 + end);
    let (first, second) = (&tokens[at + 1..between], &tokens[between + 1..end]);
    if first.is_empty() || second.is_empty() || first.len() > 6 || first.iter().any(ends) {
        return tokens;
    }
    let (one, other) = if is_turned {
        (second, first)
    } else {
        (first, second)
    };
    let mut out = tokens[..at].to_vec();
    out.push(word("use"));
    out.extend_from_slice(one);
    out.push(word("insteadof"));
    out.extend_from_slice(other);
    out.extend_from_slice(&tokens[end..]);
    out
}
