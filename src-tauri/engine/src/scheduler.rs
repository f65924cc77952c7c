//! What is computed next: every step takes one token of each running answer and fills the
//! rest of the batch with a piece of a waiting prompt, so that a long prompt never stalls the
//! answers beside it.

use std::collections::VecDeque;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use anyhow::Context;
use hearth_protocol::{
    EngineFault, FaultCode, Finish, FromEngine, GenerateRequest, LoadModel, Loaded, Measured,
    Message, RequestId, Started, ToEngine, Usage,
};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use crate::load::{self, LoadedModel};
use crate::pace::Pace;
use crate::pipe::Replies;
use crate::prompt::Prompts;
use crate::sampler;
use crate::slot::{Job, Slot};
use crate::text::{Piece, TextStream};

/// Tokens in one call of `decode`, at most. More makes llama.cpp abort the process.
pub(crate) const BATCH: u32 = 512;
/// Answers orders until the core hangs up.
pub(crate) fn run(
    backend: &LlamaBackend,
    loaded: &LoadedModel,
    order: &LoadModel,
    orders: &Receiver<ToEngine>,
    replies: &Replies,
) -> anyhow::Result<()> {
    let threads = threads(order.threads);
    let slots = order.slots.clamp(1, 64);
    let context = order.context.min(loaded.model.n_ctx_train()).max(64);
    let computation = match load::context(backend, loaded, context, slots, threads) {
        Ok(computation) => computation,
        Err(fault) => return Ok(replies.send(&FromEngine::LoadFailed(fault))?),
    };
    let prompts = Prompts::new(&loaded.model)?;
    replies.send(&FromEngine::Ready(Loaded {
        context,
        parameters: loaded.model.n_params(),
        template: prompts.template().source().clone(),
        load_ms: u32::try_from(loaded.since.elapsed().as_millis()).unwrap_or(u32::MAX),
        threads,
    }))?;
    let mut scheduler = Scheduler {
        model: loaded,
        computation,
        prompts,
        replies,
        context: context as usize,
        batch: LlamaBatch::new(BATCH as usize, 1),
        slots: (0..i32::try_from(slots)?).map(Slot::new).collect(),
        waiting: VecDeque::new(),
        first_reader: 0,
        pace: Pace::default(),
    };
    loop {
        if scheduler.is_idle() {
            let Ok(order) = orders.recv() else {
                return Ok(());
            };
            scheduler.take(order)?;
        }
        while let Ok(order) = orders.try_recv() {
            scheduler.take(order)?;
        }
        scheduler.step()?;
    }
}

struct Scheduler<'m> {
    model: &'m LoadedModel,
    computation: LlamaContext<'m>,
    prompts: Prompts<'m>,
    replies: &'m Replies,
    /// Tokens for each slot.
    context: usize,
    batch: LlamaBatch<'static>,
    slots: Vec<Slot>,
    waiting: VecDeque<GenerateRequest>,
    /// The slot whose prompt is read first in the next step; it moves on, so none starves.
    first_reader: usize,
    /// How much of a prompt fits into a step.
    pace: Pace,
}

