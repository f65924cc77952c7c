//! What is computed next: every step takes the next tokens of each running answer and fills
//! the rest of the batch with pieces of waiting prompts, so that a long prompt never stalls
//! the answers beside it.
//!
//! `admission` brings a request into a slot, `step` computes. All slots share one pool of
//! cells. When it is full, what rests is kept elsewhere, and if that is not enough the
//! youngest request is set aside until there is room again.

mod admission;
mod step;

use std::collections::VecDeque;
use std::sync::mpsc::Receiver;

use hearth_protocol::{
    EngineFault, FaultCode, Finish, FromEngine, LoadModel, Loaded, Measured, Message, RequestId,
    ToEngine,
};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use crate::computation::Computation;
use crate::draft::Drafts;
use crate::load::{self, LoadedModel};
use crate::pace::Pace;
use crate::pipe::Replies;
use crate::prompt::Prompts;
use crate::slot::{Job, Slot};
use crate::states::States;
use crate::threads;

/// Tokens in one call of `decode`, at most. More makes llama.cpp abort the process.
pub(crate) const BATCH: u32 = 512;

/// Answers orders until the core hangs up or has the model unloaded.
pub(crate) fn run(
    backend: &LlamaBackend,
    loaded: &LoadedModel,
    order: &LoadModel,
    orders: &Receiver<ToEngine>,
    replies: &Replies,
) -> anyhow::Result<()> {
    let mut scheduler = match Scheduler::new(backend, loaded, order, replies)? {
        Ok(scheduler) => scheduler,
        Err(fault) => return Ok(replies.send(&FromEngine::LoadFailed(fault))?),
    };
    loop {
        if scheduler.is_idle() {
            let Ok(order) = orders.recv() else {
                return Ok(());
            };
            if scheduler.take(order)? == Then::End {
                return Ok(());
            }
        }
        while let Ok(order) = orders.try_recv() {
            if scheduler.take(order)? == Then::End {
                return Ok(());
            }
        }
        scheduler.step()?;
    }
}

/// What follows an order.
#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    End,
}

struct Scheduler<'m> {
    model: &'m LoadedModel,
    computation: Computation<'m>,
    prompts: Prompts<'m>,
    drafts: Drafts<'m>,
    states: States,
    replies: &'m Replies,
    batch: LlamaBatch<'static>,
    slots: Vec<Slot>,
    waiting: VecDeque<Job>,
    /// The slot whose prompt is read first in the next step; it moves on, so none starves.
    first_reader: usize,
    /// How much of a prompt fits into a step.
    pace: Pace,
}

impl<'m> Scheduler<'m> {
    fn new(
        backend: &LlamaBackend,
        loaded: &'m LoadedModel,
        order: &LoadModel,
        replies: &'m Replies,
    ) -> anyhow::Result<Result<Self, EngineFault>> {
        let slots = order.slots.clamp(1, 64);
        let mut warnings = loaded.warnings.clone();
        let mut computation = match load::context(backend, loaded, order, slots) {
            Ok(context) => Computation::new(context, loaded.can_cut()),
            Err(fault) => return Ok(Err(fault)),
        };
        let drafts = match Drafts::new(backend, loaded, order, slots, computation.can_cut) {
            Ok(drafts) => drafts,
            Err(fault) => return Ok(Err(fault)),
        };
        let prompts = Prompts::new(&loaded.model)?;
        let mut batch = LlamaBatch::new(BATCH as usize, 1);
        if order.warm_up
            && let Err(error) = warm_up(&mut computation, &mut batch)
        {
            warnings.push(format!("the first computation failed: {error}"));
        }
        replies.send(&FromEngine::Ready(Loaded {
            context: u32::try_from(computation.cells)?,
            parameters: loaded.model.n_params(),
            template: prompts.template().source().clone(),
            load_ms: u32::try_from(loaded.since.elapsed().as_millis()).unwrap_or(u32::MAX),
            threads: threads::count(order.threads),
            slots,
            gpu_layers: loaded.gpu_layers,
            warnings,
        }))?;
        Ok(Ok(Self {
            model: loaded,
            computation,
            prompts,
            drafts,
            states: States::open(order),
            replies,
            batch,
            slots: (0..i32::try_from(slots)?).map(Slot::new).collect(),
            waiting: VecDeque::new(),
            first_reader: 0,
            pace: Pace::default(),
        }))
    }

    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.slots.iter().all(|slot| slot.job.is_none())
    }

    fn take(&mut self, order: ToEngine) -> anyhow::Result<Then> {
        match order {
            ToEngine::Load(_) | ToEngine::Requantize(_) => {
                anyhow::bail!("a worker loads one model only")
            }
            ToEngine::Generate(request) => {
                let id = request.id;
                match self.prepared(request) {
                    Ok(job) => self.waiting.push_back(job),
                    Err(fault) => self.replies.send(&FromEngine::Failed { id, fault })?,
                }
            }
            ToEngine::Measure { id, messages } => self.measure(id, &messages)?,
            ToEngine::Embed { id, .. } => {
                let fault = bad_setting("this model was loaded to answer".to_owned());
                self.replies.send(&FromEngine::Failed { id, fault })?;
            }
            ToEngine::Cancel { id } => self.cancel(id)?,
            ToEngine::Unload => {
                let ids = self
                    .slots
                    .iter()
                    .filter_map(|slot| Some(slot.job.as_ref()?.id));
                let ids: Vec<_> = ids.chain(self.waiting.iter().map(|job| job.id)).collect();
                for id in ids {
                    self.cancel(id)?;
                }
                self.states.save_all(&mut self.computation, &mut self.slots);
                return Ok(Then::End);
            }
        }
        Ok(Then::GoOn)
    }

    fn measure(&self, id: RequestId, messages: &[Message]) -> anyhow::Result<()> {
        let reply = match self.prompts.tokens(messages) {
            Ok(prompt) => FromEngine::Measured(Measured {
                id,
                total: length(&prompt.tokens),
                each: messages
                    .iter()
                    .map(|one| self.prompts.count(&one.content))
                    .collect(),
            }),
            Err(error) => FromEngine::Failed {
                id,
                fault: template_fault(&error),
            },
        };
        Ok(self.replies.send(&reply)?)
    }

    fn cancel(&mut self, id: RequestId) -> anyhow::Result<()> {
        if let Some(place) = self.waiting.iter().position(|job| job.id == id)
            && let Some(job) = self.waiting.remove(place)
        {
            let answered = job.end(Finish::Cancelled);
            self.replies.send(&FromEngine::Done(answered))?;
        }
        let running = |slot: &Slot| slot.job.as_ref().is_some_and(|job| job.id == id);
        if let Some(place) = self.slots.iter().position(running) {
            self.end(place, Finish::Cancelled)?;
        }
        Ok(())
    }
}

/// Computes one token and forgets it, so that everything that is needed is in memory.
fn warm_up(computation: &mut Computation<'_>, batch: &mut LlamaBatch<'_>) -> Result<(), String> {
    batch
        .add(LlamaToken(0), 0, &[0], true)
        .map_err(|error| error.to_string())?;
    let worked = computation.decode(batch);
    batch.clear();
    computation.clear_all();
    worked
}

fn template_fault(error: &minijinja::Error) -> EngineFault {
    bad_setting(format!(
        "the model's chat template refused the conversation: {error}"
    ))
}

fn bad_setting(message: String) -> EngineFault {
    EngineFault {
        code: FaultCode::BadSetting,
        message,
    }
}

fn length(tokens: &[LlamaToken]) -> u32 {
    u32::try_from(tokens.len()).unwrap_or(u32::MAX)
}
