//! Personas: who answers. A card says what the user made of one, and use makes it grow: its
//! traits drift slowly, and, where the user likes that, it has moods and a bond.
//!
//! [`Personas`] is the list; `prompt` turns one into instructions, [`traits`] and [`feelings`] are
//! what grows, [`cards`] reads and writes the character cards that other programs use, `gallery`
//! holds those that ship with Hearth.

pub mod cards;
pub mod feelings;
mod gallery;
mod prompt;
pub mod traits;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::config::Settings;
use crate::config::sampling::SamplingConfig;
use crate::store::Store;
use crate::store::personas::{Persona, PersonaId, TraitChange, missing};
use crate::{Code, Error, Result};

use feelings::Feelings;
use traits::Values;

/// Characters of a name, at most.
const LONGEST_NAME: usize = 80;
/// Characters of all its texts, at most.
const LONGEST: usize = 64 * 1024;

/// What the user made of a persona.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Card {
    /// Its name.
    pub name: String,
    /// Who it is, in a few sentences.
    pub description: String,
    /// What it says at the beginning; empty for nothing.
    pub greeting: String,
    /// Further instructions; empty for none.
    pub system_prompt: String,
    /// How it writes; empty for as the model does.
    pub voice: String,
    /// The model that speaks for it, where it is not the one of the settings.
    pub model: Option<String>,
    /// How its answers are drawn, as far as that differs.
    pub sampling: SamplingConfig,
    /// Its ten traits from 0 to 1, as the user set them.
    #[specta(type = BTreeMap<String, u32>)]
    pub traits: Values,
    /// Whether its traits stay as they were set.
    pub frozen: bool,
    /// Whether it has moods and a bond.
    pub feelings: bool,
    /// Whether the answer to an earlier question that means the same will do, as with
    /// `cache.similar`.
    #[serde(default)]
    pub similar: bool,
    /// The colour of its drawn picture, in degrees.
    pub hue: u16,
    /// The character card from which it was imported, as JSON, with what Hearth does not use.
    pub imported: String,
}

/// What use has made of a persona.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct Grown {
    /// Its traits as they are now, where they have moved.
    #[specta(type = BTreeMap<String, u32>)]
    pub traits: Values,
    /// Its mood and bond.
    pub feelings: Feelings,
    /// When it was last spoken to, in milliseconds since 1970.
    #[specta(type = u32)]
    pub at: f64,
}

impl Default for Card {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            greeting: String::new(),
            system_prompt: String::new(),
            voice: String::new(),
            model: None,
            sampling: SamplingConfig::default(),
            traits: traits::standard(),
            frozen: false,
            feelings: false,
            similar: false,
            hue: 24,
            imported: String::new(),
        }
    }
}

impl Card {
    /// The card without surrounding blanks, its traits within their range; refused where it has
    /// no name or is beyond all measure.
    fn checked(mut self) -> Result<Self> {
        self.name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        let refused = |message: String| Err(Error::new(Code::BadSetting, message));
        if self.name.is_empty() {
            return refused("A persona needs a name.".to_owned());
        }
        if self.name.chars().count() > LONGEST_NAME {
            return refused(format!(
                "A persona's name has at most {LONGEST_NAME} characters."
            ));
        }
        let texts = [
            &self.description,
            &self.greeting,
            &self.system_prompt,
            &self.voice,
        ];
        if texts.iter().map(|text| text.len()).sum::<usize>() > LONGEST {
            return refused(format!(
                "A persona's texts have at most {} KiB.",
                LONGEST / 1024
            ));
        }
        self.traits = traits::within_range(&self.traits);
        self.hue %= 360;
        Ok(self)
    }
}

/// The personas of a data folder. Cheap to clone.
#[derive(Clone)]
pub struct Personas {
    store: Store,
    settings: Settings,
}

impl Personas {
    /// Those of this store; the settings say which one answers.
    #[must_use]
    pub fn new(store: Store, settings: Settings) -> Self {
        Self { store, settings }
    }

    /// All of them.
    pub async fn list(&self) -> Result<Vec<Persona>> {
        self.store.personas().await
    }

    /// Those that ship with Hearth, to be taken over.
    pub fn gallery(&self) -> Result<Vec<Card>> {
        gallery::cards()
    }

    /// One of them.
    pub async fn get(&self, id: PersonaId) -> Result<Persona> {
        self.store.persona(id).await?.ok_or_else(|| missing(id))
    }

