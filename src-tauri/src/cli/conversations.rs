//! `hearth conversations`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use comfy_table::Table;
use hearth_core::store::conversations::Conversation;
use hearth_core::store::labels::Label;
use hearth_core::store::messages::{Message, MessageState};
use hearth_core::store::search::Search;
use hearth_core::transfer::{self, Form};
use hearth_core::{Code, Error, Hearth};

use super::print;

#[derive(Debug, Subcommand)]
pub(super) enum Conversations {
    /// List the conversations, the last used first
    List,
    /// Print a conversation
    Show {
        /// Its number
        id: u32,
    },
    /// Find messages: words, "several words", or the beginning of a word
    Search {
        /// What is looked for
        text: String,
        /// In this conversation only
        #[arg(long, value_name = "NUMBER")]
        conversation: Option<u32>,
        /// Not before this day, as in 2026-01-31
        #[arg(long, value_name = "DAY")]
        after: Option<jiff::civil::Date>,
        /// Not after this day
        #[arg(long, value_name = "DAY")]
        before: Option<jiff::civil::Date>,
        /// Only answers of this model
        #[arg(long)]
        model: Option<String>,
    },
    /// Change a conversation's title, folder, tags, pin or archive
    Label {
        /// Its number
        id: u32,
        #[command(flatten)]
        labels: Labels,
    },
    /// Write conversations to a file or to stdout; all of them where none is named
    Export {
        /// Their numbers
        ids: Vec<u32>,
        /// `json` can be imported again; `markdown`, `html` and `text` are for reading
        #[arg(long, default_value = "json", value_parser = form)]
        form: Form,
        /// The file; stdout where none is named
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
    /// Read what Hearth, ChatGPT, Claude, Open WebUI or SillyTavern has exported
    Import {
        /// The file: JSON, JSONL, or the archive as it was sent
        path: PathBuf,
    },
    /// Delete a conversation; it can be restored for thirty days
    Delete {
        /// Its number
        id: u32,
    },
    /// Bring a deleted conversation back
    Restore {
        /// Its number
        id: u32,
    },
    /// List the deleted conversations
    Trash,
    /// Remove a deleted conversation for good, with what was remembered from it; no byte of it is
    /// left in the data folder
    Purge {
        /// Its number
        id: u32,
    },
}

/// What is to be changed of a conversation.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(super) struct Labels {
    /// Its title
    #[arg(long)]
    title: Option<String>,
    /// Its folder; an empty one takes it out
    #[arg(long)]
    folder: Option<String>,
    /// All its tags, separated by commas; empty for none
    #[arg(long)]
    tags: Option<String>,
    /// Whether it stands above the others
    #[arg(long, value_name = "BOOL")]
    pinned: Option<bool>,
    /// Whether it is put away
    #[arg(long, value_name = "BOOL")]
    archived: Option<bool>,
}

impl Labels {
    fn changes(self) -> impl Iterator<Item = Label> {
        let tags = |tags: String| tags.split(',').map(str::to_owned).collect();
        let changes = [
            self.title.map(Label::Title),
            self.folder.map(Label::Folder),
            self.tags.map(|all| Label::Tags(tags(all))),
            self.pinned.map(Label::Pinned),
            self.archived.map(Label::Archived),
        ];
        changes.into_iter().flatten()
    }
}

fn form(name: &str) -> Result<Form, String> {
    serde_json::from_value(name.into()).map_err(|_| "one of json, markdown, html, text".to_owned())
}

impl Conversations {
    pub(super) async fn run(self, hearth: &Hearth, json: bool) -> Result<(), Error> {
        match self {
            Self::List => list(&hearth.store.conversations().await?, json),
            Self::Trash => list(&hearth.store.trash().await?, json),
            Self::Search {
                text,
                conversation,
                after,
                before,
                model,
            } => {
                let search = Search {
                    text,
                    conversation,
                    after: after.map(start_of).transpose()?,
                    // Up to the end of that day.
                    before: before
                        .map(|day| start_of(day.saturating_add(jiff::Span::new().days(1))))
                        .transpose()?,
                    model,
                };
                found(hearth, search, json).await
            }
            Self::Label { id, labels } => {
                for change in labels.changes() {
                    hearth.store.label(id, change).await?;
                }
                done(json, id, "changed", "")
            }
            Self::Export { ids, form, output } => export(hearth, ids, form, output).await,
            Self::Import { path } => import(hearth, &path, json).await,
            Self::Purge { id } => match hearth.chat.purge(vec![id]).await? {
                0 => Err(Error::new(
                    Code::NotFound,
                    format!("There is no conversation {id} in the trash. Delete it first."),
                )),
                _ => done(json, id, "removed for good", ""),
            },
            Self::Show { id } => show(hearth, id, json).await,
            Self::Delete { id } => {
                hearth.store.delete_conversation(id).await?;
                done(
                    json,
                    id,
                    "deleted",
                    &format!("`hearth conversations restore {id}` undoes it."),
                )
            }
            Self::Restore { id } => {
                hearth.store.restore_conversation(id).await?;
                done(json, id, "restored", "")
            }
        }
    }
}

