//! The words of a question, read one by one.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use rust_stemmers::{Algorithm, Stemmer};

use super::split::Token;
use super::{Language, Reading, Said, Words, numbers};

/// What is read so far.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says what stood right before"
)]
struct Reader {
    reading: Reading,
    role: &'static str,
    /// Words in that role.
    in_role: usize,
    /// Whether a clause has just begun, whose subject does not end it.
    begun: bool,
    /// The number that stood right before, if it was written as a word.
    number: Option<u32>,
    /// Whether a number stood right before.
    measured: bool,
    /// Whether the last mark says no of what comes next.
    denied: bool,
    /// Whether "of" stood right before.
    linked: bool,
    /// Whether "and" stood right before.
    paired: bool,
    /// Words that are names, which nobody is thought to have misspelt.
    names: HashSet<String>,
}

impl Reader {
    fn enter(&mut self, role: &'static str) {
        self.role = role;
        self.in_role = 0;
        self.linked = false;
        self.paired = false;
        self.begun = CLAUSES.contains(&role);
    }

    fn say(&mut self, word: String, raw: &str, after_number: bool) {
        self.in_role += 1;
        self.begun = false;
        let role = self.role;
        // "Two monitors, one port" is not "two ports, one monitor".
        if after_number && let Some(number) = self.reading.exact.last_mut() {
            number.word.push(' ');
            number.word.push_str(&word);
        }
        if std::mem::take(&mut self.linked) && role.is_empty() {
            self.reading.links.push(self.reading.said.len());
        }
        if std::mem::take(&mut self.paired) && role.is_empty() {
            self.reading.pairs.push(self.reading.said.len());
        }
        let raw = raw.trim_start_matches('~');
        // "Not safe to eat" is not "safe not to eat".
        if std::mem::take(&mut self.denied)
            && let Some(mark) = self.reading.marks.last_mut()
        {
            mark.push_str(&word);
        }
        let is_name = self.names.contains(raw);
        self.reading.raw.push(if is_name {
            String::new()
        } else {
            raw.to_owned()
        });
        self.reading.said.push(Said { word, role });
    }

    fn exactly(&mut self, word: String) {
        self.in_role += 1;
        self.begun = false;
        self.linked = false;
        self.paired = false;
        let role = self.role;
        self.reading.exact.push(Said { word, role });
    }

    fn word(&mut self, word: &str, words: &Words, stemmer: &Stemmer) {
        let (before, after_number) = (self.number.take(), std::mem::take(&mut self.measured));
        if let Some(mark) = word.strip_prefix('<') {
            self.denied = false;
            if TIMES.contains(&mark) {
                self.reading.marks.push(mark.to_owned());
                return;
            }
            let role = if self.in_role == 0 { self.role } else { "" };
            self.reading.marks.push(format!("{role}{mark}"));
            self.denied = matches!(mark, "not" | "never" | "no")
                && self.reading.language == Language::English;
            self.enter("");
            return;
        }
        if let Some((_, name)) = words.roles.iter().find(|(one, _)| *one == word) {
            self.enter(name);
            return;
        }
        if word == "of" {
            self.linked = self.in_role > 0;
            return;
        }
        if word == "and" {
            self.paired = self.in_role > 0;
            return;
        }
        if word == "then" {
            self.paired = false;
        }
        if let Some(person) = person(word) {
            self.reading.persons.push(person);
        }
        if words.ends.contains(&word) {
            if !self.begun {
                self.enter("");
            }
            return;
        }
        if words.articles.contains(&word) {
            // "in Germany the tax": another thing begins.
            if self.in_role > 0 && !self.linked {
                self.enter("");
            }
            return;
        }
        if words.silent.contains(&word) && !(after_number && COUNTED.contains(&word)) {
            return;
        }
        if let Some(value) = numbers::number(word, self.reading.language) {
            let whole = before.and_then(|before| numbers::together(before, value));
            if whole.is_some() {
                self.reading.exact.pop();
            }
            let value = whole.unwrap_or(value);
            self.exactly(value.to_string());
            self.number = Some(value);
            self.measured = true;
            return;
        }
        let is_degrees = word.starts_with('°');
        if let Some(unit) = numbers::unit(word).filter(|_| after_number || is_degrees) {
            self.say(format!("#{unit}"), word, after_number);
            return;
        }
        let plain_word = word.trim_start_matches('~');
        let plain = same(plain_word, words.same).unwrap_or_else(|| {
            let stem = stem(plain_word, words, stemmer);
            same_stem(&stem, words).unwrap_or(stem)
        });
        self.say(plain, word, after_number);
    }
}

