//! What a question says, in a form in which two questions that say the same are equal.
//!
//! Two questions that differ in one word are near to each other for every embedding, whether the
//! word is "please" or "not". So every difference has to be explained: politeness, contractions,
//! forms of words, other words for the same, an order that says the same. What is not explained
//! makes another question. The lists are short and know nothing of a subject; what they do not
//! know costs an answer that could have been given again, and never gives a wrong one.

mod english;
mod german;
mod french;
mod numbers;
mod signs;
mod spanish;
mod split;

use rust_stemmers::{Algorithm, Stemmer};

use split::Token;

/// A language that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::cache) enum Language {
    English,
    German,
    French,
    Spanish,
    /// Without spaces between words: Japanese, Chinese.
    Signs,
    /// Any other: only the same words are the same.
    Other,
}

/// What is known of the words of a language.
pub(super) struct Words {
    /// Words by which the language is known.
    pub(super) marks: &'static [&'static str],
    /// Turns of phrase, and what they are read as; the longer first.
    pub(super) phrases: &'static [(&'static str, &'static str)],
    /// Words with which something begins that is spoken of.
    pub(super) articles: &'static [&'static str],
    /// Words that say nothing that matters here.
    pub(super) silent: &'static [&'static str],
    /// Words behind which something stands in a role, and the role.
    pub(super) roles: &'static [(&'static str, &'static str)],
    /// Words that end what stands in a role.
    pub(super) ends: &'static [&'static str],
    /// Words for the same, by the first of them.
    pub(super) same: &'static [&'static [&'static str]],
    /// How a request begins that is put as a question, and what is requested so.
    pub(super) leads: &'static [&'static str],
    pub(super) requests: &'static [&'static str],
    pub(super) stemmer: Algorithm,
}

/// A question, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cache) struct Reading {
    language: Language,
    /// What is asked for: how, why, when, whether …; what says no; the time.
    marks: Vec<String>,
    /// Numbers, names of versions, code, quotations: letter by letter.
    exact: Vec<Said>,
    /// The words.
    said: Vec<Said>,
    /// Of whom it speaks, where that is somebody beside the one who asks.
    persons: Vec<u8>,
}

/// A word in its role; most have none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    word: String,
    role: &'static str,
}

impl Reading {
    /// Reads a question.
    pub(in crate::cache) fn of(question: &str) -> Self {
        let text = split::normal(question);
        if signs::is_written_in_signs(&text) {
            return signs::read(&text);
        }
        let mut tokens = split::tokens(&text);
        let language = language_of(&tokens);
        let Some(words) = words_of(language) else {
            let plain = tokens.into_iter().map(|token| match token {
                Token::Word(text) | Token::Exact(text) | Token::Quoted(text) => text,
                Token::Pause => String::new(),
            });
            let plain = plain.filter(|text| !text.is_empty());
            let said = plain.map(|word| Said { word, role: "" }).collect();
            return Self {
                said,
                ..Self::empty(language)
            };
        };
        tokens = split::without_lead(tokens, words.leads, words.requests);
        tokens = split::with_phrases(&tokens, words.phrases);
        settle(&mut tokens);
        read(&tokens, language, words)
    }

    /// Whether a question has anything by which it can be known.
    pub(in crate::cache) fn says_something(&self) -> bool {
        !self.exact.is_empty() || !self.said.is_empty()
    }

    fn empty(language: Language) -> Self {
        Self {
            language,
            marks: Vec::new(),
            exact: Vec::new(),
            said: Vec::new(),
            persons: Vec::new(),
        }
    }

    /// Whether two questions say the same.
    pub(in crate::cache) fn is_same(&self, other: &Self) -> bool {
        self.language == other.language
            && self.marks == other.marks
            && self.persons == other.persons
            && same_exact(&self.exact, &other.exact)
            && same_said(&self.said, &other.said)
            && roles_agree(&self.all(), &other.all())
    }

    fn all(&self) -> Vec<Said> {
        self.exact.iter().chain(&self.said).cloned().collect()
    }
}

fn words_of(language: Language) -> Option<&'static Words> {
    match language {
        Language::English => Some(&english::WORDS),
        Language::German => Some(&german::WORDS),
        Language::French => Some(&french::WORDS),
        Language::Spanish => Some(&spanish::WORDS),
        Language::Signs | Language::Other => None,
    }
}

/// The language whose small words stand in a text most often; English where none does.
fn language_of(tokens: &[Token]) -> Language {
    let mut best = (0, Language::Other);
    for language in [
        Language::English,
        Language::German,
        Language::French,
        Language::Spanish,
    ] {
        let Some(words) = words_of(language) else { continue };
        let count = tokens
            .iter()
            .filter(|token| matches!(token, Token::Word(word) if words.marks.contains(&word.as_str())))
            .count();
        if count > best.0 {
            best = (count, language);
        }
    }
    let ascii = tokens.iter().all(|token| match token {
        Token::Word(word) => word.is_ascii(),
        _ => true,
    });
    match best {
        (0, _) if ascii => Language::English,
        (_, language) => language,
    }
}

/// "When it rains, why …" does not ask when.
fn settle(tokens: &mut [Token]) {
    /// A clause is no shorter.
    const CLAUSE: usize = 3;
    let asks = |token: &Token| matches!(token, Token::Word(word) if ASKS.contains(&word.as_str()));
    let next = tokens.iter().skip(1).position(asks);
    if next.is_none_or(|place| place < CLAUSE) {
        return;
    }
    if let Some(Token::Word(first)) = tokens.first_mut() {
        match first.as_str() {
            "<when" => "when".clone_into(first),
            "<where" => "where".clone_into(first),
            "<whether" => first.clear(),
            _ => {}
        }
    }
}