/// When a day begins here, in milliseconds since 1970.
fn start_of(day: jiff::civil::Date) -> Result<f64, Error> {
    let start = day.to_zoned(jiff::tz::TimeZone::system());
    let start = start.map_err(|error| Error::new(Code::BadSetting, format!("{day}: {error}.")))?;
    Ok(start.timestamp().as_millisecond() as f64)
}

async fn found(hearth: &Hearth, search: Search, json: bool) -> Result<(), Error> {
    let hits = hearth.store.search(search).await?;
    if json {
        return print::json(&hits);
    }
    if hits.is_empty() {
        print::remark("Nothing was found.");
    }
    for hit in hits {
        let snippet: String = hit
            .snippet
            .iter()
            .map(|piece| piece.text.as_str())
            .collect();
        let (id, title, date) = (hit.conversation, hit.title, date(hit.created_at));
        print::text(&format!("{id}  {title} ({date})\n    {snippet}\n"));
    }
    Ok(())
}

async fn export(
    hearth: &Hearth,
    mut ids: Vec<u32>,
    form: Form,
    output: Option<PathBuf>,
) -> Result<(), Error> {
    if ids.is_empty() {
        let all = hearth.store.conversations().await?;
        ids = all.into_iter().map(|one| one.id).collect();
    }
    let text = transfer::export(&hearth.store, &ids, form).await?;
    match output {
        Some(path) => {
            transfer::save(&path, &text)?;
            let place = path.display();
            print::remark(&format!("Exported to {place}: {}.", counted(ids.len())));
        }
        None => print::text(&text),
    }
    Ok(())
}

async fn import(hearth: &Hearth, path: &Path, json: bool) -> Result<(), Error> {
    let imported = transfer::import(&hearth.store, path).await?;
    for left_out in &imported.left_out {
        print::remark(&format!("Not imported: {left_out}."));
    }
    if json {
        return print::json(&imported);
    }
    let count = counted(imported.conversations.len());
    print::remark(&format!("Imported: {count}."));
    Ok(())
}

fn counted(conversations: usize) -> String {
    match conversations {
        1 => "one conversation".to_owned(),
        more => format!("{more} conversations"),
    }
}

fn list(conversations: &[Conversation], json: bool) -> Result<(), Error> {
    if json {
        return print::json(&conversations);
    }
    if conversations.is_empty() {
        print::remark("There are none.");
        return Ok(());
    }
    let mut table = Table::new();
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_header(["Number", "Last used", "Title"]);
    for one in conversations {
        table.add_row([one.id.to_string(), date(one.updated_at), one.title.clone()]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}

async fn show(hearth: &Hearth, id: u32, json: bool) -> Result<(), Error> {
    let conversation = hearth.store.conversation(id).await?;
    let messages = hearth.store.thread(id).await?;
    if json {
        return print::json(&serde_json::json!({
            "conversation": conversation,
            "messages": messages,
        }));
    }
    print::text(&format!("# {}\n", conversation.title));
    for message in &messages {
        print::text(&format!(
            "\n{}\n{}\n",
            heading(message),
            message.text.trim_end()
        ));
    }
    Ok(())
}

fn heading(message: &Message) -> String {
    let who = message.model.as_deref().unwrap_or("You");
    let state = match message.state {
        MessageState::Complete => "",
        MessageState::Streaming => " (being written)",
        MessageState::Stopped => " (stopped)",
        MessageState::Failed => " (broke off)",
    };
    format!("## {who}, {}{state}", date(message.created_at))
}

fn done(json: bool, id: u32, what: &str, hint: &str) -> Result<(), Error> {
    if json {
        return print::json(&serde_json::json!({ "conversation": id, "state": what }));
    }
    print::remark(format!("Conversation {id} is {what}. {hint}").trim_end());
    Ok(())
}

/// A stored time, in the user's own time zone.
fn date(milliseconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "times are whole milliseconds"
    )]
    let time = jiff::Timestamp::from_millisecond(milliseconds as i64).unwrap_or_default();
    time.to_zoned(jiff::tz::TimeZone::system())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}
