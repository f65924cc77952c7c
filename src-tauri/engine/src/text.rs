//! From tokens back to text: whole characters, reasoning apart, ended exactly at a stop string.

/// Tags between which models put their reasoning, as the model families in use write them.
const REASONING: [(&str, &str); 11] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("[THINK]", "[/THINK]"),
    ("<seed:think>", "</seed:think>"),
    ("◁think▷", "◁/think▷"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel>thought", "<channel|>"),
    (
        "<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>final<|message|>",
    ),
];
/// What some models write before an answer without reasoning; it is no part of the answer.
const NO_REASONING: &str = "<|channel|>final<|message|>";

/// Whether a control token is part of a tag, so that its text has to be seen.
pub(crate) fn marks_reasoning(token: &str) -> bool {
    let tags = REASONING.iter().flat_map(|(open, close)| [open, close]);
    !token.is_empty() && tags.into_iter().any(|tag| tag.contains(token))
}

/// The tag with which a prompt ends, so that the answer begins inside it.
pub(crate) fn opened_reasoning(prompt: &str) -> Option<usize> {
    let prompt = prompt.trim_end();
    REASONING
        .iter()
        .position(|(open, _)| prompt.ends_with(open))
}

/// A piece of output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Part of the answer.
    Answer(String),
    /// Part of the reasoning before it.
    Reasoning(String),
}

/// Turns the bytes of tokens into pieces. What may still become part of a character, a tag
/// or a stop string is held back until that is decided.
pub(crate) struct TextStream {
    bytes: Vec<u8>,
    held: String,
    state: State,
    stops: Vec<String>,
    stopped: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing but white space so far: a tag may follow.
    Opening,
    /// Inside this pair of [`REASONING`].
    Reasoning(usize),
    /// Behind the closing tag: white space is dropped.
    Closed,
    /// The answer proper. A tag here is text, for example in an answer about tags.
    Answer,
}

impl TextStream {
    /// A stream that ends before the first of `stops`; `reasoning` is what
    /// [`opened_reasoning`] found in the prompt.
    pub(crate) fn new(stops: Vec<String>, reasoning: Option<usize>) -> Self {
        let state = reasoning.map_or(State::Opening, State::Reasoning);
        let stops = stops.into_iter().filter(|stop| !stop.is_empty()).collect();
        Self {
            bytes: Vec::new(),
            held: String::new(),
            state,
            stops,
            stopped: false,
        }
    }

    /// Whether a stop string came.
    pub(crate) fn stopped(&self) -> bool {
        self.stopped
    }

    /// Takes a token's bytes and gives out what is certain.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.bytes.extend_from_slice(bytes);
        let whole = self.take_characters(false);
        self.held.push_str(&whole);
        self.drain(false)
    }

    /// Gives out what was held back.
    pub(crate) fn finish(&mut self) -> Vec<Piece> {
        let rest = self.take_characters(true);
        self.held.push_str(&rest);
        self.drain(true)
    }

    /// Whole characters from the front of `bytes`. Bytes that can never become one are
    /// replaced by U+FFFD; a character's first part waits for the rest, unless it is the end.
    fn take_characters(&mut self, end: bool) -> String {
        let mut text = String::new();
        loop {
            match std::str::from_utf8(&self.bytes) {
                Ok(all) => {
                    text.push_str(all);
                    self.bytes.clear();
                    return text;
                }
                Err(error) => {
                    let valid: Vec<u8> = self.bytes.drain(..error.valid_up_to()).collect();
                    text.push_str(&String::from_utf8_lossy(&valid));
                    match error.error_len() {
                        Some(bad) => drop(self.bytes.drain(..bad)),
                        None if end => self.bytes.clear(),
                        None => return text,
                    }
                    text.push('\u{FFFD}');
                }
            }
        }
    }

    fn drain(&mut self, end: bool) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while !self.stopped && self.advance(end, &mut pieces) {}
        pieces
    }

    /// One decision; false when more text is needed.
    fn advance(&mut self, end: bool, pieces: &mut Vec<Piece>) -> bool {
        match self.state {
            State::Opening => {
                let text = self.held.trim_start();
                if let Some(kind) = REASONING
                    .iter()
                    .position(|(open, _)| text.starts_with(open))
                {
                    let skip = self.held.len() - text.len() + REASONING[kind].0.len();
                    self.held.drain(..skip);
                    self.state = State::Reasoning(kind);
                    return true;
                }
                if let Some(answer) = text.strip_prefix(NO_REASONING) {
                    self.held = answer.to_owned();
                    self.state = State::Answer;
                    return true;
                }
                let mut tags = REASONING.iter().map(|(open, _)| *open);
                let undecided = tags.any(|tag| tag.starts_with(text));
                if (undecided || NO_REASONING.starts_with(text)) && !end {
                    return false;
                }
                self.state = State::Answer;
                true
            }
            State::Reasoning(kind) => {
                let close = REASONING[kind].1;
                if let Some(place) = self.held.find(close) {
                    give(pieces, Piece::Reasoning(self.held[..place].to_owned()));
                    self.held.drain(..place + close.len());
                    self.state = State::Closed;
                    return true;
                }
                let keep = if end {
                    0
                } else {
                    undecided_suffix(&self.held, &[close])
                };
                give(pieces, Piece::Reasoning(self.take(keep)));
                false
            }
            State::Closed => {
                let blank = self.held.len() - self.held.trim_start().len();
                self.held.drain(..blank);
                if self.held.is_empty() {
                    return false;
                }
                self.state = State::Answer;
                true
            }
            State::Answer => {
                let first = self
                    .stops
                    .iter()
                    .filter_map(|stop| self.held.find(stop))
                    .min();
                if let Some(place) = first {
                    self.held.truncate(place);
                    self.stopped = true;
                }
                let all = end || self.stopped;
                let keep = if all {
                    0
                } else {
                    undecided_suffix(&self.held, &self.stops)
                };
                give(pieces, Piece::Answer(self.take(keep)));
                false
            }
        }
    }

    /// Everything held, but for the last `keep` bytes.
    fn take(&mut self, keep: usize) -> String {
        let rest = self.held.split_off(self.held.len() - keep);
        std::mem::replace(&mut self.held, rest)
    }
}

