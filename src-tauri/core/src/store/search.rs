//! Search over the texts of all messages.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;

use super::Store;
use super::conversations::ConversationId;
use super::messages::MessageId;

/// Of a word that stands everywhere only so many of the newest places are looked at.
const LOOKED_AT: u32 = 400;
/// Results, at most.
const GIVEN: usize = 60;
/// Signs of text around a place that was found.
const AROUND: usize = 60;

/// What is looked for, and where.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Type)]
#[serde(default)]
pub struct Search {
    /// Words, all of which have to be there; `"several words"` in this order; the last word may
    /// be unfinished.
    pub text: String,
    /// In one conversation only.
    pub conversation: Option<ConversationId>,
    /// Not before this time, in milliseconds since 1970.
    pub after: Option<f64>,
    /// Not behind this time, in milliseconds since 1970.
    pub before: Option<f64>,
    /// Only answers of this model.
    pub model: Option<String>,
}

/// A message in which it was found.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Hit {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its title.
    pub title: String,
    /// The message.
    pub message: MessageId,
    /// Who wrote it: `user` or `assistant`.
    pub role: String,
    /// When, in milliseconds since 1970.
    #[specta(type = u32)]
    pub created_at: f64,
    /// The text around the first place, in pieces.
    pub snippet: Vec<Piece>,
}

/// A piece of text, found or between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is what was looked for.
    pub found: bool,
}

impl Store {
    /// The messages in which everything is found that is looked for: first those with the words
    /// in the same order, then the newest.
    pub async fn search(&self, search: Search) -> Result<Vec<Hit>> {
        let terms = terms(&search.text);
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        self.read(move |connection| find(connection, &search, &terms))
            .await
    }
}

/// A word or several words in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    text: String,
    /// Whether it may be the beginning of a word.
    prefix: bool,
}

/// What is typed, taken apart.
fn terms(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    for (index, part) in text.split('"').enumerate() {
        if index % 2 == 1 {
            // Between quotes.
            let text = part.trim().to_owned();
            terms.push(Term {
                text,
                prefix: false,
            });
        } else {
            let words = part.split_whitespace().map(|word| Term {
                text: word.trim_end_matches('*').to_owned(),
                prefix: word.ends_with('*'),
            });
            terms.extend(words);
        }
    }
    let unfinished = !text.ends_with(char::is_whitespace) && !text.ends_with('"');
    if let Some(last) = terms.last_mut().filter(|_| unfinished) {
        last.prefix = true;
    }
    terms.retain(|term| term.text.chars().any(char::is_alphanumeric));
    terms
}

/// Whether a sign is of a script that puts no blanks between words.
pub(super) fn is_unspaced(sign: char) -> bool {
    matches!(sign, '\u{0E00}'..='\u{0E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}')
}

fn find(connection: &Connection, search: &Search, terms: &[Term]) -> rusqlite::Result<Vec<Hit>> {
    let unspaced = |term: &Term| term.text.chars().any(is_unspaced);
    let (mut conditions, mut values) = (Vec::new(), Vec::new());
    let mut source = "messages";
    if terms.iter().any(unspaced) {
        let long: Vec<String> = terms
            .iter()
            .filter(|term| term.text.chars().count() >= 3)
            .map(|term| quoted(&term.text))
            .collect();
        if !long.is_empty() {
            source = "messages_signs JOIN messages ON messages.id = messages_signs.rowid";
            conditions.push("messages_signs MATCH ?".to_owned());
            values.push(Value::from(long.join(" ")));
        }
        // Fewer than three signs are in no index.
        for term in terms.iter().filter(|term| term.text.chars().count() < 3) {
            conditions.push("instr(messages.text, ?) > 0".to_owned());
            values.push(Value::from(term.text.clone()));
        }
    } else {
        source = "messages_words JOIN messages ON messages.id = messages_words.rowid";
        conditions.push("messages_words MATCH ?".to_owned());
        let words: Vec<String> = terms
            .iter()
            .map(|term| quoted(&term.text) + if term.prefix { " *" } else { "" })
            .collect();
        values.push(Value::from(words.join(" ")));
    }
    conditions.push("deleted_at IS NULL".to_owned());
    let mut narrow = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            conditions.push(condition.to_owned());
            values.push(value);
        }
    };
    narrow("conversation_id = ?", search.conversation.map(Value::from));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "times are whole milliseconds"
    )]
    let time = |time: f64| Value::from(time as i64);
    narrow("messages.created_at >= ?", search.after.map(time));
    narrow("messages.created_at <= ?", search.before.map(time));
    narrow("model = ?", search.model.clone().map(Value::from));
    let order = source.split(' ').next().unwrap_or(source);
    let order = if order == "messages" {
        "messages.id".to_owned()
    } else {
        format!("{order}.rowid")
    };
    let sql = format!(
        "SELECT conversation_id, title, messages.id, role, messages.created_at, messages.text
         FROM {source} JOIN conversations ON conversations.id = conversation_id
         WHERE {} ORDER BY {order} DESC LIMIT {LOOKED_AT}",
        conditions.join(" AND ")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| hit(row, terms))?;
    let mut found: Vec<(bool, Hit)> = rows.collect::<rusqlite::Result<_>>()?;
    // The order by time stays among equals.
    found.sort_by_key(|(in_order, _)| !in_order);
    found.truncate(GIVEN);
    Ok(found.into_iter().map(|(_, hit)| hit).collect())
}

