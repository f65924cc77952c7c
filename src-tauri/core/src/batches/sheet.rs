//! Prompts out of a text: one on each line, or a table with a prompt made of each row. And the
//! table of what became of them.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::chat::MAX_MESSAGE;
use crate::store::batches::{Batch, BatchRow};
use crate::{Code, Error, Result};

/// Prompts of a batch, at most.
pub const MOST_ROWS: usize = 100_000;
/// Bytes of all prompts together, at most.
const MOST_BYTES: usize = 128 << 20;

/// What a batch is made of, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    /// The names of its columns.
    pub(super) columns: Vec<String>,
    /// What stands in each row, and the prompt that it makes.
    pub(super) rows: Vec<(Vec<String>, String)>,
}

/// What the text of a batch is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A prompt on each line.
    #[default]
    Lines,
    /// A table with the names of its columns in the first row, separated by commas, semicolons or
    /// tabs.
    Table,
}

impl Source {
    /// What a file's ending says.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let is_table = |end: &OsStr| {
            ["csv", "tsv"]
                .iter()
                .any(|one| end.eq_ignore_ascii_case(one))
        };
        match path.extension() {
            Some(end) if is_table(end) => Self::Table,
            _ => Self::Lines,
        }
    }
}

/// Reads prompts. `template` makes a prompt of a row, with `{{column}}` for what stands in it;
/// without one the first column is the prompt.
pub(super) fn read(text: &str, source: Source, template: &str) -> Result<Sheet> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (columns, cells) = match source {
        Source::Lines => lines(text),
        Source::Table => table(text)?,
    };
    let parts = Template::read(template, &columns)?;
    let mut rows = Vec::new();
    let mut bytes = 0;
    for (line, cells) in cells {
        let prompt = parts.filled(&cells);
        if prompt.trim().is_empty() {
            continue;
        }
        if prompt.len() > MAX_MESSAGE {
            let most = MAX_MESSAGE / 1024;
            return Err(refused(&format!(
                "The prompt of line {line} is too long: a prompt has at most {most} KiB"
            )));
        }
        bytes += prompt.len();
        if bytes > MOST_BYTES {
            return Err(refused(&format!(
                "The prompts have more than {} MB together; make several batches of them",
                MOST_BYTES >> 20
            )));
        }
        rows.push((cells, prompt));
        if rows.len() > MOST_ROWS {
            return Err(refused(&format!(
                "There are more than {MOST_ROWS} prompts; make several batches of them"
            )));
        }
    }
    if rows.is_empty() {
        return Err(Error::new(Code::PromptEmpty, "There is no prompt in it."));
    }
    Ok(Sheet { columns, rows })
}

/// A row with the number of its line.
type Numbered = (u64, Vec<String>);

fn lines(text: &str) -> (Vec<String>, Vec<Numbered>) {
    let rows = text
        .lines()
        .zip(1..)
        .map(|(line, number)| (number, vec![line.trim().to_owned()]));
    (vec!["prompt".to_owned()], rows.collect())
}

fn table(text: &str) -> Result<(Vec<String>, Vec<Numbered>)> {
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        refused(&match error.kind() {
            csv::ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => {
                format!("The row in line {line} has {len} cells, and the first has {expected_len}")
            }
            _ => format!("The table cannot be read: {error}"),
        })
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let columns: Vec<String> = texts(reader.headers().map_err(unreadable)?);
    let mut names = HashSet::new();
    for name in &columns {
        if !names.insert(name) {
            return Err(refused(&format!("Two columns have the name “{name}”")));
        }
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((line, texts(&record)));
    }
    Ok((columns, rows))
}

fn texts(record: &StringRecord) -> Vec<String> {
    record.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// What stands between the cells: what the first line has most of, outside of quotation marks.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let plain: String = first.split('"').step_by(2).collect();
    let count = |sign: char| plain.matches(sign).count();
    // Of those that are as many the last: the comma.
    let signs = [('\t', b'\t'), (';', b';'), (',', b',')];
    let most = signs.into_iter().max_by_key(|(sign, _)| count(*sign));
    most.map_or(b',', |(_, byte)| byte)
}

/// A prompt with places for what stands in columns.
struct Template(Vec<Piece>);

enum Piece {
    Text(String),
    Column(usize),
}

impl Template {
    fn read(template: &str, columns: &[String]) -> Result<Self> {
        if template.trim().is_empty() {
            return Ok(Self(vec![Piece::Column(0)]));
        }
        let mut pieces = Vec::new();
        let mut rest = template;
        while let Some((before, opened)) = rest.split_once("{{") {
            let Some((name, after)) = opened.split_once("}}") else {
                break;
            };
            pieces.push(Piece::Text(before.to_owned()));
            let column = columns.iter().position(|one| one == name.trim());
            let Some(column) = column else {
                return Err(refused(&format!(
                    "There is no column “{}”; there are {}",
                    name.trim(),
                    columns.join(", ")
                )));
            };
            pieces.push(Piece::Column(column));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        if !pieces.iter().any(|one| matches!(one, Piece::Column(_))) {
            return Err(refused(&format!(
                "The prompt has no place for a column, so all would be the same. Write {{{{{}}}}} \
                 where its text is to stand",
                columns.first().map_or("prompt", String::as_str)
            )));
        }
        Ok(Self(pieces))
    }

    fn filled(&self, cells: &[String]) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Column(place) => cells.get(*place).map_or("", String::as_str),
        });
        pieces.collect()
    }
}

