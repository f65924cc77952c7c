//! `hearth backup`.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use hearth_core::archive::{self, BackupPart, Manifest};
use hearth_core::config::Settings;
use hearth_core::config::profiles::Profiles;
use hearth_core::folder::DataFolder;
use hearth_core::models::need::size;
use hearth_core::prompts::Prompts;
use hearth_core::{Error, Hearth};

use super::print;

/// Keep everything in one file, and restore from it
#[derive(Debug, Subcommand)]
pub(super) enum Backup {
    /// Write conversations, settings, prompts and profiles into one file. Models are only named,
    /// secrets left out
    Create {
        /// The file, such as `hearth.zip`
        file: PathBuf,
    },
    /// Check a backup and show what is in it
    Show {
        /// The file
        file: PathBuf,
    },
    /// Restore from a backup. What it replaces is kept
    Restore {
        /// The file
        file: PathBuf,
        /// Restore only this; may be given several times
        #[arg(long, value_enum)]
        only: Vec<Wanted>,
    },
}

/// What can be restored by itself.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Wanted {
    Settings,
    Prompts,
    Profiles,
    Conversations,
}

impl From<Wanted> for BackupPart {
    fn from(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Settings => Self::Settings,
            Wanted::Prompts => Self::Prompts,
            Wanted::Profiles => Self::Profiles,
            Wanted::Conversations => Self::Conversations,
        }
    }
}

impl Backup {
    pub(super) async fn run(self, hearth: &Hearth, json: bool) -> Result<(), Error> {
        match self {
            Self::Create { file } => show(&hearth.back_up(&file).await?, json),
            Self::Show { file } => show(&archive::look(&file)?, json),
            // It works without all of this, and was done before.
            Self::Restore { .. } => Ok(()),
        }
    }

    /// What works where Hearth itself cannot open the data folder.
    pub(super) fn rescue(&self, data_dir: Option<&Path>) -> Option<Result<(), Error>> {
        let Self::Restore { file, only } = self else {
            return None;
        };
        let folder = DataFolder::open(data_dir);
        Some(folder.and_then(|folder| restore(&folder, file, only)))
    }
}

fn restore(folder: &DataFolder, file: &Path, only: &[Wanted]) -> Result<(), Error> {
    let parts: Vec<BackupPart> = match only {
        [] => archive::look(file)?.parts(),
        some => some.iter().copied().map(BackupPart::from).collect(),
    };
    let settings = Settings::open(folder.config());
    let profiles = Profiles::new(folder.profiles(), settings.clone());
    let prompts = Prompts::new(folder.prompts());
    if archive::restore(folder, &settings, &profiles, &prompts, file, &parts)? {
        print::remark(
            "The conversations are exchanged at the next start, when no Hearth runs on this \
             folder. The old ones are kept in the folder backups.",
        );
    }
    print::remark("Restored. A profile of a name that was taken has a number behind its name.");
    Ok(())
}

fn show(manifest: &Manifest, json: bool) -> Result<(), Error> {
    if json {
        return print::json(manifest);
    }
    let mut table = print::table(&["file", "size"]);
    for file in &manifest.files {
        let small = file.bytes < 1_000_000;
        let length = if small {
            format!("{} bytes", file.bytes)
        } else {
            size(file.bytes)
        };
        table.add_row([file.name.clone(), length]);
    }
    print::text(&format!("{table}\n"));
    for model in &manifest.models {
        print::text(&format!("model {}, not contained\n", model.name));
    }
    Ok(())
}
