//! `hearth chat`: one question, or a conversation in the terminal.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use hearth_core::Format;
use hearth_core::chat::{Answer, Follower, Overrides, Send, TurnEvent};
use hearth_core::config::sampling::SamplingConfig;
use hearth_core::documents;
use hearth_core::pipeline::Reused;
use hearth_core::store::attachments::Attachment;
use hearth_core::store::memories::Recalled;
use hearth_core::store::messages::MessageState;
use hearth_core::store::settings::ConversationSettings;
use hearth_core::{Code, Error, Hearth};
use serde::Serialize;

use super::{print, prompt};

/// Chat in the terminal, or ask one question with --once
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(super) struct Chat {
    /// Ask this, print the answer and end; what comes on stdin is appended
    #[arg(long, value_name = "TEXT")]
    once: Option<String>,
    /// Continue this conversation
    #[arg(long, value_name = "NUMBER")]
    conversation: Option<u32>,
    /// A file that is part of the first message: text, code, Markdown, PDF or DOCX; may be
    /// repeated
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    /// Instructions at the start of a new conversation, instead of those of the settings
    #[arg(long, value_name = "TEXT", conflicts_with = "conversation")]
    system: Option<String>,
    /// Who answers a new conversation: a persona's name or number; `none` for none
    #[arg(long, value_name = "NAME", conflicts_with = "conversation")]
    persona: Option<String>,
    /// Neither use nor make memories in a new conversation
    #[arg(long, conflicts_with = "conversation")]
    no_memory: bool,
    /// The model that answers: a name from `hearth models list`, or a GGUF file
    #[arg(long)]
    model: Option<String>,
    /// Spread of the words, 0 to 5; at 0 the likeliest is taken always
    #[arg(long)]
    temperature: Option<f32>,
    /// Keep at most this many words; 0 keeps all
    #[arg(long)]
    top_k: Option<u32>,
    /// Keep the likeliest words until their probabilities add up to this, 0 to 1
    #[arg(long)]
    top_p: Option<f32>,
    /// Drop words less likely than this share of the likeliest, 0 to 1
    #[arg(long)]
    min_p: Option<f32>,
    /// Make words that were there before less likely, 0.5 to 2; 1 is off
    #[arg(long)]
    repeat_penalty: Option<f32>,
    /// The answer is JSON that the JSON schema in this file describes
    #[arg(long, value_name = "FILE")]
    json_schema: Option<PathBuf>,
    /// The answer obeys the grammar in this file (GBNF)
    #[arg(long, value_name = "FILE", conflicts_with = "json_schema")]
    grammar: Option<PathBuf>,
    /// Makes the answer repeatable
    #[arg(long)]
    seed: Option<u32>,
    /// Neither use nor keep an earlier answer
    #[arg(long)]
    no_cache: bool,
    /// Make the answer anew, in the place of the one that is kept
    #[arg(long, conflicts_with = "no_cache")]
    fresh: bool,
    /// The answer to an earlier question that means the same will do
    #[arg(long, conflicts_with = "no_cache")]
    similar: bool,
    /// Send the message word for word, also where fewer tokens say the same
    #[arg(long)]
    verbatim: bool,
    /// The longest answer, in tokens
    #[arg(long)]
    max_tokens: Option<u32>,
}

impl Chat {
    pub(super) async fn run(self, hearth: &Hearth, json: bool) -> Result<(), Error> {
        let overrides = Overrides {
            model: self.model,
            sampling: SamplingConfig {
                temperature: self.temperature,
                top_k: self.top_k,
                top_p: self.top_p,
                min_p: self.min_p,
                repeat_penalty: self.repeat_penalty,
                seed: self.seed,
                max_tokens: self.max_tokens,
                ..SamplingConfig::default()
            },
            no_cache: self.no_cache,
            fresh: self.fresh,
            verbatim: self.verbatim,
            similar: self.similar,
            format: match (self.json_schema, self.grammar) {
                (Some(path), _) => Format::JsonSchema(read(&path)?),
                (None, Some(path)) => Format::Grammar(read(&path)?),
                (None, None) => Format::Free,
            },
        };
        let send = Send {
            conversation: self.conversation,
            text: String::new(),
            files: attached(&self.attach).await?,
            settings: ConversationSettings {
                persona: match self.persona.as_deref() {
                    Some("none") => Some(0),
                    Some(name) => Some(hearth.personas.find(name).await?.id),
                    None => None,
                },
                memory: self.no_memory.then_some(false),
                system_prompt: self.system,
                ..ConversationSettings::default()
            },
            overrides,
        };
        match self.once {
            Some(text) => {
                once(
                    hearth,
                    Send {
                        text: with_stdin(text)?,
                        ..send
                    },
                    json,
                )
                .await
            }
            None => talk(hearth, send, json).await,
        }
    }
}

/// The texts of files.
async fn attached(paths: &[PathBuf]) -> Result<Vec<Attachment>, Error> {
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let bytes = std::fs::read(path).map_err(|error| Error::file("read", path, &error))?;
        files.push(documents::read(&path.to_string_lossy(), bytes).await?);
    }
    Ok(files)
}

/// One question and its answer.
async fn once(hearth: &Hearth, send: Send, json: bool) -> Result<(), Error> {
    let follower = hearth.chat.send(send).await?;
    match show(hearth, follower, json).await? {
        MessageState::Complete => Ok(()),
        _ => Err(Error::new(
            Code::Interrupted,
            "The answer was stopped; what had arrived is kept.",
        )),
    }
}

