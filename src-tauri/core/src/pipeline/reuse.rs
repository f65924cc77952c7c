//! The layer that gives earlier answers again, and keeps new ones.

use std::sync::Arc;

use hearth_protocol::Finish;
use unicode_segmentation::UnicodeSegmentation;

use crate::cache::{Answer, Cache, Found, Key};

use super::{AnswerStream, Event, Events, Finished, Generate, Request};

/// Gives answers from the cache, and puts those of the layer inside into it.
pub struct Reusing<G> {
    inner: Arc<G>,
    cache: Cache,
}

impl<G: Generate + 'static> Reusing<G> {
    /// Puts the cache in front of a layer.
    pub fn new(inner: G, cache: Cache) -> Self {
        Self {
            inner: Arc::new(inner),
            cache,
        }
    }
}

impl<G: Generate + 'static> Generate for Reusing<G> {
    fn generate(&self, request: Request) -> AnswerStream {
        if !self.cache.is_wanted(&request) {
            return self.inner.generate(request);
        }
        let key = Key::of(&request);
        // First: what is kept may be given, so nothing else has to be looked at.
        if !request.terms.fresh
            && let Some(found) = self.cache.find_in_memory(&key)
            && says_something(&found)
        {
            return AnswerStream::ready(replayed(found));
        }
        if !self.cache.could_answer(&request) {
            self.cache.count_bypassed(&request);
            return self.inner.generate(request);
        }
        let (inner, cache) = (Arc::clone(&self.inner), self.cache.clone());
        AnswerStream::spawn(move |events| async move {
            if !request.terms.fresh
                && let Some(found) = cache.find(&request, &key).await
                && says_something(&found)
            {
                for event in replayed(found) {
                    if !events.send(event).await {
                        return;
                    }
                }
                return;
            }
            make(&*inner, &cache, request, key, &events).await;
        })
    }
}

/// Whether an answer is one: a question may be kept without, to be recognised.
fn says_something(found: &Found) -> bool {
    !found.answer.text.is_empty()
}

/// Has the answer made, and keeps it if it is whole.
async fn make<G: Generate>(inner: &G, cache: &Cache, request: Request, key: Key, events: &Events) {
    let revision = cache.revision(&request).await;
    let mut answer = Answer::default();
    let began = std::time::Instant::now();
    let mut stream = inner.generate(request.clone());
    loop {
        // Dropping the inner stream on the way out passes a cancel on.
        let next = tokio::select! {
            next = stream.next() => next,
            () = events.cancelled() => None,
        };
        let Some(event) = next else { return };
        match &event {
            Event::Text(text) => answer.text.push_str(text),
            Event::Reasoning(text) => answer.reasoning.push_str(text),
            Event::Done(finished) => {
                answer.usage = finished.usage;
                answer.total_ms = began.elapsed().as_secs_f32() * 1000.0;
                // Before the end is told: whoever asks again then finds it.
                if let Some(revision) = revision
                    && cache.wants(&key, &answer, finished.finish)
                    && revision_stands(cache, &request, revision).await
                {
                    cache.keep(&request, key, answer, revision);
                    let _ = events.send(event).await;
                    if let Err(error) = cache.keep_question(&request).await {
                        tracing::warn!(%error, "a question was not kept");
                    }
                    return;
                }
            }
            _ => {}
        }
        if !events.send(event).await {
            return;
        }
    }
}

/// Whether nothing has happened to the request's memories while it was answered: an answer made
/// of what was deleted since must not reach the disk.
async fn revision_stands(cache: &Cache, request: &Request, before: i64) -> bool {
    request.terms.memories.is_empty() || cache.revision(request).await == Some(before)
}

/// The events of an answer that is given again, in pieces between which no letter is torn.
fn replayed(found: Found) -> Vec<Event> {
    let Found { answer, reused } = found;
    let mut events = vec![Event::Reused(reused)];
    events.extend(pieces(&answer.reasoning).map(Event::Reasoning));
    events.extend(pieces(&answer.text).map(Event::Text));
    events.push(Event::Done(Finished {
        finish: Finish::Stop,
        usage: answer.usage,
        first_token_ms: 0.0,
        total_ms: 0.0,
    }));
    events
}

/// A text in pieces of some lines. Each ends before a space where there is one, so that an answer
/// that is stopped between two of them goes on as models write; no letter is torn.
fn pieces(text: &str) -> impl Iterator<Item = String> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, later) = rest.split_at(piece_end(rest));
        rest = later;
        Some(piece.to_owned())
    })
}

fn piece_end(text: &str) -> usize {
    /// Bytes after which a piece ends at the next space, and at the next letter in any case.
    const PIECE: usize = 240;
    const MOST: usize = 1000;
    if text.len() <= PIECE {
        return text.len();
    }
    let bytes = text.as_bytes();
    // Between a space and an ASCII letter no other letter can lie.
    let near = &bytes[..bytes.len().min(MOST)];
    let space = (PIECE..near.len().saturating_sub(1))
        .find(|&at| near[at] == b' ' && near[at + 1].is_ascii_graphic() && near[at - 1].is_ascii());
    space.unwrap_or_else(|| {
        text.grapheme_indices(true)
            .find(|&(at, _)| at >= MOST)
            .map_or(text.len(), |(at, _)| at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_letter_is_torn_between_two_pieces() {
        let family = "👨‍👩‍👧‍👦";
        let text = family.repeat(400);
        let all: Vec<String> = pieces(&text).collect();
        assert!(all.len() >= 8);
        for piece in &all {
            assert_eq!(piece.len() % family.len(), 0, "{piece}");
        }
    }

    proptest! {
        #[test]
        fn the_pieces_together_are_the_text(text in "\\PC{0,2000}") {
            let all: String = pieces(&text).collect();
            prop_assert_eq!(all, text);
        }
    }
}
