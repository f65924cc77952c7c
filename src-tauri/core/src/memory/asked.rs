//! What a message asks for, as far as memories may answer it.

use super::concepts::{About, Concept, anchor_word, of_words};
use super::fact::Fact;
use super::telling::told;
use super::words::words;

/// Words that ask for how it was before.
const PAST: &[&str] = &[
    "before",
    "used to",
    "previous",
    "previously",
    "formerly",
    "former",
    "earlier",
    "originally",
    "in the past",
    "at first",
    "last year",
    "years ago",
    "months ago",
    "back then",
    "old job",
    "old address",
    "until",
];

/// What a message asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// What it is about.
    pub(super) about: About,
    /// The words that tell what it is about, as stems, each once.
    pub(super) stems: Vec<String>,
    /// The same words as they are written, for the index of words.
    pub(super) raw: Vec<String>,
    /// Whether it asks for how it was before.
    pub(super) past: bool,
    /// Whether it speaks of the user at all.
    pub(super) personal: bool,
    /// What the message itself tells: that is newer than what is remembered of it.
    pub(super) told: Vec<String>,
}

/// Bytes of a message that are looked at: whoever sends a document asks before or behind it.
const LOOKED_AT: usize = 1200;

impl Asked {
    pub(super) fn read(message: &str) -> Self {
        let message = ends(message);
        let words = words(&message);
        let mut asked = Self {
            about: of_words(&message, &words),
            ..Self::default()
        };
        for word in words.iter().filter(|word| word.tells) {
            if !asked.stems.contains(&word.stem) {
                asked.stems.push(word.stem.clone());
                asked.raw.push(word.raw.to_lowercase());
            }
        }
        let small = message.to_lowercase();
        if small.contains(" living") && !small.contains("living in") {
            // It is not about where somebody lives.
            let at = asked.stems.iter().position(|stem| stem == "live");
            if let Some(at) = at {
                asked.stems.remove(at);
                asked.raw.remove(at);
            }
        }
        let year = words.iter().any(|word| {
            word.raw.len() == 4 && word.raw.starts_with("20") && word.raw.parse::<u16>().is_ok()
        });
        asked.personal = words.iter().any(|word| {
            ["i", "my", "me", "mine", "i'm", "i've", "i'd"]
                .contains(&word.raw.to_lowercase().as_str())
        });
        asked.past = year || PAST.iter().any(|sign| small.contains(sign));
        let facts = told(&message, "").facts;
        asked.told = facts
            .iter()
            .filter_map(|text| Fact::read(text)?.slot)
            .collect();
        asked
    }

    /// What is asked of a person or thing, or of the user: without what only names whom.
    pub(super) fn attributes(&self) -> impl Iterator<Item = Concept> + '_ {
        let of_whom = [
            Concept::Family,
            Concept::Pet,
            Concept::Marriage,
            Concept::Vehicle,
            Concept::Project,
        ];
        let concepts = self.about.concepts.iter().copied();
        concepts.filter(move |concept| self.about.groups.is_empty() || !of_whom.contains(concept))
    }
}

/// Where in the order of slots an answer may stand: the beginnings of their names.
pub(super) fn slots(asked: &Asked) -> Vec<String> {
    let mut slots: Vec<String> = asked.about.names.clone();
    slots.extend(
        asked
            .about
            .anchors
            .iter()
            .map(|&line| anchor_word(line).to_owned()),
    );
    for concept in &asked.about.concepts {
        let names: &[&str] = match concept {
            Concept::Name => &["name"],
            Concept::Home => &["home", "lives"],
            Concept::Origin => &["origin", "birthplace"],
            Concept::Job => &["job"],
            Concept::Employer => &["employer"],
            Concept::Birthday => &["birthday"],
            Concept::Age => &["age"],
            Concept::Food => &[
                "favorite food",
                "favorite dish",
                "favorite meal",
                "diet",
                "taste",
            ],
            Concept::Drink => &["favorite drink", "taste"],
            Concept::Color => &["favorite color"],
            Concept::Season => &["favorite season"],
            Concept::Music
            | Concept::Book
            | Concept::Film
            | Concept::Hobby
            | Concept::Flower
            | Concept::Game => &["favorite", "hobbi", "taste"],
            Concept::Sport | Concept::Instrument => &["plays", "favorite"],
            Concept::Language => &["learning", "speaks"],
            Concept::Study => &["studying", "school"],
            Concept::Health => &["allergy", "diet"],
            Concept::Vehicle => &["drives", "car", "bike"],
            Concept::Marriage => &["marriage"],
            Concept::Plan => &["plan"],
            Concept::Project => &["project"],
            _ => &[],
        };
        slots.extend(names.iter().map(|&name| name.to_owned()));
    }
    slots
}

/// The question as a memory would say it, which is nearer to the memory: "What is the user's dog
/// called?"
pub(super) fn in_third_person(message: &str) -> String {
    let message = ends(message);
    let words = message.split_whitespace().map(|word| {
        let bare = word.trim_end_matches([',', '.', '?', '!']);
        let end = &word[bare.len()..];
        let other = match bare.to_lowercase().as_str() {
            "i" | "me" | "myself" => "the user",
            "my" | "mine" => "the user's",
            "i'm" | "i’m" => "the user is",
            "am" => "is",
            _ => return word.to_owned(),
        };
        format!("{other}{end}")
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The beginning and the end of a long message.
fn ends(message: &str) -> String {
    if message.len() <= LOOKED_AT {
        return message.to_owned();
    }
    let floor = |mut at: usize| {
        while !message.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (first, last) = (floor(LOOKED_AT / 2), floor(message.len() - LOOKED_AT / 2));
    format!("{} {}", &message[..first], &message[last..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_read_for_whom_and_what_they_ask() {
        let asked = Asked::read("Where did my sister's husband work before?");
        assert!(asked.past);
        assert_eq!(asked.about.groups.len(), 2);
        assert!(asked.attributes().any(|one| one == Concept::Job));
        assert_eq!(
            in_third_person("What is my dog called? I'm sure."),
            "What is the user's dog called? the user is sure."
        );
        assert_eq!(Asked::read("I live in Rome now.").told, ["home"]);
    }

    #[test]
    fn of_a_long_message_its_ends_are_looked_at() {
        let long = format!("Where do I live? {} What is my name?", "é".repeat(20_000));
        let asked = Asked::read(&long);
        assert!(asked.about.has(Concept::Home) && asked.about.has(Concept::Name));
    }
}
