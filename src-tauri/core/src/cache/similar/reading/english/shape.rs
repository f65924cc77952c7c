//! English sentences brought into the shape in which they are read.

use super::super::split::Token;
use super::passive::active;
use super::turning::{particles, replaced, use_to};
use super::{conversion, spelling, synonyms, verbs};

/// The text of a word; nothing where there is none.
pub(super) fn text(token: Option<&Token>) -> &str {
    match token {
        Some(Token::Word(word)) => word,
        _ => "",
    }
}

pub(super) fn word(text: &str) -> Token {
    Token::Word(text.to_owned())
}

/// The parts of a question, written out, as far as its turns of phrase do not matter yet.
pub(in super::super) fn prepared(tokens: Vec<Token>) -> Vec<Token> {
    let tokens = written_out(tokens);
    let tokens = conversion::translated(tokens);
    let tokens = hours(&conversion::converted(tokens));
    let tokens = anybody(tokens);
    let tokens = active(particles(use_to(tokens)));
    beginnings(&replaced(tokens))
}

/// What is asked behind something that was said first: "In Japan, is it rude …".
fn beginnings(tokens: &[Token]) -> Vec<Token> {
    let is_fronted = FRONTING.contains(&text(tokens.first()));
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len() + 2);
    for (at, token) in tokens.iter().enumerate() {
        let (here, next) = (text(Some(token)), text(tokens.get(at + 1)));
        let is_asking = BEGINNINGS.contains(&here)
            || (is_fronted && matches!(here, "which" | "who"))
            || (matches!(here, "when" | "where") && AUXILIARIES.contains(&next));
        if out.last() == Some(&Token::Pause) && is_asking {
            out.push(word("^"));
        }
        out.push(token.clone());
    }
    out
}

#[rustfmt::skip]
const BEGINNINGS: &[&str] = &[
    "is", "are", "was", "were", "can", "could", "do", "does", "did", "has", "have", "had", "will", "would", "should", "may",
    "might", "must", "am", "what", "why", "how", "please", "name", "list", "give", "write", "tell", "explain", "describe",
    "draft", "compose", "create", "suggest", "recommend", "translate", "convert", "find", "calculate", "i",
];

pub(super) const FRONTING: &[&str] = &[
    "in", "on", "at", "for", "with", "using", "when", "if", "after", "before", "during", "by",
    "of", "from", "among", "under",
];

fn written_out(tokens: Vec<Token>) -> Vec<Token> {
    let mut out = Vec::with_capacity(tokens.len() + 4);
    for token in tokens {
        let one = match &token {
            Token::Word(one) => one,
            Token::Quoted(said) => {
                out.push(Token::Quoted(spelling::uncontracted(said)));
                continue;
            }
            _ => {
                out.push(token);
                continue;
            }
        };
        let asks = matches!(
            text(out.last()),
            "why" | "how" | "where" | "when" | "what" | "long"
        );
        if asks && one == "dose" {
            out.push(word("does"));
            continue;
        }
        match spelling::written_out(one) {
            Some(words) => out.extend(words.split(' ').map(word)),
            None => out.push(Token::Word(spelling::american(one))),
        }
    }
    out
}

/// "10 pm" is "22:00"; "twice" is "2 times"; "one hour" is "1 hour".
fn hours(tokens: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let next = text(tokens.get(at + 1));
        match text(Some(token)) {
            "number" | "numbers" if matches!(tokens.get(at + 1), Some(Token::Exact(_))) => {}
            "twice" => out.extend([Token::Exact("2".into()), word("times")]),
            "thrice" => out.extend([Token::Exact("3".into()), word("times")]),
            "both"
                if tokens[at..]
                    .iter()
                    .take(5)
                    .any(|token| text(Some(token)) == "and") => {}
            "one" if MEASURES.contains(&next) => out.push(Token::Exact("1".into())),
            half @ ("am" | "pm") => match out.last_mut() {
                Some(Token::Exact(number)) if hour(number, half == "pm").is_some() => {
                    *number = hour(number, half == "pm").unwrap_or_default();
                }
                _ => out.push(token.clone()),
            },
            _ => out.push(token.clone()),
        }
    }
    out
}

