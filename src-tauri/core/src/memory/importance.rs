//! How important a memory is, from 0 to 1, and why.
//!
//! The rule is that of the companion which Hearth goes back to: a level for what it is about,
//! a tenth more or less for each word that stresses or doubts, a twentieth for a long text.

use super::MemoryKind;
use super::concepts::{About, Concept};

/// Words that stress what is said.
const STRESS: &[&str] = &[
    "always",
    "never",
    "very",
    "really",
    "extremely",
    "important",
    "love",
    "loves",
    "hate",
    "hates",
    "allergic",
    "severely",
    "must",
    "best",
];
/// Words that doubt it.
const DOUBT: &[&str] = &[
    "maybe",
    "perhaps",
    "sometimes",
    "probably",
    "guess",
    "somewhat",
    "occasionally",
    "rarely",
    "slightly",
    "bit",
];
/// Characters from which on a text is long.
const LONG: usize = 100;

/// The importance of a text, and why it is that.
pub(super) fn rated(text: &str, kind: MemoryKind, about: &About) -> (f32, String) {
    let (base, level) = level(kind, about);
    let (mut tenths, mut why) = (0_i32, format!("{level} {base:.1}"));
    for word in text
        .to_lowercase()
        .split(|sign: char| !sign.is_alphanumeric())
    {
        let step = i32::from(STRESS.contains(&word)) - i32::from(DOUBT.contains(&word));
        if step != 0 {
            tenths += step;
            why.extend([", “", word, if step > 0 { "” +0.1" } else { "” −0.1" }]);
        }
    }
    let mut sum = base + tenths as f32 / 10.0;
    if text.chars().count() > LONG {
        sum += 0.05;
        why += ", long +0.05";
    }
    (sum.clamp(0.1, 1.0), why)
}

fn level(kind: MemoryKind, about: &About) -> (f32, &'static str) {
    let one_of = |concepts: &[Concept]| concepts.iter().any(|one| about.has(*one));
    if one_of(&[Concept::Health]) {
        return (0.9, "health");
    }
    if about.anchors.is_empty() && one_of(&[Concept::Name, Concept::Birthday, Concept::Age]) {
        return (0.9, "identity");
    }
    match kind {
        MemoryKind::Relationship => (0.7, "people"),
        MemoryKind::Fact
            if one_of(&[
                Concept::Home,
                Concept::Job,
                Concept::Employer,
                Concept::Origin,
            ]) =>
        {
            (0.7, "life")
        }
        MemoryKind::Fact | MemoryKind::Preference | MemoryKind::Interest | MemoryKind::Event => {
            (0.5, kind.word())
        }
        MemoryKind::Task => (0.3, "task"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::concepts::about;
    use super::*;

    #[test]
    fn h1_importance_equals_the_rule() {
        let rated = |text: &str, kind| rated(text, kind, &about(text));
        assert_eq!(
            rated("The user lives in Oslo.", MemoryKind::Fact),
            (0.7, "life 0.7".into())
        );
        let (sum, why) = rated("The user is severely allergic to nuts.", MemoryKind::Fact);
        assert_eq!(
            (sum, why.as_str()),
            (1.0, "health 0.9, “severely” +0.1, “allergic” +0.1")
        );
        let long = format!("The user's car is {}", "blue ".repeat(30));
        assert!((rated(&long, MemoryKind::Fact).0 - 0.55).abs() < 1e-6);
        let (sum, why) = rated("The user sometimes likes tea.", MemoryKind::Preference);
        assert_eq!(
            (sum, why.as_str()),
            (0.4, "preference 0.5, “sometimes” −0.1")
        );
        let least = rated(
            "Maybe, perhaps, probably, sometimes swim.",
            MemoryKind::Task,
        )
        .0;
        assert!((least - 0.1).abs() < 1e-6);
    }
}
