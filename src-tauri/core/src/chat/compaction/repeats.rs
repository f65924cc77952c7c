//! Lines and blocks of lines that stood there before.

use std::collections::HashMap;

use super::protected::Fences;

/// A line is worth a note when it stands there so often in a row.
const LEAST_TIMES: usize = 3;
/// A block has so many lines at least, and a note saves so many bytes.
const LEAST_LINES: usize = 4;
const LEAST_SAVED: usize = 60;
/// Bytes of a line by which a note names it.
const NAMED: usize = 60;

/// Beginnings of blocks that are looked at for one that a note could be taken for.
const LOOKED_AT: usize = 32;

/// A text in which lines and blocks that stand there again are named instead. A note says how many
/// lines it stands for, and with which the block begins and ends; it always means the first block
/// of which that is true, so that it can be put back.
pub(super) fn folded(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut fences = Fences::default();
    let is_code: Vec<bool> = lines.iter().map(|line| fences.covers(line)).collect();
    let mut seen = Seen::default();
    let mut out = String::with_capacity(text.len());
    // Up to here no block is worth a note.
    let mut tried = 0;
    let mut at = 0;
    while at < lines.len() {
        let same = same_as_first(&lines[at..], &is_code[at..]);
        if let Some(note) = line_note(lines[at], same) {
            push(&mut out, lines[at], at);
            out.push('\n');
            out.push_str(&note);
            for place in at..at + same {
                seen.add(&lines, &is_code, place);
            }
            at += same;
            continue;
        }
        if at >= tried
            && let Some(earlier) = seen.block(&lines, at)
        {
            let whole = common(&lines, &is_code, earlier, at);
            let length = without_gaps(&lines[at..at + whole]);
            let note = block_note(&lines[at..at + length]);
            if let Some(note) = note.filter(|_| seen.is_first(&lines, earlier, length)) {
                push(&mut out, &note, at);
                for place in at..at + length {
                    seen.add(&lines, &is_code, place);
                }
                at += length;
                continue;
            }
            tried = at + whole;
        }
        seen.add(&lines, &is_code, at);
        push(&mut out, lines[at], at);
        at += 1;
    }
    out
}

/// The lines so far.
#[derive(Default)]
struct Seen<'a> {
    /// Where each run of lines began first that is as long as the shortest block.
    runs: HashMap<&'a [&'a str], usize>,
    /// Where lines stand, by what a note would call them.
    named: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Seen<'a> {
    fn add(&mut self, lines: &'a [&'a str], is_code: &[bool], at: usize) {
        let places = self.named.entry(beginning(lines[at])).or_default();
        // More are never looked at.
        if places.len() <= LOOKED_AT {
            places.push(at);
        }
        if let Some(run) = lines.get(at..at + LEAST_LINES).filter(|_| !is_code[at]) {
            self.runs.entry(run).or_insert(at);
        }
    }

    /// Where a block begins that is the same as what begins here.
    fn block(&self, lines: &'a [&'a str], at: usize) -> Option<usize> {
        let run = lines.get(at..at + LEAST_LINES)?;
        self.runs
            .get(run)
            .copied()
            .filter(|_| !lines[at].trim().is_empty())
    }

    /// Whether a block is the first of which its note would be true.
    fn is_first(&self, lines: &[&str], at: usize, length: usize) -> bool {
        let last = beginning(lines[at + length - 1]);
        let places = self
            .named
            .get(beginning(lines[at]))
            .map_or(&[][..], Vec::as_slice);
        let mut fitting = places.iter().take(LOOKED_AT).filter(|&&one| {
            lines
                .get(one + length - 1)
                .is_some_and(|line| beginning(line) == last)
        });
        fitting.next() == Some(&at)
    }
}

fn push(out: &mut String, line: &str, at: usize) {
    if at > 0 {
        out.push('\n');
    }
    out.push_str(line);
}

/// How many lines are the same as the first, itself included; code is none.
fn same_as_first(lines: &[&str], is_code: &[bool]) -> usize {
    let pairs = lines.iter().zip(is_code);
    pairs
        .take_while(|(line, is_code)| **line == lines[0] && !**is_code)
        .count()
}

/// How many lines are the same from two places on. A block ends before itself begins again.
fn common(lines: &[&str], is_code: &[bool], earlier: usize, later: usize) -> usize {
    let most = (later - earlier).min(lines.len() - later);
    (0..most)
        .take_while(|&step| lines[earlier + step] == lines[later + step] && !is_code[later + step])
        .count()
}

/// How long a block is without empty lines at its end.
fn without_gaps(block: &[&str]) -> usize {
    block
        .iter()
        .rposition(|line| !line.trim().is_empty())
        .map_or(0, |last| last + 1)
}

/// What stands for the lines behind a line that are the same; none where it would save nothing
/// worth it.
fn line_note(line: &str, same: usize) -> Option<String> {
    if same < LEAST_TIMES || line.trim().is_empty() {
        return None;
    }
    let note = format!("[the line above {} more times]", same - 1);
    let length = (same - 1) * (line.len() + 1);
    (length >= note.len() + LEAST_SAVED).then_some(note)
}

