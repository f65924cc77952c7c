//! What a computer can be expected to do, by its parts: the tier that decides what is suggested,
//! and the class of requirements that it meets.

use serde::Serialize;
use specta::Type;

/// What can be expected of a computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Less than 8 GB of memory: tiny models.
    Low,
    /// From 8 GB of memory on: small models.
    Medium,
    /// From 16 GB of memory and a graphics processor on: medium and large ones.
    High,
}

/// The requirements that a computer meets, and what they promise in requests a minute:
/// 10 to 20, 15 to 30, 25 to 50.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Not even the least; small models run all the same.
    Below,
    /// 4 cores, 4 GB of memory, 10 GB on the disk.
    Minimum,
    /// 8 cores, 8 GB of memory, 20 GB on the disk.
    Recommended,
    /// 16 cores, 16 GB of memory, 8 GB of graphics memory.
    Optimal,
}

/// What a computer has too little of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Cores.
    Processor,
    /// Memory.
    Memory,
    /// Room on the disk.
    Disk,
    /// Memory of a graphics processor.
    Graphics,
}

impl Tier {
    /// By memory in bytes and whether there is a graphics processor.
    #[must_use]
    pub fn of(memory: f64, has_gpu: bool) -> Self {
        match sold(memory) {
            16.0.. if has_gpu => Self::High,
            8.0.. => Self::Medium,
            _ => Self::Low,
        }
    }
}

impl Class {
    /// The class that a computer reaches, and what keeps it from the next one.
    #[must_use]
    pub fn of(cores: usize, memory: f64, disk: f64, graphics: f64) -> (Self, Option<Limit>) {
        const CLASSES: [(Class, usize, f64, f64, f64); 3] = [
            (Class::Minimum, 4, 4.0, 10.0, 0.0),
            (Class::Recommended, 8, 8.0, 20.0, 0.0),
            (Class::Optimal, 16, 16.0, 20.0, 8.0),
        ];
        let mut reached = Self::Below;
        for (class, least_cores, least_memory, least_disk, least_graphics) in CLASSES {
            let limits = [
                (cores < least_cores, Limit::Processor),
                (sold(memory) < least_memory, Limit::Memory),
                (disk / 1e9 < least_disk, Limit::Disk),
                (graphics / 1e9 * 1.1 < least_graphics, Limit::Graphics),
            ];
            if let Some((_, limit)) = limits.into_iter().find(|(short, _)| *short) {
                return (reached, Some(limit));
            }
            reached = class;
        }
        (reached, None)
    }
}

/// Memory as it is sold, in gigabytes: some of it is never shown to programs.
fn sold(memory: f64) -> f64 {
    memory / 1e9 * 1.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faked_computers_get_the_right_tier() {
        for (gigabytes, gpu, tier) in [
            (4, false, Tier::Low),
            (7, true, Tier::Low),
            (8, false, Tier::Medium),
            (64, false, Tier::Medium),
            (15, true, Tier::High),
            (32, true, Tier::High),
        ] {
            assert_eq!(
                Tier::of(f64::from(gigabytes) * 1e9, gpu),
                tier,
                "{gigabytes} GB"
            );
        }
    }

    #[test]
    fn a_class_names_what_keeps_a_computer_from_the_next_one() {
        let of = |cores, memory, disk, graphics| {
            Class::of(cores, memory * 1e9, disk * 1e9, graphics * 1e9)
        };
        assert_eq!(
            of(2, 24.0, 50.0, 0.0),
            (Class::Below, Some(Limit::Processor))
        );
        assert_eq!(
            of(4, 7.8, 50.0, 0.0),
            (Class::Minimum, Some(Limit::Processor))
        );
        assert_eq!(of(8, 7.8, 12.0, 0.0), (Class::Minimum, Some(Limit::Disk)));
        assert_eq!(
            of(32, 64.0, 500.0, 0.0),
            (Class::Recommended, Some(Limit::Graphics))
        );
        assert_eq!(of(16, 16.0, 500.0, 8.0), (Class::Optimal, None));
    }
}
