//! The ten traits, and how use moves them.

use std::collections::BTreeMap;

use crate::store::personas::TraitChange;

use super::{Card, Grown};

/// Traits by their names, each from 0 to 1.
pub type Values = BTreeMap<String, f32>;

/// A trait: its name, what it is to begin with, what it is called, and what little and much of it
/// ask for.
pub(super) struct Trait {
    pub(super) name: &'static str,
    pub(super) first: f32,
    pub(super) word: &'static str,
    pub(super) little: &'static str,
    pub(super) much: &'static str,
}

/// All of them.
pub(super) const TRAITS: [Trait; 10] = [
    Trait {
        name: "friendliness",
        first: 0.8,
        word: "friendly",
        little: "keep your distance",
        much: "be warm and friendly",
    },
    Trait {
        name: "curiosity",
        first: 0.7,
        word: "curious",
        little: "ask nothing back",
        much: "ask what interests you",
    },
    Trait {
        name: "playfulness",
        first: 0.6,
        word: "playful",
        little: "stay serious",
        much: "be playful",
    },
    Trait {
        name: "empathy",
        first: 0.8,
        word: "empathetic",
        little: "stay with the facts",
        much: "notice how the user feels",
    },
    Trait {
        name: "intelligence",
        first: 0.7,
        word: "thoughtful",
        little: "keep thoughts simple",
        much: "think things through",
    },
    Trait {
        name: "humor",
        first: 0.5,
        word: "funny",
        little: "make no jokes",
        much: "use humor",
    },
    Trait {
        name: "patience",
        first: 0.8,
        word: "patient",
        little: "come to the point at once",
        much: "be patient and explain step by step",
    },
    Trait {
        name: "enthusiasm",
        first: 0.6,
        word: "lively",
        little: "stay calm",
        much: "show enthusiasm",
    },
    Trait {
        name: "supportiveness",
        first: 0.9,
        word: "supportive",
        little: "do not flatter",
        much: "encourage the user",
    },
    Trait {
        name: "creativity",
        first: 0.6,
        word: "creative",
        little: "prefer the usual",
        much: "offer unusual ideas",
    },
];

/// The share of a signal by which a trait moves.
const RATE: f32 = 0.05;
/// How far a trait may go from what the user set.
const REACH: f32 = 0.25;
/// How much of the way back a trait goes in an hour without use.
const BACK: f32 = 0.001;
/// Moves that are too small to be noted.
const UNNOTICED: f32 = 0.0005;

/// What in a message moves which traits, how much, and in which words that is noted.
const SIGNALS: &[(&[&str], f32, &[&str], &str)] = &[
    (
        &[
            "thank",
            "thanks",
            "great",
            "good",
            "love",
            "nice",
            "wonderful",
            "perfect",
            "happy",
        ],
        0.2,
        &["friendliness", "enthusiasm"],
        "kind words",
    ),
    (
        &[
            "sad", "tired", "afraid", "worried", "angry", "lonely", "stressed", "hurt", "sorry",
            "anxious",
        ],
        0.3,
        &["empathy", "supportiveness", "patience"],
        "the user had a hard time",
    ),
    (
        &["haha", "lol", "joke", "funny", "fun", "play", "silly"],
        0.25,
        &["playfulness", "humor"],
        "something to laugh about",
    ),
    (
        &["story", "poem", "imagine", "idea", "invent", "draw", "song"],
        0.2,
        &["creativity"],
        "something was invented together",
    ),
    (
        &["why", "how", "explain", "understand", "learn", "because"],
        0.2,
        &["curiosity", "intelligence"],
        "questions about how things are",
    ),
    (
        &["friend", "trust", "miss", "together", "remember"],
        0.3,
        &["friendliness", "empathy"],
        "closeness",
    ),
];

/// What traits are to begin with.
pub(super) fn standard() -> Values {
    TRAITS
        .iter()
        .map(|one| (one.name.to_owned(), one.first))
        .collect()
}

