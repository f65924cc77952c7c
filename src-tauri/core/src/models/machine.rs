//! This computer, as far as it decides which models run on it: memory, processor, disk, how
//! fast memory is read, and what follows from that for a model of some size.

mod class;

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::OnceLock;
use std::time::Instant;

use serde::Serialize;
use specta::Type;
use tokio::sync::OnceCell;

use crate::engine::Engines;
use crate::folder::DataFolder;
use crate::store::learned::Learned;
use crate::{Error, Result};

pub use class::{Class, Limit, Tier};

/// Bytes that each thread reads in the probe of the memory's speed: more than any cache holds.
const PROBE: usize = 96 << 20;
/// Times that they are read; the fastest counts.
const PASSES: usize = 3;
/// The share of the memory's speed that reading the weights reaches on a processor. What was
/// learned on this computer takes its place.
const REACHED: f64 = 0.95;
/// What each layer takes for a token beside reading its weights, in seconds: its threads wait for
/// each other. Measured on two cores with the shapes of `cargo xtask bench models`.
const EACH_LAYER: f64 = 2.5e-4;
/// Files below this are read from the processor's own memory, and tell nothing of the other.
const TELLING: f64 = 1e8;
/// What a model takes beside its weights: a share of them, and scratch memory, in bytes. For a
/// file whose header is known, [`super::need`] says it exactly.
const BESIDE: (f64, f64) = (0.08, 3e8);

/// What this computer has.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Machine {
    /// The processor's name.
    pub processor: String,
    /// Its cores.
    pub cores: u32,
    /// Memory in bytes.
    #[specta(type = u32)]
    pub memory: f64,
    /// Memory that is free now, in bytes.
    #[specta(type = u32)]
    pub free_memory: f64,
    /// Room on the disk of the data folder, in bytes.
    #[specta(type = u32)]
    pub free_disk: f64,
    /// Its graphics processors.
    pub graphics: Vec<Graphics>,
    /// Bytes a second that all cores together read from memory.
    #[specta(type = u32)]
    pub bandwidth: f64,
    /// The share of that which models reach here.
    #[serde(skip)]
    #[specta(skip)]
    pub reached: f64,
    /// What can be expected of it.
    pub tier: Tier,
    /// The class of requirements that it reaches.
    pub class: Class,
    /// What keeps it from the next class.
    pub limited_by: Option<Limit>,
}

/// A graphics processor.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Graphics {
    /// Its name.
    pub name: String,
    /// Its memory that is free, in bytes.
    #[specta(type = u32)]
    pub free_memory: f64,
}

/// Whether a model runs here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// It does now.
    Fits,
    /// It does when other programs leave some memory.
    Tight,
    /// It does not.
    TooLarge,
}

/// What to expect of a model of some size.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Expectation {
    /// Memory that it takes with a usual context, in bytes; about.
    #[specta(type = u32)]
    pub memory: f64,
    /// Whether that is there.
    pub fit: Fit,
    /// Tokens a second; about.
    #[specta(type = u32)]
    pub speed: f64,
    /// Whether this was seen in use, not computed.
    pub seen: bool,
}

impl Machine {
    /// This computer now, and what models have shown on it. The first call takes a second.
    pub async fn look(
        folder: &DataFolder,
        engines: &Engines,
        learned: &HashMap<String, Learned>,
    ) -> Result<Self> {
        static GRAPHICS: OnceCell<Vec<Graphics>> = OnceCell::const_new();
        let graphics = GRAPHICS
            .get_or_try_init(|| graphics(engines))
            .await?
            .clone();
        let seen: Vec<(f64, f64)> = learned
            .values()
            .map(|one| (one.bytes, f64::from(one.speed)))
            .collect();
        let root = folder.root().to_path_buf();
        let look = move || {
            let free_disk = fs4::available_space(&root)
                .map_err(|error| Error::file("see how much room is in", &root, &error))?;
            let mut system = sysinfo::System::new().map_err(Error::internal)?;
            system.refresh_memory();
            system.refresh_cpu_list(sysinfo::CpuRefreshKind::nothing());
            let limits = system.cgroup_limits();
            let memory = system.total_memory().min(
                limits
                    .as_ref()
                    .map_or(u64::MAX, |limits| limits.total_memory),
            );
            let inside = limits.map(|limits| limits.total_memory.saturating_sub(limits.rss));
            let free_memory = system.available_memory().min(inside.unwrap_or(u64::MAX));
            let processor = system
                .cpus()
                .first()
                .map(|cpu| cpu.brand().trim().to_owned());
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            let memory = memory as f64;
            let graphics_memory = graphics.iter().map(|one| one.free_memory).sum();
            let (class, limited_by) = Class::of(cores, memory, free_disk as f64, graphics_memory);
            let bandwidth = bandwidth(cores, free_memory);
            Ok(Self {
                processor: processor.unwrap_or_default(),
                cores: u32::try_from(cores).unwrap_or(u32::MAX),
                memory,
                free_memory: free_memory as f64,
                free_disk: free_disk as f64,
                tier: Tier::of(memory, !graphics.is_empty()),
                graphics,
                reached: reached(bandwidth, &seen).unwrap_or(REACHED),
                bandwidth,
                class,
                limited_by,
            })
        };
        tokio::task::spawn_blocking(look)
            .await
            .map_err(Error::internal)?
    }

