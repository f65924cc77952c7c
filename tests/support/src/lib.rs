//! What the tests share.
//!
//! - [`engine`]: speaks to a real `hearth-engine` process, without the core.
//! - [`faults`]: a disk that fails on demand.
//! - [`forge`]: GGUF files, sound and damaged in chosen ways.
//! - [`hub`]: a hub of models that misbehaves on demand.
//! - [`lives`]: invented people, what they tell, and what can be asked of it.
//! - [`near_misses`]: questions that mean the same, and others that only look so.
//! - [`place`]: where the built binaries and the built-in models are.
//! - [`process`]: who still runs, and with how much memory.
//! - [`random`]: randomness that is the same on every run.
//! - [`weights`]: model files of real shapes, filled with noise.

pub mod engine;
pub mod faults;
pub mod forge;
pub mod hub;
pub mod lives;
pub mod near_misses;
pub mod place;
pub mod process;
pub mod random;
pub mod weights;
pub mod wordy;
