//! Moods and the bond: an extra that can be switched off. Nothing is ever demanded in their name.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Points that make a level.
const LEVEL: u32 = 100;
/// Levels at which the bond is called otherwise.
const STAGES: [(u32, &str); 5] = [
    (0, "stranger"),
    (1, "acquaintance"),
    (3, "friend"),
    (6, "close"),
    (10, "best"),
];
/// Characters from which on a message is long.
const LONG: usize = 100;

/// A persona's mood, and how well it knows the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Feelings {
    /// Its mood, one of ten.
    pub mood: String,
    /// Points: what was shared makes more of them.
    pub points: u32,
}

impl Default for Feelings {
    fn default() -> Self {
        Self {
            mood: "calm".to_owned(),
            points: 0,
        }
    }
}

/// Signs of moods in what the user says; the first that is met counts.
const MOODS: &[(&str, &[&str])] = &[
    (
        "concerned",
        &[
            "sad", "lonely", "afraid", "worried", "anxious", "hurt", "sick",
        ],
    ),
    (
        "sympathetic",
        &["tired", "stressed", "exhausted", "sorry", "hard"],
    ),
    ("affectionate", &["love", "miss", "friend", "trust"]),
    (
        "proud",
        &["passed", "won", "finished", "managed", "achieved"],
    ),
    ("excited", &["wow", "amazing", "awesome", "excited"]),
    ("playful", &["haha", "lol", "joke", "silly", "fun"]),
    (
        "joyful",
        &["great", "good", "thanks", "thank", "happy", "wonderful"],
    ),
    ("curious", &["why", "how", "what", "explain"]),
    ("creative", &["story", "poem", "imagine", "idea"]),
];

/// Words by which somebody tells of themselves.
const SHARING: &[&str] = &["i", "my", "me", "mine", "i'm"];
/// Words of feelings.
const EMOTION: &[&str] = &[
    "feel", "love", "happy", "sad", "angry", "afraid", "glad", "lonely", "excited", "worried",
    "tired",
];

impl Feelings {
    /// Lets a turn leave its mark: five points, three more for something of oneself, two for a
    /// question, two for a feeling, one for a long message; two in all where the answer came from
    /// the cache.
    pub(super) fn after(&mut self, told: &str, cached: bool) {
        let small = told.to_lowercase().replace('’', "'");
        let words: Vec<&str> = small
            .split(|sign: char| !(sign.is_alphanumeric() || sign == '\''))
            .collect();
        let has = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
        self.points = self.points.saturating_add(if cached {
            2
        } else {
            let question = told.contains(['?', '？']);
            let long = told.chars().count() > LONG;
            5 + 3 * u32::from(has(SHARING))
                + 2 * u32::from(question)
                + 2 * u32::from(has(EMOTION))
                + u32::from(long)
        });
        let met = MOODS.iter().find(|(_, signs)| has(signs));
        met.map_or("calm", |(mood, _)| mood)
            .clone_into(&mut self.mood);
    }

    /// The level that the points make.
    #[must_use]
    pub fn level(&self) -> u32 {
        self.points / LEVEL
    }

    /// What the bond is called at this level.
    #[must_use]
    pub fn stage(&self) -> &'static str {
        let reached = STAGES
            .iter()
            .rev()
            .find(|(level, _)| self.level() >= *level);
        reached.map_or("stranger", |(_, stage)| stage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_turns_give_the_points_of_the_rule() {
        let mut feelings = Feelings::default();
        for _ in 0..10 {
            feelings.after("I feel happy, and you?", false);
        }
        assert_eq!(
            (feelings.points, feelings.level(), feelings.stage()),
            (120, 1, "acquaintance")
        );
        for _ in 0..10 {
            feelings.after("Ok.", true);
        }
        assert_eq!((feelings.points, feelings.mood.as_str()), (140, "calm"));
        feelings.after(&"x ".repeat(60), false);
        assert_eq!(feelings.points, 146, "long");
        feelings.points = 1200;
        assert_eq!(feelings.stage(), "best");
    }
}
