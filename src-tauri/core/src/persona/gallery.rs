//! The personas that ship with Hearth, as character cards like any other.

use crate::Result;

use super::{Card, cards};

const SHIPPED: [&str; 5] = [
    include_str!("../../../../assets/personas/ember.json"),
    include_str!("../../../../assets/personas/mentor.json"),
    include_str!("../../../../assets/personas/quill.json"),
    include_str!("../../../../assets/personas/socrates.json"),
    include_str!("../../../../assets/personas/pilot.json"),
];

pub(super) fn cards() -> Result<Vec<Card>> {
    SHIPPED
        .iter()
        .map(|text| cards::read(text.as_bytes()).map(|(card, _)| card))
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_that_ship_can_be_read_and_have_something_to_say() {
        for card in super::cards().unwrap() {
            assert!(
                !card.name.is_empty() && !card.greeting.is_empty() && card.description.len() > 60
            );
        }
    }
}
