//! Keeping memories in order: what is equal becomes one, what nobody needs goes to the trash.

use crate::Result;
use crate::store::memories::{Memory, MemoryId};
use crate::store::personas::PersonaId;

use super::Memories;
use super::concepts::about;
use super::words::words;

/// From this cosine on two memories may say the same.
const EQUAL: f32 = 0.93;
/// Words that turn a sentence round.
const NEGATIONS: &[&str] = &["not", "no", "never", "cannot", "dislik", "hate", "longer"];

impl Memories {
    /// What a clean-up would forget now, by the settings.
    pub async fn preview_cleanup(&self) -> Result<Vec<Memory>> {
        let rule = &self.settings.get().memory;
        let (days, importance, most) = (rule.forget_after_days, rule.forget_below, rule.most);
        self.store
            .dispensable_memories(days, importance, most)
            .await
    }

    /// Forgets what the settings say that nobody needs; for thirty days it can be brought back.
    pub async fn clean_up(&self) -> Result<Vec<Memory>> {
        let gone = self.preview_cleanup().await?;
        self.store
            .forget_memories(gone.iter().map(|one| one.id).collect())
            .await?;
        Ok(gone)
    }

    /// Removes what was forgotten more than thirty days ago for good. Models forget what they have
    /// read with it, so this is for the start, when none works.
    pub async fn empty_overdue(&self) -> Result<usize> {
        self.purge(self.store.overdue_memories().await?).await
    }

    /// What is done every hour: vectors for memories that could not have one at once, and the
    /// clean-up, where it is switched on.
    pub async fn hourly(&self) -> Result<()> {
        if let Err(error) = self.embed().await {
            tracing::warn!(%error, "memories are found by their words alone for now");
        }
        if self.settings.get().memory.clean_up {
            let gone = self.clean_up().await?.len();
            if gone > 0 {
                tracing::info!(gone, "memories that nobody needs went to the trash");
            }
        }
        Ok(())
    }

    /// Makes a new memory and an older one that says the same one.
    pub(super) async fn join_equal(&self, id: MemoryId, persona: Option<PersonaId>) -> Result<()> {
        self.index.refresh().await?;
        let near: Vec<MemoryId> = {
            let held = self.index.held();
            let Some(vector) = held.vector(id) else {
                return Ok(());
            };
            let near = held.nearest(persona.unwrap_or_default(), vector, false, 4);
            near.into_iter()
                .filter(|(entry, cosine)| entry.id != id && *cosine >= EQUAL)
                .map(|(entry, _)| entry.id)
                .collect()
        };
        if near.is_empty() {
            return Ok(());
        }
        let new = self.store.memory(id).await?;
        for old in self.store.memories_by_id(near).await? {
            if old.persona == persona && say_the_same(&new.text, &old.text) {
                return self.store.join_memories(id, old.id).await;
            }
        }
        Ok(())
    }
}

/// Whether two texts that are near in meaning differ in nothing that matters: numbers, names,
/// persons, and what turns a sentence round.
fn say_the_same(one: &str, other: &str) -> bool {
    let marks = |text: &str| {
        let words = words(text);
        let numbers: Vec<String> = words
            .iter()
            .filter(|word| word.raw.chars().any(|sign| sign.is_ascii_digit()))
            .map(|word| word.stem.clone())
            .collect();
        let turned = words
            .iter()
            .filter(|word| NEGATIONS.contains(&word.stem.as_str()))
            .count();
        let mut about = about(text);
        about.names.sort();
        (numbers, turned, about.names, about.anchors)
    };
    if marks(one) != marks(other) {
        return false;
    }
    let telling = |text: &str| -> Vec<String> {
        let words = words(text).into_iter();
        words
            .filter(|word| word.tells)
            .map(|word| word.stem)
            .collect()
    };
    let (one, other) = (telling(one), telling(other));
    let shared = one.iter().filter(|word| other.contains(word)).count();
    // One word may differ, as "love" and "enjoy" do.
    shared + 1 >= one.len().max(other.len()) && shared > 0
}

#[cfg(test)]
mod tests {
    use super::say_the_same;

    #[test]
    fn texts_that_differ_in_what_matters_stay_apart() {
        for (one, other, same) in [
            ("The user loves hiking.", "The user enjoys hiking.", true),
            ("The user has two cats.", "The user has 2 cats.", false),
            (
                "The user drinks coffee.",
                "The user does not drink coffee.",
                false,
            ),
            (
                "The user's sister Anna plays chess.",
                "The user's sister Mia plays chess.",
                false,
            ),
            (
                "The user's brother plays chess.",
                "The user's sister plays chess.",
                false,
            ),
            (
                "The user likes tea.",
                "The user likes beer from Prague.",
                false,
            ),
        ] {
            assert_eq!(say_the_same(one, other), same, "{one} {other}");
        }
    }
}