pub(super) fn read(
    tokens: &[Token],
    language: Language,
    words: &Words,
    names: HashSet<String>,
) -> Reading {
    let stemmer = Stemmer::create(words.stemmer);
    let mut reader = Reader {
        reading: Reading::empty(language),
        role: "",
        in_role: 0,
        begun: false,
        number: None,
        measured: false,
        denied: false,
        linked: false,
        paired: false,
        names,
    };
    for token in tokens {
        match token {
            Token::Pause => {
                reader.enter("");
            }
            Token::Exact(text) => {
                reader.number = None;
                reader.exactly(text.clone());
                reader.measured = text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.');
            }
            Token::Quoted(text) => reader.exactly(format!("\"{text}\"")),
            Token::Word(word) => reader.word(word, words, &stemmer),
        }
    }
    let mut reading = reader.reading;
    reading.marks.sort_unstable();
    reading
        .marks
        .dedup_by(|one, other| one == other && ASKED.contains(&one.as_str()));
    // Who asks is not spoken of unless there is somebody else.
    if !reading.persons.contains(&3) {
        reading.persons.retain(|&person| person == 2);
    }
    reading
}

/// Who a word stands for: the one who asks, or somebody else.
fn person(word: &str) -> Option<u8> {
    match word {
        "me" => Some(2),
        "i" | "my" | "i'm" | "i've" | "i'd" | "mine" => Some(1),
        "he" | "she" | "him" | "her" | "his" | "hers" | "he's" | "she's" => Some(3),
        _ => None,
    }
}

/// Silent words that say what is counted: "in one word" is not "in one sentence".
const COUNTED: &[&str] = &[
    "word",
    "words",
    "term",
    "phrase",
    "phrases",
    "sentence",
    "sentences",
    "expression",
    "question",
    "file",
    "files",
    "thing",
    "things",
    "noun",
    "equation",
    "fraction",
    "method",
    "instructions",
    "suggestions",
    "recommendations",
];

/// Roles of clauses, which have a subject of their own.
const CLAUSES: &[&str] = &[
    "when", "if", "because", "unless", "until", "but", "wenn", "weil", "quand", "si", "cuando",
];

/// Marks of time, which end no role.
const TIMES: &[&str] = &["past", "future", "perfect", "ever"];

/// What is asked for no more if it is asked twice.
const ASKED: &[&str] = &[
    "what", "how", "why", "whether", "can", "should", "who", "past",
];

fn same(word: &str, groups: &[&[&str]]) -> Option<String> {
    let group = groups.iter().find(|group| group.contains(&word))?;
    Some(format!("={}", group[0]))
}

fn same_stem(found: &str, words: &Words) -> Option<String> {
    let group = stems(words).get(found)?;
    Some(format!("={group}"))
}

/// The stems of all words for the same, with the first of their group. They are made once for a
/// language: making them anew for every word of every question took a millisecond for each.
fn stems(words: &Words) -> &'static HashMap<String, &'static str> {
    static STEMS: [OnceLock<HashMap<String, &'static str>>; 4] = [const { OnceLock::new() }; 4];
    let place = match words.stemmer {
        Algorithm::German => 1,
        Algorithm::French => 2,
        Algorithm::Spanish => 3,
        _ => 0,
    };
    STEMS[place].get_or_init(|| {
        let stemmer = Stemmer::create(words.stemmer);
        let mut stems = HashMap::new();
        for group in words.same {
            for word in *group {
                let stem = stem(word, words, &stemmer);
                stems.entry(stem).or_insert(group[0]);
            }
        }
        stems
    })
}

/// The stem of a word; "important" and "import", "positive" and "position" have one stem, so the
/// ending that made another word of it stands behind it.
fn stem(word: &str, words: &Words, stemmer: &Stemmer) -> String {
    let stem = stemmer.stem(word).into_owned();
    if words.stemmer != Algorithm::English {
        return stem;
    }
    let plain = word.trim_end_matches("'s").trim_end_matches('\'');
    let plain = plain
        .strip_suffix('s')
        .filter(|_| !plain.ends_with("ss") && !plain.ends_with("us"))
        .unwrap_or(plain);
    let plain = plain
        .strip_suffix("ing")
        .or_else(|| plain.strip_suffix("ed"))
        .unwrap_or(plain);
    let ending = ENDINGS
        .iter()
        .find(|ending| plain.ends_with(*ending) && plain.len() > ending.len() + 2);
    ending.map_or_else(|| stem.clone(), |ending| format!("{stem}|{ending}"))
}

/// Endings that make another word.
const ENDINGS: &[&str] = &[
    "ation", "ion", "ive", "al", "ant", "ent", "ity", "ness", "ful", "less", "ment", "ance",
    "ence", "ly", "ous", "ic", "able", "ible", "ism", "ist", "or", "er",
];
