//! What users tell of themselves in the common forms of English, turned into sentences about
//! them: "my dog is called Biscuit" into "The user's dog is called Biscuit."
//!
//! Only what lasts: a mood, a question, a wish that something were so, another's words are none.

mod forms;
mod lists;

use super::words::own_sentences;

use forms::{event, i_am, i_do, name, of_mine};
use lists::{NO_STATEMENT, OF_SOMEBODY, PASSING, PRONOUNS, REMINDERS, UNREAL, VERBS};

/// The sentences of a message that its writer tells of themselves, and those that the rules do
/// not know to judge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// As memories are written.
    pub(super) facts: Vec<String>,
    /// In the first person, but in no form that is known.
    pub(super) open: Vec<String>,
    /// About somebody by their name.
    pub(super) others: Vec<String>,
}

/// What a message tells of its writer. `on` is the day of the message, for what has a date.
pub(super) fn told(message: &str, on: &str) -> Told {
    let mut told = Told::default();
    for sentence in own_sentences(message) {
        if sentence.ends_with(['?', '？']) {
            continue;
        }
        if is_of_somebody(sentence) {
            told.others.push(sentence.to_owned());
            continue;
        }
        for part in parts(sentence) {
            match read(&part, on) {
                Read::Fact(text) => told.facts.push(text),
                Read::Open => told.open.push(part),
                Read::Nothing => {}
            }
        }
    }
    told
}

/// Whether a sentence may be about somebody whom the user has named before: "Olaf works at
/// Equinor."
fn is_of_somebody(sentence: &str) -> bool {
    let small = format!(" {} ", sentence.to_ascii_lowercase());
    let words: Vec<&str> = sentence.split(' ').collect();
    let [name, verb, _, ..] = words[..] else {
        return false;
    };
    let is_name = name.chars().next().is_some_and(char::is_uppercase)
        && name.chars().all(char::is_alphabetic);
    let passing = PASSING
        .iter()
        .chain(UNREAL)
        .any(|word| small.contains(word));
    is_name
        && !passing
        && OF_SOMEBODY.contains(&verb)
        && !PRONOUNS.contains(&name)
        && sentence.len() <= 160
}

enum Read {
    Fact(String),
    Open,
    Nothing,
}

/// The statements of a sentence: "I live in Oslo and work as a nurse" are two.
fn parts(sentence: &str) -> Vec<String> {
    let sentence = sentence
        .trim_end_matches(['.', '!', ';', ' '])
        .replace('’', "'");
    let mut parts = vec![sentence];
    for joint in [", and ", " and ", ", but ", " but ", ", "] {
        parts = parts
            .iter()
            .flat_map(|part| split_at(part, joint))
            .collect();
    }
    parts
}

/// Splits where a new statement of the same person begins.
fn split_at(part: &str, joint: &str) -> Vec<String> {
    let Some((first, rest)) = part.split_once(joint) else {
        return vec![part.to_owned()];
    };
    let rest = without_greeting(rest);
    let small = rest.to_ascii_lowercase();
    let of_mine = ["i ", "i'm ", "my ", "i've "]
        .iter()
        .any(|start| small.starts_with(start));
    let first_small = first.to_ascii_lowercase();
    let verb = VERBS
        .iter()
        .find(|(verb, _)| small.starts_with(&format!("{verb} ")));
    if of_mine {
        let mut parts = vec![first.to_owned()];
        parts.extend(split_at(rest, joint));
        return parts;
    }
    if verb.is_some() && (first_small.starts_with("i ") || first_small.contains(" i ")) {
        let mut parts = vec![first.to_owned()];
        parts.extend(split_at(&format!("I {rest}"), joint));
        return parts;
    }
    // "Hi, I'm Dana" loses its greeting.
    vec![part.to_owned()]
}

fn read(part: &str, on: &str) -> Read {
    let part = without_greeting(part.trim());
    let small = part.to_ascii_lowercase();
    // Only in English letters, so that both have the same length.
    let padded = format!(" {small} ");
    let first_person = [" i ", " i'm ", " i've ", " my ", " me ", " call me "]
        .iter()
        .any(|word| padded.contains(word));
    let long = part.chars().count() > 200;
    let quoted = part.contains(['"', '“', '”', '«']);
    let named = small.starts_with("please call me ");
    if !first_person
        || long
        || quoted
        || (!named && NO_STATEMENT.iter().any(|start| small.starts_with(start)))
    {
        return Read::Nothing;
    }
    if UNREAL.iter().any(|word| padded.contains(word))
        || padded.contains(" you ")
        || padded.contains(" your ")
    {
        return Read::Nothing;
    }
    if let Some(event) = event(part, &small, on) {
        return Read::Fact(event);
    }
    if PASSING.iter().any(|word| small.contains(word)) {
        return Read::Nothing;
    }
    let found = name(part, &small)
        .or_else(|| of_mine(part, &small))
        .or_else(|| i_am(part, &small))
        .or_else(|| i_do(part, &small));
    match found {
        Some(text) => Read::Fact(text),
        None if starts_as_mood(&small) => Read::Nothing,
        None => Read::Open,
    }
}