/// Marks of what is asked for.
const ASKS: &[&str] = &[
    "<how", "<what", "<why", "<who", "<where", "<can", "<must", "<should", "<howlong", "<howmany", "<howmuch",
];

/// What is read so far.
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
}

impl Reader {
    fn enter(&mut self, role: &'static str) {
        self.role = role;
        self.in_role = 0;
        self.begun = CLAUSES.contains(&role);
    }

    fn say(&mut self, word: String, after_number: bool) {
        self.in_role += 1;
        let role = self.role;
        // "Two monitors, one port" is not "two ports, one monitor".
        if after_number && let Some(number) = self.reading.exact.last_mut() {
            number.word.push(' ');
            number.word.push_str(&word);
        }
        self.reading.said.push(Said { word, role });
    }

    fn exactly(&mut self, word: String) {
        self.in_role += 1;
        let role = self.role;
        self.reading.exact.push(Said { word, role });
    }

    fn word(&mut self, word: &str, words: &Words, stemmer: &Stemmer) {
        let (before, after_number) = (self.number.take(), std::mem::take(&mut self.measured));
        if let Some(mark) = word.strip_prefix('<') {
            let role = if self.in_role == 0 { self.role } else { "" };
            self.reading.marks.push(format!("{role}{mark}"));
            self.enter("");
            return;
        }
        if let Some((_, name)) = words.roles.iter().find(|(one, _)| *one == word) {
            self.enter(name);
            return;
        }
        if let Some(person) = person(word) {
            self.reading.persons.push(person);
        }
        if words.ends.contains(&word) {
            if !self.begun {
                self.enter("");
            }
            self.begun = false;
            return;
        }
        self.begun = false;
        if words.articles.contains(&word) {
            // "in Germany the tax": another thing begins.
            if self.in_role > 0 {
                self.enter("");
            }
            return;
        }
        if words.silent.contains(&word) {
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
            self.say(format!("#{unit}"), after_number);
            return;
        }
        let plain = same(word, words.same).unwrap_or_else(|| {
            let stem = stemmer.stem(word).into_owned();
            same_stem(&stem, words, stemmer).unwrap_or(stem)
        });
        self.say(plain, after_number);
    }
}

fn read(tokens: &[Token], language: Language, words: &Words) -> Reading {
    let stemmer = Stemmer::create(words.stemmer);
    let mut reader = Reader {
        reading: Reading::empty(language),
        role: "",
        in_role: 0,
        begun: false,
        number: None,
        measured: false,
    };
    for token in tokens {
        match token {
            Token::Pause => reader.enter(""),
            Token::Exact(text) => {
                reader.number = None;
                reader.exactly(text.clone());
                reader.measured = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            }
            Token::Quoted(text) => reader.exactly(format!("\"{text}\"")),
            Token::Word(word) => reader.word(word, words, &stemmer),
        }
    }
    let mut reading = reader.reading;
    reading.marks.sort_unstable();
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

/// Whether the same things stand there letter by letter: in any order, unless there is a sign
/// between them that may mean that order.
fn same_exact(one: &[Said], other: &[Said]) -> bool {
    let is_sign = |said: &Said| said.word.chars().all(|letter| !letter.is_alphanumeric());
    let words = |all: &[Said]| -> Vec<String> { all.iter().map(|said| said.word.clone()).collect() };
    let (mut first, mut second) = (words(one), words(other));
    if !one.iter().any(is_sign) {
        first.sort_unstable();
        second.sort_unstable();
    }
    first == second
}

/// Whether the same words stand there, those without a role in the same order.
fn same_said(one: &[Said], other: &[Said]) -> bool {
    let sorted = |all: &[Said]| {
        let mut words: Vec<String> = all.iter().map(|said| said.word.clone()).collect();
        words.sort_unstable();
        words
    };
    if sorted(one) != sorted(other) {
        return false;
    }
    let in_both = |said: &&Said| said.role.is_empty() && one.contains(said) && other.contains(said);
    one.iter().filter(in_both).eq(other.iter().filter(in_both))
}

/// Whether no word has changed its role for one that means something else, and no two words have
/// changed places.
fn roles_agree(one: &[Said], other: &[Said]) -> bool {
    let mut left: Vec<&Said> = one.iter().filter(|said| !other.contains(said)).collect();
    let mut right: Vec<&Said> = other.iter().filter(|said| !one.contains(said)).collect();
    left.sort_unstable();
    right.sort_unstable();
    let mut moves: Vec<(&str, &str)> = Vec::new();
    for (before, after) in left.iter().zip(&right) {
        if before.word != after.word || !LOOSE.contains(&before.role) || !LOOSE.contains(&after.role) {
            return false;
        }
        moves.push((before.role, after.role));
    }
    left.len() == right.len() && !moves.iter().any(|&(from, to)| moves.contains(&(to, from)))
}

/// Roles that one may put in another way: "floats on water", "floats in water".
const LOOSE: &[&str] = &["", "in", "on", "at", "for", "with", "about", "during", "when", "like"];

/// Roles of clauses, which have a subject of their own.
const CLAUSES: &[&str] = &["when", "if", "because", "unless", "until", "but", "wenn", "weil", "quand", "si", "cuando"];

fn same(word: &str, groups: &[&[&str]]) -> Option<String> {
    let group = groups.iter().find(|group| group.contains(&word))?;
    Some(format!("={}", group[0]))
}

fn same_stem(stem: &str, words: &Words, stemmer: &Stemmer) -> Option<String> {
    let group = words
        .same
        .iter()
        .find(|group| group.iter().any(|word| stemmer.stem(word) == stem))?;
    Some(format!("={}", group[0]))
}
