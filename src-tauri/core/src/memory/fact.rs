//! A sentence about the user, as memories are written: "The user …" or "The user's …".
//!
//! Its *slot* says what it tells something about. Where only one thing can hold at a time, a
//! newer sentence in the same slot takes the place of the older one, which is kept as history.

use super::MemoryKind;
use super::concepts::{About, Concept, about, anchor_word};
use super::importance;
use super::words::words;

/// What is known of a sentence by reading it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fact {
    pub(super) text: String,
    pub(super) kind: MemoryKind,
    pub(super) topic: String,
    /// What it tells something about; none where several such facts may hold at once.
    pub(super) slot: Option<String>,
    pub(super) importance: f32,
    pub(super) reason: String,
}

/// Ways of speaking that fill a slot: what stands in the sentence, the slot, whether what
/// follows belongs to the slot too (as in "allergic to nuts").
const PREDICATES: &[(&str, &str, bool)] = &[
    (" is called ", "name", false),
    (" are called ", "name", false),
    (" is named ", "name", false),
    ("'s name is ", "name", false),
    (" lives in ", "home", false),
    (" live in ", "home", false),
    (" lives with ", "lives with", false),
    (" works as ", "job", false),
    (" works at ", "employer", false),
    (" works for ", "employer", false),
    (" studies at ", "school", false),
    (" is from ", "origin", false),
    (" comes from ", "origin", false),
    (" was born in ", "birthplace", false),
    (" was born on ", "birthday", false),
    ("'s birthday is ", "birthday", false),
    (" years old", "age", false),
    (" is married", "marriage", false),
    (" is divorced", "marriage", false),
    (" is single", "marriage", false),
    (" is engaged", "marriage", false),
    (" is vegetarian", "diet", false),
    (" is vegan", "diet", false),
    (" is a vegetarian", "diet", false),
    (" is a vegan", "diet", false),
    (" drives ", "drives", false),
    (" is allergic to ", "allergy", true),
    (" is not allergic to ", "allergy", true),
    (" does not like ", "taste", true),
    (" no longer likes ", "taste", true),
    (" likes ", "taste", true),
    (" like ", "taste", true),
    (" loves ", "taste", true),
    (" enjoys ", "taste", true),
    (" hates ", "taste", true),
    (" dislikes ", "taste", true),
    (" cannot stand ", "taste", true),
    (" is learning ", "learning", true),
    (" is studying ", "studying", true),
    (" speaks ", "speaks", true),
    (" plays ", "plays", true),
    (" prefers ", "prefers", true),
    (" wants to ", "plan", true),
    (" plans to ", "plan", true),
    (" collects ", "collects", true),
];

/// Marks of a sentence of which several may hold at once.
const SEVERAL: &[&str] = &[
    " another ",
    " also ",
    " one of ",
    " a second ",
    " has a ",
    " has an ",
    " has two ",
    " has three ",
];

/// Words that tell a slot's content apart from the sentence around it.
const LITTLE: &[&str] = &[
    "the", "a", "an", "very", "much", "really", "anymore", "more", "any",
];

impl Fact {
    /// Reads a sentence. None where it says nothing about the user.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let small = text.to_lowercase().replace('’', "'");
        if !small.starts_with("the user ") && !small.starts_with("the user's ") {
            return None;
        }
        let mut fact = Self::of(text);
        fact.slot = slot(&small, &about(&fact.text));
        Some(fact)
    }

    /// Reads a sentence about somebody by their name: "Olaf works at Equinor."
    pub(super) fn of_somebody(sentence: &str) -> Self {
        let mut fact = Self::of(sentence.to_owned());
        let small = sentence.to_lowercase();
        let name = small.split(' ').next().unwrap_or_default();
        fact.slot = slot(&small, &about(&fact.text)).map(|slot| format!("{name} {slot}"));
        fact.kind = MemoryKind::Relationship;
        fact
    }

    /// Takes a text of any form as a memory, as users write it by hand.
    pub(super) fn of(text: String) -> Self {
        let about = about(&text);
        let kind = kind(&text.to_lowercase(), &about);
        let (importance, reason) = importance::rated(&text, kind, &about);
        Self {
            topic: topic(&about, kind).to_owned(),
            kind,
            slot: None,
            importance,
            reason,
            text,
        }
    }
}

