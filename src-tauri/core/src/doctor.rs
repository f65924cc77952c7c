//! Is everything in its place? What `hearth doctor` prints.

use serde::Serialize;

use crate::Hearth;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// What it is about.
    pub about: &'static str,
    /// What was found.
    pub found: String,
    /// Whether that is as it should be.
    pub ok: bool,
}

/// Looks at everything that can be wrong on a machine.
pub async fn examine(hearth: &Hearth) -> Vec<Finding> {
    let mut findings = vec![
        good("data folder", hearth.folder.root().display()),
        good("settings", hearth.folder.config().display()),
    ];
    if let Some(fault) = hearth.settings.fault() {
        findings.push(bad("settings", fault));
    }
    findings.push(good("database", hearth.store.path().display()));
    match hearth.store.check().await {
        Ok(faults) if faults.is_empty() => findings.push(good("database check", "sound")),
        Ok(faults) => findings.extend(faults.iter().map(|fault| bad("database check", fault))),
        Err(error) => findings.push(bad("database check", error)),
    }
    findings.push(good("engine", hearth.installed.engine.display()));
    match hearth.engines.libraries().await {
        Ok(libraries) => findings.extend(libraries.iter().map(|library| {
            let file = library.file.as_deref().unwrap_or("built in");
            good(
                "engine library",
                format!("{} on {} ({file})", library.name, library.device),
            )
        })),
        Err(error) => findings.push(bad("engine library", error)),
    }
    match hearth.models.list() {
        Ok(models) => findings.extend(models.into_iter().filter_map(|(_, model)| match model {
            Ok(model) => Some(good(
                "model",
                format!(
                    "{} ({}, {:.1} MB)",
                    model.id,
                    model.quantization,
                    model.bytes / 1e6
                ),
            )),
            // The search model that ships beside Ember cannot chat, and need not.
            Err(error) if error.code == crate::Code::ModelUnsupported => None,
            Err(error) => Some(bad("model", error)),
        })),
        Err(error) => findings.push(bad("model", error)),
    }
    findings
}

fn good(about: &'static str, found: impl std::fmt::Display) -> Finding {
    Finding {
        about,
        found: found.to_string(),
        ok: true,
    }
}

fn bad(about: &'static str, found: impl std::fmt::Display) -> Finding {
    Finding {
        about,
        found: found.to_string(),
        ok: false,
    }
}
