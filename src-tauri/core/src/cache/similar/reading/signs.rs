//! Japanese and Chinese, which are written without spaces between words.

mod chinese;
mod japanese;

use super::{Language, Reading, Said};

/// What may stand anywhere in a question: how it is to be done, with which tool, by which rule.
const ANYWHERE: &str = "anywhere";

/// Whether a text is written mostly in such signs.
pub(super) fn is_written_in_signs(text: &str) -> bool {
    let letters = text.chars().filter(|letter| letter.is_alphabetic());
    let (mut signs, mut all) = (0_u32, 0_u32);
    for letter in letters {
        all += 1;
        signs += u32::from(is_sign(letter));
    }
    signs * 3 > all
}

/// Reads a text that is written so.
pub(super) fn read(text: &str) -> Reading {
    let (text, quoted) = without_quotations(text);
    let text = without_spaces(&text.to_lowercase());
    let parts = if text.chars().any(is_kana) {
        japanese::parts(&text)
    } else {
        chinese::parts(&text)
    };
    let mut reading = Reading::empty(Language::Signs);
    let back = |word: String| with_quotations(&word, &quoted);
    reading.marks = parts.marks.into_iter().map(str::to_owned).collect();
    reading.marks.sort_unstable();
    let fixed = parts.fixed.into_iter().map(|word| (word, ""));
    let loose = parts.loose.into_iter().map(|word| (word, ANYWHERE));
    reading.said = fixed
        .chain(loose)
        .map(|(word, role)| Said {
            word: back(word),
            role,
        })
        .collect();
    reading
}

/// A question in parts.
#[derive(Debug, Default)]
struct Parts {
    /// The language, and what is asked for.
    marks: Vec<&'static str>,
    /// What stands in this order.
    fixed: Vec<String>,
    /// What may stand anywhere.
    loose: Vec<String>,
}

fn is_sign(letter: char) -> bool {
    is_kana(letter) || is_ideograph(letter)
}

fn is_kana(letter: char) -> bool {
    is_hiragana(letter) || is_katakana(letter)
}

fn is_hiragana(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{309f}')
}

fn is_katakana(letter: char) -> bool {
    matches!(letter, '\u{30a0}'..='\u{30ff}')
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '々')
}

/// Signs that mean something, and not only part what is said.
fn says(letter: char) -> bool {
    letter.is_alphanumeric() || "+-*/=<>%#$€£°^&|\\~@_.'→→々ー".contains(letter) || is_place(letter)
}

/// Stands for what is quoted, which stays letter by letter.
fn is_place(letter: char) -> bool {
    matches!(letter, '\u{e000}'..='\u{e0ff}')
}

fn place(number: usize) -> Option<char> {
    let number = u32::try_from(number)
        .ok()
        .filter(|number| *number < 0x100)?;
    char::from_u32(0xe000 + number)
}

fn without_quotations(text: &str) -> (String, Vec<String>) {
    let parts: Vec<&str> = text.split('"').collect();
    // A mark of inches, not of a quotation.
    if parts.len().is_multiple_of(2) {
        return (text.to_owned(), Vec::new());
    }
    let mut left = String::with_capacity(text.len());
    let mut quoted = Vec::new();
    for (number, part) in parts.into_iter().enumerate() {
        match place(quoted.len()) {
            Some(sign) if number % 2 == 1 => {
                left.push(sign);
                quoted.push(part.trim().to_lowercase());
            }
            _ => left.push_str(part),
        }
    }
    (left, quoted)
}

fn with_quotations(word: &str, quoted: &[String]) -> String {
    let mut whole = String::with_capacity(word.len());
    for letter in word.chars() {
        let number = if is_place(letter) {
            u32::from(letter) - 0xe000
        } else {
            u32::MAX
        };
        let text = usize::try_from(number)
            .ok()
            .and_then(|number| quoted.get(number));
        match text {
            Some(text) => whole.push_str(text),
            None => whole.push(letter),
        }
    }
    whole
}

/// A space says something between two words in Latin letters only.
fn without_spaces(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut left = String::with_capacity(text.len());
    for (at, &letter) in letters.iter().enumerate() {
        if letter != ' ' {
            left.push(letter);
            continue;
        }
        let before = left.chars().last().unwrap_or(' ');
        let after = letters.get(at + 1).copied().unwrap_or(' ');
        let parts = before.is_ascii_alphanumeric()
            && after.is_ascii_alphanumeric()
            && (after.is_ascii_alphabetic() || before.is_ascii_digit())
            && !(before.is_ascii_digit() && after.is_ascii_alphabetic());
        if parts {
            left.push(letter);
        }
    }
    left
}

/// The text with each phrase replaced; the lists name the longer first.
fn replaced(text: &str, phrases: &[(&str, &str)]) -> String {
    phrases
        .iter()
        .fold(text.to_owned(), |text, (phrase, instead)| {
            text.replace(phrase, instead)
        })
}

/// The text with words replaced that stand right behind a number.
fn units(text: &str, units: &[(&str, &str)]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let measures =
            left.ends_with(|one: char| one.is_ascii_digit() || one == '少' || one == '何');
        let unit = units
            .iter()
            .find(|(name, _)| measures && rest.starts_with(name));
        if let Some((name, short)) = unit {
            left.push_str(short);
            rest = &rest[name.len()..];
        } else {
            left.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    left
}

/// Numbers in signs as digits, where something is counted.
fn digits(text: &str, counters: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut left = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let length = letters[at..]
            .iter()
            .take_while(|letter| value(**letter).is_some())
            .count();
        let counts = letters
            .get(at + length)
            .is_some_and(|next| counters.contains(*next));
        let begins = at == 0 || !letters[at - 1].is_ascii_digit();
        match number(&letters[at..at + length]).filter(|_| counts && begins) {
            Some(number) => left.push_str(&number.to_string()),
            None => left.extend(&letters[at..at + length]),
        }
        at += length;
        if let Some(letter) = letters.get(at) {
            left.push(*letter);
            at += 1;
        }
    }
    left
}

/// What a sign of a number stands for.
fn value(letter: char) -> Option<u64> {
    Some(match letter {
        '〇' | '零' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '百' => 100,
        '千' => 1000,
        '万' => 10_000,
        _ => return None,
    })
}

fn number(letters: &[char]) -> Option<u64> {
    let values: Vec<u64> = letters.iter().filter_map(|letter| value(*letter)).collect();
    if values.is_empty() || values.len() > 8 {
        return None;
    }
    // Digit by digit: 一九四九.
    if values.len() > 1 && values.iter().all(|value| *value < 10) {
        return Some(values.iter().fold(0, |whole, value| whole * 10 + value));
    }
    let (mut whole, mut part, mut digit) = (0, 0, 0);
    for value in values {
        match value {
            10_000 => {
                whole = (part + digit).max(1) * value;
                (part, digit) = (0, 0);
            }
            10..=1000 => {
                part += digit.max(1) * value;
                digit = 0;
            }
            _ => digit = value,
        }
    }
    Some(whole + part + digit)
}