/// What stands for a block; none where it would save nothing worth it.
fn block_note(block: &[&str]) -> Option<String> {
    let (first, last) = (block.first()?, block.last()?);
    if block.len() < LEAST_LINES {
        return None;
    }
    let note = format!(
        "[as before: {} lines from “{}” to “{}”]",
        block.len(),
        beginning(first),
        beginning(last)
    );
    let length: usize = block.iter().map(|line| line.len() + 1).sum();
    (length >= note.len() + LEAST_SAVED).then_some(note)
}

/// What a note calls a line.
fn beginning(line: &str) -> &str {
    let line = line.trim();
    &line[..line.floor_char_boundary(NAMED)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Puts back what notes stand for.
    fn unfolded(text: &str) -> String {
        let mut lines: Vec<String> = Vec::new();
        for line in text.split('\n') {
            if let Some(rest) = line.strip_prefix("[the line above ") {
                let times: usize = rest.split(' ').next().unwrap().parse().unwrap();
                let above = lines.last().unwrap().clone();
                lines.extend(std::iter::repeat_n(above, times));
            } else if let Some(rest) = line.strip_prefix("[as before: ") {
                let count: usize = rest.split(' ').next().unwrap().parse().unwrap();
                let named: Vec<&str> = rest.split(['“', '”']).collect();
                let (first, last) = (named[1], named[3]);
                let block = lines
                    .windows(count)
                    .find(|run| beginning(&run[0]) == first && beginning(&run[count - 1]) == last)
                    .unwrap()
                    .to_vec();
                lines.extend(block);
            } else {
                lines.push(line.to_owned());
            }
        }
        lines.join("\n")
    }

    #[test]
    fn a_block_that_stands_there_again_is_named_and_can_be_put_back() {
        let block: Vec<String> = (0..12)
            .map(|number| format!("frame {number}: at module::function_{number} (src/main.rs)"))
            .collect();
        let text = format!("first\n{0}\nbetween\n{0}\nend", block.join("\n"));
        let sent = folded(&text);
        assert!(
            sent.contains("[as before: 12 lines from “frame 0: at"),
            "{sent}"
        );
        assert!(sent.len() < text.len() * 2 / 3);
        assert_eq!(unfolded(&sent), text);
    }

    #[test]
    fn code_is_never_folded() {
        let line = "let x = compute_something_long(1);\n";
        let text = format!("```rust\n{}```", line.repeat(30));
        assert_eq!(folded(&text), text);
    }

    #[test]
    fn a_note_never_stands_for_another_block_that_begins_and_ends_alike() {
        let block = |name: &str| {
            let rows = (0..6).map(|row| format!("row {row} of {name} with more words"));
            let rows: Vec<String> = rows.collect();
            format!("BEGIN\n{}\nCOMMIT\n", rows.join("\n"))
        };
        let (a, b) = (block("a"), block("b"));
        let text = format!("{a}{b}{b}{a}");
        let sent = folded(&text);
        assert_eq!(unfolded(&sent), text);
        assert!(
            sent.contains("[as before: 8 lines"),
            "the last can be named: {sent}"
        );
    }

    #[test]
    fn an_empty_line_behind_a_block_does_not_keep_it_from_being_named() {
        let frames = (0..12).map(|frame| format!("    at step_{frame} (src/orders.rs)"));
        let trace = frames.collect::<Vec<_>>().join("\n");
        let text = format!("first\n{trace}\n\nnext\n{trace}\n\nlast");
        let sent = folded(&text);
        assert!(sent.contains("[as before: 12 lines"), "{sent}");
        assert_eq!(unfolded(&sent), text);
    }

    #[test]
    fn many_short_lines_that_come_again_are_compared_once() {
        let lines = (0..60_000_u32).map(|line| (line % 7 + line / 9000).to_string());
        let lines = lines.collect::<Vec<_>>().join("\n");
        let text = format!("{lines}\n\nx\n{lines}\n\ny");
        assert_eq!(unfolded(&folded(&text)), text);
    }

    proptest! {
        #[test]
        fn whatever_is_folded_can_be_put_back(
            order in proptest::collection::vec((0_usize..6, 1_usize..4), 1..30)
        ) {
            // Some begin and end alike, some have empty lines around them.
            let blocks: Vec<String> = (0..6_usize).map(|block| {
                let lines = (0..=block + 3).map(|line| match line {
                    0 => "it begins".to_owned(),
                    1 if block % 2 == 0 => String::new(),
                    _ if line == block + 3 => "it ends".to_owned(),
                    _ => format!("block {} has line {line} with some words", block / 2),
                });
                lines.collect::<Vec<_>>().join("\n") + &"\n".repeat(block % 3)
            }).collect();
            let chosen = order.iter().flat_map(|&(block, times)| std::iter::repeat_n(blocks[block].as_str(), times));
            let text = chosen.collect::<Vec<_>>().join("\n");
            prop_assert_eq!(unfolded(&folded(&text)), text);
        }
    }
}