fn refused(why: &str) -> Error {
    Error::new(Code::BadSetting, format!("{why}."))
}

/// The table of a batch as CSV: its own columns, then what became of each prompt.
pub(super) fn written(batch: &Batch, rows: &[BatchRow]) -> Result<String> {
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    let added = ["answer", "state", "error", "model", "tokens", "seconds"];
    let own = batch.columns.iter().map(String::as_str);
    let mut write = |cells: Vec<&str>| writer.write_record(cells).map_err(Error::internal);
    write(own.chain(added).collect())?;
    for row in rows {
        let answer = harmless(&row.answer);
        let (tokens, seconds) = (row.tokens.to_string(), format!("{:.3}", row.seconds));
        let failure = row.failure.as_ref().map_or("", |one| one.message.as_str());
        let became = [
            &answer,
            row.state.name(),
            failure,
            &row.model,
            &tokens,
            &seconds,
        ];
        let own = row.cells.iter().map(String::as_str);
        write(own.chain(became).collect())?;
    }
    let bytes = writer.into_inner().map_err(Error::internal)?;
    String::from_utf8(bytes).map_err(Error::internal)
}

/// An answer that no spreadsheet takes for a formula, which could send what stands in others.
fn harmless(answer: &str) -> String {
    let mut letters = answer.chars();
    let is_formula = match letters.next() {
        Some('=' | '+' | '@' | '\t' | '\r') => answer.parse::<f64>().is_err(),
        // A list, or a number below zero.
        Some('-') => letters.next() != Some(' ') && answer.parse::<f64>().is_err(),
        _ => false,
    };
    if is_formula {
        return format!("'{answer}");
    }
    answer.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn prompts(text: &str, source: Source, template: &str) -> Vec<String> {
        let sheet = read(text, source, template).unwrap();
        sheet.rows.into_iter().map(|(_, prompt)| prompt).collect()
    }

    fn refusal(text: &str, template: &str) -> String {
        read(text, Source::Table, template).unwrap_err().message
    }

    #[test]
    fn each_line_is_a_prompt_and_empty_ones_are_none() {
        let text = "\u{feff}Why is the sky blue?\r\n\r\n  Name a river.  \n";
        assert_eq!(
            prompts(text, Source::Lines, ""),
            ["Why is the sky blue?", "Name a river."]
        );
        assert_eq!(
            prompts("dog\ncat", Source::Lines, "Draw a {{prompt}}!"),
            ["Draw a dog!", "Draw a cat!"]
        );
    }

    #[test]
    fn a_prompt_is_made_of_each_row_whatever_separates_its_cells() {
        let template = "Say {{ word }} in {{language}}.";
        let expected = ["Say \"a, b\" in German.", "Say x;\ny in French."];
        for sign in [",", ";", "\t"] {
            let text = format!(
                "word{sign}language\n\"\"\"a, b\"\"\"{sign}German\n\"x;\ny\"{sign}French\n"
            );
            assert_eq!(prompts(&text, Source::Table, template), expected);
        }
        assert_eq!(prompts("q\nWhy?\n", Source::Table, ""), ["Why?"]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        assert!(refusal("a,b\n1,2\n3\n", "{{a}}").contains("line 3 has 1 cells"));
        assert!(refusal("a,a\n1,2\n", "{{a}}").contains("Two columns"));
        assert!(refusal("a,b\n1,2\n", "{{c}}").contains("there are a, b"));
        assert!(refusal("a,b\n1,2\n", "the same").contains("{{a}}"));
        let long = format!("a\nshort\n{}\n", "x".repeat(MAX_MESSAGE + 1));
        assert!(refusal(&long, "").contains("line 3 is too long"));
        let empty = read(" \n\n", Source::Lines, "").unwrap_err();
        assert_eq!(empty.code, Code::PromptEmpty);
    }

    #[test]
    fn no_answer_becomes_a_formula() {
        for formula in ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-1+1", "\t=1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for text in ["- a list", "-12.5", "+3", "plain", ""] {
            assert_eq!(harmless(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(cells in proptest::collection::vec("\\PC{1,20}", 1..20)) {
            let batch = Batch { columns: vec!["q".into()], ..crate::batches::tests::batch() };
            let trimmed: Vec<String> = cells.iter().map(|one| one.trim().to_owned()).collect();
            let row = |cell: &String| BatchRow { cells: vec![cell.clone()], ..BatchRow::default() };
            let rows: Vec<BatchRow> = trimmed.iter().map(row).collect();
            let text = written(&batch, &rows).unwrap();
            let full = trimmed.iter().filter(|one| !one.is_empty());
            let expected: Vec<String> = full.cloned().collect();
            if !expected.is_empty() {
                prop_assert_eq!(prompts(&text, Source::Table, ""), expected);
            }
        }
    }
}
