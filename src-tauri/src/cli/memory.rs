//! `hearth memory`.

use clap::Subcommand;
use hearth_core::memory::Query;
use hearth_core::store::memories::{Memory, MemoryFilter};
use hearth_core::{Code, Error, Hearth};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::print;

/// What is remembered of you
#[derive(Debug, Subcommand)]
pub(super) enum MemoryCommand {
    /// List what is remembered, the newest first
    List {
        /// Only with these words
        #[arg(long)]
        text: Option<String>,
        /// Only of this topic, such as `home`
        #[arg(long)]
        topic: Option<String>,
        /// Only what this persona knows; `none` for conversations without one
        #[arg(long, value_name = "NAME")]
        persona: Option<String>,
        /// Also what does not hold any more
        #[arg(long)]
        history: bool,
        /// What was forgotten, instead
        #[arg(long, conflicts_with = "history")]
        forgotten: bool,
    },
    /// Remember a sentence, such as "The user lives in Oslo."
    Add {
        /// The sentence
        text: String,
        /// The persona that is to know it; without one, conversations without a persona do
        #[arg(long, value_name = "NAME")]
        persona: Option<String>,
    },
    /// What a message would recall, as an answer to it does
    Search {
        /// The message
        text: String,
        /// Who would answer
        #[arg(long, value_name = "NAME")]
        persona: Option<String>,
        /// Memories, at most
        #[arg(long, default_value_t = 5)]
        most: usize,
    },
    /// Change what a memory says
    Edit {
        /// Its number
        id: u32,
        /// What it says from now on
        text: String,
    },
    /// Set how important a memory is, 0 to 1
    Weigh {
        /// Its number
        id: u32,
        /// How important
        importance: f32,
    },
    /// Keep a memory whatever is cleaned up, or no longer
    Pin {
        /// Its number
        id: u32,
        /// No longer
        #[arg(long)]
        off: bool,
    },
    /// Let all personas know a memory, or only its own
    Share {
        /// Its number
        id: u32,
        /// Only its own
        #[arg(long)]
        off: bool,
    },
    /// Make one memory of several; the first stays
    Merge {
        /// What it says from now on
        #[arg(long)]
        text: String,
        /// Their numbers
        #[arg(required = true, num_args = 2..)]
        ids: Vec<u32>,
    },
    /// Show what became of a memory, or of all
    History {
        /// Its number
        id: Option<u32>,
    },
    /// Forget memories; for thirty days they can be restored
    Forget {
        /// Their numbers
        #[arg(required = true)]
        ids: Vec<u32>,
    },
    /// Bring forgotten memories back
    Restore {
        /// Their numbers
        #[arg(required = true)]
        ids: Vec<u32>,
    },
    /// Remove memories for good; no byte of them is left in the data folder
    Purge {
        /// Their numbers
        #[arg(required = true)]
        ids: Vec<u32>,
    },
    /// Show what a clean-up would forget
    PreviewCleanup,
    /// Forget what is old and unimportant, by the settings under `memory`
    Cleanup,
}

impl MemoryCommand {
    pub(super) async fn run(self, hearth: &Hearth, json: bool) -> Result<(), Error> {
        let memories = &hearth.memories;
        match self {
            Self::List {
                text,
                topic,
                persona,
                history,
                forgotten,
            } => {
                let filter = MemoryFilter {
                    text: text.unwrap_or_default(),
                    topic,
                    persona: number(hearth, persona.as_deref()).await?,
                    history,
                    forgotten,
                    ..MemoryFilter::default()
                };
                show(&memories.list(filter).await?, json)
            }
            Self::Add { text, persona } => {
                let memory = memories
                    .add(
                        &text,
                        number(hearth, persona.as_deref())
                            .await?
                            .filter(|&id| id > 0),
                    )
                    .await?;
                // A command ends when what follows from it is done.
                embed(hearth).await;
                if json {
                    return print::json(&memory);
                }
                print::text(&format!("{}\n", memory.id));
                Ok(())
            }
            Self::Search {
                text,
                persona,
                most,
            } => {
                let persona = number(hearth, persona.as_deref()).await?;
                embed(hearth).await;
                search(
                    hearth,
                    Query {
                        text,
                        persona,
                        most,
                        ..Query::default()
                    },
                    json,
                )
                .await
            }
            Self::Edit { id, text } => {
                memories.edit(id, &text).await?;
                embed(hearth).await;
                Ok(())
            }
            Self::Weigh { id, importance } => hearth.store.weigh_memory(id, importance).await,
            Self::Pin { id, off } => hearth.store.pin_memory(id, !off).await,
            Self::Share { id, off } => hearth.store.share_memory(id, !off).await,
            Self::Merge { text, ids } => {
                memories.merge(&ids, &text).await?;
                embed(hearth).await;
                Ok(())
            }
            Self::History { id } => history(hearth, id, json).await,
            Self::Forget { ids } => counted(
                &ids,
                hearth.store.forget_memories(ids.clone()).await?,
                "forgotten",
            ),
            Self::Restore { ids } => counted(
                &ids,
                hearth.store.restore_memories(ids.clone()).await?,
                "restored",
            ),
            Self::Purge { ids } => {
                counted(&ids, memories.purge(ids.clone()).await?, "removed for good")
            }
            Self::PreviewCleanup => show(&memories.preview_cleanup().await?, json),
            Self::Cleanup => {
                let gone = memories.clean_up().await?;
                print::remark(&format!(
                    "{} forgotten; `hearth memory list --forgotten` shows them for thirty days.",
                    gone.len()
                ));
                show(&gone, json)
            }
        }
    }
}

