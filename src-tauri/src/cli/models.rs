//! `hearth models`.

mod hub;

use clap::Subcommand;
use hearth_core::engine::{EngineState, EngineStatus};
use hearth_core::models::elsewhere::Places;
use hearth_core::models::keeping::Import;
use hearth_core::models::need::size;
use hearth_core::models::suggestion::Size;
use hearth_core::presence::requests::{self, Request};
use hearth_core::{Error, Hearth};
use serde::Serialize;

use super::print;

/// Find, download, check and remove models; list them, load and unload them
#[derive(Debug, Subcommand)]
pub(super) enum Models {
    /// List the models on this computer, with the memory that each needs
    List,
    /// Tell what this computer can run, and which model to begin with
    Recommend {
        /// A size that you prefer
        #[arg(long, value_parser = parse_size)]
        size: Option<Size>,
    },
    /// Keep a token for models with terms, read from the standard input; show what is kept
    Token {
        /// Forget it
        #[arg(long)]
        remove: bool,
        /// Where there is no keychain: keep it in a file that only you can read
        #[arg(long)]
        in_file: bool,
        /// Take it over from a `.env` file
        #[arg(long, value_name = "FILE")]
        import: Option<std::path::PathBuf>,
    },
    /// Search the hub for models in GGUF format
    Search {
        /// Words in the name
        text: String,
        /// Another hub's address
        #[arg(long)]
        endpoint: Option<String>,
    },
    /// Show the files of a repository on the hub, or what is known of a model here
    Info {
        /// A repository (owner/name), or a model's name
        name: String,
        /// Another hub's address
        #[arg(long)]
        endpoint: Option<String>,
    },
    /// Download a model; it goes on where it was when it is interrupted
    Pull {
        /// A repository on the hub (owner/name), or the address of a GGUF file
        from: String,
        /// The file or quantization, such as `Q4_K_M`; for an address, the name to save it under
        file: Option<String>,
        /// Another hub's address
        #[arg(long)]
        endpoint: Option<String>,
    },
    /// Bring a GGUF file from elsewhere into the models folder
    Import {
        /// The file
        path: std::path::PathBuf,
        /// Lead to it with a link instead of copying it
        #[arg(long)]
        link: bool,
        /// What it is called here
        #[arg(long)]
        name: Option<String>,
    },
    /// List the models of other programs on this computer, which can be used where they lie
    Scan,
    /// Read a whole file and compare its checksum with the one that it came with
    Verify {
        /// Its name
        model: String,
    },
    /// Give a model another name
    Rename {
        /// Its name
        model: String,
        /// The new name
        to: String,
    },
    /// Make a smaller copy of a model, for less memory and more speed
    Requantize {
        /// Its name
        model: String,
        /// How the copy's weights are stored: `Q8_0`, `Q6_K`, `Q5_K_M`, `Q4_K_M`, `Q3_K_M` or `Q2_K`
        weights: String,
    },
    /// Move a model to the system's trash
    Remove {
        /// Its name
        model: String,
    },
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
            Self::Recommend { size } => hub::recommend(hearth, size, json).await,
            Self::Token {
                remove,
                in_file,
                import,
            } => hub::token(hearth, remove, in_file, import.as_deref(), json).await,
            Self::Search { text, endpoint } => hub::search(hearth, &text, endpoint, json).await,
            Self::Info { name, endpoint }
                if name.contains('/') && !name.starts_with(['/', '.']) =>
            {
                hub::repository(hearth, &name, endpoint, json).await
            }
            Self::Info { name, .. } => print::json(&hearth.model_details(&name).await?),
            Self::Pull {
                from,
                file,
                endpoint,
            } => hub::pull(hearth, &from, file.as_deref(), endpoint, json).await,
            Self::Import { path, link, name } => {
                let how = if link { Import::Link } else { Import::Copy };
                let model = hearth.models.import(&path, how, name.as_deref()).await?;
                done(json, &model.id, "imported")
            }
            Self::Scan => scan(hearth, json),
            Self::Verify { model } => verify(hearth, &model, json).await,
            Self::Rename { model, to } => {
                done(json, &hearth.rename_model(&model, &to).await?.id, "renamed")
            }
            Self::Requantize { model, weights } => {
                hub::requantize(hearth, &model, &weights, json).await
            }
            Self::Remove { model } => {
                hearth.remove_model(&model).await?;
                done(json, &model, "removed")
            }
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

/// One of the sizes, by its name.
fn parse_size(text: &str) -> Result<Size, String> {
    let name = serde_json::Value::String(text.to_lowercase());
    serde_json::from_value(name).map_err(|_| "tiny, small, medium, large or huge".to_owned())
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
    let mut table = print::table(&["MODEL", "SIZE", "WEIGHTS", "CONTEXT", "NEEDS"]);
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

fn scan(hearth: &Hearth, json: bool) -> Result<(), Error> {
    let found = hearth.models.elsewhere(&Places::of_this_user());
    if json {
        return print::json(&found);
    }
    if found.is_empty() {
        print::remark("No model of another program was found that is not used already.");
        return Ok(());
    }
    let mut table = print::table(&["PROGRAM", "NAME", "SIZE", "WEIGHTS", "FILE"]);
    for one in found {
        table.add_row([
            one.program,
            one.name,
            size(whole(one.bytes)),
            one.quantization,
            one.path.display().to_string(),
        ]);
    }
    print::text(&format!("{table}\n"));
    print::remark("To use one where it lies: hearth models import FILE --link --name NAME");
    Ok(())
}

fn ps(hearth: &Hearth, json: bool) -> Result<(), Error> {
    let all = requests::loaded(&hearth.folder)?;
    if json {
        return print::json(&all);
    }
    let mut table = print::table(&[
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

async fn verify(hearth: &Hearth, model: &str, json: bool) -> Result<(), Error> {
    let found = hearth.models.verify(model, &hearth.store).await?;
    if json {
        print::json(&found)?;
    } else {
        print::text(&format!("{}  {}\n", found.sha256, found.model));
    }
    if found.is_changed() {
        let message = format!(
            "{model} is not the file that was downloaded. Remove it and download it again."
        );
        return Err(Error::new(hearth_core::Code::ChecksumMismatch, message));
    }
    if found.expected.is_none() && !json {
        print::remark("It did not come from a download, so there is no checksum to compare with.");
    }
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

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes are whole bytes"
)]
fn whole(bytes: f64) -> u64 {
    bytes as u64
}
