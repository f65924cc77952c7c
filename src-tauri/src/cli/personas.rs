//! `hearth personas`.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use hearth_core::persona::{Personas, traits};
use hearth_core::store::personas::Persona;
use hearth_core::{Error, Hearth};
use serde_json::json;

use super::print;

/// Who answers
#[derive(Debug, Subcommand)]
pub(super) enum PersonaCommand {
    /// List the personas
    List,
    /// Show a persona: its traits, why they moved, and the instructions that it gives a model
    Show {
        /// Its name or number
        name: String,
    },
    /// List the personas that come with Hearth, or take one over
    Gallery {
        /// The one to take over
        name: Option<String>,
    },
    /// Add the persona of a character card: a PNG or JSON of version 1, 2 or 3
    Import {
        /// The file
        file: PathBuf,
    },
    /// Write a persona as a character card: a PNG, or JSON where the file's name ends so
    Export {
        /// Its name or number
        name: String,
        /// The file
        file: PathBuf,
    },
    /// Let a persona answer from now on, where a conversation says nothing else
    Use {
        /// Its name; none for no persona
        name: Option<String>,
    },
    /// Set a persona's traits, mood and bond back to the beginning
    Reset {
        /// Its name or number
        name: String,
    },
    /// Bring a deleted persona back, with what it remembers
    Restore {
        /// Its number
        id: u32,
    },
    /// Delete a persona; what it remembers goes with it
    Delete {
        /// Its name or number
        name: String,
    },
}

impl PersonaCommand {
    pub(super) async fn run(self, hearth: &Hearth, json: bool) -> Result<(), Error> {
        let personas = &hearth.personas;
        match self {
            Self::List => list(&personas.list().await?, json),
            Self::Show { name } => show(hearth, &personas.find(&name).await?, json).await,
            Self::Gallery { name: None } => gallery(personas, json),
            Self::Gallery { name: Some(name) } => {
                let cards = personas.gallery()?;
                let wanted = cards
                    .into_iter()
                    .find(|card| card.name.eq_ignore_ascii_case(&name));
                let Some(card) = wanted else {
                    let message = format!("The gallery has no “{name}”.");
                    return Err(Error::new(hearth_core::Code::NotFound, message));
                };
                print::text(&format!("{}\n", personas.add(card).await?));
                Ok(())
            }
            Self::Import { file } => {
                let bytes =
                    std::fs::read(&file).map_err(|error| Error::file("read", &file, &error))?;
                let id = personas.import(&bytes).await?;
                let name = personas.get(id).await?.card.name;
                print::remark(&format!("{name} is persona {id}."));
                if json {
                    print::json(&json!({ "id": id, "name": name }))
                } else {
                    Ok(())
                }
            }
            Self::Export { name, file } => export(hearth, &name, &file).await,
            Self::Use { name } => {
                if let Some(name) = &name {
                    personas.find(name).await?;
                }
                hearth
                    .settings
                    .set("chat.persona", name.as_deref().or(Some("")))
            }
            Self::Reset { name } => personas.reset(personas.find(&name).await?.id).await,
            Self::Restore { id } => personas.delete(id, false).await,
            Self::Delete { name } => personas.delete(personas.find(&name).await?.id, true).await,
        }
    }
}

async fn export(hearth: &Hearth, name: &str, file: &Path) -> Result<(), Error> {
    let id = hearth.personas.find(name).await?.id;
    let as_image = !file
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let bytes = hearth.personas.export(id, as_image).await?;
    hearth_core::transfer::save(file, bytes)
}

fn list(personas: &[Persona], json: bool) -> Result<(), Error> {
    if json {
        return print::json(&personas);
    }
    if personas.is_empty() {
        print::remark("There are none yet. `hearth personas gallery` shows some to begin with.");
        return Ok(());
    }
    let mut table = print::table(&["number", "name", "who", "memories"]);
    for one in personas {
        let who: String = one
            .card
            .description
            .replace("{{char}}", &one.card.name)
            .chars()
            .take(60)
            .collect();
        table.add_row([
            one.id.to_string(),
            one.card.name.clone(),
            who,
            one.memories.to_string(),
        ]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

fn gallery(personas: &Personas, json: bool) -> Result<(), Error> {
    let cards = personas.gallery()?;
    if json {
        return print::json(&cards);
    }
    let mut table = print::table(&["name", "who"]);
    for card in cards {
        table.add_row([
            card.name.clone(),
            card.description
                .replace("{{char}}", &card.name)
                .replace("{{user}}", "you"),
        ]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

async fn show(hearth: &Hearth, persona: &Persona, json: bool) -> Result<(), Error> {
    const SHOWN: u32 = 20;
    let changes = hearth.store.trait_changes(persona.id, SHOWN).await?;
    let instructions = Personas::instructions(&persona.card, &persona.grown);
    let now = traits::now(&persona.card, &persona.grown);
    if json {
        let feelings = &persona.grown.feelings;
        return print::json(&json!({
            "persona": persona, "traits": now, "changes": changes, "instructions": instructions,
            "mood": feelings.mood, "points": feelings.points, "level": feelings.level(), "stage": feelings.stage(),
        }));
    }
    let mut table = print::table(&["trait", "set", "now"]);
    for (name, value) in &now {
        table.add_row([
            name.clone(),
            format!("{:.2}", persona.card.traits[name]),
            format!("{value:.2}"),
        ]);
    }
    print::text(&format!(
        "{}\n\n{instructions}\n\n{table}\n",
        persona.card.name
    ));
    if persona.card.feelings {
        let feelings = &persona.grown.feelings;
        print::text(&format!(
            "\nmood {}, bond {} ({} points)\n",
            feelings.mood,
            feelings.stage(),
            feelings.points
        ));
    }
    for one in changes {
        print::text(&format!(
            "{} {:+.3}: {}\n",
            one.name,
            one.after - one.before,
            one.why
        ));
    }
    Ok(())
}
