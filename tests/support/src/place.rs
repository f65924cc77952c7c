//! Where things are in a checkout.

use std::path::PathBuf;

/// A binary that the build made, by its name.
///
/// # Panics
/// Where it was not built.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own place");
    let path = test
        .ancestors()
        .skip(1)
        .map(|folder| folder.join(name))
        .find(|path| path.exists());
    path.unwrap_or_else(|| panic!("{name} is not built; run `cargo xtask test`"))
}

/// The built-in chat model.
#[must_use]
pub fn ember() -> PathBuf {
    assets().join("models/ember-6m-q8_0.gguf")
}

/// The folder of what ships beside the program.
#[must_use]
pub fn assets() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets"))
}
