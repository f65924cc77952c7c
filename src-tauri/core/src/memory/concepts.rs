//! What texts are about, as far as a list of everyday words tells: by it a question finds the
//! memory that says the same in other words, and leaves those alone that only sound like it.

mod lists;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::{Word, words};

use lists::{ANCHORS, CALENDAR, MADE_BY, NEEDS, RULES_OUT, THINGS, WORDS};

/// What is said of somebody or something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Concept {
    Name,
    Home,
    Origin,
    Job,
    Employer,
    Birthday,
    Age,
    Food,
    Drink,
    Color,
    Season,
    Music,
    Book,
    Film,
    Sport,
    Hobby,
    Instrument,
    Language,
    Study,
    Health,
    Travel,
    Plan,
    Vehicle,
    Marriage,
    Pet,
    Family,
    Project,
    Event,
    /// What is liked, without a word for what it is.
    Taste,
    Fear,
    Flower,
    Game,
}

impl Concept {
    /// The topic under which memories of it are listed.
    pub(super) fn topic(self) -> &'static str {
        match self {
            Self::Name | Self::Birthday | Self::Age | Self::Origin => "identity",
            Self::Home => "home",
            Self::Job | Self::Employer | Self::Project => "work",
            Self::Food | Self::Drink => "food",
            Self::Color | Self::Season | Self::Taste | Self::Fear | Self::Flower => "preferences",
            Self::Music | Self::Book | Self::Film => "culture",
            Self::Sport | Self::Hobby | Self::Instrument | Self::Game => "hobbies",
            Self::Language | Self::Study => "learning",
            Self::Health => "health",
            Self::Travel => "travel",
            Self::Plan | Self::Event => "plans",
            Self::Vehicle => "belongings",
            Self::Marriage | Self::Family => "family",
            Self::Pet => "pets",
        }
    }
}

/// What a text is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    /// What is said, or asked.
    pub(super) concepts: Vec<Concept>,
    /// Of whom: lines of the list of persons and things.
    pub(super) anchors: Vec<usize>,
    /// The same for each word that means one of them: a sibling is a sister or a brother.
    pub(super) groups: Vec<Vec<usize>>,
    /// The words that mean them, as stems.
    pub(super) whom: Vec<String>,
    /// Names, as stems.
    pub(super) names: Vec<String>,
}

impl About {
    pub(super) fn has(&self, concept: Concept) -> bool {
        self.concepts.contains(&concept)
    }
}

/// What each stem is about: every word of every candidate is looked up.
static BY_STEM: LazyLock<HashMap<&str, Vec<Concept>>> = LazyLock::new(|| {
    let mut by_stem: HashMap<&str, Vec<Concept>> = HashMap::new();
    for (concept, stems) in WORDS {
        for stem in *stems {
            by_stem.entry(stem).or_default().push(*concept);
        }
    }
    by_stem
});

/// The lines of each stem that is somebody or something of the user's.
static ANCHORED: LazyLock<HashMap<&str, Vec<usize>>> = LazyLock::new(|| {
    let mut anchored: HashMap<&str, Vec<usize>> = HashMap::new();
    for (line, stems) in ANCHORS.iter().enumerate() {
        for stem in *stems {
            anchored.entry(stem).or_default().push(line);
        }
    }
    anchored
});

/// What a text is about, as far as its words tell.
pub(super) fn about(text: &str) -> About {
    of_words(text, &words(text))
}

