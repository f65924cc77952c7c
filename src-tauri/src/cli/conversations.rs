//! `hearth conversations`.

use clap::Subcommand;
use comfy_table::Table;
use hearth_core::store::messages::{Message, MessageState};
use hearth_core::{Error, Hearth};

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
    /// Delete a conversation
    Delete {
        /// Its number
        id: u32,
    },
    /// Bring a deleted conversation back
    Restore {
        /// Its number
        id: u32,
    },
}

impl Conversations {
    pub(super) async fn run(self, hearth: &Hearth, json: bool) -> Result<(), Error> {
        match self {
            Self::List => list(hearth, json).await,
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

async fn list(hearth: &Hearth, json: bool) -> Result<(), Error> {
    let conversations = hearth.store.conversations().await?;
    if json {
        return print::json(&conversations);
    }
    if conversations.is_empty() {
        print::remark("There are no conversations yet. `hearth chat` begins one.");
        return Ok(());
    }
    let mut table = Table::new();
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_header(["Number", "Last used", "Title"]);
    for one in conversations {
        table.add_row([one.id.to_string(), date(one.updated_at), one.title]);
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
