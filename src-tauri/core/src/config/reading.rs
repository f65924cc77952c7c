//! Reading a settings file that people write: each wrong value is named with its place and with
//! what is allowed, and its default stands in for it alone.

use serde::{Deserialize, Serialize};
use specta::Type;
use toml_edit::{Document, Item, TableLike, Value};

use super::schema::{self, Field, Kind, Place};
use super::{Config, keys};

/// A file larger than this holds no settings. In bytes.
pub(crate) const LARGEST: u64 = 1 << 20;
/// Wrong values that are told, at most. The others are not used either.
const TOLD: usize = 200;
/// Biases for single tokens, at most, and how strong.
const BIASES: usize = 1024;
const STRONGEST_BIAS: f64 = 100.0;

/// Something in a settings file that is not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Fault {
    /// The line in which it stands, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The setting's name with its sections; empty where the file as a whole is meant.
    pub key: String,
    /// What is wrong, and what is allowed.
    pub why: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            line,
            column,
            key,
            why,
        } = self;
        write!(formatter, "line {line}, column {column}")?;
        if !key.is_empty() {
            write!(formatter, ", {key}")?;
        }
        write!(formatter, ": {why}")
    }
}

/// What a settings file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The settings, with defaults for what is not said or wrong.
    pub config: Config,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Names that this Hearth does not know. They stay in the file.
    pub unknown: Vec<String>,
}

/// Reads a file's bytes; refused where they are no settings file at all.
pub fn read(bytes: &[u8]) -> Result<Reading, Fault> {
    let whole = |why: String| Fault {
        line: 1,
        column: 1,
        key: String::new(),
        why,
    };
    if bytes.len() as u64 > LARGEST {
        let why = format!(
            "the file has {} MB, which no settings need.",
            bytes.len() >> 20
        );
        return Err(whole(why));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        if let [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] = bytes {
            return whole("the file is written in UTF-16; save it as UTF-8.".to_owned());
        }
        let (line, column) = position(&String::from_utf8_lossy(bytes), error.valid_up_to());
        let why = "here stands a byte that is no UTF-8.".to_owned();
        Fault {
            line,
            column,
            ..whole(why)
        }
    })?;
    let text = super::editing::body(text);
    let document = Document::parse(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let (line, column) = position(text, start);
        let why = format!("{}.", error.message().trim().replace('\n', "; "));
        Fault {
            line,
            column,
            ..whole(why)
        }
    })?;
    let mut found = Found {
        text,
        lines: text
            .match_indices('\n')
            .map(|(place, _)| place + 1)
            .collect(),
        reading: Reading::default(),
        wrong: Vec::new(),
    };
    found.search(document.as_table(), &mut Vec::new());
    let Found {
        mut reading, wrong, ..
    } = found;
    let unusable = |error: toml::de::Error| whole(format!("{}.", error.message().trim()));
    let mut table: toml::Table = toml::from_str(text).map_err(unusable)?;
    for path in wrong {
        take_out(&mut table, &path);
    }
    reading.config = Config::deserialize(table).map_err(unusable)?;
    Ok(reading)
}

/// What is wrong with a value of a setting, if anything.
pub(super) fn fault_of(field: &Field, value: &Value) -> Option<String> {
    let is_inside = |number: f64| {
        number.is_finite()
            && field.lowest.is_none_or(|lowest| number >= lowest)
            && field.highest.is_none_or(|highest| number <= highest)
    };
    let is_right = match (field.kind, value) {
        #[expect(clippy::cast_precision_loss, reason = "every range is far below that")]
        (Kind::Whole | Kind::Decimal, Value::Integer(number)) => is_inside(*number.value() as f64),
        (Kind::Decimal, Value::Float(number)) => is_inside(*number.value()),
        (Kind::Switch, Value::Boolean(_)) | (Kind::Text | Kind::LongText, Value::String(_)) => true,
        (Kind::Choice, Value::String(word)) => field.choices.contains(word.value()),
        (Kind::List, Value::Array(list)) => list.iter().all(Value::is_str),
        (Kind::Biases, Value::Array(list)) => list.len() <= BIASES && list.iter().all(is_bias),
        _ => false,
    };
    if is_right {
        return None;
    }
    let mut shown = value.clone();
    shown.decor_mut().clear();
    let shown: String = shown.to_string().chars().take(60).collect();
    Some(format!("is {shown}; allowed is {}.", allowed(field)))
}

