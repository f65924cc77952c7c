//! The shell without a window: the interface to the page, and the command line as a person or
//! a script uses it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cache;
mod companions;
mod crashes;
mod downloads;
mod interface;
mod settings;
mod terminal;
