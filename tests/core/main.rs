//! The core on real files, with the real engine and the built-in model.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod archive;
mod batches;
mod branches;
mod cache;
mod chat;
mod companions;
mod documents;
mod downloads;
mod finding;
mod forgetting;
mod gguf;
mod home;
mod hostile_settings;
mod keeping;
mod lifecycle;
mod memory;
mod presence;
mod settings;
mod transfer;
mod workers;
