//! The generated interface between page and shell.

use std::path::Path;

use specta_typescript::Typescript;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/bindings.ts");

#[test]
fn the_generated_bindings_are_up_to_date() {
    let fresh = tempfile::Builder::new().suffix(".ts").tempfile().unwrap();
    hearth_lib::bindings::<tauri::Wry>().export(Typescript::default(), fresh.path()).unwrap();
    let fresh = std::fs::read_to_string(fresh.path()).unwrap();
    if std::env::var_os("HEARTH_WRITE_BINDINGS").is_some() {
        std::fs::write(FILE, &fresh).unwrap();
    }
    let stored = std::fs::read_to_string(Path::new(FILE)).unwrap_or_default();
    assert!(stored == fresh, "run `cargo xtask bindings` and commit ui/src/bindings.ts");
}