    /// One of them, by its number or its name.
    pub async fn find(&self, name: &str) -> Result<Persona> {
        let all = self.store.personas().await?;
        let number: Option<PersonaId> = name.parse().ok();
        let by_name = |one: &Persona| one.card.name.to_lowercase() == name.trim().to_lowercase();
        let found = all
            .iter()
            .find(|one| Some(one.id) == number)
            .or_else(|| all.iter().find(|one| by_name(one)));
        found.cloned().ok_or_else(|| {
            let message =
                format!("There is no persona “{name}”. `hearth personas list` shows them.");
            Error::new(Code::NotFound, message)
        })
    }

    /// Adds one.
    pub async fn add(&self, card: Card) -> Result<PersonaId> {
        self.store.add_persona(card.checked()?, None).await
    }

    /// Changes one.
    pub async fn change(&self, id: PersonaId, card: Card) -> Result<()> {
        let (card, old) = (card.checked()?, self.get(id).await?);
        // A slider that was moved counts from where it is now.
        let mut grown = old.grown.clone();
        grown
            .traits
            .retain(|name, _| card.traits.get(name) == old.card.traits.get(name));
        let name = card.name.clone();
        self.store.set_card(id, card).await?;
        self.store.grow(id, grown, Vec::new()).await?;
        self.rename_in_settings(&old.card.name, &name)
    }

    /// Deletes one, or brings it back. What it remembers goes and comes with it.
    pub async fn delete(&self, id: PersonaId, deleted: bool) -> Result<()> {
        let name = self.store.persona(id).await?.map(|one| one.card.name);
        self.store.delete_persona(id, deleted).await?;
        match name {
            Some(name) if deleted => self.rename_in_settings(&name, ""),
            _ => Ok(()),
        }
    }

    /// The settings name who answers; that has to be somebody.
    fn rename_in_settings(&self, old: &str, new: &str) -> Result<()> {
        let answers = self.settings.get().chat.persona.to_lowercase() == old.to_lowercase();
        if answers && old != new {
            self.settings.set("chat.persona", Some(new))?;
        }
        Ok(())
    }

    /// Gives one a picture: the bytes of a PNG or JPEG; none takes it away.
    pub async fn picture(&self, id: PersonaId, image: Option<Vec<u8>>) -> Result<()> {
        let image = image.map(|bytes| cards::picture(&bytes)).transpose()?;
        self.store.set_avatar(id, image).await
    }

    /// Adds the persona of a character card: a PNG with a card in it, or JSON.
    pub async fn import(&self, bytes: &[u8]) -> Result<PersonaId> {
        let (card, picture) = cards::read(bytes)?;
        self.store.add_persona(card.checked()?, picture).await
    }

    /// A persona as a character card: a PNG with its picture, or JSON.
    pub async fn export(&self, id: PersonaId, as_image: bool) -> Result<Vec<u8>> {
        let persona = self.get(id).await?;
        if !as_image {
            return Ok(cards::json(&persona.card).into_bytes());
        }
        let avatar = self.store.avatar(id).await?;
        cards::image(&persona.card, avatar.as_deref())
    }

    /// Sets a persona's traits back to what the user set, and its mood and bond to the beginning.
    pub async fn reset(&self, id: PersonaId) -> Result<()> {
        let persona = self.get(id).await?;
        let now = traits::now(&persona.card, &persona.grown);
        let back = persona.card.traits.iter().filter_map(|(name, &value)| {
            let before = now.get(name).copied()?;
            ((before - value).abs() > 1e-4).then(|| TraitChange {
                at: 0.0,
                name: name.clone(),
                before,
                after: value,
                why: "set back by you".to_owned(),
            })
        });
        self.store.grow(id, Grown::default(), back.collect()).await
    }

    /// The instructions that a persona gives a model, as they would be now.
    #[must_use]
    pub fn instructions(card: &Card, grown: &Grown) -> String {
        prompt::instructions(card, grown)
    }

    /// Lets a persona grow by what it was told. `cached` answers bond less.
    pub(crate) async fn grow(
        &self,
        id: PersonaId,
        told: &str,
        cached: bool,
        now: i64,
    ) -> Result<()> {
        let Some(persona) = self.store.persona(id).await? else {
            return Ok(());
        };
        let (card, mut grown) = (persona.card, persona.grown);
        let mut moved = Vec::new();
        if !card.frozen {
            moved = traits::drift(&card, &mut grown, told, now);
        }
        if card.feelings {
            grown.feelings.after(told, cached);
        }
        grown.at = now as f64;
        self.store.grow(id, grown, moved).await
    }
}
