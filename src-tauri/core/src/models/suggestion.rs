//! What is suggested for a computer: a model to begin with, and of a model's quantizations the
//! one to take.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::hub::Variant;
use super::machine::{Fit, Machine, Tier};
use crate::{Error, Result};

const KNOWN: &str = include_str!("../../../../assets/suggestions.toml");
/// Quantizations that nobody answers with who could have `Q8_0`: twice the size and half the
/// speed, with no difference to be seen.
const UNCUT: [&str; 3] = ["F32", "F16", "BF16"];

/// How large a model is, from those for a few gigabytes of memory upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// About 1 GB of memory.
    Tiny,
    /// About 2 GB.
    Small,
    /// About 4 GB.
    Medium,
    /// About 8 GB.
    Large,
    /// About 14 GB.
    Huge,
}

/// A model to begin with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Suggestion {
    /// How large it is.
    pub size: Size,
    /// Its name for people.
    pub name: String,
    /// Where it is on the hub.
    pub repository: String,
    /// Which of its files to take.
    pub quantization: String,
    /// The size of that file in bytes; about.
    #[specta(type = u32)]
    pub bytes: f64,
}

#[derive(Deserialize)]
struct Known {
    model: Vec<Suggestion>,
}

/// All models to begin with, the smallest first.
pub fn all() -> Result<Vec<Suggestion>> {
    let known: Known = toml::from_str(KNOWN).map_err(Error::internal)?;
    Ok(known.model)
}

/// The one for a computer: the largest of its tier that leaves half of the memory to others;
/// of a size that the user prefers, that one.
pub fn for_machine(machine: &Machine, wanted: Option<Size>) -> Result<Suggestion> {
    let known = all()?;
    let most = match machine.tier {
        Tier::Low => Size::Tiny,
        Tier::Medium => Size::Small,
        Tier::High => Size::Huge,
    };
    let suits = |one: &&Suggestion| match wanted {
        Some(size) => one.size == size,
        None => one.size <= most && machine.expect(one.bytes).memory <= machine.memory * 0.5,
    };
    let best = known.iter().rfind(suits).or(known.first());
    best.cloned()
        .ok_or_else(|| Error::internal("no model is suggested to anybody"))
}

/// The variant to take: the best one that fits into the memory now.
#[must_use]
pub fn best(machine: &Machine, variants: &[Variant]) -> Option<usize> {
    let fits = |&(_, one): &(usize, &Variant)| machine.expect(one.bytes as f64).fit == Fit::Fits;
    let fitting = || variants.iter().enumerate().filter(fits);
    let cut = fitting().filter(|(_, one)| !UNCUT.contains(&one.quantization.as_str()));
    let best = cut.max_by_key(|(_, one)| one.bytes);
    best.or_else(|| fitting().max_by_key(|(_, one)| one.bytes))
        .map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::machine::Class;

    fn machine(memory: f64, has_gpu: bool) -> Machine {
        Machine {
            processor: String::new(),
            cores: 8,
            memory,
            free_memory: memory * 0.7,
            free_disk: 1e11,
            graphics: Vec::new(),
            bandwidth: 3e10,
            reached: 0.75,
            tier: Tier::of(memory, has_gpu),
            class: Class::Minimum,
            limited_by: None,
        }
    }

    #[test]
    fn every_tier_gets_its_size_and_the_user_may_want_another() {
        let size = |memory, gpu| for_machine(&machine(memory, gpu), None).unwrap().size;
        assert_eq!(size(4e9, false), Size::Tiny);
        assert_eq!(size(16e9, false), Size::Small);
        assert_eq!(size(16e9, true), Size::Large);
        assert_eq!(size(64e9, true), Size::Huge);
        let wanted = for_machine(&machine(4e9, false), Some(Size::Large)).unwrap();
        assert_eq!(wanted.size, Size::Large);
    }

    #[test]
    fn of_the_quantizations_the_best_that_fits_is_taken() {
        let variant = |quantization: &str, bytes| Variant {
            name: quantization.to_owned(),
            quantization: quantization.to_owned(),
            bytes,
            files: Vec::new(),
        };
        let all = [
            variant("Q2_K", 3_000_000_000),
            variant("Q4_K_M", 5_000_000_000),
            variant("Q8_0", 8_000_000_000),
            variant("F16", 15_000_000_000),
        ];
        let taken = |memory| best(&machine(memory, false), &all).map(|index| &*all[index].name);
        assert_eq!(taken(4e9), None);
        assert_eq!(taken(6e9), Some("Q2_K"));
        assert_eq!(taken(9e9), Some("Q4_K_M"));
        assert_eq!(taken(16e9), Some("Q8_0"));
        assert_eq!(taken(64e9), Some("Q8_0"));
        assert_eq!(best(&machine(64e9, false), &all[3..]), Some(0));
    }
}