/// A row, and whether all that is looked for stands there in a row.
fn hit(row: &Row<'_>, terms: &[Term]) -> rusqlite::Result<(bool, Hit)> {
    let text: String = row.get(5)?;
    let all: Vec<&str> = terms.iter().map(|term| term.text.as_str()).collect();
    let in_order = place_of(&text, &all.join(" "), 0).is_some();
    let hit = Hit {
        conversation: row.get(0)?,
        title: row.get(1)?,
        message: row.get(2)?,
        role: row.get(3)?,
        created_at: row.get::<_, i64>(4)? as f64,
        snippet: snippet(&text, &all),
    };
    Ok((in_order, hit))
}

/// A term as FTS5 takes it: nothing in it has a meaning of its own.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Where a text stands in another, whatever the case; the bytes it takes there.
fn place_of(text: &str, wanted: &str, from: usize) -> Option<(usize, usize)> {
    let wanted: Vec<char> = wanted.chars().flat_map(char::to_lowercase).collect();
    let mut starts = text.get(from..)?.char_indices().map(|(at, _)| at + from);
    starts.find_map(|start| {
        let mut expected = wanted.iter();
        let mut next = expected.next()?;
        for (at, sign) in text[start..].char_indices() {
            for lower in sign.to_lowercase() {
                if lower != *next {
                    return None;
                }
                match expected.next() {
                    Some(more) => next = more,
                    None => return Some((start, start + at + sign.len_utf8())),
                }
            }
        }
        None
    })
}

/// The text around the first place of a term, with all terms in it marked.
fn snippet(text: &str, terms: &[&str]) -> Vec<Piece> {
    let first = terms
        .iter()
        .filter_map(|term| place_of(text, term, 0))
        .min();
    // A word that is written otherwise, with an accent say, is found but not marked.
    let (start, end) = first.unwrap_or((0, 0));
    let from = text[..start].char_indices().rev().take(AROUND).last();
    let from = from.map_or(start, |(at, _)| at);
    let to = text[end..].char_indices().take(2 * AROUND).last();
    let to = to.map_or(end, |(at, sign)| end + at + sign.len_utf8());
    let shown = &text[from..to];
    let mut pieces = Vec::new();
    let mut give = |text: &str, found: bool| {
        if !text.is_empty() {
            // In one line.
            let text = text.replace(['\n', '\r', '\t'], " ");
            pieces.push(Piece { text, found });
        }
    };
    if from > 0 {
        give("…", false);
    }
    let mut at = 0;
    while let Some((start, end)) = terms
        .iter()
        .filter_map(|term| place_of(shown, term, at))
        .min()
    {
        give(&shown[at..start], false);
        give(&shown[start..end], true);
        at = end;
    }
    give(&shown[at..], false);
    if to < text.len() {
        give("…", false);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(text: &str, prefix: bool) -> Term {
        Term {
            text: text.into(),
            prefix,
        }
    }

    #[test]
    fn what_is_typed_is_taken_apart_and_means_nothing_to_the_database() {
        assert_eq!(terms("owl na"), [term("owl", false), term("na", true)]);
        assert_eq!(
            terms("\"an owl\" fox* "),
            [term("an owl", false), term("fox", true)]
        );
        assert_eq!(
            terms("a AND (b* OR \"c"),
            [
                term("a", false),
                term("AND", false),
                term("(b", true),
                term("OR", false),
                term("c", true),
            ]
        );
        assert!(terms(" \"\" * - ( ").is_empty());
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn a_snippet_shows_the_place_and_marks_every_term() {
        let text = format!(
            "{} The Owl met an\nÖWL.{}",
            "before ".repeat(30),
            " after".repeat(40)
        );
        let pieces = snippet(&text, &["owl", "öwl"]);
        let found: Vec<&str> = pieces
            .iter()
            .filter(|one| one.found)
            .map(|one| one.text.as_str())
            .collect();
        assert_eq!(found, ["Owl", "ÖWL"]);
        let whole: String = pieces.iter().map(|one| one.text.as_str()).collect();
        assert!(whole.starts_with('…') && whole.ends_with('…') && !whole.contains('\n'));
        assert_eq!(snippet("", &["x"]), []);
    }
}
