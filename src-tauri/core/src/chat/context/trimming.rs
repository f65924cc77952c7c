//! Which messages go when not all of them fit.

use hearth_protocol::Role;

use crate::Result;
use crate::store::messages::Message;

use super::{BYTES_PER_TOKEN, too_long};

/// The turns of which a message was pinned: whole, so that questions and answers alternate.
pub(super) fn pinned_turns(dropped: &[Message]) -> Vec<Message> {
    let mut pinned = Vec::new();
    let mut rest = dropped;
    while !rest.is_empty() {
        let (turn, later) = rest.split_at(turn_length(rest));
        if turn.iter().any(|message| message.pinned) {
            pinned.extend_from_slice(turn);
        }
        rest = later;
    }
    pinned
}

/// The branch without the questions that got no answer, except for its last message: they
/// were never part of what the model saw.
pub(super) fn answered_turns(branch: Vec<Message>) -> Vec<Message> {
    let mut turns: Vec<Message> = Vec::with_capacity(branch.len());
    for message in branch {
        if message.role == Role::Assistant && message.text.is_empty() {
            turns.pop();
        } else {
            turns.push(message);
        }
    }
    turns
}

/// Drops the oldest turns beyond `most` bytes, which no context could hold, so that counting
/// stays cheap in the longest conversation. Refuses a last message that is beyond it alone.
pub(super) fn drop_uncountable(kept: &mut Vec<Message>, most: usize) -> Result<bool> {
    let mut bytes = 0;
    let fitting = kept
        .iter()
        .rev()
        .take_while(|message| {
            bytes += message.text.len();
            bytes <= most
        })
        .count();
    if fitting == 0 && !kept.is_empty() {
        let tokens = bytes / 4;
        let context = u32::try_from(most / BYTES_PER_TOKEN).unwrap_or(u32::MAX);
        let over = tokens.saturating_sub(context as usize);
        return Err(too_long(&format!("about {over} tokens"), context));
    }
    let mut drop = kept.len() - fitting;
    while drop < kept.len() - 1 && drop > 0 && kept[drop].role != Role::User {
        drop += 1;
    }
    kept.drain(..drop);
    Ok(drop > 0)
}

/// How many of the oldest messages have to go, whole turns, so that what stays takes two
/// thirds of the budget: room for the next turns without another cut.
pub(super) fn oldest_block(kept: &[Message], texts: &[u32], total: u32, budget: u32) -> usize {
    let sum: u32 = texts.iter().sum();
    let count = u32::try_from(kept.len()).unwrap_or(u32::MAX).max(1);
    let wrapping = total.saturating_sub(sum) / count;
    let target = budget / 3 * 2;
    let mut left = total;
    let mut dropped = 0;
    while left > target {
        let turn = turn_length(&kept[dropped..]);
        if dropped + turn >= kept.len() {
            break;
        }
        let cost: u32 = texts[dropped..dropped + turn]
            .iter()
            .map(|text| text + wrapping)
            .sum();
        left = left.saturating_sub(cost);
        dropped += turn;
    }
    dropped
}

/// Messages of the oldest turn: a question with what follows it.
pub(super) fn turn_length(kept: &[Message]) -> usize {
    let next = kept
        .iter()
        .skip(1)
        .position(|message| message.role == Role::User);
    next.map_or(kept.len(), |place| place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use crate::store::messages::{MessageId, MessageState};

    fn conversation(texts: &[&str]) -> Vec<Message> {
        texts
            .iter()
            .zip(1..)
            .map(|(text, id)| Message {
                id,
                conversation: 1,
                parent: id.checked_sub(2).map(|parent| parent + 1),
                role: if id % 2 == 1 {
                    Role::User
                } else {
                    Role::Assistant
                },
                text: (*text).to_owned(),
                reasoning: String::new(),
                state: MessageState::Complete,
                error: None,
                created_at: 0.0,
                model: None,
                measured: None,
                pinned: false,
                verbatim: false,
                attachments: Vec::new(),
                recalled: Vec::new(),
                noted: Vec::new(),
                siblings: Vec::new(),
            })
            .collect()
    }

    fn ids(messages: &[Message]) -> Vec<MessageId> {
        messages.iter().map(|message| message.id).collect()
    }

    #[test]
    fn a_question_without_an_answer_is_not_sent_again() {
        let turns = answered_turns(conversation(&["a", "b", "lost", "", "now"]));
        assert_eq!(ids(&turns), [1, 2, 5]);
    }

    #[test]
    fn pinned_turns_stay_whole_when_others_go() {
        let mut dropped = conversation(&["a", "b", "c", "d", "e", "f"]);
        dropped[3].pinned = true;
        assert_eq!(ids(&pinned_turns(&dropped)), [3, 4]);
        dropped[0].pinned = true;
        assert_eq!(ids(&pinned_turns(&dropped)), [1, 2, 3, 4]);
        assert!(pinned_turns(&[]).is_empty());
    }

    #[test]
    fn trimming_drops_a_block_of_whole_turns_and_never_the_last_question() {
        let kept = conversation(&["a", "b", "c", "d", "e", "f", "g"]);
        // Seven messages of 100 tokens and 10 of wrapping each, and room for 600.
        let dropped = oldest_block(&kept, &[100; 7], 770, 600);
        assert_eq!(
            ids(&kept[dropped..]),
            [5, 6, 7],
            "two thirds of the room are left in use"
        );
        let dropped = oldest_block(&kept, &[100; 7], 770, 10);
        assert_eq!(ids(&kept[dropped..]), [7]);
    }

    #[test]
    fn text_that_no_context_could_hold_is_not_even_counted() {
        let long = "x".repeat(1000);
        let mut kept = conversation(&[&long, &long, "c", "d", "e"]);
        assert_eq!(drop_uncountable(&mut kept, 1500), Ok(true));
        assert_eq!(ids(&kept), [3, 4, 5], "the cut is at a question");
        let mut kept = conversation(&["a", "b", &long]);
        let refusal = drop_uncountable(&mut kept, 500).unwrap_err();
        assert_eq!(refusal.code, Code::PromptTooLong);
        assert!(refusal.message.contains("about 219 tokens"), "{refusal}");
    }
}