/// The same where the words are there already.
pub(super) fn of_words(text: &str, words: &[Word<'_>]) -> About {
    let small = text.to_lowercase();
    let mut about = About::default();
    let living = words
        .iter()
        .any(|word| word.raw.eq_ignore_ascii_case("living"))
        && !small.contains("living in");
    let for_a_living = living || small.contains("for work") || small.contains("line of work");
    if for_a_living {
        about.concepts.push(Concept::Job);
    }
    for (at, word) in words.iter().enumerate() {
        let stem = word.stem.as_str();
        for concept in BY_STEM.get(stem).into_iter().flatten() {
            let elsewhere = for_a_living && *concept == Concept::Home;
            if !elsewhere && !about.has(*concept) {
                about.concepts.push(*concept);
            }
        }
        let group = ANCHORED.get(stem).cloned().unwrap_or_default();
        if !group.is_empty() {
            about.whom.push(stem.to_owned());
        }
        if !group.is_empty() && !about.groups.contains(&group) {
            about.anchors.extend(&group);
            about.groups.push(group);
        }
        let begins = at == 0 || text_before(text, word).ends_with(['.', '?', '!', ':']);
        if word.is_capital() && !begins && word.raw != "I" && !word.raw.starts_with("I'") {
            about.names.push(word.stem.clone());
        }
    }
    settle(&mut about, &small);
    by_predicate(&mut about, &small);
    about
}

/// What follows from how a sentence is made: "is a dentist" is a trade where it is said of a
/// person, "loves rowing" is something that is done for fun.
fn by_predicate(about: &mut About, small: &str) {
    let of_thing = about.anchors.iter().any(|&line| thing(line).is_some());
    let states = small.starts_with("the user") || about.anchors.is_empty();
    let trade = [" is a ", " is an ", " works as "]
        .iter()
        .any(|words| small.contains(words));
    let kind = [
        " is a vegetarian",
        " is a vegan",
        "is a fan",
        "favorite",
        "favourite",
    ]
    .iter()
    .any(|words| small.contains(words));
    if trade && states && !of_thing && !kind && !about.has(Concept::Job) && !small.ends_with('?') {
        about.concepts.push(Concept::Job);
    }
    let liked = [
        " loves ",
        " likes ",
        " enjoys ",
        " hates ",
        " dislikes ",
        "does not like",
    ]
    .iter()
    .any(|words| small.contains(words));
    if liked && !small.ends_with('?') {
        about.concepts.push(Concept::Taste);
    }
}

/// Words that mean different things in different company.
fn settle(about: &mut About, small: &str) {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| small.contains(phrase));
    about
        .names
        .retain(|name| !CALENDAR.contains(&name.as_str()));
    about.concepts.retain(|one| {
        let needs = NEEDS.iter().filter(|(concept, _)| concept == one);
        needs.into_iter().all(|(_, phrases)| has(phrases))
    });
    for (phrases, ruled_out) in RULES_OUT {
        if has(phrases) {
            about.concepts.retain(|one| one != ruled_out);
        }
    }
    for (concept, phrases) in MADE_BY {
        if has(phrases) && !about.has(*concept) {
            about.concepts.push(*concept);
        }
    }
    // "The banjo that I am learning" is no language; "born in" is a place, "born on" a date.
    if about.has(Concept::Instrument) && !small.contains("languag") {
        about.concepts.retain(|one| *one != Concept::Language);
    }
    if about.has(Concept::Birthday) && about.has(Concept::Origin) {
        let date = has(&["birthday", "when", "born on"]);
        let other = if date {
            Concept::Origin
        } else {
            Concept::Birthday
        };
        about.concepts.retain(|one| *one != other);
    }
}

/// What a line is where it is an animal or a thing.
pub(super) fn thing(line: usize) -> Option<Concept> {
    match anchor_word(line) {
        "project" => Some(Concept::Project),
        "car" | "boat" | "bike" => Some(Concept::Vehicle),
        word => THINGS.contains(&word).then_some(Concept::Pet),
    }
}

/// Whether a line is somebody to whom one may be married.
pub(super) fn is_partner(line: usize) -> bool {
    ["wife", "husband", "girlfriend", "boyfriend"].contains(&anchor_word(line))
}

/// The anchor's own word, for a slot.
pub(super) fn anchor_word(line: usize) -> &'static str {
    ANCHORS[line][0]
}

fn text_before<'a>(text: &'a str, word: &Word<'_>) -> &'a str {
    let at = (word.raw.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    text.get(..at).unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_and_its_memory_are_about_the_same() {
        for (question, memory) in [
            ("Where do I live?", "The user lives in Oslo."),
            ("What do I do for a living?", "The user works as a nurse."),
            ("Which firm do I work for?", "The user works at Cesser."),
            ("When was I born?", "The user's birthday is in May."),
            (
                "What should I cook tonight?",
                "The user's favorite food is pizza.",
            ),
            ("How old am I?", "The user is 41 years old."),
            ("Where did I grow up?", "The user is from Lima."),
        ] {
            let (asked, said) = (about(question), about(memory));
            assert!(
                asked.concepts.iter().any(|one| said.has(*one)),
                "{question} {asked:?} {said:?}"
            );
        }
    }

    #[test]
    fn persons_are_found_by_other_words_for_them() {
        let asked = about("What is my sibling's job?");
        assert_eq!(asked.anchors.len(), 2, "a sister or a brother");
        assert_eq!(about("Did Anna like my dog?").names, ["anna"]);
        assert!(about("Where do I live?").names.is_empty());
    }
}
