//! Japanese, in groups: what belongs to a verb may stand before it in any order, each with the
//! particle that says which part it plays; the verbs stay in their order.

mod asking;
mod forms;
mod phrases;
mod words;

use super::{Parts, digits, is_hiragana, is_ideograph, replaced, says, units};
use asking::asked;
use forms::plain;
use phrases::add;
use words::{COUNTERS, ENDINGS, LEADS, MANNERS, PHRASES, REQUESTS, STEMS, UNITS, WISHES, WORDS};

pub(super) fn parts(text: &str) -> Parts {
    let mut parts = Parts {
        marks: vec!["ja"],
        ..Parts::default()
    };
    let text = units(&digits(text, COUNTERS), UNITS);
    let text = replaced(&guarded(&replaced(&text, WORDS)), PHRASES);
    for sentence in text.split(['。', '.', '!', '?']).filter_map(points) {
        let sentence = without_manner(&sentence, &mut parts.loose);
        let sentence = without_politeness(&sentence);
        let sentence = asked(&sentence, &mut parts.marks);
        let is_request = STEMS.contains(&sentence.as_str());
        if sentence.chars().any(says) && !is_request {
            add(&sentence, &mut parts);
        }
    }
    parts
}

/// A dot between digits parts nothing; it was put together again before.
fn points(sentence: &str) -> Option<String> {
    let sentence = sentence.replace('\u{e100}', ".");
    sentence.chars().any(says).then_some(sentence)
}

/// Words that are others with another sign behind them: 時 in 時間. Dots in numbers are kept.
fn guarded(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = |place: usize| letters.get(place).copied().unwrap_or(' ');
    let mut left = String::with_capacity(text.len());
    for (place, &letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).map_or(' ', at);
        let after = at(place + 1);
        let follows_verb = is_hiragana(before) && before != 'お';
        match letter {
            '時' | '際' if follows_verb && !is_ideograph(after) => left.push_str("とき"),
            '後' if "ただ".contains(before) => left.push_str("あと"),
            '後' if follows_verb && (after == ' ' || "、にのはで".contains(after)) => {
                left.push_str("あと");
            }
            '事' if "るたいなの".contains(before) && !is_ideograph(after) => {
                left.push_str("こと");
            }
            '方' if "たるい".contains(before) && "がは".contains(after) => {
                left.push_str("ほう");
            }
            '.' if before.is_ascii_digit() && after.is_ascii_digit() => left.push('\u{e100}'),
            _ => left.push(letter),
        }
    }
    left
}

/// "Explain it simply": how it is to be told.
fn without_manner(sentence: &str, loose: &mut Vec<String>) -> String {
    for manner in MANNERS {
        for stem in STEMS.iter().chain(&["お願い"]) {
            let telling = format!("{manner}{stem}");
            if sentence.contains(&telling) {
                loose.push((*manner).to_owned());
                return sentence.replace(&telling, stem);
            }
        }
    }
    sentence.to_owned()
}

/// The sentence in its plain form, without what is said to be polite.
fn without_politeness(sentence: &str) -> String {
    let mut left = trimmed(sentence).to_owned();
    while let Some(shorter) = LEADS.iter().find_map(|lead| left.strip_prefix(lead)) {
        left = trimmed(shorter).into();
    }
    let mut changed = true;
    while changed {
        let shorter = without_request(&left)
            .or_else(|| stripped(&left, ENDINGS))
            .or_else(|| without_asking(&left))
            .or_else(|| plain(&left))
            .map(|text| trimmed(&text).to_owned())
            .filter(|text| text.chars().any(says));
        changed = shorter.is_some();
        left = shorter.unwrap_or(left);
    }
    left
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter| !says(letter))
}

/// "なるの" asks what "なる" asks.
fn without_asking(text: &str) -> Option<String> {
    let left = text.strip_suffix('の')?;
    left.ends_with([
        'う', 'く', 'ぐ', 'す', 'つ', 'ぬ', 'ぶ', 'む', 'る', 'た', 'だ', 'い',
    ])
    .then(|| left.to_owned())
}

fn stripped(text: &str, tails: &[&str]) -> Option<String> {
    let shorter = tails.iter().find_map(|tail| {
        text.strip_suffix(tail)
            .filter(|left| *tail != "は" || !left.ends_with('に'))
    })?;
    // "なに" without its last sign is no question.
    shorter.chars().any(says).then(|| shorter.to_owned())
}

/// Without "please tell me", and the particle before it.
fn without_request(text: &str) -> Option<String> {
    let asked = STEMS.iter().find_map(|stem| {
        let tail = &text[text.rfind(stem)? + stem.len()..];
        (tail.is_empty() || WISHES.contains(&tail))
            .then(|| &text[..text.len() - tail.len() - stem.len()])
    });
    let asked = asked.or_else(|| {
        REQUESTS
            .iter()
            .find_map(|request| text.strip_suffix(request))
    });
    if let Some(asked) = asked {
        let asked = trimmed(asked);
        let bare = ["について", "に関して", "のかを", "かを", "を", "が", "は"]
            .iter()
            .find_map(|tail| asked.strip_suffix(tail));
        return Some(bare.unwrap_or(asked).to_owned());
    }
    // Who asks for a work keeps the verb: 作ってください.
    let doubtful = ["くれない", "もらえない", "くれる", "もらえる", "ね", "よ"];
    let work = WISHES
        .iter()
        .filter(|wish| !doubtful.contains(wish))
        .find_map(|wish| text.strip_suffix(wish))?;
    work.ends_with(['て', 'で']).then(|| work.to_owned())
}
