//! The summary of a long conversation: what stands in front of it when its beginning is left out.
//!
//! It is written behind every fifth turn in the background and enters the context only when a
//! block of messages leaves it: then the prompt's beginning changes in any case. A model that is
//! large enough writes it; where it is not, or fails, its sentences are taken from the
//! conversation itself.

use std::collections::HashMap;

use hearth_protocol::{Finish, Message as Sent, Role, Sampling};

use crate::Result;
use crate::pipeline::{Event, Request, Terms};
use crate::store::messages::Message;
use crate::store::summaries::Summary;

use super::Chat;
use super::plan::Plan;

/// Messages between two summaries.
const EVERY: usize = 10;
/// Words that say what it was about.
const TOPICS: usize = 5;
/// Tokens of a summary, at most.
const TOKENS: u32 = 300;
/// Characters of a summary, at most.
const LONGEST: usize = 1200;
/// Characters of one message that a model is shown, and of all.
const SHOWN: usize = 600;
const SHOWN_IN_ALL: usize = 8000;
/// What the model is told.
const ORDER: &str = "Sum up the conversation in at most eight sentences: what the user wants, what was decided, names, numbers and dates. Reply with the summary only.";

const KIND: &[&str] = &[
    "thanks",
    "thank",
    "great",
    "love",
    "good",
    "happy",
    "nice",
    "wonderful",
    "glad",
];
const HARD: &[&str] = &[
    "sad", "angry", "worried", "tired", "bad", "afraid", "wrong", "broken", "hate", "problem",
];
/// Longer words that say nothing either.
const FILLING: &[&str] = &[
    "about", "there", "their", "which", "would", "could", "should", "these", "those", "where",
    "thing", "things", "really", "because", "please", "thank", "thanks", "little", "write", "what",
    "when", "with", "that", "this", "have", "your", "from", "they", "will", "tell", "larger",
    "model", "page", "help", "know", "demo",
];

/// Writes the summary again, where the conversation has grown enough since the last one.
pub(super) async fn write(chat: &Chat, question: &Message, plan: &Plan) -> Result<()> {
    if !chat.settings.get().chat.summaries {
        return Ok(());
    }
    let conversation = question.conversation;
    let thread = chat.store.thread(conversation).await?;
    let last = chat.store.summary(conversation).await?;
    let covered = last
        .as_ref()
        .and_then(|one| thread.iter().position(|message| message.id == one.until));
    let from = covered.map_or(0, |at| at + 1);
    let fresh = &thread[from..];
    let Some(end) = fresh.last().filter(|_| fresh.len() >= EVERY) else {
        return Ok(());
    };
    let before = last
        .as_ref()
        .filter(|_| covered.is_some())
        .map(|one| one.text.as_str())
        .unwrap_or_default();
    let mut text = String::new();
    if !plan.model.built_in {
        match by_model(chat, plan, before, fresh).await {
            Ok(written) => text = written,
            Err(error) => {
                tracing::warn!(%error, "a summary is made of the conversation's own sentences");
            }
        }
    }
    if text.trim().is_empty() {
        text = taken(before, fresh);
    }
    let summary = Summary {
        topics: topics(&thread),
        tone: tone(&thread).to_owned(),
        until: end.id,
        edited: false,
        in_use: false,
        at: 0.0,
        text: shortened(&text, LONGEST),
    };
    chat.store.set_summary(conversation, summary).await
}

async fn by_model(chat: &Chat, plan: &Plan, before: &str, fresh: &[Message]) -> Result<String> {
    let mut told = String::new();
    if !before.is_empty() {
        told = format!("Summary so far: {before}\n\n");
    }
    for message in fresh {
        let who = if message.role == Role::User {
            "User"
        } else {
            "Assistant"
        };
        told.extend([who, ": ", &shortened(&message.text, SHOWN), "\n\n"]);
    }
    let sent = |role, content: String| Sent { role, content };
    let mut stream = chat.pipeline.generate(Request {
        model: plan.requested.clone(),
        messages: vec![
            sent(Role::System, ORDER.to_owned()),
            sent(Role::User, shortened(&told, SHOWN_IN_ALL)),
        ],
        sampling: Sampling::GREEDY,
        max_tokens: TOKENS,
        terms: Terms::background(),
        ..Request::default()
    });
    let mut text = String::new();
    while let Some(event) = stream.next().await {
        match event {
            Event::Text(piece) => text.push_str(&piece),
            Event::Failed(error) => return Err(error),
            Event::Done(end) if end.finish != Finish::Stop => {
                // Its last sentence was cut.
                text.truncate(text.rfind(['.', '!', '?']).map_or(0, |at| at + 1));
            }
            _ => {}
        }
    }
    Ok(text.trim().to_owned())
}

