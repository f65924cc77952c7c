//! The compute libraries: found beside this program, the best one for this machine picked.

use std::path::PathBuf;

use anyhow::Context;
use hearth_protocol::Library;
use llama_cpp_2::llama_backend::{LlamaBackend, load_backends_from_path};
use llama_cpp_2::{LlamaBackendDeviceType, list_llama_ggml_backend_devices};

/// Loads the back ends that stand beside this program, and nothing from anywhere else: the
/// default search would also look into the current folder, where a stranger's file may lie.
pub(crate) fn start() -> anyhow::Result<LlamaBackend> {
    let folder = folder()?;
    folder
        .to_str()
        .context("the program's own path is not valid Unicode")?;
    load_backends_from_path(&folder);
    anyhow::ensure!(
        !list_llama_ggml_backend_devices().is_empty(),
        "no compute library was found in {}; reinstall Hearth",
        folder.display()
    );
    LlamaBackend::init().context("llama.cpp did not start")
}

/// What was loaded.
pub(crate) fn loaded() -> Vec<Library> {
    list_llama_ggml_backend_devices()
        .into_iter()
        .map(|device| Library {
            file: mapped_file(&device.backend),
            free_memory: (device.device_type == LlamaBackendDeviceType::Gpu)
                .then_some(device.memory_free as u64),
            name: device.backend,
            device: device.description,
        })
        .collect()
}

fn folder() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?.canonicalize()?;
    Ok(program
        .parent()
        .context("a program lies in a folder")?
        .to_path_buf())
}

/// The library file of a back end, by what the kernel has mapped into this process.
fn mapped_file(backend: &str) -> Option<String> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let prefix = format!("libggml-{}", backend.to_lowercase());
    maps.lines()
        .filter_map(|line| line.rsplit('/').next())
        .find(|name| name.starts_with(&prefix))
        .map(str::to_owned)
}