fn without_greeting(part: &str) -> &str {
    let mut rest = part;
    for word in [
        "hi",
        "hello",
        "hey",
        "well",
        "so",
        "by the way",
        "btw",
        "also",
        "oh",
        "yes",
        "no",
        "actually",
        "ok",
        "okay",
        "fyi",
        "good news",
        "update",
    ] {
        let cut = rest
            .get(..word.len())
            .filter(|start| start.eq_ignore_ascii_case(word));
        if cut.is_some() && rest[word.len()..].starts_with([' ', ',', ':', '!']) {
            rest = rest[word.len()..].trim_start_matches([' ', ',', ':', '!', '—', '-']);
        }
    }
    without_request(rest)
}

/// "Please remember that my dog is called Rex" without its beginning, where a statement of the
/// user about themselves follows.
fn without_request(part: &str) -> &str {
    let mut rest = part;
    for word in REMINDERS {
        let cut = rest
            .get(..word.len())
            .filter(|start| start.eq_ignore_ascii_case(word));
        if cut.is_some() && rest[word.len()..].starts_with([' ', ',', ':']) {
            rest = rest[word.len()..].trim_start_matches([' ', ',', ':']);
        }
    }
    let small = rest.to_ascii_lowercase();
    let is_statement = ["i ", "i'm ", "i've ", "my "]
        .iter()
        .any(|start| small.starts_with(start));
    if is_statement { rest } else { part }
}

/// "I'm tired", "I feel", "I want", "I need": nothing that lasts, and nothing for a model either.
fn starts_as_mood(small: &str) -> bool {
    let small = small
        .strip_prefix("i'm ")
        .or_else(|| small.strip_prefix("i am "));
    small.is_some_and(|rest| rest.split(' ').count() <= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(message: &str) -> Vec<String> {
        told(message, "22 November 2026").facts
    }

    #[test]
    fn the_common_forms_become_facts() {
        for (message, fact) in [
            ("Hi, I'm Dana.", "The user's name is Dana."),
            (
                "My name is Dana Müller and I like you",
                "The user's name is Dana Müller.",
            ),
            ("I live in Oslo", "The user lives in Oslo."),
            ("I just moved to Rome last week!", "The user lives in Rome."),
            (
                "my dog is called Biscuit",
                "The user's dog is called Biscuit.",
            ),
            (
                "By the way, I have a sister called Mara.",
                "The user's sister is called Mara.",
            ),
            ("I am a nurse.", "The user works as a nurse."),
            ("I work at Cesser.", "The user works at Cesser."),
            (
                "I'm allergic to peanuts.",
                "The user is allergic to peanuts.",
            ),
            (
                "I really love hiking with my brother.",
                "The user loves hiking with the user's brother.",
            ),
            (
                "I don't like coffee anymore.",
                "The user does not like coffee.",
            ),
            (
                "My favorite color is green.",
                "The user's favorite color is green.",
            ),
            ("I'm 34 years old.", "The user is 34 years old."),
            ("I'm Norwegian.", "The user is Norwegian."),
            (
                "My brother Tom lives in Bergen.",
                "The user's brother Tom lives in Bergen.",
            ),
            (
                "I want to learn Japanese.",
                "The user wants to learn Japanese.",
            ),
            (
                "I have an exam on Friday.",
                "The user has an exam on Friday (said on 22 November 2026).",
            ),
            (
                "Please remember that my dog is called Rex.",
                "The user's dog is called Rex.",
            ),
            (
                "Don't forget: I'm allergic to nuts.",
                "The user is allergic to nuts.",
            ),
            (
                "Keep in mind that I live in Lyon",
                "The user lives in Lyon.",
            ),
            (
                "I have two cats, Mia and Leo.",
                "The user has two cats, Mia and Leo.",
            ),
        ] {
            assert_eq!(
                facts(message).first().map(String::as_str),
                Some(fact),
                "{message}"
            );
        }
        assert_eq!(
            facts("I live in Lisbon and work as a nurse, and my cat is called Mo."),
            [
                "The user lives in Lisbon.",
                "The user works as a nurse.",
                "The user's cat is called Mo."
            ]
        );
    }

    #[test]
    fn what_does_not_last_is_no_fact_and_tired_is_no_name() {
        for message in [
            "I'm tired.",
            "I'm Tired",
            "I am so hungry right now",
            "What is my name?",
            "I like that.",
            "My head hurts",
            "My code is broken.",
            "If I lived in Rome, I would be happy.",
            "She said \"I live in Rome\".",
            "> I live in Rome",
            "Tell me where I live",
            "I love it!",
            "I like your answer",
            "Imagine my dog is called Rex.",
            "I want to sleep",
            "I'm a bit lost",
            "I'm sorry",
            "I'm done with this",
            "my computer is slow",
            "I had pizza today",
        ] {
            assert_eq!(facts(message), [""; 0], "{message}");
        }
    }

    #[test]
    fn letters_that_grow_when_they_are_small_do_not_break_a_rule() {
        for message in [
            "İ live in İzmir",
            "I live in İİİİİİ",
            "My İ is called ẞẞẞ",
            "İİİ i'm İ",
            "K I'm K",
            "Hi, I'm İnci",
            "My name is İİ",
        ] {
            let _ = told(message, "");
        }
        assert_eq!(facts("I live in İzmir."), ["The user lives in İzmir."]);
    }

    #[test]
    fn what_no_rule_knows_is_left_for_a_model() {
        let told = told("My knees ache whenever it rains. I commute by ferry.", "");
        assert!(told.facts.is_empty());
        assert_eq!(told.open.len(), 2);
    }
}
