//! The engine as the inner end of the pipeline.

use std::sync::Arc;

use hearth_protocol::{Finish, FromEngine, GenerateRequest, Purpose, TemplateSource};

use crate::pipeline::{AnswerStream, Event, Events, Finished, Generate, Request};
use crate::{Error, Result};

use super::Engines;
use super::worker::{LoadProgress, fault_error, unloaded};

impl Generate for Engines {
    fn generate(&self, request: Request) -> AnswerStream {
        let engines = self.clone();
        AnswerStream::spawn(move |events| async move {
            let events = Arc::new(events);
            if let Err(error) = answer(&engines, request, &events).await {
                events.send(Event::Failed(error)).await;
            }
        })
    }
}

/// Sends an answer's events; an error is how the answer broke off.
async fn answer(engines: &Engines, request: Request, events: &Arc<Events>) -> Result<()> {
    let model = engines.shared.models.find(&request.model)?;
    let (worker, progress) = {
        let (percent, mut reports) = tokio::sync::mpsc::unbounded_channel();
        let progress: LoadProgress = Arc::new(move |share| {
            let _ = percent.send(share);
        });
        let listener = Arc::clone(events);
        let forward = tokio::spawn(async move {
            while let Some(share) = reports.recv().await {
                listener.send(Event::Loading(share)).await;
            }
        });
        let worker = tokio::select! {
            worker = engines.worker(&model, Purpose::Chat, &progress) => worker?,
            () = events.cancelled() => return Ok(()),
        };
        (worker, forward)
    };
    // The last report has to stand before the first event of the answer.
    progress.await.map_err(Error::internal)?;
    if let TemplateSource::Broken(reason) = &worker.loaded().template {
        let notice = format!(
            "The chat template in this model's file cannot be used ({reason}). A plain one is \
             used instead; answers may be worse."
        );
        events.send(Event::Notice(notice)).await;
    }
    for warning in worker.new_warnings() {
        events.send(Event::Notice(warning)).await;
    }
    let seat = worker.seat(async |ahead| {
        events.send(Event::Queued(ahead)).await;
    });
    let _seat = tokio::select! {
        seat = seat => seat?,
        () = events.cancelled() => return Ok(()),
    };
    let (id, mut hearing) = worker.begin(|id| GenerateRequest {
        id,
        messages: request.messages,
        sampling: request.sampling,
        max_tokens: request.max_tokens,
        stop: request.stop,
        format: request.format,
    })?;
    loop {
        let heard = tokio::select! {
            heard = hearing.recv() => heard,
            () = events.cancelled() => {
                worker.cancel(id);
                return Ok(());
            }
        };
        let event = match heard.ok_or_else(|| Error::internal("the answer was lost"))?? {
            FromEngine::Started(started) => Event::Started {
                prompt_tokens: started.prompt_tokens,
                reused_tokens: started.reused_tokens,
            },
            FromEngine::Reading { tokens, .. } => Event::Reading(tokens),
            FromEngine::Text { text, .. } => Event::Text(text),
            FromEngine::Reasoning { text, .. } => Event::Reasoning(text),
            FromEngine::Failed { fault, .. } => return Err(fault_error(&fault)),
            // Nobody here has cancelled it.
            FromEngine::Done(answered) if answered.finish == Finish::Cancelled => {
                return Err(unloaded());
            }
            FromEngine::Done(answered) => {
                worker.note_finished_answer();
                events
                    .send(Event::Done(Finished {
                        finish: answered.finish,
                        usage: answered.usage,
                        first_token_ms: 0.0,
                        total_ms: 0.0,
                    }))
                    .await;
                return Ok(());
            }
            other => return Err(Error::internal(format!("out of turn: {other:?}"))),
        };
        events.send(event).await;
    }
}
