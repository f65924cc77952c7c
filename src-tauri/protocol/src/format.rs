//! The form that an answer has to take, checked before native code sees it.

use serde::{Deserialize, Serialize};

/// Bytes of a grammar or a schema, at most.
const MAX_BYTES: usize = 256 * 1024;
/// Brackets inside brackets of a grammar, at most: llama.cpp's parser calls itself for each.
const MAX_DEPTH: usize = 64;

/// The form that an answer has to take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "text", rename_all = "snake_case")]
pub enum Format {
    /// Any.
    #[default]
    Free,
    /// A grammar in GBNF, llama.cpp's notation; its rule `root` is the answer.
    Grammar(String),
    /// JSON that a JSON schema describes.
    JsonSchema(String),
}

/// A grammar or a schema that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadFormat(String);

impl Format {
    /// Refuses what is too large or nested too deeply, a schema that is no JSON object, and a
    /// grammar without a `root`. Whether the rules make sense is for the engine to say.
    pub fn check(&self) -> Result<(), BadFormat> {
        let (what, text) = match self {
            Self::Free => return Ok(()),
            Self::Grammar(text) => ("the grammar", text),
            Self::JsonSchema(text) => ("the JSON schema", text),
        };
        let bad = |why: &str| Err(BadFormat(format!("{what} {why}")));
        if text.len() > MAX_BYTES {
            return bad("is larger than 256 KiB");
        }
        if text.contains('\0') {
            return bad("contains a null character");
        }
        match self {
            Self::Free => Ok(()),
            Self::Grammar(text) => {
                let has_root = text.lines().any(|line| {
                    let rule = line.trim_start().strip_prefix("root");
                    rule.is_some_and(|rest| rest.trim_start().starts_with("::="))
                });
                if !has_root {
                    return bad("has no rule `root`");
                }
                if depth(text) > MAX_DEPTH {
                    return bad("is nested too deeply; at most 64 brackets inside each other");
                }
                Ok(())
            }
            Self::JsonSchema(text) => match serde_json::from_str::<serde_json::Value>(text) {
                Ok(serde_json::Value::Object(_)) => Ok(()),
                Ok(_) => bad("is no JSON object"),
                Err(error) => bad(&format!("is no JSON: {error}")),
            },
        }
    }
}

/// How deeply brackets stand inside each other, at most.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    for sign in text.bytes() {
        match sign {
            b'(' => now += 1,
            b')' => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f17_what_no_parser_should_see_is_refused_with_the_reason() {
        let grammar = |text: &str| Format::Grammar(text.to_owned()).check();
        assert_eq!(grammar("root ::= \"yes\" | \"no\""), Ok(()));
        assert_eq!(grammar("a ::= \"b\"\n root::= a"), Ok(()));
        for (text, why) in [
            ("start ::= \"yes\"".to_owned(), "no rule `root`"),
            ("root ::= \"a\0\"".to_owned(), "null character"),
            (
                format!("root ::= {}\"a\"{}", "(".repeat(65), ")".repeat(65)),
                "nested too deeply",
            ),
            (format!("root ::= \"{}\"", "a".repeat(MAX_BYTES)), "256 KiB"),
        ] {
            let refusal = grammar(&text).unwrap_err().to_string();
            assert!(refusal.contains(why), "{refusal}");
        }
        let schema = |text: &str| Format::JsonSchema(text.to_owned()).check();
        assert_eq!(schema("{\"type\":\"string\"}"), Ok(()));
        for text in ["", "[]", "{\"type\":", &"[".repeat(1000)] {
            assert!(schema(text).is_err(), "{text}");
        }
    }
}
