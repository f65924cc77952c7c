//! The worker process with the real model, spoken to as the core speaks to it.

mod answers;
mod ending;
