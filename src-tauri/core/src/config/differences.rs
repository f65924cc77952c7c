//! What differs between two states of the settings, by key and by line.

use std::collections::BTreeMap;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use specta::Type;

/// A setting that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct KeyChange {
    /// Its name with its sections: `chat.model`.
    pub key: String,
    /// Its value before, as the file has it; none where it was not set.
    pub before: Option<String>,
    /// Its value after.
    pub after: Option<String>,
}

/// A line of one state, of the other, or of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Line {
    /// Where it stands.
    pub side: Side,
    /// It.
    pub text: String,
}

/// In which of two states a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// In both.
    Both,
    /// Only in the earlier one.
    Before,
    /// Only in the later one.
    After,
}

/// Everything that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Differences {
    /// By key; empty where one of them cannot be read as settings.
    pub keys: Vec<KeyChange>,
    /// By line.
    pub lines: Vec<Line>,
}

/// What differs between two texts.
#[must_use]
pub fn between(before: &str, after: &str) -> Differences {
    let diff = TextDiff::from_lines(before, after);
    let lines = diff.iter_all_changes().map(|change| Line {
        side: match change.tag() {
            ChangeTag::Equal => Side::Both,
            ChangeTag::Delete => Side::Before,
            ChangeTag::Insert => Side::After,
        },
        text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
    });
    Differences {
        keys: keys(before, after),
        lines: lines.collect(),
    }
}

fn keys(before: &str, after: &str) -> Vec<KeyChange> {
    let (Some(before), Some(after)) = (values(before), values(after)) else {
        return Vec::new();
    };
    let mut all: Vec<&String> = before.keys().chain(after.keys()).collect();
    all.sort();
    all.dedup();
    let change = |key: &String| KeyChange {
        key: key.clone(),
        before: before.get(key).cloned(),
        after: after.get(key).cloned(),
    };
    all.into_iter()
        .map(change)
        .filter(|change| change.before != change.after)
        .collect()
}

/// Every value of a file by its whole name; none where it cannot be read.
fn values(text: &str) -> Option<BTreeMap<String, String>> {
    let text = super::editing::body(text);
    let table: toml::Table = toml::from_str(text).ok()?;
    let mut all = BTreeMap::new();
    collect(&mut all, "", &table);
    Some(all)
}

fn collect(all: &mut BTreeMap<String, String>, section: &str, table: &toml::Table) {
    for (key, value) in table {
        let part = super::keys::joined(std::slice::from_ref(key));
        let name = if section.is_empty() {
            part
        } else {
            format!("{section}.{part}")
        };
        match value {
            toml::Value::Table(inner) => collect(all, &name, inner),
            value => drop(all.insert(name, value.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_by_key_and_by_line() {
        let before = "# mine\n[chat]\nmodel = \"a\"\ntitles = true\n";
        let after = "# mine\n[chat]\nmodel = \"b\"\n[models.\"x 1\".sampling]\ntop_k = 3\n";
        let found = between(before, after);
        let keys: Vec<(&str, Option<&str>, Option<&str>)> = found
            .keys
            .iter()
            .map(|change| {
                (
                    change.key.as_str(),
                    change.before.as_deref(),
                    change.after.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            keys,
            [
                ("chat.model", Some("\"a\""), Some("\"b\"")),
                ("chat.titles", Some("true"), None),
                ("models.\"x 1\".sampling.top_k", None, Some("3")),
            ]
        );
        let sides: Vec<Side> = found.lines.iter().map(|line| line.side).collect();
        assert_eq!(sides.iter().filter(|side| **side == Side::Both).count(), 2);
        assert!(between("[broken", after).keys.is_empty());
    }
}
