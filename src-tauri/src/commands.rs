//! What the page can ask for. Each command borrows the core and calls one of its methods;
//! ids go in, never paths.

pub(crate) mod backup;
pub(crate) mod batches;
pub(crate) mod cache;
pub(crate) mod conversations;
pub(crate) mod hub;
pub(crate) mod memories;
pub(crate) mod models;
pub(crate) mod personas;
pub(crate) mod prompts;
pub(crate) mod settings;
pub(crate) mod windows;

use std::io::Write;

use hearth_core::chat::{Overrides, Send, TurnEvent};
use hearth_core::config::Theme;
use hearth_core::config::sampling::SamplingConfig;
use hearth_core::store::attachments::Attachment;
use hearth_core::store::conversations::Conversation;
use hearth_core::store::messages::Message;
use hearth_core::store::settings::ConversationSettings;
use hearth_core::{Code, Error, Hearth, Result};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;
use tauri::ipc::Channel;

use crate::{forward, links};

/// Set by benchmarks: the program says on stdout when its page is there.
const SAY_READY: &str = "HEARTH_SAY_READY";

/// What the page needs to know before it can show anything.
#[derive(Clone, Debug, Serialize, Type)]
pub struct AppFacts {
    /// Hearth's version.
    pub version: String,
    /// Light, dark, or as the system.
    pub theme: Theme,
    /// The model that answers: its short name.
    pub model: String,
    /// Its name for people.
    pub model_name: String,
    /// Whether it is the tiny one that came with Hearth.
    pub built_in: bool,
    /// What is wrong with the settings file or the model, if anything.
    pub faults: Vec<Error>,
}

/// What the page needs to know at the start.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_facts(hearth: State<'_, Hearth>) -> Result<AppFacts> {
    tracing::info!("the page is there");
    if std::env::var_os(SAY_READY).is_some() {
        // For whoever measures the start, who may have gone.
        let _ = writeln!(std::io::stdout(), "ready");
    }
    let config = hearth.settings.get();
    let chosen = &config.chat.model;
    let model = hearth.models.find(chosen);
    let mut facts = AppFacts {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        theme: config.window.theme,
        model: chosen.clone(),
        model_name: chosen.clone(),
        built_in: false,
        faults: hearth.settings.fault().into_iter().collect(),
    };
    match model {
        Ok(model) => {
            facts.model_name = model.name;
            facts.built_in = model.built_in;
        }
        Err(error) => facts.faults.push(error),
    }
    Ok(facts)
}

/// A message as it stands in the composer.
#[derive(Clone, Debug, Deserialize, Type)]
pub struct Draft {
    /// The conversation; a new one where there is none.
    conversation: Option<u32>,
    /// The text.
    text: String,
    /// The files that it brings along.
    files: Vec<Attachment>,
    /// What is different for the conversation, where it is a new one.
    settings: ConversationSettings,
    /// Whether it is sent word for word, also where less would say the same.
    verbatim: bool,
}

impl From<Draft> for Send {
    fn from(draft: Draft) -> Self {
        Self {
            conversation: draft.conversation,
            text: draft.text,
            files: draft.files,
            settings: draft.settings,
            overrides: Overrides {
                verbatim: draft.verbatim,
                ..Overrides::default()
            },
        }
    }
}

/// The conversations, the last used first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_conversations(hearth: State<'_, Hearth>) -> Result<Vec<Conversation>> {
    hearth.store.conversations().await
}

/// The newest messages of a conversation, or all without a number; oldest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_thread(
    hearth: State<'_, Hearth>,
    conversation: u32,
    newest: Option<u32>,
) -> Result<Vec<Message>> {
    hearth.store.thread_end(conversation, newest).await
}

/// Sends a message. Returns when it is saved; its answer arrives through `events`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_message(
    hearth: State<'_, Hearth>,
    message: Draft,
    events: Channel<Vec<TurnEvent>>,
) -> Result<()> {
    forward::spawn(hearth.chat.send(message.into()).await?, events);
    Ok(())
}

/// Answers a message again, beside the answer that is there; perhaps with another model, or
/// drawn in another way.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_again(
    hearth: State<'_, Hearth>,
    answer: u32,
    model: Option<String>,
    sampling: SamplingConfig,
    events: Channel<Vec<TurnEvent>>,
) -> Result<()> {
    let overrides = Overrides {
        model,
        sampling,
        ..Overrides::default()
    };
    forward::spawn(hearth.chat.answer_again(answer, overrides).await?, events);
    Ok(())
}

/// Follows an answer that is being written, from its beginning; false when it is over.
#[tauri::command]
#[specta::specta]
pub(crate) async fn follow_answer(
    hearth: State<'_, Hearth>,
    answer: u32,
    events: Channel<Vec<TurnEvent>>,
) -> Result<bool> {
    let follower = hearth.chat.follow(answer);
    let running = follower.is_some();
    if let Some(follower) = follower {
        forward::spawn(follower, events);
    }
    Ok(running)
}

/// Stops an answer; what has arrived is kept. False when it is over already.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_answer(hearth: State<'_, Hearth>, answer: u32) -> Result<bool> {
    Ok(hearth.chat.stop(answer))
}

/// Chooses light, dark, or as the system.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_theme(hearth: State<'_, Hearth>, theme: Theme) -> Result<()> {
    let word = match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    hearth.settings.set("window.theme", Some(word))
}

/// Opens a link from an answer in the system's own program for it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_link(url: String) -> Result<()> {
    let url = links::checked(&url)?;
    tauri_plugin_opener::open_url(url, None::<&str>).map_err(|error| {
        Error::new(
            Code::LinkRefused,
            format!("The link was not opened: {error}."),
        )
    })
}