fn hour(number: &str, is_afternoon: bool) -> Option<String> {
    let (hour, minutes) = number.split_once(':').unwrap_or((number, "00"));
    let hour: u32 = hour.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    let hour = hour % 12 + if is_afternoon { 12 } else { 0 };
    Some(format!("{hour}:{minutes}"))
}

/// What is counted where "one" is a number.
#[rustfmt::skip]
const MEASURES: &[&str] = &[
    "second", "minute", "hour", "day", "week", "month", "year", "decade", "century", "cup", "teaspoon", "tablespoon",
    "gram", "kilogram", "kilo", "pound", "ounce", "liter", "gallon", "pint", "quart", "meter", "kilometer", "mile",
    "inch", "foot", "yard", "centimeter", "dollar", "euro", "percent", "million", "billion", "hundred", "thousand",
    "person", "page", "sentence", "paragraph", "word", "line", "egg", "slice", "piece", "room", "time", "terabyte",
    "gigabyte", "megabyte", "acre", "byte", "kilobyte", "watt", "volt", "port", "star",
];

/// Whoever may be meant by "one" or "you" in "how does one", "should you": the one who asks.
/// "Tell me if" is "tell me whether".
fn anybody(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let before = text(out.last()).to_owned();
        let here = text(Some(&token)).to_owned();
        let is_inside = out.len() > 1 && out[out.len() - 2] != Token::Pause;
        let asks = is_inside && AUXILIARIES.contains(&before.as_str())
            || matches!(before.as_str(), "whether" | "how");
        if asks && SUBJECTS.contains(&here.as_str()) {
            out.push(word("i"));
        } else if asks && here == "a" && text(tokens.peek()) == "person" {
            tokens.next();
            out.push(word("i"));
        } else if here == "if" && ASKING.contains(&before.as_str()) {
            out.push(word("whether"));
        } else {
            out.push(token);
        }
    }
    out
}

const AUXILIARIES: &[&str] = &[
    "can", "could", "should", "would", "do", "does", "must", "may", "might", "am", "are", "is",
];
const SUBJECTS: &[&str] = &[
    "one", "you", "we", "someone", "somebody", "anyone", "anybody", "people",
];
const ASKING: &[&str] = &[
    "know",
    "me",
    "wonder",
    "wondering",
    "curious",
    "sure",
    "explain",
    "check",
    "clarify",
];

/// "Is it safe to eat X", "is eating X safe", "can I safely eat X": whether it is safe, as a mark,
/// for its place does not matter.
pub(in super::super) fn judged(tokens: &mut Vec<Token>) {
    let Some(asks) = tokens
        .iter()
        .position(|token| matches!(text(Some(token)), "<whether" | "<can"))
    else {
        return;
    };
    if text(tokens.get(asks)) == "<whether" && text(tokens.get(asks + 1)) == "it" {
        judged_it(tokens, asks);
        return;
    }
    if let Some(at) = tokens
        .iter()
        .position(|token| JUDGING.contains(&text(Some(token))))
        && let Some(mark) = judgement(text(tokens.get(at)).trim_end_matches("ly"))
    {
        tokens.remove(at);
        tokens[asks] = word("<whether");
        tokens.insert(asks + 1, word(&mark));
        return;
    }
    // At the end of the first sentence.
    let end = tokens[asks..]
        .iter()
        .position(|token| *token == Token::Pause)
        .map_or(tokens.len(), |end| asks + end);
    let is_bare = end > asks + 2
        && !matches!(
            text(tokens.get(end - 2)),
            "a" | "an"
                | "the"
                | "more"
                | "less"
                | "very"
                | "too"
                | "so"
                | "as"
                | "most"
                | "and"
                | "or"
                | "<not"
        );
    if is_bare
        && text(tokens.get(asks)) == "<whether"
        && let Some(mark) = judgement(text(tokens.get(end - 1)))
    {
        tokens.remove(end - 1);
        tokens.insert(asks + 1, word(&mark));
    }
}

