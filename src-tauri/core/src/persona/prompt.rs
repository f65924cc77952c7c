//! A persona as instructions. Traits are said in words with steps between them, so that a drift
//! too small to be noticed leaves the prompt, and with it what the engine has read, as it is.

use super::traits::{self, TRAITS};
use super::{Card, Grown};

/// From here on a trait is said to be much, or little.
const MUCH: f32 = 0.75;
const VERY: f32 = 0.9;
const LITTLE: f32 = 0.3;

pub(super) fn instructions(card: &Card, grown: &Grown) -> String {
    let values = traits::now(card, grown);
    let mut strongest: Vec<_> = TRAITS
        .iter()
        .filter(|one| values[one.name] >= MUCH)
        .collect();
    // In steps, so that two that are about equal do not change places.
    let step = |one: &traits::Trait| (values[one.name] * 10.0).floor();
    strongest.sort_by(|one, other| step(other).total_cmp(&step(one)));
    let words: Vec<&str> = strongest.iter().take(2).map(|one| one.word).collect();
    let manner = match words[..] {
        [] => "calm".to_owned(),
        [one] => one.to_owned(),
        [one, other, ..] => format!("{one} and {other}"),
    };
    // A name is said as it is, whatever it holds.
    let name = &card.name;
    let article = if manner.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    let mut parts = vec![format!("You are {name}, {article} {manner} companion.")];
    let own = |text: &str| {
        text.replace("{{char}}", name)
            .replace("{{user}}", "the user")
            .trim()
            .to_owned()
    };
    parts.push(own(&card.description));
    parts.push(own(&card.system_prompt));
    let asked = TRAITS.iter().filter_map(|one| {
        let value = values[one.name];
        if value >= VERY {
            Some(format!("above all {}", one.much))
        } else if value >= MUCH {
            Some(one.much.to_owned())
        } else {
            (value <= LITTLE).then(|| one.little.to_owned())
        }
    });
    let asked: Vec<String> = asked.collect();
    if !asked.is_empty() {
        parts.push(format!("Your manner: {}.", asked.join(", ")));
    }
    if !card.voice.trim().is_empty() {
        parts.push(format!("How you write: {}", own(&card.voice)));
    }
    if card.feelings {
        parts.push(match grown.feelings.stage() {
            "stranger" => String::new(),
            "acquaintance" => "You have met the user before.".to_owned(),
            "friend" => "The user is a friend of yours.".to_owned(),
            "close" => "The user is a close friend of yours.".to_owned(),
            _ => "The user is your best friend.".to_owned(),
        });
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card {
            name: "Iris".into(),
            description: "{{char}} helps {{user}}.".into(),
            ..Card::default()
        }
    }

    #[test]
    fn h6_a_slider_changes_the_prompt_and_a_small_drift_does_not() {
        let mut card = card();
        let first = instructions(&card, &Grown::default());
        assert!(
            first.starts_with(
                "You are Iris, a supportive and friendly companion.\nIris helps the user."
            ),
            "{first}"
        );
        assert!(!first.contains("humor"));
        card.traits.insert("humor".into(), 0.8);
        let funnier = instructions(&card, &Grown::default());
        assert!(funnier.contains("use humor"));
        card.traits.insert("humor".into(), 0.1);
        assert!(instructions(&card, &Grown::default()).contains("make no jokes"));
        card.traits.insert("humor".into(), 0.82);
        assert_eq!(instructions(&card, &Grown::default()), funnier);
    }

    #[test]
    fn h7_the_bond_is_said_only_where_it_is_switched_on() {
        let mut card = card();
        let grown = Grown {
            feelings: super::super::feelings::Feelings {
                mood: "calm".into(),
                points: 650,
            },
            ..Grown::default()
        };
        assert!(!instructions(&card, &grown).contains("friend of yours"));
        card.feelings = true;
        assert!(instructions(&card, &grown).ends_with("The user is a close friend of yours."));
    }
}
