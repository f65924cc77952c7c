//! The .deb: what is in it, and the trial that it installs, answers and leaves nothing.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::display::Display;
use crate::setup::is_root;
use crate::shell::{program, release, root};

/// Where the worker and its libraries are collected for the package.
const ENGINE: &str = "target/engine-bundle";

/// Makes the package of what is built in `target/release`.
pub(crate) fn make() -> anyhow::Result<PathBuf> {
    collect_engine()?;
    let hearth = release().join("hearth");
    let binaries = [
        hearth.to_str().unwrap_or_default(),
        "target/engine-bundle/hearth-engine",
    ];
    // Line numbers for developers are two thirds of the program; users need not carry them.
    program("strip", &["--strip-debug"]).and(&binaries).run()?;
    let bundles = release().join("bundle/deb");
    if bundles.exists() {
        fs::remove_dir_all(&bundles)?;
    }
    program(&tauri_cli()?, &["bundle", "--bundles", "deb", "--ci"]).run()?;
    let packages = fs::read_dir(&bundles)?.filter_map(|entry| Some(entry.ok()?.path()));
    packages
        .into_iter()
        .find(|path| path.extension().is_some_and(|ending| ending == "deb"))
        .context("no .deb was made")
}

/// Tauri's own command, which makes packages. It is not among the page's packages, because its
/// builds for other systems are not on every mirror and would break `npm ci`.
fn tauri_cli() -> anyhow::Result<String> {
    const VERSION: &str = "@tauri-apps/cli@2.12.5";
    const FOLDER: &str = "target/tools";
    let tauri = root().join(FOLDER).join("node_modules/.bin/tauri");
    if !tauri.exists() {
        fs::create_dir_all(FOLDER)?;
        let install = [
            "install",
            "--no-fund",
            "--no-audit",
            "--no-save",
            "--prefix",
            FOLDER,
        ];
        program("npm", &install).and(&[VERSION]).run()?;
    }
    Ok(tauri
        .to_str()
        .context("the checkout's path is Unicode")?
        .to_owned())
}

/// The worker finds its libraries in its own folder, so they travel together.
fn collect_engine() -> anyhow::Result<()> {
    let target = Path::new(ENGINE);
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    fs::create_dir_all(target)?;
    for entry in fs::read_dir(release())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_library = name.starts_with("libggml") || name.starts_with("libllama");
        // `libx.so` alone is for linking; back ends have no version and are needed.
        let is_link = path.symlink_metadata()?.is_symlink() || is_unversioned(&name);
        if name == "hearth-engine" || (is_library && !is_link) {
            fs::copy(&path, target.join(name))?;
        }
    }
    Ok(())
}

fn is_unversioned(name: &str) -> bool {
    [
        "libggml.so",
        "libggml-base.so",
        "libllama.so",
        "libllama-common.so",
    ]
    .contains(&name)
        || name.ends_with(".rlib")
        || name.ends_with(".d")
        || name.matches('.').count() > 2
}

/// Installs the package, has it answer in the terminal and open its window, and removes it.
/// Without the right to install, the package is only unpacked, and runs from there.
pub(crate) fn try_out(package: &Path) -> anyhow::Result<()> {
    let scratch = release().join("package-trial");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    fs::create_dir_all(&scratch)?;
    let package = package.canonicalize()?;
    let package = package.to_str().context("the package's path is Unicode")?;
    let installed = is_root();
    let program_path = if installed {
        program(
            "apt-get",
            &[
                "install",
                "--yes",
                "--reinstall",
                "--allow-downgrades",
                package,
            ],
        )
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()?;
        PathBuf::from("/usr/bin/hearth")
    } else {
        let root = scratch.join("root");
        fs::create_dir_all(&root)?;
        let root_text = root.to_str().context("the target's path is Unicode")?;
        program("dpkg-deb", &["--extract", package, root_text]).run()?;
        root.join("usr/bin/hearth")
    };
    let outcome = trial(&program_path, &scratch);
    if installed {
        program("apt-get", &["remove", "--yes", "hearth"]).run()?;
        for left in ["/usr/bin/hearth", "/usr/lib/hearth"] {
            anyhow::ensure!(!Path::new(left).exists(), "{left} was left behind");
        }
    }
    outcome
}

fn trial(hearth: &Path, scratch: &Path) -> anyhow::Result<()> {
    let hearth = hearth.to_str().context("the program's path is Unicode")?;
    let home = scratch
        .join("home")
        .canonicalize()
        .unwrap_or_else(|_| scratch.join("home"));
    let question = [
        "chat",
        "--once",
        "What is the capital of France?",
        "--temperature",
        "0",
        "--json",
    ];
    let (worked, answer) = program(hearth, &question)
        .env("HEARTH_HOME", &home)
        .read()?;
    anyhow::ensure!(
        worked && answer.contains("The capital of France is Paris."),
        "no answer"
    );
    let display = Display::start()?;
    let mut window = Command::new(hearth)
        .env("DISPLAY", &display.name)
        .env("HEARTH_HOME", &home)
        .env("HEARTH_SAY_READY", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = String::new();
    if let Some(stdout) = window.stdout.take() {
        BufReader::new(stdout).read_line(&mut said)?;
    }
    window.kill()?;
    window.wait()?;
    anyhow::ensure!(
        said.trim() == "ready",
        "the installed window did not show its page"
    );
    Ok(())
}
