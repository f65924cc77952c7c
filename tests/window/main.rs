//! The real window, driven as a person would, through WebKit's own driver.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod driver;
mod journeys;
mod saved;
mod turns;
