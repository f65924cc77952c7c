//! `hearth config`.

mod profiles;

use std::path::Path;

use clap::Subcommand;
use hearth_core::config::Settings;
use hearth_core::config::differences::{Differences, Line, Side};
use hearth_core::config::reading::allowed;
use hearth_core::config::timeline::State;
use hearth_core::{Code, Error, Hearth};
use serde::Serialize;

use super::print;

/// Show, change, check and take back settings
#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// Say where the settings file lies
    Path,
    /// List every setting with its value, what it takes and what it is for
    List,
    /// Print the value of a setting, or the whole file
    Get {
        /// Its name, such as `engine.slots`
        key: Option<String>,
    },
    /// Change a setting
    Set {
        /// Its name, such as `engine.slots` or `models."my model".sampling.temperature`
        key: String,
        /// Its value
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Go back to a setting's default
    Unset {
        /// Its name
        key: String,
    },
    /// Edit the file in the program of VISUAL or EDITOR; it is checked before it is saved
    Edit,
    /// Say what is wrong in the settings file, or in another one
    Check {
        /// Another file
        file: Option<std::path::PathBuf>,
    },
    /// Keep the settings as they are now
    Backup {
        /// What to remember them by
        #[arg(long)]
        note: Option<String>,
    },
    /// List the earlier states of the settings, and of the prompts
    Backups,
    /// Show what differs between a state and another one, or the file as it is now
    Diff {
        /// The earlier one, as `hearth config backups` names it
        before: String,
        /// The later one
        after: Option<String>,
    },
    /// Go back to a state; what is there now is kept as one
    Restore {
        /// Its name
        id: String,
        /// Take only this setting back; may be given several times
        #[arg(long = "key", value_name = "KEY")]
        keys: Vec<String>,
    },
    /// Settings for a purpose, all at once
    #[command(subcommand)]
    Profile(profiles::Profiles),
}

/// Equal lines that are shown around one that differs.
const AROUND: usize = 3;

/// A setting as it is listed.
#[derive(Serialize)]
struct Row {
    key: String,
    value: String,
    is_set: bool,
    default: &'static str,
    takes: String,
    help: &'static str,
}

impl Config {
    pub(super) fn run(self, hearth: &Hearth, json: bool) -> Result<(), Error> {
        let settings = &hearth.settings;
        match self {
            Self::Path => say(json, &settings.path().display().to_string()),
            Self::List => list(settings, json),
            Self::Get { key: Some(key) } => say(json, &settings.value(&key)?),
            Self::Get { key: None } if json => print::json(&settings.shown()),
            Self::Get { key: None } => {
                print::text(&settings.shown().text);
                Ok(())
            }
            Self::Set { key, value } => settings.set(&key, Some(&value)),
            Self::Unset { key } => settings.set(&key, None),
            Self::Edit => edit(settings),
            Self::Check { file } => check(settings, file.as_deref(), json),
            Self::Backup { note } => settings.keep(note),
            Self::Backups => {
                let mut states = settings.states()?;
                states.extend(hearth.prompts.states()?);
                backups(&states, json)
            }
            Self::Diff { before, after } if is_of_prompts(&before) => {
                differences(&hearth.prompts.compare(&before, after.as_deref())?, json)
            }
            Self::Diff { before, after } => {
                differences(&settings.compare(&before, after.as_deref())?, json)
            }
            Self::Restore { id, keys } if keys.is_empty() && is_of_prompts(&id) => {
                hearth.prompts.restore(&id)
            }
            Self::Restore { id, keys } if keys.is_empty() => settings.restore(&id),
            Self::Restore { id, keys } => settings.restore_keys(&id, &keys),
            Self::Profile(profiles) => profiles.run(hearth, json),
        }
    }
}

fn say(json: bool, text: &str) -> Result<(), Error> {
    if json {
        return print::json(&text);
    }
    print::text(&format!("{text}\n"));
    Ok(())
}