/// What a setting takes, in words.
#[must_use]
pub fn allowed(field: &Field) -> String {
    let range = || match (field.lowest, field.highest) {
        (Some(lowest), Some(highest)) if highest >= f64::from(u32::MAX) => {
            format!(" from {lowest} on")
        }
        (Some(lowest), Some(highest)) => format!(" from {lowest} to {highest}"),
        _ => String::new(),
    };
    match field.kind {
        Kind::Switch => "true or false".to_owned(),
        Kind::Whole => format!("a whole number{}", range()),
        Kind::Decimal => format!("a number{}", range()),
        Kind::Text | Kind::LongText => "a text in quotation marks".to_owned(),
        Kind::Choice => field
            .choices
            .iter()
            .map(|word| format!("\"{word}\""))
            .collect::<Vec<_>>()
            .join(", "),
        Kind::List => "a list of texts: [\"one\", \"two\"]".to_owned(),
        Kind::Biases => {
            "a list of tokens with a number from -100 to 100 each: [[11, -5.0]]".to_owned()
        }
    }
}

fn is_bias(pair: &Value) -> bool {
    let Some(pair) = pair.as_array().filter(|pair| pair.len() == 2) else {
        return false;
    };
    let token = pair.get(0).and_then(Value::as_integer);
    let bias = pair.get(1).and_then(|bias| {
        bias.as_float()
            .or(bias.as_integer().map(|whole| whole as f64))
    });
    token.is_some_and(|token| u32::try_from(token).is_ok())
        && bias.is_some_and(|bias| (-STRONGEST_BIAS..=STRONGEST_BIAS).contains(&bias))
}

struct Found<'a> {
    text: &'a str,
    /// Where lines begin, but for the first.
    lines: Vec<usize>,
    reading: Reading,
    /// The names of what is not used, in their parts.
    wrong: Vec<Vec<String>>,
}

impl Found<'_> {
    fn search(&mut self, table: &dyn TableLike, path: &mut Vec<String>) {
        for (name, item) in table.iter() {
            path.push(name.to_owned());
            match (schema::place(path), item.as_table_like(), item) {
                (Place::Section, Some(inner), _) => self.search(inner, path),
                (Place::Section, None, _) => {
                    let why = "is no section; settings belong below it.".to_owned();
                    self.note(path, item, why);
                }
                (Place::Field(field), _, Item::Value(value)) => {
                    if let Some(why) = fault_of(field, value) {
                        self.note(path, item, why);
                    }
                }
                (Place::Field(field), ..) => {
                    let why = format!("is a section; allowed is {}.", allowed(field));
                    self.note(path, item, why);
                }
                (Place::Unknown, ..) => self.reading.unknown.push(keys::joined(path)),
            }
            path.pop();
        }
    }

    fn note(&mut self, path: &[String], item: &Item, why: String) {
        if self.reading.faults.len() < TOLD {
            let start = item.span().map_or(0, |span| span.start);
            let before = self.lines.partition_point(|begin| *begin <= start);
            let begin = before.checked_sub(1).map_or(0, |line| self.lines[line]);
            let within = self.text.get(begin..start).unwrap_or_default();
            self.reading.faults.push(Fault {
                line: number(before + 1),
                column: number(within.chars().count() + 1),
                key: keys::joined(path),
                why,
            });
        }
        self.wrong.push(path.to_vec());
    }
}

