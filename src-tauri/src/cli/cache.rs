//! `hearth cache` and `hearth stats`.

use std::io::{BufRead, IsTerminal};

use clap::{Args, Subcommand};
use hearth_core::cache::{Found, QuestionKind};
use hearth_core::store::responses::{CachedAnswer, CountName, Removal};
use hearth_core::{Code, Error, Hearth};
use serde::Deserialize;
use serde_json::json;

use super::print;

/// Answers that are kept, to be given again
#[derive(Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Show how much is kept, and how often it was of use
    Stats,
    /// List answers, the last used first
    List {
        /// Only those whose question holds this
        #[arg(long, default_value = "")]
        text: String,
        /// Answers, at most
        #[arg(long, default_value_t = 50)]
        most: u32,
    },
    /// Show an answer
    Show {
        /// Its number
        id: String,
    },
    /// Remove answers for good
    Clear(Clear),
    /// Keep answers, as if a model had given them; without a question, from lines on stdin:
    /// {"question": …, "answer": …}, or both with a tab between them. A question without an answer
    /// is only recognised: models answer it as before
    Add {
        /// The question
        question: Option<String>,
        /// Its answer
        #[arg(requires = "question", default_value = "")]
        answer: String,
        /// Only for exactly these questions, not for others that mean the same
        #[arg(long)]
        exact: bool,
    },
    /// Look for the answer to a question in a new conversation; without one, to each line on stdin
    Lookup {
        /// The question
        question: Option<String>,
        /// The answer to a question that means the same will do
        #[arg(long)]
        semantic: bool,
    },
}

/// What to remove
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Clear {
    /// The answer of this number
    id: Option<String>,
    /// Everything
    #[arg(long)]
    all: bool,
    /// What this model answered
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// What this persona answered
    #[arg(long, value_name = "NAME")]
    persona: Option<String>,
    /// What was answered in this conversation
    #[arg(long, value_name = "NUMBER")]
    conversation: Option<u32>,
}

impl CacheCommand {
    pub(super) async fn run(self, hearth: &Hearth, json: bool) -> Result<(), Error> {
        match self {
            Self::Stats => stats(hearth, json).await,
            Self::List { text, most } => list(&hearth.cache.list(text, most).await?, json),
            Self::Show { id } => show(&hearth.cache.show(&id).await?, json),
            Self::Clear(clear) => {
                let count = hearth.cache.remove(clear.removal(hearth).await?).await?;
                if json {
                    return print::json(&json!({ "removed": count }));
                }
                print::remark(&format!("{count} removed."));
                Ok(())
            }
            Self::Add {
                question: Some(question),
                answer,
                exact,
            } => add(hearth, &question, answer, exact, json).await,
            Self::Add {
                question: None,
                exact,
                ..
            } => {
                for line in lines()? {
                    let pair = Pair::read(&line?);
                    add(hearth, &pair.question, pair.answer, exact, json).await?;
                }
                Ok(())
            }
            Self::Lookup {
                question: Some(question),
                semantic,
            } => lookup(hearth, &question, semantic, json).await,
            Self::Lookup {
                question: None,
                semantic,
            } => {
                for line in lines()? {
                    lookup(hearth, &line?, semantic, json).await?;
                }
                Ok(())
            }
        }
    }
}

impl Clear {
    async fn removal(self, hearth: &Hearth) -> Result<Removal, Error> {
        if let Some(id) = self.id {
            let missing = || {
                Error::new(
                    Code::NotFound,
                    format!("{id:?} is not a number of an answer."),
                )
            };
            return Removal::one(&id).ok_or_else(missing);
        }
        if let Some(name) = self.persona {
            return Ok(Removal::Persona(hearth.personas.find(&name).await?.id));
        }
        Ok(match (self.model, self.conversation) {
            (Some(model), _) => Removal::Model(model),
            (_, Some(id)) => Removal::Conversations(vec![id]),
            _ => Removal::All,
        })
    }
}

/// A question and its answer on a line.
#[derive(Deserialize)]
struct Pair {
    question: String,
    #[serde(default)]
    answer: String,
}

impl Pair {
    fn read(line: &str) -> Self {
        if let Ok(pair) = serde_json::from_str(line) {
            return pair;
        }
        let (question, answer) = line.split_once('\t').unwrap_or((line, ""));
        Self {
            question: question.to_owned(),
            answer: answer.to_owned(),
        }
    }
}

/// The lines of stdin that hold something.
fn lines() -> Result<impl Iterator<Item = Result<String, Error>>, Error> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        let message = "There is no question. Give one, or lines on stdin.";
        return Err(Error::new(Code::PromptEmpty, message));
    }
    let lines = std::io::BufReader::new(stdin).lines();
    let lines = lines.map(|line| line.map_err(|error| Error::internal(format!("stdin: {error}"))));
    Ok(lines.filter(|line| !line.as_ref().is_ok_and(|line| line.trim().is_empty())))
}

