//! Answers to the user's common questions, made when nobody waits and the machine is plugged in.

use std::sync::PoisonError;
use std::time::Duration;

use crate::Result;
use crate::cache::Key;
use crate::pipeline::{Event, Priority, Request};

use super::Chat;

/// How often it is looked whether there is something to do. Only what was idle at two looks is
/// taken for idle.
const LOOK: Duration = Duration::from_secs(30);

impl Chat {
    /// Keeps the answers to the settings' common questions at hand for as long as it runs.
    pub async fn keep_warm(&self) {
        let mut was_idle = false;
        loop {
            tokio::time::sleep(LOOK).await;
            let idle = self.is_idle();
            if idle && was_idle {
                let plugged_in = tokio::task::spawn_blocking(is_plugged_in).await;
                if let Err(error) = self.warm_up(plugged_in.unwrap_or(false)).await {
                    tracing::warn!(%error, "a common question was not answered in advance");
                }
            }
            was_idle = idle;
        }
    }

    /// Has the first common question answered that has no answer yet; whether there was one. The
    /// answer is a model's own, made like any other. On battery nothing is done.
    pub async fn warm_up(&self, plugged_in: bool) -> Result<bool> {
        if !plugged_in {
            return Ok(false);
        }
        for question in &self.settings.get().cache.warm_up {
            let mut request = self.lone_request(question, false).await?;
            request.terms.priority = Priority::Background;
            let key = Key::of(&request);
            if question.trim().is_empty() || self.cache.has(&key).await {
                continue;
            }
            let hour = crate::store::now() / 3_600_000;
            if self.make(request, format!("{} {hour}", key.name())).await? {
                return Ok(true);
            }
        }
        if self.settings.get().cache.predict {
            return self.renew().await;
        }
        Ok(false)
    }

    /// Makes the first answer anew that is asked for often and will soon hold no more; whether
    /// there was one. Only what was asked in a new conversation can be asked again by itself.
    async fn renew(&self) -> Result<bool> {
        for one in self.cache.soon_over().await? {
            let mut request = self.lone_request(&one.question, false).await?;
            if Key::of(&request).name() != one.id {
                continue;
            }
            request.terms.priority = Priority::Background;
            request.terms.fresh = true;
            if self
                .make(request, format!("{} of {}", one.id, one.made_at))
                .await?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Has an answer made, if it may be kept and was not tried before: one that is cut at its
    /// longest length is never kept, and would be made again and again.
    async fn make(&self, request: Request, name: String) -> Result<bool> {
        if !self.cache.could_answer(&request) || !self.is_first_try(name) {
            return Ok(false);
        }
        let mut stream = self.pipeline.generate(request);
        while let Some(event) = stream.next().await {
            if let Event::Failed(error) = event {
                return Err(error);
            }
        }
        Ok(true)
    }

    fn is_first_try(&self, name: String) -> bool {
        let tried = self.tried.lock();
        tried.unwrap_or_else(PoisonError::into_inner).insert(name)
    }

    /// Whether no model is at work.
    fn is_idle(&self) -> bool {
        let engines = self.engines.watch();
        let statuses = engines.borrow();
        statuses.iter().all(|one| one.busy == 0 && one.queued == 0)
    }
}

/// Whether the machine runs on mains power: no battery of it is being emptied. One that cannot be
/// asked counts as empty: what is done here can wait.
fn is_plugged_in() -> bool {
    use starship_battery::{Manager, State};
    let Ok(mut batteries) = Manager::new().and_then(|manager| manager.batteries()) else {
        return false;
    };
    batteries.all(|battery| battery.is_ok_and(|one| one.state() != State::Discharging))
}
