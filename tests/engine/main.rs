//! The worker process with the real model, spoken to as the core speaks to it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod embeddings;
mod ending;
mod forms;
mod guessing;
mod loading;
mod parallel;
mod reuse;