async fn add(
    hearth: &Hearth,
    question: &str,
    answer: String,
    exact: bool,
    json: bool,
) -> Result<(), Error> {
    let id = hearth.chat.keep_answer(question, answer, !exact).await?;
    if json {
        return print::json(&json!({ "id": id, "question": question }));
    }
    match id {
        Some(id) => print::text(&format!("{id}\n")),
        None => print::remark(&format!(
            "Not kept: the answer to “{question}” is another one each time, or the cache is off."
        )),
    }
    Ok(())
}

async fn lookup(hearth: &Hearth, question: &str, semantic: bool, json: bool) -> Result<(), Error> {
    let found = hearth.chat.kept_answer(question, semantic).await?;
    if json {
        return print::json(&as_json(question, found.as_ref()));
    }
    match found {
        Some(found) => {
            if let Some(like) = &found.reused.question {
                print::remark(&format!("like: {like}"));
            }
            print::text(&format!("{}\n", found.answer.text));
        }
        None => print::remark("No answer is kept."),
    }
    Ok(())
}

fn as_json(question: &str, found: Option<&Found>) -> serde_json::Value {
    let kind = match found.map(|found| &found.reused.question) {
        None => "none",
        Some(None) => "exact",
        Some(Some(_)) => "similar",
    };
    json!({
        "question": question,
        "hit": found.is_some(),
        "kind": kind,
        "id": found.map(|found| &found.reused.entry),
        "like": found.and_then(|found| found.reused.question.as_ref()),
        "similarity": found.and_then(|found| found.reused.cosine),
        "answer": found.map(|found| &found.answer.text),
    })
}

fn list(answers: &[CachedAnswer], json: bool) -> Result<(), Error> {
    if json {
        return print::json(&answers);
    }
    if answers.is_empty() {
        print::remark("There are none.");
        return Ok(());
    }
    let mut table = print::table(&["number", "question", "model", "kind", "uses", "bytes"]);
    for one in answers {
        table.add_row([
            one.id.clone(),
            one.question.chars().take(60).collect(),
            one.model.clone(),
            kind(one.kind).to_owned(),
            one.hits.to_string(),
            one.bytes.to_string(),
        ]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

fn show(answer: &CachedAnswer, json: bool) -> Result<(), Error> {
    if json {
        return print::json(answer);
    }
    print::remark(&format!("{}, {} uses", answer.model, answer.hits));
    print::text(&format!("{}\n\n{}\n", answer.question, answer.answer));
    Ok(())
}

/// Shows what the cache holds and has done.
pub(super) async fn stats(hearth: &Hearth, json: bool) -> Result<(), Error> {
    let statistics = hearth.cache.statistics().await?;
    if json {
        return print::json(&statistics);
    }
    let sum = |name: CountName| statistics.count(name);
    let (memory, disk, similar) = (
        sum(CountName::Memory),
        sum(CountName::Disk),
        sum(CountName::Similar),
    );
    let hits = memory.count + disk.count + similar.count;
    let asked = hits + sum(CountName::Missed).count;
    let share = if asked > 0.0 {
        hits / asked * 100.0
    } else {
        0.0
    };
    let saved = (memory.sum + disk.sum + similar.sum) / 1000.0;
    let mut table = print::table(&["what", "figure"]);
    for (what, figure) in [
        (
            "answers on the disk",
            format!("{}", statistics.disk.entries),
        ),
        (
            "their size",
            format!("{:.1} MB", statistics.disk.bytes / 1e6),
        ),
        (
            "answers in memory",
            format!("{}", statistics.memory_entries),
        ),
        (
            "given again",
            format!("{hits} of {asked} requests ({share:.1} %)"),
        ),
        ("  from memory", format!("{}", memory.count)),
        ("  from the disk", format!("{}", disk.count)),
        ("  of a similar question", format!("{}", similar.count)),
        ("time saved", format!("{saved:.1} s")),
        (
            "not to be answered from here",
            format!("{}", sum(CountName::Bypassed).count),
        ),
        (
            "shared while being made",
            format!("{}", sum(CountName::Shared).count),
        ),
        (
            "removed for room or age",
            format!("{}", sum(CountName::Evicted).count),
        ),
        (
            "waited for a model",
            format!(
                "{} requests, {:.1} s",
                sum(CountName::Waited).count,
                sum(CountName::Waited).sum / 1000.0
            ),
        ),
    ] {
        table.add_row([what.to_owned(), figure]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

fn kind(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::General => "general",
        QuestionKind::Documents => "documents",
        QuestionKind::Code => "code",
        QuestionKind::Translation => "translation",
        QuestionKind::Summary => "summary",
    }
}