fn slot(small: &str, about: &About) -> Option<String> {
    let sentence = small.trim_end_matches(['.', '!']);
    if SEVERAL.iter().any(|words| sentence.contains(words)) {
        return None;
    }
    let favorite = sentence
        .split_once("'s favorite ")
        .or_else(|| sentence.split_once("'s favourite "));
    if let Some((_, rest)) = favorite
        && let Some((thing, _)) = rest.split_once(" is ").or_else(|| rest.split_once(" are "))
    {
        return Some(format!(
            "favorite {}",
            stems(&thing.replace("colour", "color"))
        ));
    }
    for (words, slot, with_rest) in PREDICATES {
        let Some((subject, rest)) = sentence.split_once(words) else {
            continue;
        };
        let subject = subject_of(subject, about)?;
        let rest = if *with_rest {
            stems(rest)
        } else {
            String::new()
        };
        let parts = [subject.as_str(), slot, rest.as_str()];
        return Some(
            parts
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
    // "The user's car is a Volvo."
    let (subject, _) = sentence
        .split_once(" is ")
        .or_else(|| sentence.split_once(" are "))?;
    let subject = subject.strip_prefix("the user's ")?;
    (subject.split(' ').count() <= 4).then(|| format!("{} is", stems(subject)))
}

/// Who a sentence is about: empty for the user, else the person or thing with its name. None where
/// more stands before the verb: who loves a brother who lives in Bergen lives elsewhere.
fn subject_of(subject: &str, about: &About) -> Option<String> {
    const ADVERBS: &[&str] = &[
        "now",
        "currently",
        "still",
        "also",
        "really",
        "mostly",
        "absolutely",
        "no longer",
    ];
    if let Some(rest) = subject
        .strip_prefix("the user")
        .filter(|rest| rest.is_empty() || rest.starts_with(' '))
    {
        let rest = rest.trim();
        return (rest.is_empty() || ADVERBS.contains(&rest)).then(String::new);
    }
    let Some(owned) = subject.strip_prefix("the user's ") else {
        // Somebody by name, whom the caller puts in front.
        return (!subject.contains(' ')).then(String::new);
    };
    let count = owned.split(' ').count();
    let relation = about.anchors.first().map(|&line| anchor_word(line));
    let name = about
        .names
        .iter()
        .find(|name| owned.contains(name.as_str()));
    match (relation, name) {
        (Some(relation), Some(name)) if count <= 3 => Some(format!("{relation} {name}")),
        _ => (count <= 4).then(|| stems(owned)),
    }
}

fn stems(text: &str) -> String {
    let words = words(text).into_iter();
    let words = words.filter(|word| !LITTLE.contains(&word.raw));
    words.map(|word| word.stem).collect::<Vec<_>>().join(" ")
}

fn kind(small: &str, about: &About) -> MemoryKind {
    let has = |words: &[&str]| words.iter().any(|one| small.contains(one));
    if has(&[" wants to ", " plans to ", " needs to ", " has to "]) {
        MemoryKind::Task
    } else if has(&[" on monday", " tomorrow", "(said on "]) && about.has(Concept::Event) {
        MemoryKind::Event
    } else if has(&[
        "favorite",
        "favourite",
        " prefers ",
        " likes ",
        " loves ",
        " hates ",
        " dislikes ",
        " cannot stand ",
    ]) {
        MemoryKind::Preference
    } else if has(&[
        "hobby",
        " enjoys ",
        " plays ",
        " collects ",
        " is learning ",
        " is interested in ",
    ]) {
        MemoryKind::Interest
    } else if !about.anchors.is_empty()
        && !about.has(Concept::Pet)
        && !about.has(Concept::Project)
        && !about.has(Concept::Vehicle)
    {
        MemoryKind::Relationship
    } else {
        MemoryKind::Fact
    }
}

fn topic(about: &About, kind: MemoryKind) -> &'static str {
    // Of several concepts the person or animal says best where it belongs.
    let first = [
        Concept::Pet,
        Concept::Family,
        Concept::Marriage,
        Concept::Health,
        Concept::Project,
    ];
    if let Some(concept) = first.into_iter().find(|one| about.has(*one)) {
        return concept.topic();
    }
    if about
        .anchors
        .iter()
        .any(|&line| ["friend", "neighbor", "roommat"].contains(&anchor_word(line)))
    {
        return "friends";
    }
    if about
        .anchors
        .iter()
        .any(|&line| ["boss", "colleagu"].contains(&anchor_word(line)))
    {
        return "work";
    }
    match about.concepts.first() {
        Some(concept) => concept.topic(),
        None => match kind {
            MemoryKind::Preference => "preferences",
            MemoryKind::Interest => "hobbies",
            MemoryKind::Relationship => "friends",
            MemoryKind::Event | MemoryKind::Task => "plans",
            MemoryKind::Fact => "other",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(text: &str) -> Option<String> {
        Fact::read(text).unwrap().slot
    }

    #[test]
    fn what_can_hold_only_once_shares_a_slot() {
        for (older, newer) in [
            ("The user lives in Oslo.", "The user lives in Rome now."),
            (
                "The user's sister Anna lives in Oslo.",
                "The user's sister Anna lives in Rome.",
            ),
            (
                "The user's favorite colour is red.",
                "The user's favorite color is blue.",
            ),
            ("The user likes coffee.", "The user does not like coffee."),
            (
                "The user's car is a Volvo.",
                "The user's car is a blue Fiat.",
            ),
            (
                "The user's dog is called Rex.",
                "The user's dog is called Bella.",
            ),
        ] {
            assert!(slot(older).is_some(), "{older}");
            assert_eq!(slot(older), slot(newer));
        }
    }

    #[test]
    fn what_holds_side_by_side_does_not() {
        for (one, other) in [
            ("The user likes coffee.", "The user likes tea."),
            (
                "The user lives in Oslo.",
                "The user's sister lives in Oslo.",
            ),
            (
                "The user's sister Anna lives in Oslo.",
                "The user's colleague Anna lives in Oslo.",
            ),
            ("The user works as a nurse.", "The user works at Cesser."),
            (
                "The user's favorite food is pizza.",
                "The user's favorite season is autumn.",
            ),
        ] {
            assert_ne!(slot(one), slot(other), "{one} {other}");
        }
        for of_nothing in [
            "The user has a dog called Rex.",
            "The user loves a brother who lives in Bergen.",
            "The user wants to live in Japan.",
            "The user used to live in Paris.",
            "The user would like to work for Google.",
        ] {
            assert_ne!(slot(of_nothing).as_deref(), Some("home"));
            assert_ne!(slot(of_nothing).as_deref(), Some("employer"));
            assert_ne!(slot(of_nothing).as_deref(), Some("name"));
        }
        assert_eq!(Fact::read("Oslo is in Norway."), None);
    }

    #[test]
    fn facts_are_of_a_kind_and_a_topic() {
        let read = |text: &str| {
            let fact = Fact::read(text).unwrap();
            (fact.kind, fact.topic)
        };
        assert_eq!(
            read("The user lives in Oslo."),
            (MemoryKind::Fact, "home".into())
        );
        assert_eq!(
            read("The user's sister is called Mara."),
            (MemoryKind::Relationship, "family".into())
        );
        assert_eq!(
            read("The user likes jazz music."),
            (MemoryKind::Preference, "culture".into())
        );
        assert_eq!(
            read("The user's dog is called Rex."),
            (MemoryKind::Fact, "pets".into())
        );
        assert_eq!(
            read("The user wants to run a marathon."),
            (MemoryKind::Task, "plans".into())
        );
    }
}
