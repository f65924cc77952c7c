//! What the page can ask about personas.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hearth_core::persona::{Card, Grown, Personas, cards, traits};
use hearth_core::store::personas::{Persona, TraitChange};
use hearth_core::{Code, Error, Hearth, Result, transfer};
use serde::Serialize;
use specta::Type;
use tauri::State;

use crate::files::{Ask, Files};

/// The changes of traits that are shown.
const SHOWN: u32 = 100;

/// A persona as its editor shows it.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct PersonaDetails {
    /// What the user made of it, and what use has.
    persona: Persona,
    /// Its traits as they are now.
    #[specta(type = BTreeMap<String, u32>)]
    traits: traits::Values,
    /// Why they moved, the newest first.
    changes: Vec<TraitChange>,
    /// The level of its bond.
    level: u32,
    /// What the bond is called.
    stage: String,
    /// Its picture, as an address that the page can show.
    picture: Option<String>,
}

/// All personas.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_personas(hearth: State<'_, Hearth>) -> Result<Vec<Persona>> {
    hearth.personas.list().await
}

/// The personas that come with Hearth.
#[tauri::command]
#[specta::specta]
pub(crate) async fn persona_gallery(hearth: State<'_, Hearth>) -> Result<Vec<Card>> {
    hearth.personas.gallery()
}

/// A persona with all that belongs to it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_persona(
    hearth: State<'_, Hearth>,
    persona: u32,
) -> Result<PersonaDetails> {
    let persona = hearth.personas.get(persona).await?;
    let picture = hearth.store.avatar(persona.id).await?;
    Ok(PersonaDetails {
        traits: traits::now(&persona.card, &persona.grown),
        changes: hearth.store.trait_changes(persona.id, SHOWN).await?,
        level: persona.grown.feelings.level(),
        stage: persona.grown.feelings.stage().to_owned(),
        picture: picture.map(|bytes| format!("data:image/png;base64,{}", BASE64.encode(bytes))),
        persona,
    })
}

/// Adds a persona; its number.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_persona(hearth: State<'_, Hearth>, card: Card) -> Result<u32> {
    hearth.personas.add(card).await
}

/// Changes a persona.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_persona(
    hearth: State<'_, Hearth>,
    persona: u32,
    card: Card,
) -> Result<()> {
    hearth.personas.change(persona, card).await
}

/// The instructions that a card gives a model, with what use has made of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn persona_instructions(card: Card, grown: Grown) -> Result<String> {
    Ok(Personas::instructions(&card, &grown))
}

/// Sets traits, mood and bond back to the beginning.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reset_persona(hearth: State<'_, Hearth>, persona: u32) -> Result<()> {
    hearth.personas.reset(persona).await
}

/// Deletes a persona, or brings it back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_persona(
    hearth: State<'_, Hearth>,
    persona: u32,
    deleted: bool,
) -> Result<()> {
    hearth.personas.delete(persona, deleted).await
}

/// Lets a persona answer where a conversation says nothing else; none for no persona.
#[tauri::command]
#[specta::specta]
pub(crate) async fn use_persona(hearth: State<'_, Hearth>, name: Option<String>) -> Result<()> {
    hearth
        .settings
        .set("chat.persona", Some(name.as_deref().unwrap_or_default()))
}

/// Gives a persona a picture from a file that the user names, or takes it away; false where no
/// file was named.
#[tauri::command]
#[specta::specta]
pub(crate) async fn picture_persona(
    hearth: State<'_, Hearth>,
    files: State<'_, Files>,
    persona: u32,
    remove: bool,
) -> Result<bool> {
    if remove {
        hearth.personas.picture(persona, None).await?;
        return Ok(true);
    }
    let Some(path) = files.ask(Ask::Open(&["png", "jpg", "jpeg"])).await else {
        return Ok(false);
    };
    hearth.personas.picture(persona, Some(read(&path)?)).await?;
    Ok(true)
}

/// Adds the persona of a character card that the user names; its number, none where none was
/// named.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_persona(
    hearth: State<'_, Hearth>,
    files: State<'_, Files>,
) -> Result<Option<u32>> {
    let Some(path) = files.ask(Ask::Open(&["png", "json"])).await else {
        return Ok(None);
    };
    hearth.personas.import(&read(&path)?).await.map(Some)
}

/// Writes a persona as a character card into a file that the user names; false where none was.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_persona(
    hearth: State<'_, Hearth>,
    files: State<'_, Files>,
    persona: u32,
    as_image: bool,
) -> Result<bool> {
    let name = hearth.personas.get(persona).await?.card.name;
    let safe: String = name
        .chars()
        .map(|sign| if sign.is_alphanumeric() { sign } else { '-' })
        .collect();
    let proposed = format!("{safe}.{}", if as_image { "png" } else { "json" });
    let bytes = hearth.personas.export(persona, as_image).await?;
    let Some(path) = files.ask(Ask::Save(proposed)).await else {
        return Ok(false);
    };
    transfer::save(&path, bytes)?;
    Ok(true)
}

/// A file that is not larger than a card may be.
fn read(path: &std::path::Path) -> Result<Vec<u8>> {
    let fault = |error| Error::file("read", path, &error);
    let size = std::fs::metadata(path).map_err(fault)?.len();
    if size > cards::MOST_BYTES as u64 {
        return Err(Error::new(
            Code::ImportUnreadable,
            "The file is larger than 20 MiB.",
        ));
    }
    std::fs::read(path).map_err(fault)
}