/// Questions until the person has none left.
async fn talk(hearth: &Hearth, mut send: Send, json: bool) -> Result<(), Error> {
    if let Some(id) = send.conversation {
        hearth.store.conversation(id).await?;
    }
    let lines = prompt::Lines::open();
    while let Some(text) = lines.next().await? {
        match text.trim() {
            "" => continue,
            "/exit" | "/quit" => break,
            "/new" => {
                send.conversation = None;
                print::remark("A new conversation.");
                continue;
            }
            _ => {}
        }
        let mut follower = match hearth
            .chat
            .send(Send {
                text,
                ..send.clone()
            })
            .await
        {
            Ok(follower) => follower,
            Err(error) => {
                print::failure(&error, json);
                continue;
            }
        };
        let first = follower.next().await;
        if let Some(TurnEvent::Started { conversation, .. }) = first.first() {
            send.conversation = Some(*conversation);
            send.files.clear();
        }
        if let Err(error) = show_from(hearth, first, follower, json).await {
            print::failure(&error, json);
        }
    }
    Ok(())
}

async fn show(hearth: &Hearth, mut follower: Follower, json: bool) -> Result<MessageState, Error> {
    let first = follower.next().await;
    show_from(hearth, first, follower, json).await
}

/// Prints an answer as it comes; Ctrl+C stops it, and what has arrived is kept.
async fn show_from(
    hearth: &Hearth,
    mut events: Vec<TurnEvent>,
    mut follower: Follower,
    json: bool,
) -> Result<MessageState, Error> {
    let mut answer = None;
    loop {
        if events.is_empty() {
            return Err(Error::internal("the answer ended without an end"));
        }
        for event in events {
            if let TurnEvent::Started { answer: id, .. } = event {
                answer = Some(id);
            }
            if let Some(end) = show_event(event, json)? {
                return end;
            }
        }
        events = tokio::select! {
            events = follower.next() => events,
            _ = tokio::signal::ctrl_c() => {
                let stopped = answer.is_some_and(|id| hearth.chat.stop(id));
                tracing::info!(stopped, "interrupted at the terminal");
                follower.next().await
            }
        };
    }
}

/// Prints one event; how the answer ended, if this was the end.
fn show_event(event: TurnEvent, json: bool) -> Result<Option<Result<MessageState, Error>>, Error> {
    if let TurnEvent::Failed(error) = event {
        // Printed once, by whoever receives the error.
        return Ok(Some(Err(error)));
    }
    if json {
        match &event {
            TurnEvent::Done(answer) => print::json(&End::from(answer))?,
            other => print::json(other)?,
        }
    }
    match event {
        TurnEvent::Text { text } if !json => print::text(&text),
        TurnEvent::Notice { text } if !json => print::remark(&text),
        TurnEvent::Reused(reused) if !json => {
            print::remark(&match reused.question {
                Some(like) => format!("From the cache, like: {like} (--fresh makes it anew)"),
                None => "From the cache (--fresh makes it anew)".to_owned(),
            });
        }
        TurnEvent::Queued { ahead } if !json => {
            print::remark(&format!("Waiting for the model; {ahead} before this one."));
        }
        TurnEvent::Done(answer) => {
            if !json {
                print::text("\n");
            }
            return Ok(Some(Ok(answer.state)));
        }
        _ => {}
    }
    Ok(None)
}

/// The last line as scripts read it: what the answer took stands under `usage` and `timings`.
#[derive(Serialize)]
struct End<'a> {
    r#type: &'static str,
    answer: &'a str,
    reasoning: &'a str,
    conversation: u32,
    message: u32,
    model: &'a str,
    state: MessageState,
    usage: Usage,
    timings: Timings,
    /// Whether the answer reached its longest length before its end.
    cut: bool,
    cached: bool,
    /// Where it comes from, if it was not made for this question.
    reused: Option<&'a Reused>,
    memories: &'a [Recalled],
}

#[derive(Serialize)]
struct Usage {
    prompt_tokens: u32,
    reused_tokens: u32,
    answer_tokens: u32,
    trimmed_messages: u32,
}

#[derive(Serialize)]
struct Timings {
    first_token_ms: f32,
    total_ms: f32,
    tokens_per_second: f32,
}

impl<'a> From<&'a Answer> for End<'a> {
    fn from(answer: &'a Answer) -> Self {
        let measured = &answer.measured;
        Self {
            r#type: "done",
            answer: &answer.answer,
            reasoning: &answer.reasoning,
            conversation: answer.conversation,
            message: answer.message,
            model: &answer.model,
            state: answer.state,
            usage: Usage {
                prompt_tokens: measured.prompt_tokens,
                reused_tokens: measured.reused_tokens,
                answer_tokens: measured.answer_tokens,
                trimmed_messages: measured.trimmed_messages,
            },
            timings: Timings {
                first_token_ms: measured.first_token_ms,
                total_ms: measured.total_ms,
                tokens_per_second: measured.tokens_per_second,
            },
            cut: measured.cut,
            cached: measured.reused.is_some(),
            reused: measured.reused.as_ref(),
            memories: &answer.recalled,
        }
    }
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|error| Error::file("read", path, &error))
}

/// The question with what was piped in behind it.
fn with_stdin(text: String) -> Result<String, Error> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Ok(text);
    }
    let mut piped = Vec::new();
    let most = hearth_core::chat::MAX_MESSAGE as u64 + 1;
    stdin
        .lock()
        .take(most)
        .read_to_end(&mut piped)
        .map_err(|error| {
            Error::new(
                Code::BadSetting,
                format!("What was piped in could not be read: {error}."),
            )
        })?;
    let piped = String::from_utf8_lossy(&piped);
    Ok(if piped.trim().is_empty() {
        text
    } else {
        format!("{text}\n\n{}", piped.trim_end())
    })
}