impl Scheduler<'_> {
    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.slots.iter().all(|slot| slot.job.is_none())
    }

    fn take(&mut self, order: ToEngine) -> anyhow::Result<()> {
        match order {
            ToEngine::Load(_) => anyhow::bail!("a worker loads one model only"),
            ToEngine::Generate(request) => self.waiting.push_back(request),
            ToEngine::Measure { id, messages } => self.measure(id, &messages)?,
            ToEngine::Cancel { id } => self.cancel(id)?,
        }
        Ok(())
    }

    fn measure(&self, id: RequestId, messages: &[Message]) -> anyhow::Result<()> {
        let reply = match self.prompts.tokens(messages) {
            Ok((tokens, _)) => FromEngine::Measured(Measured {
                id,
                total: length(&tokens),
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
        if let Some(place) = self.waiting.iter().position(|request| request.id == id) {
            self.waiting.remove(place);
            let answered = hearth_protocol::Answered {
                id,
                finish: Finish::Cancelled,
                usage: Usage::default(),
            };
            self.replies.send(&FromEngine::Done(answered))?;
        }
        let running = |slot: &Slot| slot.job.as_ref().is_some_and(|job| job.id == id);
        if let Some(place) = self.slots.iter().position(running) {
            self.end(place, Finish::Cancelled)?;
        }
        Ok(())
    }

    /// Admits what waits, computes one batch, and hands out its results.
    fn step(&mut self) -> anyhow::Result<()> {
        while self.slots.iter().any(|slot| slot.job.is_none()) {
            let Some(request) = self.waiting.pop_front() else {
                break;
            };
            let id = request.id;
            if let Err(fault) = self.admit(request)? {
                self.replies.send(&FromEngine::Failed { id, fault })?;
            }
        }
        self.batch.clear();
        let mut drawing = self.add_running()?;
        let prompt_tokens = self.add_prompts(&mut drawing)?;
        if self.batch.n_tokens() == 0 {
            return Ok(());
        }
        let start = Instant::now();
        if let Err(error) = self.computation.decode(&mut self.batch) {
            return self.fail_all(&format!("the computation failed: {error}"));
        }
        if drawing.is_empty() {
            // Without a result to fetch the call above may return before the work is done.
            self.computation.synchronize();
        }
        for (place, row) in drawing {
            self.draw(place, row)?;
        }
        self.pace.learn(prompt_tokens, start.elapsed());
        self.report_reading()
    }

    /// Tells the core how far the prompts are that are still being read.
    fn report_reading(&self) -> anyhow::Result<()> {
        for slot in self.slots.iter().filter(|slot| !slot.unread().is_empty()) {
            if let Some(job) = &slot.job {
                let tokens = length(&slot.cached);
                self.replies
                    .send(&FromEngine::Reading { id: job.id, tokens })?;
            }
        }
        Ok(())
    }

    /// Checks a request and puts it into the free slot that holds most of its prompt.
    fn admit(&mut self, request: GenerateRequest) -> anyhow::Result<Result<(), EngineFault>> {
        if let Err(refusal) = request.sampling.check() {
            let message = refusal.to_string();
            return Ok(Err(EngineFault {
                code: FaultCode::BadSetting,
                message,
            }));
        }
        let (prompt, reasoning) = match self.prompts.tokens(&request.messages) {
            Ok(tokens) => tokens,
            Err(error) => return Ok(Err(template_fault(&error))),
        };
        if prompt.is_empty() {
            let message = "the prompt is empty".to_owned();
            return Ok(Err(EngineFault {
                code: FaultCode::BadSetting,
                message,
            }));
        }
        // One place has to be left for the first token of the answer.
        if let Some(over) = (prompt.len() + 1)
            .checked_sub(self.context)
            .filter(|&over| over > 0)
        {
            let over = u32::try_from(over).unwrap_or(u32::MAX);
            let message = format!(
                "the prompt is too long for this model by {over} tokens (its context holds {})",
                self.context
            );
            return Ok(Err(EngineFault {
                code: FaultCode::PromptTooLong { over },
                message,
            }));
        }
        let mut stops = request.stop;
        stops.extend(
            self.prompts
                .template()
                .stops()
                .iter()
                .map(|&stop| stop.to_owned()),
        );
        let slot = best_slot(&mut self.slots, &prompt).context("BUG: a slot was free")?;
        // The last prompt token is always computed: its result is the answer's first token.
        let keep = slot.shared_prefix(&prompt).min(prompt.len() - 1);
        let reused = forget_after(&mut self.computation, slot, keep)?;
        let usage = Usage {
            prompt_tokens: length(&prompt),
            reused_tokens: u32::try_from(reused).unwrap_or(u32::MAX),
            ..Usage::default()
        };
        self.replies.send(&FromEngine::Started(Started {
            id: request.id,
            prompt_tokens: usage.prompt_tokens,
            reused_tokens: usage.reused_tokens,
        }))?;
        slot.job = Some(Job {
            id: request.id,
            prompt,
            next: None,
            sampler: sampler::chain(&request.sampling),
            text: TextStream::new(stops, reasoning),
            max_tokens: request.max_tokens.max(1),
            usage,
            began: Instant::now(),
            first_token: None,
        });
        Ok(Ok(()))
    }

    /// One token of each running answer; the slots with the rows of their results.
    fn add_running(&mut self) -> anyhow::Result<Vec<(usize, i32)>> {
        let mut drawing = Vec::new();
        for (place, slot) in self.slots.iter_mut().enumerate() {
            let Some(token) = slot.job.as_mut().and_then(|job| job.next.take()) else {
                continue;
            };
            drawing.push((place, self.batch.n_tokens()));
            let position = i32::try_from(slot.cached.len())?;
            self.batch.add(token, position, &[slot.sequence], true)?;
            slot.cached.push(token);
        }
        Ok(drawing)
    }

    /// Pieces of prompts into what is left of the batch; how many tokens.
    fn add_prompts(&mut self, drawing: &mut Vec<(usize, i32)>) -> anyhow::Result<usize> {
        let used = usize::try_from(self.batch.n_tokens())?;
        let room = (BATCH as usize - used).min(self.pace.piece(!drawing.is_empty()));
        let mut left = room;
        let count = self.slots.len();
        for offset in 0..count {
            let place = (self.first_reader + offset) % count;
            let slot = &mut self.slots[place];
            let unread = slot.unread();
            let piece = unread[..unread.len().min(left)].to_vec();
            let last = unread.len() == piece.len();
            for (index, &token) in piece.iter().enumerate() {
                let wanted = last && index + 1 == piece.len();
                if wanted {
                    drawing.push((place, self.batch.n_tokens()));
                }
                let position = i32::try_from(slot.cached.len())?;
                self.batch.add(token, position, &[slot.sequence], wanted)?;
                slot.cached.push(token);
            }
            left -= piece.len();
        }
        self.first_reader = (self.first_reader + 1) % count;
        Ok(room - left)
    }

    /// Draws a slot's next token and sends its text.
    fn draw(&mut self, place: usize, row: i32) -> anyhow::Result<()> {
        let slot = &mut self.slots[place];
        let Some(job) = slot.job.as_mut() else {
            return Ok(());
        };
        job.first_token.get_or_insert_with(Instant::now);
        let token = job.sampler.sample(&self.computation, row);
        let vocab = self.model.model.vocab();
        if vocab.is_eog(token) {
            return self.end(place, Finish::Stop);
        }
        job.usage.answer_tokens += 1;
        let pieces = job.text.push(&vocab.token_to_piece(token, false, None));
        send_pieces(self.replies, job.id, pieces)?;
        if job.text.stopped() {
            return self.end(place, Finish::Stop);
        }
        if job.usage.answer_tokens >= job.max_tokens || slot.cached.len() >= self.context {
            return self.end(place, Finish::Length);
        }
        job.next = Some(token);
        Ok(())
    }

    fn end(&mut self, place: usize, finish: Finish) -> anyhow::Result<()> {
        let slot = &mut self.slots[place];
        if let Some(job) = slot.job.as_mut().filter(|job| !job.text.stopped()) {
            let pieces = job.text.finish();
            send_pieces(self.replies, job.id, pieces)?;
        }
        if let Some(answered) = slot.end(finish) {
            self.replies.send(&FromEngine::Done(answered))?;
        }
        Ok(())
    }

    /// A failed computation leaves the cache in doubt, so everything starts afresh.
    fn fail_all(&mut self, message: &str) -> anyhow::Result<()> {
        self.computation.clear_kv_cache();
        for slot in &mut self.slots {
            slot.cached.clear();
            if let Some(answered) = slot.end(Finish::Cancelled) {
                let fault = EngineFault {
                    code: FaultCode::Compute,
                    message: message.to_owned(),
                };
                self.replies.send(&FromEngine::Failed {
                    id: answered.id,
                    fault,
                })?;
            }
        }
        Ok(())
    }
}

/// The free slot with the longest shared prefix; among equals the one that rested longest.
fn best_slot<'s>(slots: &'s mut [Slot], prompt: &[LlamaToken]) -> Option<&'s mut Slot> {
    slots
        .iter_mut()
        .filter(|slot| slot.job.is_none())
        .max_by(|a, b| {
            let shared = a.shared_prefix(prompt).cmp(&b.shared_prefix(prompt));
            shared.then_with(|| b.idle_since.cmp(&a.idle_since))
        })
}