/// The line and the column of a byte, from 1.
fn position(text: &str, byte: usize) -> (u32, u32) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (number(line), number(column))
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn take_out(table: &mut toml::Table, path: &[String]) {
    match path {
        [] => {}
        [name] => drop(table.remove(name)),
        [name, rest @ ..] => {
            if let Some(toml::Value::Table(inner)) = table.get_mut(name) {
                take_out(inner, rest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Theme;

    #[test]
    fn f33_a_wrong_value_is_named_with_its_place_and_falls_back_alone() {
        let text = "[window]\ntheme = \"pink\"\n[sampling]\ntemperature = 0.5\n  top_p = 7.0\n\
                    [engine]\nslots = \"many\"\nthreads = -1\nmmap = 1\n";
        let Reading { config, faults, .. } = read(text.as_bytes()).unwrap();
        assert_eq!(config.window.theme, Theme::System);
        assert_eq!(config.sampling.temperature, Some(0.5));
        assert_eq!(config.sampling.top_p, None);
        assert_eq!(config.engine.slots, 4);
        let told: Vec<String> = faults.iter().map(Fault::to_string).collect();
        assert_eq!(
            told,
            [
                "line 2, column 9, window.theme: is \"pink\"; allowed is \"system\", \"light\", \"dark\".",
                "line 5, column 11, sampling.top_p: is 7.0; allowed is a number from 0 to 1.",
                "line 7, column 9, engine.slots: is \"many\"; allowed is a whole number from 1 to 64.",
                "line 8, column 11, engine.threads: is -1; allowed is a whole number from 0 to 512.",
                "line 9, column 8, engine.mmap: is 1; allowed is true or false.",
            ]
        );
    }

    #[test]
    fn f33_numbers_that_are_none_are_no_values() {
        for wrong in [
            "nan",
            "inf",
            "-inf",
            "1e999",
            "99999999999999999",
            "[0.5]",
            "{ a = 1 }",
        ] {
            let text = format!("[sampling]\ntemperature = {wrong}\ntop_k = 3\n");
            match read(text.as_bytes()) {
                Ok(Reading { config, faults, .. }) => {
                    assert_eq!(faults.len(), 1, "{wrong}");
                    assert_eq!(
                        (config.sampling.temperature, config.sampling.top_k),
                        (None, Some(3))
                    );
                }
                Err(fault) => assert_eq!(fault.line, 2, "{fault}"),
            }
        }
    }

    #[test]
    fn a_section_that_is_none_falls_back_alone_and_what_is_unknown_is_listed() {
        let text = "chat = 7\n[models.\"a b\".sampling]\ntop_k = -1\nnew = 1\n[hub]\ndownloads = 5\n[later]\nx = 1\n";
        let Reading {
            config,
            faults,
            unknown,
        } = read(text.as_bytes()).unwrap();
        assert_eq!(config.hub.downloads, 5);
        let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
        assert_eq!(keys, ["chat", "models.\"a b\".sampling.top_k"]);
        assert_eq!(unknown, ["models.\"a b\".sampling.new", "later"]);
    }

    #[test]
    fn f34_what_is_no_settings_file_at_all_is_refused_with_its_place() {
        let deep = format!("a = 1\nb = {}{}", "[".repeat(10_000), "]".repeat(10_000));
        for (bytes, line) in [
            (b"# one\n[chat\n".as_slice(), 2),
            (b"\xFF\xFEa\0", 1),
            (b"a = 1\nb = \"\xFF\"", 2),
            (b"a = 1\na = 2\n", 2),
            (b"[chat]\n[chat]\n", 2),
            (deep.as_bytes(), 2),
            (&vec![b'#'; 2 << 20], 1),
        ] {
            let fault = read(bytes).unwrap_err();
            assert_eq!(fault.line, line, "{fault}");
        }
        let fine = read(b"\xEF\xBB\xBF[chat]\r\ntitles = false\r\n").unwrap();
        assert!(!fine.config.chat.titles);
    }
}
