//! Everything that Hearth does, without a window: no Tauri and no llama.cpp in its tree.
//!
//! [`Hearth`] is the whole: the shell and the command line open one and call its parts.
//!
//! - [`chat`]: conversations, the context that is sent, and one message's way to its answer.
//! - [`batches`]: many prompts in a row.
//! - [`cache`]: answers that are given again instead of being made again.
//! - [`memory`]: what is remembered of the user; [`persona`]: who answers.
//! - [`pipeline`]: the [`pipeline::Generate`] trait and its layers.
//! - [`engine`]: starts, watches and restarts the worker processes that run the models.
//! - [`models`]: the model files, and what their headers say.
//! - [`store`]: the database; SQL stands nowhere else.
//! - [`secrets`]: what the system's keychain keeps for us.
//! - [`transfer`]: conversations out of Hearth and into it.
//! - [`config`]: the settings file.
//! - [`documents`]: text out of files that questions bring along.
//! - [`prompts`]: texts that are used again and again.
//! - [`doctor`]: is everything in its place?
//! - [`folder`], [`presence`], [`installed`]: where things lie, who else is here.

#![warn(missing_docs)]

pub mod archive;
pub mod batches;
pub mod cache;
pub mod chat;
pub mod config;
pub mod doctor;
pub mod documents;
pub mod engine;
mod error;
pub mod folder;
mod hearth;
pub mod installed;
pub mod logs;
pub mod memory;
pub mod models;
pub mod persona;
pub mod pipeline;
pub mod presence;
pub mod prompts;
pub mod secrets;
pub mod store;
pub mod transfer;
mod vectors;

pub use error::{Code, Error, Result};
pub use hearth::Hearth;
pub use hearth_protocol::Format;
