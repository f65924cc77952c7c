//! A text with fewer words that says what matters: for the user to look at before it is used.
//!
//! First go turns of phrase that only fill. If that is not enough, sentences go that nothing else
//! in the text refers to, until it is as short as wanted. A sentence with a number, a name, a
//! question or a wish stays, one with a negation, a quotation, code or a link word for word; so do headings,
//! lists, tables and code. So it may stay longer than wanted; it never becomes shorter.

use std::collections::{HashMap, HashSet};

use unicode_segmentation::UnicodeSegmentation;

use super::protected::{self, Fences};
use super::words::{ASKING, FILLERS, NEGATIONS, STOP_WORDS};

/// A text of about so many percent of its length, from 25 to 100.
#[must_use]
pub fn shortened(text: &str, percent: u8) -> String {
    let tidy = super::message(text).into_owned();
    let wanted = text.len() * usize::from(percent.clamp(25, 100)) / 100;
    if tidy.len() <= wanted {
        return tidy;
    }
    let lines = lines_of(&tidy);
    let mut sentences: Vec<Sentence> = Vec::new();
    for (line, (text, is_fixed)) in lines.iter().enumerate() {
        if *is_fixed {
            sentences.push(Sentence::fixed(line, text));
        } else {
            let parts = text.split_sentence_bounds();
            sentences.extend(parts.map(|part| Sentence::read(line, part)));
        }
    }
    let mut length = written(&sentences).len();
    for sentence in &mut sentences {
        if length <= wanted {
            break;
        }
        length -= sentence.without_fillers(length - wanted);
    }
    drop_least(&mut sentences, &tidy, wanted);
    written(&sentences)
}

/// The lines of a text, with whether each has to stay as it is.
fn lines_of(text: &str) -> Vec<(&str, bool)> {
    let mut fences = Fences::default();
    text.lines()
        .map(|line| {
            let is_code = fences.covers(line);
            let trimmed = line.trim_start();
            let is_listed = trimmed.starts_with(['-', '*', '#', '+', '•', '{', '[', '<']);
            let is_fixed = is_code || is_listed || trimmed.is_empty();
            (line, is_fixed || protected::is_layout(line))
        })
        .collect()
}

/// A sentence, with the blanks behind it.
struct Sentence {
    line: usize,
    text: String,
    may_go: bool,
    is_fixed: bool,
}

impl Sentence {
    fn fixed(line: usize, text: &str) -> Self {
        Self {
            line,
            text: text.to_owned(),
            may_go: false,
            is_fixed: true,
        }
    }

    fn read(line: usize, text: &str) -> Self {
        Self {
            line,
            text: text.to_owned(),
            may_go: !text.trim().is_empty() && !is_weighty(text),
            // What is denied may be the very word that only fills elsewhere.
            is_fixed: has_verbatim(text) || text.unicode_words().any(is_negation),
        }
    }

    /// Takes turns of phrase out that only fill, up to so many bytes or a little more; how many
    /// bytes went.
    fn without_fillers(&mut self, most: usize) -> usize {
        if self.is_fixed {
            return 0;
        }
        let before = self.text.len();
        for (phrase, instead) in FILLERS {
            if before - self.text.len() >= most {
                break;
            }
            let mut from = 0;
            while let Some((start, end)) = found(&self.text, phrase, from) {
                self.text.replace_range(start..end, instead);
                from = start + instead.len();
            }
        }
        before - self.text.len()
    }
}

/// Where a phrase stands in a text behind a place, as whole words, with the blank behind it where nothing takes its
/// place.
fn found(text: &str, phrase: &str, from: usize) -> Option<(usize, usize)> {
    let words = phrase.trim_end();
    let (text_bytes, size) = (text.as_bytes(), words.len());
    let is_letter = |at: usize| {
        text_bytes
            .get(at)
            .is_some_and(|&one| one.is_ascii_alphanumeric() || one >= 0x80)
    };
    let last = text.len().checked_sub(size)?;
    (from..=last).find_map(|start| {
        let end = start + size;
        let is_there = text_bytes[start..end].eq_ignore_ascii_case(words.as_bytes())
            && (start == 0 || !is_letter(start - 1))
            && !is_letter(end);
        let blank = usize::from(phrase.ends_with(' '));
        let has_blank = blank == 0 || text_bytes.get(end) == Some(&b' ');
        (is_there && has_blank).then_some((start, end + blank))
    })
}

/// Whether something stands in a sentence word for word.
fn has_verbatim(text: &str) -> bool {
    text.contains("://") || text.chars().any(|sign| protected::closing(sign).is_some())
}