fn give(pieces: &mut Vec<Piece>, piece: Piece) {
    let (Piece::Answer(text) | Piece::Reasoning(text)) = &piece;
    if !text.is_empty() {
        pieces.push(piece);
    }
}

/// The length of the longest end of `text` with which one of `needles` begins.
fn undecided_suffix(text: &str, needles: &[impl AsRef<str>]) -> usize {
    let longest = needles
        .iter()
        .map(|needle| needle.as_ref().len())
        .max()
        .unwrap_or(0);
    (1..longest.min(text.len() + 1))
        .rev()
        .find(|&length| {
            text.get(text.len() - length..).is_some_and(|end| {
                needles
                    .iter()
                    .any(|needle| needle.as_ref().starts_with(end))
            })
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds `text` in parts of `size` bytes; the answer, the reasoning, and whether it stopped.
    fn stream(text: &[u8], size: usize, stops: &[&str], opened: bool) -> (String, String, bool) {
        let opened = opened.then_some(0);
        let stops = stops.iter().map(|&stop| stop.to_owned()).collect();
        let mut stream = TextStream::new(stops, opened);
        let mut pieces = Vec::new();
        for part in text.chunks(size) {
            pieces.extend(stream.push(part));
            if stream.stopped() {
                break;
            }
        }
        pieces.extend(stream.finish());
        let (mut answer, mut reasoning) = (String::new(), String::new());
        for piece in pieces {
            match piece {
                Piece::Answer(text) => answer.push_str(&text),
                Piece::Reasoning(text) => reasoning.push_str(&text),
            }
        }
        (answer, reasoning, stream.stopped())
    }

    #[test]
    fn f15_characters_survive_every_split() {
        let text = "Größe 日本語 👩‍👩‍👧 𝕏 end";
        for size in 1..=text.len() {
            assert_eq!(
                stream(text.as_bytes(), size, &[], false).0,
                text,
                "parts of {size}"
            );
        }
    }

    #[test]
    fn f15_lone_bad_bytes_are_one_replacement_character_each() {
        for size in 1..4 {
            assert_eq!(
                stream(b"a\xFFb\xC3", size, &[], false).0,
                "a\u{FFFD}b\u{FFFD}"
            );
        }
    }

    #[test]
    fn a_stop_string_is_cut_exactly_also_across_pieces() {
        for size in 1..12 {
            let text = b"one\nUse two\nUser: three";
            let (answer, _, stopped) = stream(text, size, &["\nUser:", "never"], false);
            assert_eq!(
                (answer.as_str(), stopped),
                ("one\nUse two", true),
                "parts of {size}"
            );
        }
        assert_eq!(stream(b"one\nUse", 1, &["\nUser:"], false).0, "one\nUse");
    }

    #[test]
    fn reasoning_is_apart_from_the_answer_at_every_split() {
        let text = b" <think>8 < 9</thi nk></think>\n\nThe answer <think> is 17.";
        for size in 1..=text.len() {
            let (answer, reasoning, _) = stream(text, size, &[], false);
            assert_eq!(reasoning, "8 < 9</thi nk>");
            assert_eq!(answer, "The answer <think> is 17.");
        }
        assert_eq!(
            stream(b"why</think>so", 2, &[], true),
            ("so".into(), "why".into(), false)
        );
        for (open, close) in REASONING {
            assert_eq!(
                opened_reasoning(open),
                REASONING.iter().position(|one| one.0 == open)
            );
            let text = format!("{open}why{close}so");
            for size in 1..=text.len() {
                let (answer, reasoning, _) = stream(text.as_bytes(), size, &[], false);
                assert_eq!(
                    (answer.as_str(), reasoning.as_str()),
                    ("so", "why"),
                    "{open}"
                );
            }
        }
        assert_eq!(stream(NO_REASONING.as_bytes(), 1, &[], false).0, "");
        assert_eq!(
            stream(b"<thin", 2, &[], false).0,
            "<thin",
            "no tag after all"
        );
    }
}