fn list(settings: &Settings, json: bool) -> Result<(), Error> {
    let values = settings.shown().values;
    let fields = Settings::sections()
        .iter()
        .flat_map(|section| &section.fields);
    let known = fields.clone().filter(|field| !field.key.contains('*'));
    let mut rows: Vec<Row> = known
        .map(|field| {
            let set = values.iter().find(|shown| shown.key == field.key);
            let set = set.and_then(|shown| shown.value.clone());
            Row {
                key: field.key.clone(),
                is_set: set.is_some(),
                value: set.unwrap_or_else(|| field.default.clone()),
                default: &field.default,
                takes: allowed(field),
                help: &field.help,
            }
        })
        .collect();
    let models = values
        .into_iter()
        .filter(|shown| shown.key.starts_with("models."));
    rows.extend(models.map(|shown| Row {
        key: shown.key,
        value: shown.value.unwrap_or_default(),
        is_set: true,
        default: "",
        takes: String::new(),
        help: "For this model alone.",
    }));
    if json {
        return print::json(&rows);
    }
    let mut table = print::table(&["setting", "value", "takes", "what it is for"]);
    for row in rows {
        table.add_row([&row.key, &row.value, &row.takes, row.help]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

fn edit(settings: &Settings) -> Result<(), Error> {
    let shown = settings.shown();
    let set = |name| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    let Some(editor) = set("VISUAL").or_else(|| set("EDITOR")) else {
        let message = format!(
            "No editor is set. Set EDITOR, or edit {} with any program.",
            shown.path
        );
        return Err(Error::new(Code::NotFound, message));
    };
    let draft = tempfile::Builder::new()
        .prefix("hearth-config-")
        .suffix(".toml")
        .tempfile()
        .map_err(Error::internal)?;
    std::fs::write(draft.path(), &shown.text).map_err(Error::internal)?;
    // As other programs start it: a command for the shell, with the file behind it.
    let mut command = if cfg!(windows) {
        std::process::Command::new(&editor)
    } else {
        let mut shell = std::process::Command::new("sh");
        shell.arg("-c").arg(format!("{editor} \"$@\"")).arg(&editor);
        shell
    };
    let ended = command.arg(draft.path()).status();
    let refused = |why: String| Error::new(Code::NotFound, format!("{editor} {why}"));
    let ended = ended.map_err(|error| refused(format!("could not be started: {error}.")))?;
    if !ended.success() {
        return Err(refused(
            "ended with a failure; nothing was changed.".to_owned(),
        ));
    }
    let text = std::fs::read_to_string(draft.path())
        .map_err(|error| refused(format!("left no text: {error}. Nothing was changed.")))?;
    if text == shown.text {
        print::remark("Nothing was changed.");
        return Ok(());
    }
    settings.save_text(&text, &shown.hash).inspect_err(|_| {
        // What was typed is not lost with the refusal.
        if let Ok((_, path)) = draft.keep() {
            print::remark(&format!("Your text is kept in {}.", path.display()));
        }
    })
}

fn check(settings: &Settings, file: Option<&Path>, json: bool) -> Result<(), Error> {
    let faults = if let Some(path) = file {
        let bytes = std::fs::read(path).map_err(|error| {
            let message = format!("{} cannot be read: {error}.", path.display());
            Error::new(Code::NotFound, message)
        })?;
        Settings::faults_in(&bytes)
    } else {
        let shown = settings.shown();
        for key in shown.unknown {
            print::remark(&format!(
                "{key} is not known to this Hearth; it was left in the file."
            ));
        }
        shown.faults
    };
    if json {
        print::json(&faults)?;
    }
    if faults.is_empty() {
        if !json {
            print::remark("Everything in it can be used.");
        }
        return Ok(());
    }
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Err(Error::new(Code::BadSetting, told.join("\n        ")))
}

/// Whether a state is one of the prompts' file.
fn is_of_prompts(id: &str) -> bool {
    id.starts_with("prompts-")
}

fn backups(states: &[State], json: bool) -> Result<(), Error> {
    if json {
        return print::json(&states);
    }
    let mut table = print::table(&["state", "why", "bytes", "note"]);
    for state in states {
        let why = serde_json::to_value(state.reason).map_err(Error::internal)?;
        table.add_row([
            state.id.as_str(),
            why.as_str().unwrap_or_default(),
            &state.bytes.to_string(),
            state.note.as_deref().unwrap_or_default(),
        ]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

/// Prints what differs.
fn differences(found: &Differences, json: bool) -> Result<(), Error> {
    if json {
        return print::json(found);
    }
    let is_changed = |line: &Line| line.side != Side::Both;
    if !found.lines.iter().any(is_changed) {
        print::remark("Nothing differs.");
    }
    for (place, line) in found.lines.iter().enumerate() {
        let (first, last) = (place.saturating_sub(AROUND), place + AROUND + 1);
        let near = &found.lines[first..last.min(found.lines.len())];
        if !near.iter().any(is_changed) {
            continue;
        }
        let mark = match line.side {
            Side::Both => ' ',
            Side::Before => '-',
            Side::After => '+',
        };
        print::text(&format!("{mark} {}\n", line.text));
    }
    Ok(())
}
