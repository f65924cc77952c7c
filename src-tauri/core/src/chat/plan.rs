//! Who answers a message, and how: settled before anything is saved.

use hearth_protocol::{Format, Sampling};

use crate::config::sentence;
use crate::models::Model;
use crate::persona::Personas;
use crate::pipeline::{Priority, Reuse, Terms};
use crate::store::personas::{Persona, PersonaId};
use crate::store::settings::ConversationSettings;
use crate::{Code, Error, Result};

use super::insert::Teller;
use super::wording::{self, Wording};
use super::{Chat, Overrides};

/// With what an answer is made.
pub(super) struct Plan {
    /// The model's name as it was asked for.
    pub(super) requested: String,
    /// The model.
    pub(super) model: Model,
    /// Who answers, if it is a persona.
    pub(super) persona: Option<PersonaId>,
    /// The instructions at the start of the conversation; empty for none.
    pub(super) system_prompt: String,
    /// What stands around messages, and how answers begin.
    pub(super) wording: Wording,
    /// How tokens are chosen.
    pub(super) sampling: Sampling,
    /// The longest answer, in tokens.
    pub(super) max_tokens: u32,
    /// The form that the answer has to take.
    pub(super) format: Format,
    /// How it is served.
    pub(super) terms: Terms,
    /// Memories that may go into it, at most.
    pub(super) recalled: usize,
    /// Whether its question is remembered.
    pub(super) learns: bool,
}

impl Plan {
    /// Who may be told what is remembered.
    pub(super) fn teller(&self) -> Teller {
        (self.recalled > 0).then_some(self.persona)
    }
}

impl Chat {
    /// Settles who answers, and how. What a single answer asks for goes before what its
    /// conversation says, that before its persona, and that before the settings.
    pub(super) async fn plan(
        &self,
        overrides: &Overrides,
        settings: &ConversationSettings,
    ) -> Result<Plan> {
        let config = self.settings.get();
        let persona = self.persona_for(settings, &config.chat.persona).await?;
        let card = persona.as_ref().map(|one| &one.card);
        let name = overrides.model.as_ref().or(settings.model.as_ref());
        let name = name.or_else(|| card.and_then(|card| card.model.as_ref()));
        let name = name.unwrap_or(&config.chat.model);
        let model = self.models.find(name)?;
        let wanted = overrides.sampling.or(&settings.sampling);
        let wanted = card.map_or_else(|| wanted.clone(), |card| wanted.or(&card.sampling));
        let wanted = wanted.or(&config.sampling_for(&model));
        let (sampling, max_tokens) = wanted.resolved(&model);
        let refused =
            |reason: String| Error::new(Code::BadSetting, format!("{}.", sentence(&reason)));
        sampling
            .check()
            .map_err(|refusal| refused(refusal.to_string()))?;
        let format = overrides.format.clone();
        format
            .check()
            .map_err(|refusal| refused(refusal.to_string()))?;
        let who = persona
            .as_ref()
            .map(|one| Personas::instructions(&one.card, &one.grown));
        let own = settings.system_prompt.as_deref();
        // What belonged to a persona that is gone is nobody's.
        let orphaned = persona.is_none() && settings.persona.is_some_and(|id| id > 0);
        let remembers = settings.memory.unwrap_or(true) && !orphaned;
        let most = if config.memory.recall && remembers {
            config.memory.most_recalled
        } else {
            0
        };
        let reuse = match &config.cache {
            cache if !cache.enabled || overrides.no_cache => Reuse::Never,
            cache if cache.at_any_temperature => Reuse::SameDrawn,
            _ => Reuse::Same,
        };
        Ok(Plan {
            terms: Terms {
                priority: Priority::Interactive,
                reuse,
                similar: config.cache.similar
                    || overrides.similar
                    || card.is_some_and(|card| card.similar),
                fresh: overrides.fresh,
                drawn_seed: wanted.seed.is_none(),
                persona: persona.as_ref().map(|one| one.id),
                ..Terms::default()
            },
            requested: name.to_owned(),
            persona: persona.map(|one| one.id),
            system_prompt: wording::instructions([
                who.as_deref().unwrap_or_default(),
                own.unwrap_or(&config.chat.system_prompt),
                &config.chat.master_prompt,
            ]),
            wording: Wording::of(&config.chat),
            model,
            sampling,
            max_tokens,
            format,
            recalled: most as usize,
            learns: config.memory.learn && remembers,
        })
    }

    /// The persona of a conversation, else that of the settings. One that was deleted since is
    /// none.
    async fn persona_for(
        &self,
        settings: &ConversationSettings,
        general: &str,
    ) -> Result<Option<Persona>> {
        match settings.persona {
            Some(0) => Ok(None),
            Some(id) => self.store.persona(id).await,
            None if general.trim().is_empty() => Ok(None),
            None => self.personas.find(general).await.map(Some),
        }
    }
}
