//! The window's page: its packages and its build.

use std::path::Path;
use std::time::SystemTime;

use crate::shell::npm;

/// Installs the page's packages where the lock file is newer than they are.
pub(crate) fn install() -> anyhow::Result<()> {
    let changed = |path: &str| {
        Path::new(path)
            .metadata()
            .and_then(|facts| facts.modified())
    };
    let installed = changed("ui/node_modules/.package-lock.json").unwrap_or(SystemTime::UNIX_EPOCH);
    if changed("ui/package-lock.json")? > installed {
        npm(&["ci", "--no-fund", "--no-audit"]).run()?;
    }
    Ok(())
}

/// Builds the page into `ui/dist`.
pub(crate) fn build() -> anyhow::Result<()> {
    install()?;
    npm(&["run", "--silent", "build"]).run()
}
