//! Whether a memory answers what is asked. Sounding like it is not enough: "my sister's job" and
//! "my sister's dog" are near to each other for every embedding, and the user who asked after the
//! one has no use for the other. None is a good answer.

use std::collections::HashMap;

use super::asked::Asked;
use super::concepts::{About, Concept, is_partner, of_words, thing};
use super::words::words;

/// From these cosines on meaning counts: of something of which it is known that it is about
/// another thing, of anything, of the user, of what nothing else is known of, of somebody who was named.
const MEANS_OTHER: f32 = 0.75;
const MEANS_ANYTHING: f32 = 0.55;
const MEANS_USER: f32 = 0.42;
const MEANS_UNKNOWN: f32 = 0.45;
const MEANS_SOMEBODY: f32 = 0.35;
/// Below this, what is shared is chance.
pub(super) const OTHER: f32 = 0.18;
/// The share of what a question says, by how rare its words are, that a memory has to hold.
const COVERED: f32 = 0.5;

/// A memory in the eyes of a question.
pub(super) struct Seen {
    pub(super) about: About,
    stems: Vec<String>,
    text: String,
}

impl Seen {
    pub(super) fn of(text: &str) -> Self {
        let words = words(text);
        Self {
            about: of_words(text, &words),
            stems: words.into_iter().map(|word| word.stem).collect(),
            text: text.to_lowercase(),
        }
    }

    /// Whether a name stands in it, also at its beginning.
    pub(super) fn names(&self, name: &str) -> bool {
        self.stems.iter().any(|stem| stem == name)
    }

    /// Whether it is about the user, and not about somebody the user knows.
    fn of_the_user(&self) -> bool {
        let of_things = self.about.anchors.iter().all(|&line| thing(line).is_some());
        let of_nobody_else = self.about.names.is_empty() || self.text.starts_with("the user's ");
        self.text.starts_with("the user ") || of_things && of_nobody_else
    }

    /// What is said, without of whom.
    fn attributes(&self) -> impl Iterator<Item = Concept> + '_ {
        let of_whom = [Concept::Family, Concept::Pet, Concept::Project];
        self.about
            .concepts
            .iter()
            .copied()
            .filter(move |one| !of_whom.contains(one))
    }
}

/// How a memory answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Answers {
    /// It sounds like an answer.
    Meaning,
    /// It holds what the question says.
    Words,
    /// It is about what is asked, of whom it is asked.
    Asked,
}

/// Whether a memory answers, and how. `counts` says in how many of `all` memories a word stands.
pub(super) fn judged(
    asked: &Asked,
    seen: &Seen,
    cosine: f32,
    counts: &HashMap<String, u32>,
    all: usize,
) -> Option<Answers> {
    let of_somebody = subject(asked, seen)?;
    if cosine < OTHER {
        return None;
    }
    let wanted: Vec<Concept> = asked.attributes().collect();
    if meets(asked, seen, &wanted) && precise(asked, seen, &wanted, cosine) {
        return Some(Answers::Asked);
    }
    let covered = covered(asked, seen, counts, all);
    let meaning = |least: f32| (cosine >= least).then_some(Answers::Meaning);
    if !wanted.is_empty() {
        // It is about something else, as far as that is known; and what is said of somebody by
        // name alone may be of another one of that name.
        let other = seen.attributes().next().is_some();
        let by_name_alone = !asked.about.groups.is_empty() && seen.about.anchors.is_empty();
        return match (of_somebody, other) {
            (true, _) if other || by_name_alone => None,
            (false, true) => meaning(MEANS_OTHER),
            _ => meaning(MEANS_UNKNOWN),
        };
    }
    if covered >= COVERED {
        return Some(Answers::Words);
    }
    meaning(match (of_somebody, asked.personal) {
        (true, _) => MEANS_SOMEBODY,
        (false, true) => MEANS_USER,
        (false, false) => MEANS_ANYTHING,
    })
}

/// Whether something that is asked is said.
pub(super) fn meets(asked: &Asked, seen: &Seen, wanted: &[Concept]) -> bool {
    wanted.iter().any(|&one| {
        // What somebody loves is done for fun, unless it is known to be something else.
        let may_be_fun = |said| {
            matches!(
                said,
                Concept::Taste | Concept::Sport | Concept::Instrument | Concept::Game
            ) || !asked.about.groups.is_empty()
        };
        let for_fun = one == Concept::Hobby
            && seen.about.has(Concept::Taste)
            && seen.attributes().all(may_be_fun);
        seen.about.has(one) || for_fun
    }) && !(asked.about.groups.is_empty()
        && wanted == [Concept::Name]
        && !seen.text.contains("name"))
}

/// Whether a memory is about those who are asked after: true where there are any, false where the
/// user asks for themselves, none where it is about others.
pub(super) fn subject(asked: &Asked, seen: &Seen) -> Option<bool> {
    let About { groups, names, .. } = &asked.about;
    if groups.is_empty() && names.is_empty() {
        return seen.of_the_user().then_some(false);
    }
    let partners = groups.len() > 1 && seen.about.has(Concept::Marriage);
    let met = |group: &Vec<usize>| {
        group.iter().any(|&line| {
            let vehicle = thing(line) == Some(Concept::Vehicle) && seen.about.has(Concept::Vehicle);
            seen.about.anchors.contains(&line) || vehicle || partners && is_partner(line)
        })
    };
    let named = names.iter().any(|name| seen.names(name));
    let known = match (groups.is_empty(), names.is_empty()) {
        (_, true) => groups.iter().all(met),
        (true, false) => named,
        // "My sister Anna" is not "my colleague Anna".
        (false, false) => named && (seen.about.anchors.is_empty() || groups.iter().any(met)),
    };
    known.then_some(true)
}

/// A few things are asked for more precisely than by what they are about.
fn precise(asked: &Asked, seen: &Seen, wanted: &[Concept], cosine: f32) -> bool {
    let favorite = |stems: &[String]| {
        stems
            .iter()
            .any(|stem| stem == "favorit" || stem == "favourit")
    };
    if favorite(&asked.stems) && !favorite(&seen.stems) && !seen.about.has(Concept::Taste) {
        return cosine >= MEANS_ANYTHING;
    }
    // "How old is my dog?" asks for a number, "When is my birthday?" for a date.
    let number = seen.text.chars().any(|sign| sign.is_ascii_digit());
    wanted != [Concept::Age] || number
}

/// The share of what the question says that the memory holds, by how rare the words are. Whom it
/// is about says nothing about what.
fn covered(asked: &Asked, seen: &Seen, counts: &HashMap<String, u32>, all: usize) -> f32 {
    let (mut sum, mut held) = (0.0, 0.0);
    for (stem, raw) in asked.stems.iter().zip(&asked.raw) {
        if asked.about.names.contains(stem) || asked.about.whom.contains(stem) {
            continue;
        }
        let places = counts.get(raw).copied().unwrap_or_default();
        let weight = (1.0 + all as f32 / (1.0 + places as f32)).ln();
        sum += weight;
        if seen.stems.contains(stem) {
            held += weight;
        }
    }
    if sum > 0.0 { held / sum } else { 0.0 }
}
