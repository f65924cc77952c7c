//! The real window, driven as a person would, through WebKit's own driver.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod batches;
mod cache;
mod companions;
#[allow(dead_code, reason = "tests/bench takes other steps than the tests")]
mod driver;
mod journeys;
mod models;
mod saved;
mod settings;
mod turns;
