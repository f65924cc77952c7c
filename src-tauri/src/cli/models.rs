//! `hearth models`.

use clap::Subcommand;
use comfy_table::Table;
use hearth_core::engine::{EngineState, EngineStatus};
use hearth_core::models::need::size;
use hearth_core::presence::requests::{self, Request};
use hearth_core::{Error, Hearth};
use serde::Serialize;

use super::print;

/// List the models, and load or unload them
#[derive(Debug, Subcommand)]
pub(super) enum Models {
    /// List the models on this computer, with the memory that each needs
    List,
    /// Show what is loaded, in the window and in other commands
    Ps,
    /// Load a model in the open window; without one, see whether it loads
    Load {
        /// Its name, or a GGUF file
        model: String,
        /// Load it afresh, with the settings of now
        #[arg(long)]
        again: bool,
    },
    /// Unload a model in the open window
    Unload {
        /// Its name, or a GGUF file
        model: String,
    },
}

impl Models {
    pub(super) async fn run(self, hearth: &Hearth, json: bool) -> Result<(), Error> {
        match self {
            Self::List => list(hearth, json),
            Self::Ps => ps(hearth, json),
            Self::Load { model, again } => load(hearth, absolute(model), again, json).await,
            Self::Unload { model } => {
                let model = absolute(model);
                let request = Request::Unload(model.clone());
                if requests::ask(&hearth.folder, &request).await?.is_none() {
                    // Nothing is loaded here; the error says so.
                    hearth.engines.unload(&model).await?;
                }
                done(json, &model, "unloaded")
            }
        }
    }
}

/// A file's name as another process understands it.
fn absolute(model: String) -> String {
    let path = std::path::Path::new(&model);
    let is_path = path.components().count() > 1;
    let whole = std::path::absolute(path).ok().filter(|_| is_path);
    whole
        .and_then(|path| path.to_str().map(str::to_owned))
        .unwrap_or(model)
}

/// A model of the list.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    model: hearth_core::models::Model,
    /// Memory with the context that is set, in bytes.
    needs: u64,
}

fn list(hearth: &Hearth, json: bool) -> Result<(), Error> {
    let config = hearth.settings.get();
    let mut models = Vec::new();
    for (path, model) in hearth.models.list()? {
        match model {
            Ok(model) => {
                let context = hearth.engines.context_of(&model);
                let need = model
                    .measures
                    .need(context, config.engine_for(&model).cache_type);
                models.push(Listed {
                    needs: need.total(),
                    model,
                });
            }
            // The search model that ships beside Ember cannot chat, and need not.
            Err(error) if error.code == hearth_core::Code::ModelUnsupported => {}
            Err(error) => print::remark(&format!("{}: {error}", path.display())),
        }
    }
    if json {
        return print::json(&models);
    }
    let mut table = table(&["MODEL", "SIZE", "WEIGHTS", "CONTEXT", "NEEDS"]);
    for one in models {
        table.add_row([
            one.model.id,
            size(whole(one.model.bytes)),
            one.model.quantization,
            one.model.context.to_string(),
            size(one.needs),
        ]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

fn ps(hearth: &Hearth, json: bool) -> Result<(), Error> {
    let all = requests::loaded(&hearth.folder)?;
    if json {
        return print::json(&all);
    }
    let mut table = table(&[
        "MODEL", "STATE", "BUSY", "WAITING", "CONTEXT", "MEMORY", "IN",
    ]);
    let mut count = 0;
    for process in &all {
        let place = if process.window { "window" } else { "command" };
        for one in &process.engines {
            count += 1;
            table.add_row([
                one.model.clone(),
                state(one),
                format!("{} of {}", one.busy, one.slots),
                one.queued.to_string(),
                one.context.to_string(),
                size(whole(one.bytes)),
                place.to_owned(),
            ]);
        }
    }
    if count == 0 {
        print::remark("No model is loaded.");
        return Ok(());
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

async fn load(hearth: &Hearth, model: String, again: bool, json: bool) -> Result<(), Error> {
    hearth.models.find(&model)?;
    let request = if again {
        Request::Reload(model.clone())
    } else {
        Request::Load(model.clone())
    };
    if requests::ask(&hearth.folder, &request).await?.is_some() {
        return done(json, &model, "loaded");
    }
    hearth.engines.load(&model).await?;
    let states = hearth.engines.watch();
    for warning in states.borrow().iter().flat_map(|one| &one.warnings) {
        print::remark(warning);
    }
    print::remark("No window is open to keep it in memory; it was only seen that it loads.");
    done(json, &model, "loadable")
}

fn done(json: bool, model: &str, state: &str) -> Result<(), Error> {
    if json {
        return print::json(&serde_json::json!({"model": model, "state": state}));
    }
    print::text(&format!("{model}: {state}\n"));
    Ok(())
}

fn state(status: &EngineStatus) -> String {
    match &status.state {
        EngineState::Loading { percent } => format!("loading, {percent} %"),
        EngineState::Ready if status.busy > 0 => "answering".to_owned(),
        EngineState::Ready => "ready".to_owned(),
        EngineState::Unloading => "unloading".to_owned(),
        EngineState::Failed { error } => format!("failed: {error}"),
    }
}

fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_header(head);
    table
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes are whole bytes"
)]
fn whole(bytes: f64) -> u64 {
    bytes as u64
}