/// "It is safe in summer to …".
fn judged_it(tokens: &mut Vec<Token>, asks: usize) {
    let skipped = tokens[asks + 2..]
        .iter()
        .take_while(|token| {
            matches!(
                text(Some(token)),
                "is" | "be"
                    | "considered"
                    | "really"
                    | "ever"
                    | "actually"
                    | "generally"
                    | "usually"
                    | "<ever"
            )
        })
        .count();
    let at = asks + 2 + skipped;
    let Some(mark) = judgement(text(tokens.get(at))) else {
        return;
    };
    if text(tokens.get(at + 1)) == "to" {
        tokens.splice(asks + 1..at + 2, [word(&mark)]);
        return;
    }
    let is_inside = matches!(
        text(tokens.get(at + 1)),
        "in" | "for" | "at" | "on" | "under"
    );
    let to = tokens
        .iter()
        .skip(at + 2)
        .take(4)
        .position(|token| text(Some(token)) == "to");
    if is_inside && let Some(to) = to {
        tokens[at + 2 + to] = Token::Pause;
        tokens.splice(asks + 1..=at, [word(&mark)]);
    }
}

fn judgement(adjective: &str) -> Option<String> {
    let adjective = match adjective {
        "lawful" => "legal",
        "unlawful" => "illegal",
        other => other,
    };
    let group = synonyms::SAME
        .iter()
        .find(|group| group.contains(&adjective));
    JUDGEMENTS
        .contains(&adjective)
        .then(|| format!("<is-{}", group.map_or(adjective, |group| group[0])))
}

const JUDGING: &[&str] = &["safely", "legally", "lawfully"];

#[rustfmt::skip]
const JUDGEMENTS: &[&str] = &[
    "safe", "unsafe", "dangerous", "legal", "illegal", "rude", "impolite", "polite", "healthy", "unhealthy", "bad",
    "harmful", "normal", "necessary", "unnecessary", "worth", "wrong", "right", "ethical", "unethical", "common",
    "appropriate", "inappropriate", "acceptable", "unacceptable", "wise", "smart", "advisable", "cruel", "risky", "mandatory",
    "compulsory", "forbidden", "cheaper", "better", "worse", "easy", "hard", "difficult", "expensive", "cheap", "lawful", "unlawful",
    "impossible", "good", "useful", "useless", "halal", "kosher", "weird", "strange", "correct", "incorrect", "proper",
];

/// Verbs in their first form, with a mark where that form was one of the past.
pub(in super::super) fn first_forms(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    // Whether "is" or the like has stood before, in the same part.
    let mut is_passive = false;
    for token in tokens {
        let here = text(Some(&token));
        let is_perfect = matches!(text(out.last()), "have" | "has") && !is_passive;
        match verbs::first_form(here, is_passive || is_perfect) {
            Some((verb, true)) => out.extend([word("<past"), word(verb)]),
            Some((verb, false)) if is_perfect => out.extend([word("<perfect"), word(verb)]),
            Some((verb, false)) => out.push(Token::Word(format!("~{verb}"))),
            None if verbs::is_regular_past(here) && !is_passive => {
                out.extend([word("<past"), token]);
            }
            None => {
                is_passive |= BEING.contains(&here);
                is_passive &= token != Token::Pause
                    && !here.ends_with("ing")
                    && !FRONTING.contains(&here)
                    && here != "to";
                out.push(token);
            }
        }
    }
    out
}

/// What stands before a participle.
const BEING: &[&str] = &[
    "is", "are", "be", "been", "being", "<past", "<how", "get", "<perfect", "<whether",
];
