//! Puts llama.cpp's libraries and back ends beside the worker, and lets the worker find them
//! in its own folder: from `target/` and from a package alike, without a wrapper script.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        // The old tag, because llama.cpp's libraries find each other through it too.
        Ok("linux") => {
            println!("cargo:rustc-link-arg=-Wl,--disable-new-dtags,-rpath,$ORIGIN:$ORIGIN/..");
        }
        Ok("macos") => {
            println!("cargo:rustc-link-arg=-Wl,-rpath,@loader_path,-rpath,@loader_path/..");
        }
        _ => {}
    }
    let Some(backends) = env::var_os("DEP_LLAMA_BACKENDS_DIR").map(PathBuf::from) else {
        return Ok(());
    };
    // OUT_DIR is <profile>/build/<package>/out, and the worker lands in <profile>.
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let Some(profile) = out.ancestors().nth(3) else {
        return Ok(());
    };
    // llama.cpp is installed beside its back ends.
    let installed = backends.parent().map(|out| out.join("lib"));
    for folder in installed.iter().chain([&backends]) {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if [".so", ".dylib", ".dll"]
                .iter()
                .any(|ending| name.contains(ending))
            {
                place(&path.canonicalize()?, &profile.join(name))?;
            }
        }
    }
    Ok(())
}

fn place(library: &Path, target: &Path) -> io::Result<()> {
    if target.symlink_metadata().is_ok() {
        fs::remove_file(target)?;
    }
    // A hard link costs no space; across file systems only a copy will do.
    fs::hard_link(library, target).or_else(|_| fs::copy(library, target).map(|_| ()))
}
