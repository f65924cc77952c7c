//! One step: a batch is filled, computed, and its results are handed out.

use std::time::Instant;

use hearth_protocol::{EngineFault, FaultCode, Finish, FromEngine, RequestId};
use llama_cpp_2::token::LlamaToken;

use crate::text::Piece;

use super::{BATCH, Scheduler, length};

/// Where a slot's results stand in the batch.
struct Rows {
    /// The slot.
    place: usize,
    /// The row behind its next token, or its prompt's last.
    first: i32,
    /// The tokens in its cache up to there.
    known: usize,
    /// The guesses behind.
    guessed: Vec<LlamaToken>,
}

impl Scheduler<'_> {
    /// Brings in what waits, computes one batch, and hands out its results.
    pub(super) fn step(&mut self) -> anyhow::Result<()> {
        self.admit()?;
        let room = self.room_for_step();
        let start = Instant::now();
        self.batch.clear();
        let mut rows = self.add_running(room)?;
        let prompt_tokens = self.add_prompts(room, &mut rows)?;
        if self.batch.n_tokens() == 0 {
            return Ok(());
        }
        if let Err(error) = self.computation.decode(&mut self.batch) {
            return self.fail_all(&format!("the computation failed: {error}"));
        }
        let took = start.elapsed();
        self.pace.learn(prompt_tokens, took);
        if let ([one], 0) = (rows.as_slice(), prompt_tokens) {
            self.drafts.learn(one.guessed.len(), took);
        }
        for rows in rows {
            self.hand_out(&rows)?;
        }
        self.report_reading()
    }

    /// Requests in work.
    fn jobs(&self) -> usize {
        self.slots.iter().filter(|slot| slot.job.is_some()).count()
    }

    /// Sees to it that every running request can go on by one token; how many tokens the step
    /// may take.
    fn room_for_step(&mut self) -> usize {
        loop {
            let running = self.jobs();
            let unread: usize = self.slots.iter().map(|slot| slot.unread().len()).sum();
            let wanted = running + unread.min(BATCH as usize);
            let nobody = self.slots.len();
            if !self.make_room(wanted, nobody) && running > 1 && !self.make_room(running, nobody) {
                self.set_youngest_aside();
                continue;
            }
            let taken: usize = self.slots.iter().map(|slot| slot.cached.len()).sum();
            let free = self.computation.cells.saturating_sub(taken);
            return free.min(BATCH as usize);
        }
    }

    /// The next token of each running answer, with guesses behind it.
    fn add_running(&mut self, room: usize) -> anyhow::Result<Vec<Rows>> {
        let running = |job: &crate::slot::Job| job.next.is_some();
        let count = self.slots.iter().filter_map(|slot| slot.job.as_ref());
        let count = count.filter(|job| running(job)).count();
        // Beside other answers a guess that fails costs more than one that succeeds gains.
        let spare = if count == 1 {
            room.saturating_sub(1)
        } else {
            0
        };
        let mut all = Vec::with_capacity(count);
        for (place, slot) in self.slots.iter_mut().enumerate() {
            let Some((next, left)) = slot.job.as_ref().and_then(|job| {
                let left = job.max_tokens.saturating_sub(job.usage.answer_tokens + 1);
                Some((job.next?, left as usize))
            }) else {
                continue;
            };
            let guessed = self.drafts.guess(slot, next, spare.min(left));
            if let Some(job) = slot.job.as_mut() {
                job.next = None;
            }
            let first = self.batch.n_tokens();
            for &token in [next].iter().chain(&guessed) {
                let position = i32::try_from(slot.cached.len())?;
                self.batch.add(token, position, &[slot.sequence], true)?;
                slot.cached.push(token);
            }
            all.push(Rows {
                place,
                first,
                known: slot.cached.len() - guessed.len(),
                guessed,
            });
        }
        Ok(all)
    }

    /// Pieces of prompts into what is left of the batch; how many tokens.
    fn add_prompts(&mut self, room: usize, rows: &mut Vec<Rows>) -> anyhow::Result<usize> {
        let used = usize::try_from(self.batch.n_tokens())?;
        let room = room
            .saturating_sub(used)
            .min(self.pace.piece(self.jobs() > 1));
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
                let row = self.batch.n_tokens();
                let position = i32::try_from(slot.cached.len())?;
                self.batch.add(token, position, &[slot.sequence], wanted)?;
                slot.cached.push(token);
                if wanted {
                    rows.push(Rows {
                        place,
                        first: row,
                        known: slot.cached.len(),
                        guessed: Vec::new(),
                    });
                }
            }
            left -= piece.len();
        }
        self.first_reader = (self.first_reader + 1) % count;
        Ok(room - left)
    }

    /// Draws a slot's next tokens: the one behind what is known, and, as long as the guess
    /// was what it would have drawn, the next. What was guessed wrong is taken back.
    fn hand_out(&mut self, rows: &Rows) -> anyhow::Result<()> {
        let mut right = 0;
        let mut row = rows.first;
        let finish = loop {
            match self.draw(rows.place, row, rows.known + right)? {
                Drawn::Next(token) if rows.guessed.get(right) == Some(&token) => {
                    right += 1;
                    row += 1;
                }
                Drawn::Next(token) => {
                    if let Some(job) = self.slots[rows.place].job.as_mut() {
                        job.next = Some(token);
                        job.guessing.learn(rows.guessed.len(), right);
                    }
                    break None;
                }
                Drawn::Last(finish) => break Some(finish),
                Drawn::Failed => return Ok(()),
            }
        };
        let slot = &mut self.slots[rows.place];
        if let Some(job) = slot.job.as_mut() {
            job.usage.guessed_tokens += u32::try_from(right)?;
        }
        self.computation.cut(slot, rows.known + right);
        match finish {
            Some(finish) => self.end(rows.place, finish),
            None => Ok(()),
        }
    }

    /// Draws one token and sends its text; `known` tokens stand before it.
    fn draw(&mut self, place: usize, row: i32, known: usize) -> anyhow::Result<Drawn> {
        let Some(job) = self.slots[place].job.as_mut() else {
            return Ok(Drawn::Failed);
        };
        job.first_token.get_or_insert_with(Instant::now);
        let token = match job.sampler.draw(self.computation.results(), row) {
            Ok(token) => token,
            Err(fault) => {
                self.fail(place, fault)?;
                return Ok(Drawn::Failed);
            }
        };
        if self.model.model.vocab().is_eog(token) {
            return Ok(Drawn::Last(Finish::Stop));
        }
        job.usage.answer_tokens += 1;
        let pieces = job.text.push(&self.prompts.spoken(token));
        send_pieces(self.replies, job.id, pieces)?;
        if job.text.stopped() {
            return Ok(Drawn::Last(Finish::Stop));
        }
        if job.usage.answer_tokens >= job.max_tokens || known >= self.computation.cells {
            return Ok(Drawn::Last(Finish::Length));
        }
        Ok(Drawn::Next(token))
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

    /// Ends a slot's request.
    pub(super) fn end(&mut self, place: usize, finish: Finish) -> anyhow::Result<()> {
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

    /// Ends a slot's request with a failure of its own.
    fn fail(&mut self, place: usize, fault: EngineFault) -> anyhow::Result<()> {
        let slot = &mut self.slots[place];
        // Its cache may end with guesses.
        self.computation.clear(slot);
        if let Some(answered) = slot.end(Finish::Cancelled) {
            let id = answered.id;
            self.replies.send(&FromEngine::Failed { id, fault })?;
        }
        Ok(())
    }

    /// A failed computation leaves the cache in doubt, so everything starts afresh.
    fn fail_all(&mut self, message: &str) -> anyhow::Result<()> {
        self.computation.clear_all();
        for place in 0..self.slots.len() {
            self.slots[place].cached.clear();
            let fault = EngineFault {
                code: FaultCode::Compute,
                message: message.to_owned(),
            };
            self.fail(place, fault)?;
        }
        Ok(())
    }
}

/// What came of drawing a token.
enum Drawn {
    /// The answer goes on with it.
    Next(LlamaToken),
    /// The answer is over.
    Last(Finish),
    /// There is no answer any more.
    Failed,
}

fn send_pieces(
    replies: &crate::pipe::Replies,
    id: RequestId,
    pieces: Vec<Piece>,
) -> anyhow::Result<()> {
    for piece in pieces {
        replies.send(&match piece {
            Piece::Answer(text) => FromEngine::Text { id, text },
            Piece::Reasoning(text) => FromEngine::Reasoning { id, text },
        })?;
    }
    Ok(())
}