/// A summary of the conversation's own sentences: of each turn what the user said first, and those
/// of them that hold its most frequent words when there is no room for all.
fn taken(before: &str, fresh: &[Message]) -> String {
    let counts = counts(fresh);
    let mut lines: Vec<(usize, String, usize)> = Vec::new();
    let old = before.lines().map(str::to_owned);
    let new = fresh
        .iter()
        .filter(|one| one.role == Role::User)
        .filter_map(|one| {
            let line = one
                .text
                .lines()
                .map(str::trim)
                .find(|line| !line.is_empty())?;
            Some(format!("- The user said: {}", shortened(line, 160)))
        });
    for (place, line) in old.chain(new).enumerate() {
        let weight = words(&line).filter_map(|word| counts.get(&word)).sum();
        lines.push((place, line, weight));
    }
    while lines
        .iter()
        .map(|(_, line, _)| line.chars().count() + 1)
        .sum::<usize>()
        > LONGEST
    {
        // What says least goes first, of the older lines.
        let oldest_half = lines.len().div_ceil(2);
        let Some(least) = (0..oldest_half).min_by_key(|&at| lines[at].2) else {
            break;
        };
        lines.remove(least);
    }
    lines
        .into_iter()
        .map(|(_, line, _)| line)
        .collect::<Vec<_>>()
        .join("\n")
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|sign: char| !sign.is_alphanumeric());
    words
        .filter(|word| word.chars().count() > 3)
        .map(str::to_lowercase)
        .filter(|word| !FILLING.contains(&word.as_str()))
}

fn counts(thread: &[Message]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for message in thread.iter().filter(|one| one.role == Role::User) {
        for word in words(&message.text) {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
}

fn topics(thread: &[Message]) -> Vec<String> {
    let mut counted: Vec<_> = counts(thread).into_iter().collect();
    counted.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
    counted
        .into_iter()
        .take(TOPICS)
        .map(|(word, _)| word)
        .collect()
}

fn tone(thread: &[Message]) -> &'static str {
    let said: Vec<String> = thread
        .iter()
        .filter(|one| one.role == Role::User)
        .flat_map(|one| {
            one.text
                .to_lowercase()
                .split(|sign: char| !sign.is_alphanumeric())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    let count = |signs: &[&str]| {
        said.iter()
            .filter(|word| signs.contains(&word.as_str()))
            .count()
    };
    match (count(KIND), count(HARD)) {
        (kind, hard) if kind > hard => "warm",
        (kind, hard) if hard > kind => "troubled",
        _ => "calm",
    }
}

/// As much of a text as that, cut at a line, a sentence or a word.
pub(super) fn shortened(text: &str, characters: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(characters) else {
        return text.to_owned();
    };
    let cut = &text[..end];
    let at = cut
        .rfind('\n')
        .or_else(|| cut.rfind(". ").map(|at| at + 1))
        .or_else(|| cut.rfind(' '));
    cut[..at.filter(|at| at * 2 > end).unwrap_or(end)]
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(texts: &[&str]) -> Vec<Message> {
        texts.iter().map(|text| Message::unsent(1, text)).collect()
    }

    #[test]
    fn a_summary_of_sentences_keeps_what_the_talk_is_about_and_stays_short() {
        let boats = said(&[
            "My boat needs a new sail.",
            "Which sail fits the boat?\nIt is 8 m long.",
            "ok",
        ]);
        assert_eq!(
            taken("- The user said: earlier", &boats),
            "- The user said: earlier\n- The user said: My boat needs a new sail.\n\
             - The user said: Which sail fits the boat?\n- The user said: ok"
        );
        let mut before = String::new();
        for _ in 0..40 {
            before = taken(&before, &boats);
        }
        assert!(before.chars().count() <= LONGEST && before.contains("sail"));
        assert_eq!(topics(&boats)[..2], ["boat".to_owned(), "sail".to_owned()]);
    }

    #[test]
    fn a_tone_is_that_of_the_users_words() {
        assert_eq!(tone(&said(&["Thanks, great!"])), "warm");
        assert_eq!(
            tone(&said(&["I am sad.", "thanks", "a problem"])),
            "troubled"
        );
        assert_eq!(tone(&said(&["A list, please."])), "calm");
    }

    #[test]
    fn texts_are_cut_between_words() {
        assert_eq!(shortened("one two three", 9), "one two");
        assert_eq!(shortened("ééééé", 3), "ééé");
        assert_eq!(shortened("short", 9), "short");
    }
}
