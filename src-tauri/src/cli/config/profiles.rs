//! `hearth config profile`.

use clap::Subcommand;
use hearth_core::{Error, Hearth};

use crate::cli::print;

/// Settings for a purpose, all at once
#[derive(Debug, Subcommand)]
pub(crate) enum Profiles {
    /// List them
    List,
    /// Show what applying one would change
    Show {
        /// Its name
        name: String,
    },
    /// Apply one; `hearth config restore` goes back
    Apply {
        /// Its name
        name: String,
    },
    /// Make one of the settings as they are now
    Save {
        /// Its name
        name: String,
    },
    /// Remove one that you have made
    Remove {
        /// Its name
        name: String,
    },
}

impl Profiles {
    pub(super) fn run(self, hearth: &Hearth, json: bool) -> Result<(), Error> {
        let profiles = &hearth.profiles;
        match self {
            Self::List if json => print::json(&profiles.list()?),
            Self::List => {
                for profile in profiles.list()? {
                    print::text(&format!("{}: {}\n", profile.name, profile.help));
                }
                Ok(())
            }
            Self::Show { name } => super::differences(&profiles.preview(&name)?, json),
            Self::Apply { name } => profiles.apply(&name),
            Self::Save { name } => profiles.save(&name),
            Self::Remove { name } => profiles.remove(&name),
        }
    }
}
