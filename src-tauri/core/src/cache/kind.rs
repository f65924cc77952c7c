//! What kind of question an answer is for: it decides how long the answer holds.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::config::cache::Cache as Settings;
use crate::pipeline::Request;

/// A class of questions.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// Anything.
    #[default]
    General,
    /// About files that came along.
    Documents,
    /// About a program.
    Code,
    /// From one language into another.
    Translation,
    /// In short what is long.
    Summary,
}

/// All of them, in the order of their numbers in the database.
pub(crate) const KINDS: [QuestionKind; 5] = [
    QuestionKind::General,
    QuestionKind::Documents,
    QuestionKind::Code,
    QuestionKind::Translation,
    QuestionKind::Summary,
];

impl QuestionKind {
    /// The kind of a request, by its last message.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self::of_message(super::asked(request), request.terms.has_files)
    }

    /// The kind of a message in the user's own words.
    pub(crate) fn of_message(text: &str, has_files: bool) -> Self {
        /// Who asks for something says so at the beginning.
        const LOOKED_AT: usize = 400;
        if has_files {
            return Self::Documents;
        }
        if text.contains("```") {
            return Self::Code;
        }
        let start: String = text.chars().take(LOOKED_AT).collect::<String>();
        let start = start.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| start.contains(word));
        if has(TRANSLATE) {
            Self::Translation
        } else if has(SUM_UP) {
            Self::Summary
        } else if has(PROGRAM) {
            Self::Code
        } else {
            Self::General
        }
    }

    /// How long an answer of this kind holds, in milliseconds.
    pub(super) fn lifetime(self, settings: &Settings) -> i64 {
        const MINUTE: i64 = 60_000;
        let minutes = match self {
            Self::General => settings.hours.saturating_mul(60),
            Self::Documents => settings.documents_minutes,
            Self::Code => settings.code_minutes,
            Self::Translation => settings.translation_minutes,
            Self::Summary => settings.summary_minutes,
        };
        i64::from(minutes) * MINUTE
    }

    /// Its number in the database.
    pub(crate) fn number(self) -> u8 {
        KINDS
            .iter()
            .zip(0..)
            .find_map(|(&kind, number)| (kind == self).then_some(number))
            .unwrap_or(0)
    }
}

const TRANSLATE: &[&str] = &[
    "translate",
    "translation",
    "how do you say",
    "übersetz",
    "traduis",
    "traduire",
    "traduce",
    "traducir",
    "翻訳",
    "翻译",
    "訳して",
];
const SUM_UP: &[&str] = &[
    "summar",
    "sum up",
    "tl;dr",
    "zusammenfass",
    "fasse",
    "résum",
    "resum",
    "要約",
    "总结",
    "概括",
];
const PROGRAM: &[&str] = &[
    "function",
    "script",
    "python",
    "javascript",
    "typescript",
    "rust ",
    "java ",
    "c++",
    "sql",
    "regex",
    "html",
    "css",
    "bash",
    "compile",
    "code",
    "class ",
    "algorithm",
    "funktion",
    "プログラム",
    "代码",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Terms;
    use hearth_protocol::{Message, Role};

    #[test]
    fn i5_a_question_has_the_kind_that_its_words_tell() {
        let of = |text: &str| {
            QuestionKind::of(&Request {
                messages: vec![Message {
                    role: Role::User,
                    content: text.into(),
                }],
                ..Request::default()
            })
        };
        assert_eq!(
            of("Translate “good night” into Italian."),
            QuestionKind::Translation
        );
        assert_eq!(of("Sum up this letter"), QuestionKind::Summary);
        assert_eq!(
            of("Write a Python script that sorts lines"),
            QuestionKind::Code
        );
        assert_eq!(
            of("What does this do?\n```\nx += 1\n```"),
            QuestionKind::Code
        );
        assert_eq!(of("Why is the sky blue?"), QuestionKind::General);
        let with_files = Request {
            terms: Terms {
                has_files: true,
                ..Terms::default()
            },
            ..Request::default()
        };
        assert_eq!(QuestionKind::of(&with_files), QuestionKind::Documents);
        let settings = Settings::default();
        let seconds = KINDS.map(|kind| kind.lifetime(&settings) / 1000);
        assert_eq!(seconds, [86_400, 7_200, 3_600, 10_800, 1_800]);
    }
}
