//! What has to be on the machine: installed where apt is there, else named.

use anyhow::bail;

use crate::shell::{cargo, program};

/// What the machine is set up for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building and running.
    Build,
    /// The tests as well.
    Test,
}

/// Debian's packages for building: what it is needed for stands behind it.
const BUILD: &[(&str, &str)] = &[
    ("build-essential", "a C compiler"),
    ("pkg-config", "finding libraries"),
    ("cmake", "building llama.cpp"),
    ("clang", "building llama.cpp"),
    ("libclang-dev", "reading llama.cpp's headers"),
    ("libwebkit2gtk-4.1-dev", "the window"),
    ("librsvg2-dev", "the window's icons"),
];
/// Debian's packages for the tests.
const TEST: &[(&str, &str)] = &[
    ("xvfb", "a display for tests"),
    ("webkit2gtk-driver", "driving the window in tests"),
    ("dbus", "the window's session"),
    ("fonts-dejavu-core", "text in screenshots"),
    ("curl", "what downloads are measured against"),
    ("util-linux", "a small disk for a test"),
];

/// Checks the machine and installs what is missing, or says what is.
pub(crate) fn ensure(purpose: Purpose) -> anyhow::Result<()> {
    if !program("node", &["--version"]).works() {
        bail!("Node.js 20 or newer is needed to build the window's page: https://nodejs.org");
    }
    if cfg!(target_os = "linux") {
        linux_packages(purpose)?;
    } else if !program("cmake", &["--version"]).works() {
        bail!(
            "CMake and a C++ compiler are needed to build llama.cpp: on macOS `xcode-select \
             --install` and `brew install cmake`; on Windows Visual Studio's C++ tools with CMake \
             and LLVM."
        );
    }
    if purpose == Purpose::Test {
        for part in ["fmt", "clippy"] {
            if !cargo(&[part, "--version"]).works() {
                let component = if part == "fmt" { "rustfmt" } else { part };
                program("rustup", &["component", "add", component]).run()?;
            }
        }
    }
    Ok(())
}

fn linux_packages(purpose: Purpose) -> anyhow::Result<()> {
    let wanted = BUILD
        .iter()
        .chain(if purpose == Purpose::Test { TEST } else { &[] });
    if !program("dpkg-query", &["--version"]).works() || !program("apt-get", &["--version"]).works()
    {
        if ["cmake", "clang", "pkg-config"]
            .iter()
            .all(|tool| program(tool, &["--version"]).works())
        {
            // Another distribution, whose package names we do not know; the build will tell.
            return Ok(());
        }
        let list: Vec<String> = wanted
            .map(|(name, why)| format!("  {name:24} {why}"))
            .collect();
        bail!(
            "this system has no apt. Install what corresponds to these packages of Debian:\n{}",
            list.join("\n")
        );
    }
    let missing: Vec<&str> = wanted
        .map(|(name, _)| *name)
        .filter(|name| !is_installed(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing with apt: {}", missing.join(" "));
    let apt = |arguments: &[&str]| {
        let run = if is_root() {
            program("apt-get", arguments)
        } else {
            program("sudo", &["apt-get"]).and(arguments)
        };
        run.env("DEBIAN_FRONTEND", "noninteractive").run()
    };
    // The lists may be old; where they cannot be fetched the installation itself will say so.
    if let Err(error) = apt(&["update"]) {
        println!("{error}");
    }
    apt(&[
        &["install", "--yes", "--no-install-recommends"],
        missing.as_slice(),
    ]
    .concat())
}

fn is_installed(package: &str) -> bool {
    let query = ["--show", "--showformat=${db:Status-Abbrev}", package];
    let output = std::process::Command::new("dpkg-query")
        .args(query)
        .output();
    output.is_ok_and(|output| output.stdout.starts_with(b"ii"))
}

/// Whether this process may do everything on the machine.
pub(crate) fn is_root() -> bool {
    let output = std::process::Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
