//! Fewer tokens for the same words.
//!
//! What a message says twice or with empty space is sent once and without: trailing and doubled
//! blanks, empty lines, the layout of JSON, lines and blocks that stand there again. Nothing else
//! is touched: no word, number, name, quotation or line of code changes, and lines that are named
//! instead can be put back from what is sent. Each message is looked at by itself, so that the next turn's prompt
//! begins with this turn's. What is saved and shown stays what the user wrote.
//!
//! [`shortened()`] goes further, and only where the user has seen the outcome.

mod json;
mod protected;
mod repeats;
mod shortened;
mod words;

use std::borrow::Cow;

use protected::{Fences, Quotations};

pub use shortened::shortened;

/// Endings of files that are text for people; in all others every sign may count.
const TEXTS: &[&str] = &["txt", "log", "out", "err", "pdf", "docx"];
/// Endings of files that are JSON.
const JSON: &[&str] = &["json", "jsonl", "ndjson", "geojson"];

/// A message of the user, as it is sent.
pub fn message(text: &str) -> Cow<'_, str> {
    let tidy = tidied(text, true);
    let shorter = repeats::folded(json::compact_within(&tidy).as_ref());
    owned_if_other(text, shorter)
}

/// The text of a file that a message brings along, as it is sent.
pub fn file<'a>(name: &str, text: &'a str) -> Cow<'a, str> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending = ending.to_ascii_lowercase();
    if JSON.contains(&ending.as_str()) {
        return json::compact(text)
            .map_or(Cow::Borrowed(text), |compact| owned_if_other(text, compact));
    }
    if TEXTS.contains(&ending.as_str()) {
        return owned_if_other(text, repeats::folded(&tidied(text, false)));
    }
    Cow::Borrowed(text)
}

fn owned_if_other(before: &str, after: String) -> Cow<'_, str> {
    if after.len() < before.len() {
        Cow::Owned(after)
    } else {
        Cow::Borrowed(before)
    }
}

/// Lines without blanks at their ends, and one empty line where there were several. Where `inner`
/// is set, doubled blanks within a line become one, unless they seem to line something up.
/// Code between fences stays as it is.
fn tidied(text: &str, inner: bool) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut fences = Fences::default();
    let is_code: Vec<bool> = lines.iter().map(|line| fences.covers(line)).collect();
    let mut quotations = Quotations::default();
    let mut tidy = String::with_capacity(text.len());
    let mut was_empty = true;
    for (at, line) in lines.iter().enumerate() {
        if is_code[at] {
            tidy.push_str(line);
            tidy.push('\n');
            was_empty = false;
            continue;
        }
        let line = line.trim_end();
        if line.is_empty() {
            if !was_empty {
                tidy.push('\n');
            }
            was_empty = true;
            // A quotation ends with its paragraph.
            quotations = Quotations::default();
            continue;
        }
        was_empty = false;
        let neighbours = [at.checked_sub(1), Some(at + 1)];
        let mut neighbours = neighbours
            .into_iter()
            .flatten()
            .filter_map(|at| lines.get(at));
        let is_table = neighbours.any(|other| is_spaced_out(other));
        let is_quoted = quotations.cover(line);
        let is_loose = inner && !is_quoted && !is_table && !protected::is_layout(line);
        if is_loose && is_spaced_out(line) {
            protected::single_blanks(line, &mut tidy);
        } else {
            tidy.push_str(line);
        }
        tidy.push('\n');
    }
    while tidy.ends_with('\n') && !text.is_empty() {
        tidy.pop();
    }
    tidy
}

/// Whether a line has several blanks between its words.
fn is_spaced_out(line: &str) -> bool {
    line.trim().contains("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_empty_lines_go_and_everything_else_stays() {
        let text = "Hello   there,  \r\n\r\n\r\n\r\nhow is  \"my  quote\"   today?\n\n";
        assert_eq!(message(text), "Hello there,\n\nhow is \"my  quote\" today?");
        assert_eq!(message("short and fine"), "short and fine");
        assert_eq!(message(""), "");
    }

    #[test]
    fn code_quotes_and_tables_keep_every_sign() {
        for text in [
            "```py\nif  x:\n\n\n    pass   \n```",
            "> he said:   so",
            "    indented   code",
            "name    age\nAda     36\nBob      7",
            "| a   | b |\n|-----|---|",
            "She said \"wait   for\nme,   please\" and left",
            "x = 'a   b'",
            "say \"two \\\"  \\\" blanks\"",
            "```x``` is what I typed\n```\na   b\n```",
        ] {
            assert_eq!(message(text), text, "{text}");
        }
        let rules = "all:\n\techo   1   \n\n\n\n".repeat(9);
        for name in ["x.py", "Makefile", "notes.md", "numbers"] {
            assert_eq!(file(name, &rules), rules);
        }
    }

    #[test]
    fn json_loses_its_layout_alone() {
        let text =
            "{\n  \"price\": 1.10e+3,\n  \"name\": \"a  \\\"b\\\" : c\",\n  \"list\": [1, 2]\n}";
        let compact = r#"{"price":1.10e+3,"name":"a  \"b\" : c","list":[1,2]}"#;
        assert_eq!(file("order.json", text), compact);
        let asked = format!("What costs more?\n\n{text}\n\nAnswer briefly.");
        let expected = format!("What costs more?\n\n{compact}\n\nAnswer briefly.");
        assert_eq!(message(&asked), expected);
        let broken = "{\n  \"price\": 1.10,\n  name\n}";
        assert_eq!(message(broken), broken);
    }

    #[test]
    fn what_stands_there_again_is_named_instead() {
        let line = "2026-01-02 WARN disk sda1 is slow\n";
        let log = format!("start of the log\n{}the end", line.repeat(40));
        let sent = file("app.log", &log);
        assert_eq!(
            sent,
            format!("start of the log\n{line}[the line above 39 more times]\nthe end")
        );
    }
}