/// Whether a sentence says something that must not be lost.
fn is_weighty(text: &str) -> bool {
    if has_verbatim(text) || text.contains(['?', '？', '¿', '@', '=', '/', '_']) {
        return true;
    }
    if text.chars().any(char::is_numeric) {
        return true;
    }
    let words = text.unicode_words().enumerate();
    words.into_iter().any(|(place, word)| {
        let small = word.to_lowercase();
        // Whatever begins with a capital letter may be a name, unless it begins the sentence.
        let begins_large = word.chars().next().is_some_and(char::is_uppercase);
        let is_usual = STOP_WORDS.contains(&small.as_str());
        let asks = ASKING.contains(&small.as_str());
        is_negation(word) || asks || (begins_large && word != "I" && !(place == 0 && is_usual))
    })
}

fn is_negation(word: &str) -> bool {
    let small = word.to_lowercase();
    NEGATIONS.contains(&small.as_str()) || small.ends_with("n't") || small.ends_with("n’t")
}

/// Lets sentences go that the rest refers to least, while enough is left.
fn drop_least(sentences: &mut Vec<Sentence>, text: &str, wanted: usize) {
    let mut heard: HashMap<String, u32> = HashMap::new();
    for word in text.unicode_words() {
        *heard.entry(word.to_lowercase()).or_default() += 1;
    }
    let weight = |sentence: &Sentence| {
        let words: HashSet<String> = sentence
            .text
            .unicode_words()
            .map(str::to_lowercase)
            .filter(|word| !STOP_WORDS.contains(&word.as_str()))
            .collect();
        // How many of its words stand elsewhere too.
        words
            .iter()
            .filter(|word| heard.get(*word).is_some_and(|&count| count > 1))
            .count()
    };
    let mut order: Vec<(usize, usize)> = sentences
        .iter()
        .enumerate()
        // The first and the last sentence say what it is about.
        .filter(|(at, one)| one.may_go && *at > 0 && at + 1 < sentences.len())
        .map(|(at, one)| (weight(one), at))
        .collect();
    order.sort_unstable();
    let mut length = written(sentences).len();
    let mut gone = HashSet::new();
    for (_, at) in order {
        let left = length - sentences[at].text.len();
        if length <= wanted {
            break;
        }
        if left >= wanted {
            gone.insert(at);
            length = left;
        }
    }
    let mut at = 0;
    sentences.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}

fn written(sentences: &[Sentence]) -> String {
    let mut text = String::new();
    let mut line = 0;
    let mut ends_open = false;
    for sentence in sentences {
        if sentence.line > line {
            if ends_open {
                // The blanks behind a sentence of which the next is gone.
                text.truncate(text.trim_end_matches(' ').len());
            }
            // Between empty lines of which what stood between them is gone, one is enough.
            let is_left_alone = sentence.line > line + 1 && text.ends_with('\n');
            let is_spare = is_left_alone && sentence.text.is_empty();
            if !text.is_empty() && !is_spare {
                text.push('\n');
            }
            line = sentence.line;
        }
        text.push_str(&sentence.text);
        ends_open = !sentence.is_fixed;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "Hello! I would like to ask you to please help me plan a small party at home.\n\
        It is going to be really quite a lovely afternoon with everybody sitting in the garden.\n\
        We are 12 people, and Maria cannot eat nuts. The budget is 150 euros.\n\
        There is always so much to think about when one plans such things, which is tiring.\n\
        Somehow the music is never a problem. My neighbour said \"no noise after ten\".\n\
        What should we cook?";

    #[test]
    fn fillers_go_and_what_matters_stays_word_for_word() {
        let short = shortened(TEXT, 50);
        for kept in [
            "We are 12 people, and Maria cannot eat nuts.",
            "The budget is 150 euros.",
            "My neighbour said \"no noise after ten\".",
            "What should we cook?",
            "never a problem",
            "help me plan a small party at home",
        ] {
            assert!(short.contains(kept), "{kept}: {short}");
        }
        assert!(
            !short.contains("tiring") && !short.contains("ask you to please"),
            "{short}"
        );
        assert!(short.len() < TEXT.len() * 3 / 4, "{short}");
    }

    #[test]
    fn a_phrase_is_found_as_whole_words_alone() {
        assert_eq!(found("pleased, please do", "please ", 0), Some((9, 16)));
        assert_eq!(found("quite", "quite ", 0), None);
        assert_eq!(found("équite so", "quite ", 0), None);
    }

    proptest! {
        #[test]
        fn no_number_quotation_or_line_of_code_is_ever_lost(
            parts in proptest::collection::vec(prop_oneof![
                Just("Well, the weather is nice and everybody is happy about it."),
                Just("The order 4711 costs 12.90 euros."),
                Just("She said “wait for me” and left."),
                Just("```\nlet x  =  1;\n```"),
                Just("Do not really press it, please do not."),
                Just("It is basically very important to actually do this in order to win."),
            ], 1..20),
            percent in 25_u8..100,
        ) {
            let text = parts.join("\n");
            let short = shortened(&text, percent);
            let distinct: HashSet<&str> = parts.iter().copied().collect();
            for part in distinct.iter().filter(|part| is_weighty(part) || part.starts_with('`')) {
                prop_assert!(short.contains(part), "{}: {}", part, short);
            }
            prop_assert!(short.len() <= text.len());
        }
    }
}