/// Cuts a slot's cache to `keep` tokens, or to none where the model's memory cannot be cut;
/// what is left.
fn forget_after(
    computation: &mut LlamaContext<'_>,
    slot: &mut Slot,
    keep: usize,
) -> anyhow::Result<usize> {
    let sequence = u32::try_from(slot.sequence)?;
    let cut = computation.kv_cache_seq_rm(slot.sequence, Some(u32::try_from(keep)?), None);
    let keep = if cut.is_ok() {
        keep
    } else {
        computation.clear_kv_cache_seq(Some(sequence), None, None)?;
        0
    };
    slot.cached.truncate(keep);
    Ok(keep)
}

fn send_pieces(replies: &Replies, id: RequestId, pieces: Vec<Piece>) -> anyhow::Result<()> {
    for piece in pieces {
        replies.send(&match piece {
            Piece::Answer(text) => FromEngine::Text { id, text },
            Piece::Reasoning(text) => FromEngine::Reasoning { id, text },
        })?;
    }
    Ok(())
}

fn template_fault(error: &minijinja::Error) -> EngineFault {
    let message = format!("the model's chat template refused the conversation: {error}");
    EngineFault {
        code: FaultCode::BadSetting,
        message,
    }
}

fn length(tokens: &[LlamaToken]) -> u32 {
    u32::try_from(tokens.len()).unwrap_or(u32::MAX)
}

/// Threads for the computation: what was asked for, else what the machine has.
fn threads(asked: u32) -> u32 {
    if asked > 0 {
        return asked.min(512);
    }
    std::thread::available_parallelism().map_or(1, |count| u32::try_from(count.get()).unwrap_or(1))
}