/// The ten traits and no others, each within its range.
pub(super) fn within_range(values: &Values) -> Values {
    let value = |one: &Trait| {
        values
            .get(one.name)
            .copied()
            .filter(|value| value.is_finite())
    };
    let all = TRAITS.iter().map(|one| {
        (
            one.name.to_owned(),
            value(one).unwrap_or(one.first).clamp(0.0, 1.0),
        )
    });
    all.collect()
}

/// A persona's traits as they are now: what the user set, and how far use has moved it.
#[must_use]
pub fn now(card: &Card, grown: &Grown) -> Values {
    let mut values = within_range(&card.traits);
    if !card.frozen {
        for (name, value) in &mut values {
            if let Some(moved) = grown.traits.get(name).filter(|moved| moved.is_finite()) {
                *value = moved.clamp((*value - REACH).max(0.0), (*value + REACH).min(1.0));
            }
        }
    }
    values
}

/// Moves the traits by what was said; what has moved, and why.
pub(super) fn drift(card: &Card, grown: &mut Grown, told: &str, at: i64) -> Vec<TraitChange> {
    let small = told.to_lowercase();
    let words: Vec<&str> = small.split(|sign: char| !sign.is_alphanumeric()).collect();
    #[expect(clippy::cast_possible_truncation, reason = "some hours")]
    let hours = ((at as f64 - grown.at) / 3_600_000.0).clamp(0.0, 10_000.0) as f32;
    let back = if grown.at > 0.0 {
        (BACK * hours).min(1.0)
    } else {
        0.0
    };
    let base = within_range(&card.traits);
    let mut values = now(card, grown);
    let mut changes = Vec::new();
    for (name, value) in &mut values {
        let before = *value;
        *value += (base[name] - *value) * back;
        let mut why = (back > 0.0 && (*value - before).abs() >= UNNOTICED)
            .then(|| "time has passed".to_owned());
        for (signs, strength, moved, reason) in SIGNALS {
            if moved.contains(&name.as_str()) && signs.iter().any(|sign| words.contains(sign)) {
                *value += RATE * strength * (1.0 - *value);
                why = Some((*reason).to_owned());
            }
        }
        *value = value.clamp((base[name] - REACH).max(0.0), (base[name] + REACH).min(1.0));
        if let Some(why) = why.filter(|_| (*value - before).abs() >= UNNOTICED) {
            changes.push(TraitChange {
                at: at as f64,
                name: name.clone(),
                before,
                after: *value,
                why,
            });
        }
    }
    // Only what has moved: the others follow the user's sliders.
    values.retain(|name, value| (*value - base[name]).abs() > 1e-6);
    grown.traits = values;
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traits_drift_with_use_within_reach_and_go_back_with_time() {
        let card = Card::default();
        let mut grown = Grown::default();
        let mut at = 1_000_000;
        for _ in 0..2000 {
            at += 60_000;
            drift(&card, &mut grown, "haha, a funny joke", at);
        }
        grown.at = at as f64;
        let humor = now(&card, &grown)["humor"];
        assert!((humor - 0.75).abs() < 0.01, "as far as it may go: {humor}");
        assert!((now(&card, &grown)["patience"] - 0.8).abs() < 1e-4);
        let changes = drift(&card, &mut grown, "ok", at + 3_600_000 * 500);
        assert!(
            changes
                .iter()
                .any(|one| one.name == "humor" && one.why == "time has passed")
        );
        assert!(now(&card, &grown)["humor"] < humor - 0.1);
    }

    #[test]
    fn a_frozen_persona_is_as_it_was_set() {
        let card = Card {
            frozen: true,
            ..Card::default()
        };
        let mut grown = Grown::default();
        grown.traits.insert("humor".into(), 0.9);
        assert_eq!(now(&card, &grown), standard());
    }

    #[test]
    fn traits_from_elsewhere_are_brought_into_range() {
        let values = [
            ("humor".to_owned(), 7.0),
            ("malice".to_owned(), 1.0),
            ("empathy".to_owned(), f32::NAN),
        ];
        let values = within_range(&values.into_iter().collect());
        assert_eq!(
            (values.len(), values["humor"], values["empathy"]),
            (10, 1.0, 0.8)
        );
    }
}