    /// What to expect of a model whose file is so large.
    #[must_use]
    pub fn expect(&self, bytes: f64) -> Expectation {
        self.with(bytes, bytes * (1.0 + BESIDE.0) + BESIDE.1, layers_of(bytes))
    }

    /// What to expect of a model whose file is so large and that needs so much memory.
    #[must_use]
    pub fn with_need(&self, bytes: f64, need: u64, layers: u64) -> Expectation {
        self.with(bytes, need as f64, layers as f64)
    }

    /// What was seen of a model takes the place of what was computed.
    #[must_use]
    pub fn with_learned(&self, computed: &Expectation, learned: &Learned) -> Expectation {
        let memory = learned.memory.max(1.0);
        let fit = self.with(1.0, memory, 1.0).fit;
        Expectation {
            memory,
            // Its files are mapped: the system counts them as free.
            fit: if computed.fit == Fit::Fits {
                Fit::Fits
            } else {
                fit
            },
            speed: f64::from(learned.speed),
            seen: true,
        }
    }

    fn with(&self, bytes: f64, memory: f64, layers: f64) -> Expectation {
        let graphics: f64 = self.graphics.iter().map(|one| one.free_memory).sum();
        Expectation {
            memory,
            fit: if memory <= self.free_memory + graphics {
                Fit::Fits
            } else if memory <= self.memory * 0.9 + graphics {
                Fit::Tight
            } else {
                Fit::TooLarge
            },
            // For each token every weight is read once.
            speed: 1.0 / (bytes.max(1.0) / (self.bandwidth * self.reached) + layers * EACH_LAYER),
            seen: false,
        }
    }
}

/// The share of the memory's speed that models have reached: the median of those large enough.
fn reached(bandwidth: f64, seen: &[(f64, f64)]) -> Option<f64> {
    let mut shares: Vec<f64> = seen
        .iter()
        .filter(|(bytes, speed)| *bytes >= TELLING && *speed > 0.0)
        .map(|(bytes, speed)| {
            let waiting = layers_of(*bytes) * EACH_LAYER;
            // Where the waiting alone would take longer, it is shorter here than elsewhere.
            let reading = (1.0 / speed - waiting).max(0.5 / speed);
            bytes / reading / bandwidth
        })
        .collect();
    shares.sort_by(f64::total_cmp);
    let middle = *shares.get(shares.len() / 2)?;
    Some(middle.clamp(0.05, 20.0))
}

/// Layers that models of a size usually have.
fn layers_of(bytes: f64) -> f64 {
    (8.0 + bytes / 1e8).min(40.0)
}

/// The graphics processors that the engine has found.
async fn graphics(engines: &Engines) -> Result<Vec<Graphics>> {
    let libraries = engines.libraries().await?;
    let own = libraries.into_iter().filter_map(|one| {
        Some(Graphics {
            free_memory: one.free_memory? as f64,
            name: one.device,
        })
    });
    Ok(own.collect())
}

/// Bytes a second that so many threads read together; measured once in a process.
fn bandwidth(threads: usize, free_memory: u64) -> f64 {
    static MEASURED: OnceLock<f64> = OnceLock::new();
    *MEASURED.get_or_init(|| {
        let threads = threads.clamp(1, 8);
        // A computer whose memory is nearly full is not pushed over the edge.
        let most = usize::try_from(free_memory / 8).unwrap_or(PROBE) / threads;
        let bytes = PROBE.min(most);
        let fields: Vec<Vec<u64>> = (0..threads)
            .map(|index| vec![index as u64 + 1; bytes / 8])
            .collect();
        let pass = || {
            let start = Instant::now();
            std::thread::scope(|scope| {
                for field in &fields {
                    scope.spawn(|| {
                        // One number of each line of 64 bytes: the memory is what is waited for.
                        let lines = field.chunks_exact(8).map(|line| line[0]);
                        black_box(lines.fold(0_u64, u64::wrapping_add))
                    });
                }
            });
            (fields.len() * bytes) as f64 / start.elapsed().as_secs_f64()
        };
        (0..PASSES).map(|_| pass()).fold(0.0, f64::max)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_models_have_reached_corrects_what_others_are_expected_to() {
        // 1 GB at 10 tokens a second, out of 20 GB/s: half of it, and a little more, because its
        // layers wait for each other. The tiny one does not count.
        let share = reached(20e9, &[(1e9, 10.0), (6e6, 900.0)]).unwrap();
        assert!((0.5..0.53).contains(&share), "{share}");
        assert_eq!(reached(20e9, &[(6e6, 900.0)]), None);
    }

    #[test]
    fn what_fits_is_told_from_what_does_not() {
        let machine = Machine {
            processor: String::new(),
            cores: 4,
            memory: 16e9,
            free_memory: 6e9,
            free_disk: 0.0,
            graphics: Vec::new(),
            bandwidth: 20e9,
            reached: REACHED,
            tier: Tier::Medium,
            class: Class::Minimum,
            limited_by: None,
        };
        let fits = [2e9, 8e9, 20e9].map(|bytes| machine.expect(bytes).fit);
        assert_eq!(fits, [Fit::Fits, Fit::Tight, Fit::TooLarge]);
        assert!((machine.expect(2e9).speed - 8.9).abs() < 0.1);
    }
}