/// What has no vector yet gets one; without it a memory is found by its words alone.
async fn embed(hearth: &Hearth) {
    if let Err(error) = hearth.memories.embed().await {
        print::remark(&format!(
            "Memories are found by their words alone for now. {}",
            error.message
        ));
    }
}

/// A persona's number by its name or number.
async fn number(hearth: &Hearth, persona: Option<&str>) -> Result<Option<u32>, Error> {
    match persona {
        Some("none") => Ok(Some(0)),
        Some(name) => Ok(Some(hearth.personas.find(name).await?.id)),
        None => Ok(None),
    }
}

async fn search(hearth: &Hearth, query: Query, json: bool) -> Result<(), Error> {
    let recall = hearth.memories.recall(&query).await?;
    if json {
        return print::json(&recall);
    }
    let mut table = print::table(&["number", "memory", "why", "nearness"]);
    for one in &recall.found {
        table.add_row([
            one.memory.id.to_string(),
            one.memory.worded(),
            one.why.clone(),
            format!("{:.2}", one.cosine),
        ]);
    }
    if recall.found.is_empty() {
        print::remark("Nothing that is remembered answers this.");
    } else {
        print::text(&format!("{table}\n"));
    }
    print::remark(&format!(
        "{:.1} ms, and {:.1} ms for its meaning",
        recall.search_ms, recall.embed_ms
    ));
    Ok(())
}

fn show(memories: &[Memory], json: bool) -> Result<(), Error> {
    if json {
        return print::json(&memories);
    }
    if memories.is_empty() {
        print::remark("There are none.");
        return Ok(());
    }
    let mut table = print::table(&[
        "number",
        "memory",
        "topic",
        "kind",
        "importance",
        "since",
        "until",
    ]);
    for one in memories {
        table.add_row([
            one.id.to_string(),
            format!("{}{}", if one.pinned { "* " } else { "" }, one.text),
            one.topic.clone(),
            one.kind.word().to_owned(),
            format!("{:.2}", one.importance),
            day(one.valid_from),
            one.valid_to.map(day).unwrap_or_default(),
        ]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

async fn history(hearth: &Hearth, id: Option<u32>, json: bool) -> Result<(), Error> {
    const SHOWN: u32 = 200;
    let changes = hearth.store.memory_changes(id, SHOWN).await?;
    if json {
        return print::json(&changes);
    }
    let mut table = print::table(&["when", "number", "what", "memory", "before"]);
    for one in changes {
        table.add_row([
            day(one.at),
            one.memory.to_string(),
            one.what,
            one.text,
            one.before.unwrap_or_default(),
        ]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

fn counted(ids: &[u32], count: usize, what: &str) -> Result<(), Error> {
    print::remark(&format!("{count} of {} {what}.", ids.len()));
    if count == 0 {
        let message = "None of these numbers is that of a memory with which this can be done.";
        return Err(Error::new(Code::NotFound, message));
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
fn day(at: f64) -> String {
    let at = Timestamp::from_millisecond(at as i64).unwrap_or_default();
    at.to_zoned(TimeZone::system())
        .strftime("%Y-%m-%d")
        .to_string()
}
