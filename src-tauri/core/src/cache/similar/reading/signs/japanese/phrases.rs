//! A sentence of Japanese in groups: what belongs to a verb, each with its particle.

use super::super::super::signs;
use super::super::{Parts, is_hiragana, is_ideograph, says};
use super::words::{ASIDE, PARTICLES};

/// What stands before a verb, with its particle.
#[derive(Default)]
struct Phrase {
    text: String,
    /// Whether a verb or an adjective is part of it.
    is_verbal: bool,
    particle: &'static str,
}

/// Adds the groups of a sentence.
pub(super) fn add(sentence: &str, parts: &mut Parts) {
    let mut phrases = phrases(sentence);
    let mut is_first = true;
    let tools = phrases
        .iter()
        .filter(|phrase| phrase.particle == "で")
        .count();
    let mut group: Vec<String> = Vec::new();
    let count = phrases.len();
    for (number, phrase) in phrases.drain(..).enumerate() {
        let is_name = !phrase.text.contains(signs::is_sign);
        let is_last = number + 1 == count;
        let whole = format!("{}{}", joined(&differences(&phrase.text)), phrase.particle);
        if whole.is_empty() {
            continue;
        }
        if phrase.particle == "で" && tools == 1 && !phrase.is_verbal && (is_name || is_first) {
            parts.loose.push(whole);
        } else if phrase.is_verbal || is_last || phrase.particle.is_empty() {
            group.sort_unstable();
            group.push(whole);
            parts.fixed.push(group.join("|"));
            group.clear();
            is_first = false;
        } else {
            group.push(whole);
        }
    }
    if !group.is_empty() {
        group.sort_unstable();
        parts.fixed.push(group.join("|"));
    }
}

/// "AとBの違い" is "BとAの違い".
fn differences(text: &str) -> String {
    let Some((before, tail)) = text.split_once("の違い") else {
        return text.to_owned();
    };
    let (ahead, pair) = before
        .rsplit_once('の')
        .map_or(("", before), |(ahead, pair)| (ahead, pair));
    match pair.split_once('と') {
        Some((one, other)) if one > other => format!("{ahead}の{other}と{one}の違い{tail}"),
        Some((one, other)) => format!("{ahead}の{one}と{other}の違い{tail}"),
        None => text.to_owned(),
    }
}

/// "COUNTIFの式" is "COUNTIF式", "先頭の5行" is "先頭5行".
fn joined(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let joins = |at: usize| {
        let before = at
            .checked_sub(1)
            .and_then(|at| letters.get(at))
            .copied()
            .unwrap_or(' ');
        let after = letters.get(at + 1).copied().unwrap_or(' ');
        let is_name =
            before.is_ascii_alphanumeric() && signs::is_sign(after) && !is_hiragana(after);
        letters[at] == 'の' && (is_name || (is_ideograph(before) && after.is_ascii_digit()))
    };
    (0..letters.len())
        .filter(|at| !joins(*at))
        .map(|at| letters[at])
        .collect()
}

/// The phrases of a sentence, each up to its particle.
fn phrases(sentence: &str) -> Vec<Phrase> {
    let letters: Vec<char> = sentence.chars().collect();
    let mut all = vec![];
    let mut now = Phrase::default();
    let mut at = 0;
    while at < letters.len() {
        if !is_hiragana(letters[at]) {
            push_other(letters[at], &mut now, &mut all);
            at += 1;
            continue;
        }
        let length = letters[at..]
            .iter()
            .take_while(|letter| is_hiragana(**letter))
            .count();
        let run: String = letters[at..at + length].iter().collect();
        let is_end = at + length == letters.len();
        hiragana(&run, is_end, &mut now, &mut all);
        at += length;
    }
    all.push(now);
    all
}

fn push_other(letter: char, now: &mut Phrase, all: &mut Vec<Phrase>) {
    if says(letter) {
        now.text.push(letter);
    } else if now.is_verbal {
        end("", now, all);
    } else if all.is_empty() && !now.text.is_empty() {
        // "Tomatoes, …" is what it is about.
        end("は", now, all);
    }
}

/// Reads signs of which the first may be particles, and the last.
fn hiragana(run: &str, is_end: bool, now: &mut Phrase, all: &mut Vec<Phrase>) {
    let mut rest = run;
    while !now.text.is_empty() && !now.text.ends_with(is_hiragana) {
        let is_verb = ASIDE.iter().any(|verb| rest.starts_with(verb))
            || (rest.starts_with('と') && now.text.ends_with('落'));
        let is_okurigana = rest.starts_with("って") && now.text.ends_with(is_ideograph);
        let particle = PARTICLES
            .iter()
            .find(|(word, _)| !is_verb && !is_okurigana && rest.starts_with(word));
        let Some((word, particle)) = particle else {
            break;
        };
        rest = &rest[word.len()..];
        end(particle, now, all);
    }
    if rest.is_empty() {
        return;
    }
    let follows = now.text.ends_with(is_ideograph);
    let is_noun = follows
        && rest.starts_with('い')
        && now
            .text
            .ends_with(['戦', '違', '願', '扱', '笑', '匂', '占', '祝', '誓', '狙']);
    now.is_verbal = !is_noun;
    let particle = if is_end {
        None
    } else {
        trailing(rest, follows, is_noun)
    };
    match particle {
        Some((content, particle)) => {
            now.text.push_str(content);
            end(particle, now, all);
        }
        None => now.text.push_str(rest),
    }
}

/// The particle at the end of a word in these signs.
fn trailing(run: &str, follows: bool, is_noun: bool) -> Option<(&str, &'static str)> {
    /// The shortest word that stands alone.
    const ALONE: usize = 2;
    let content = |particle: &'static str| Some((run.strip_suffix(particle)?, particle));
    if let Some((content, _)) = content("を") {
        return Some((content, "を"));
    }
    for word in ["ときは", "ときに", "とき", "あとに", "あと"] {
        if run.ends_with(word) {
            return Some((run.trim_end_matches(['は', 'に']), ""));
        }
    }
    if ["るか", "たか", "いか", "うか"]
        .iter()
        .any(|end| run.ends_with(end))
    {
        return Some((run, ""));
    }
    if let Some(found) = content("で").filter(|_| is_noun) {
        return Some(found);
    }
    ["から", "まで", "に", "は", "が", "の"]
        .into_iter()
        .find_map(content)
        .filter(|(content, _)| content.chars().count() >= if follows { 1 } else { ALONE })
}

fn end(particle: &'static str, now: &mut Phrase, all: &mut Vec<Phrase>) {
    if particle.is_empty() && now.text.is_empty() {
        return;
    }
    // "10万円を貸す" is "10万円貸す".
    if particle == "を" && now.text.starts_with(|letter: char| letter.is_ascii_digit()) {
        return;
    }
    if matches!(particle, "の" | "と" | "や" | "も") || particle.chars().count() > 2 {
        now.text.push_str(particle);
        return;
    }
    now.particle = particle;
    all.push(std::mem::take(now));
}
