//! The core on real files, with the real engine and the built-in model.

mod chat;
mod gguf;
mod home;
mod presence;
mod workers;
