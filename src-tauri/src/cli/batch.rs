//! `hearth batch`.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use hearth_core::batches::{Source, TableForm, Wanted};
use hearth_core::config::sampling::SamplingConfig;
use hearth_core::store::batches::{Batch, BatchId, RowState};
use hearth_core::store::settings::ConversationSettings;
use hearth_core::{Code, Error, Hearth};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::print;

/// How often it is said at most how far a batch is.
const PACE: Duration = Duration::from_millis(100);

/// Many prompts in a row
#[derive(Debug, Subcommand)]
pub(super) enum BatchCommand {
    /// Have all prompts of a file answered, and print the table of answers
    Run(Run),
    /// List the batches, the newest first
    List,
    /// Go on with a batch, to its end
    Resume(One),
    /// Ask again what failed or was given up, to the end
    Retry(One),
    /// Let a batch rest that another process works on; it stops with its next prompt
    Pause {
        /// Its number
        id: BatchId,
    },
    /// Give up what has no answer yet
    Cancel {
        /// Its number
        id: BatchId,
    },
    /// Print the table of a batch
    Export(One),
    /// Remove a batch for good
    Remove {
        /// Its number
        id: BatchId,
    },
}

/// A batch, and where its table goes.
#[derive(Debug, Args)]
pub(super) struct One {
    /// Its number
    id: BatchId,
    #[command(flatten)]
    table: Table,
}

/// Where a table goes.
#[derive(Debug, Args)]
struct Table {
    /// The form of the table
    #[arg(long, value_enum, default_value_t)]
    form: Form,
    /// The file for the table; stdout where none is named
    #[arg(long, short)]
    output: Option<PathBuf>,
}

/// The form of a table.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Form {
    /// Comma-separated values
    #[default]
    Csv,
    /// A JSON object on each line
    Jsonl,
}

/// A batch to make.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// The file: a table with the names of its columns in the first row (.csv, .tsv), else a
    /// prompt on each line; - for stdin
    file: PathBuf,
    /// What makes a prompt of a row, with {{column}} for what stands in it; the first column alone
    /// where it is not given
    #[arg(long, default_value = "")]
    prompt: String,
    /// The file is a table, whatever its name
    #[arg(long)]
    csv: bool,
    /// The batch's name
    #[arg(long, default_value = "")]
    name: String,
    /// The model that answers
    #[arg(long)]
    model: Option<String>,
    /// Instructions for all prompts
    #[arg(long)]
    system: Option<String>,
    /// How much chance there is in the answers; 0 for none
    #[arg(long)]
    temperature: Option<f32>,
    /// The longest answer, in tokens
    #[arg(long)]
    max_tokens: Option<u32>,
    #[command(flatten)]
    table: Table,
}

impl BatchCommand {
    pub(super) async fn run(self, hearth: &Hearth, json: bool) -> Result<(), Error> {
        match self {
            Self::Run(run) => {
                let (wanted, table) = run.wanted()?;
                let id = hearth.batches.add(wanted).await?;
                follow(hearth, id, &table, json).await
            }
            Self::List => list(&hearth.store.batches().await?, json),
            Self::Resume(One { id, table }) => {
                hearth.batches.resume(id).await?;
                follow(hearth, id, &table, json).await
            }
            Self::Retry(One { id, table }) => {
                hearth.batches.retry(id).await?;
                follow(hearth, id, &table, json).await
            }
            Self::Pause { id } => hearth.batches.pause(id).await,
            Self::Cancel { id } => {
                let count = hearth.batches.cancel(id).await?;
                if json {
                    return print::json(&json!({ "cancelled": count }));
                }
                print::remark(&format!("{count} prompts were given up."));
                Ok(())
            }
            Self::Export(One { id, table }) => table.write(hearth, id, json).await,
            Self::Remove { id } => hearth.batches.remove(id).await,
        }
    }
}

impl Run {
    fn wanted(self) -> Result<(Wanted, Table), Error> {
        let is_stdin = self.file == Path::new("-");
        let text = if is_stdin {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map(|_| text)
                .map_err(|error| Error::new(Code::FileUnreadable, format!("stdin: {error}.")))?
        } else {
            std::fs::read_to_string(&self.file)
                .map_err(|error| Error::file("read", &self.file, &error))?
        };
        let source = match Source::of(&self.file) {
            Source::Lines if !self.csv => Source::Lines,
            _ => Source::Table,
        };
        let wanted = Wanted {
            name: self.name,
            text,
            source,
            template: self.prompt,
            settings: ConversationSettings {
                model: self.model,
                system_prompt: self.system,
                sampling: SamplingConfig {
                    temperature: self.temperature,
                    max_tokens: self.max_tokens,
                    ..SamplingConfig::default()
                },
                ..ConversationSettings::default()
            },
        };
        Ok((wanted, self.table))
    }
}

impl Table {
    async fn write(&self, hearth: &Hearth, id: BatchId, json: bool) -> Result<(), Error> {
        let form = match self.form {
            Form::Csv if !json => TableForm::Csv,
            _ => TableForm::JsonLines,
        };
        let table = hearth.batches.table(id, form).await?;
        let Some(path) = &self.output else {
            print::text(&table);
            return Ok(());
        };
        std::fs::write(path, table).map_err(|error| Error::file("write", path, &error))
    }
}

/// Shows how far a batch is until it rests, then prints its table.
async fn follow(hearth: &Hearth, id: BatchId, table: &Table, json: bool) -> Result<(), Error> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {eta}") {
        bar.set_style(style);
    }
    let mut watch = hearth.batches.watch();
    let finished = hearth.batches.finished(id);
    let interrupt = tokio::signal::ctrl_c();
    tokio::pin!(finished, interrupt);
    let interrupted = loop {
        let batch = hearth.store.batch(id).await?;
        let whole = batch.waiting + batch.done + batch.failed + batch.cancelled;
        bar.set_length(whole.into());
        bar.set_position((whole - batch.waiting).into());
        tokio::select! {
            () = &mut finished => break false,
            changed = watch.changed() => if changed.is_err() { break false },
            _ = &mut interrupt => break true,
        }
        tokio::time::sleep(PACE).await;
    };
    bar.finish_and_clear();
    if interrupted {
        hearth.batches.pause(id).await?;
        let message = format!("The batch rests. `hearth batch resume {id}` goes on with it.");
        return Err(Error::new(Code::Interrupted, message));
    }
    let batch = hearth.store.batch(id).await?;
    if let Some(fault) = batch.fault {
        let message = format!(
            "{} The batch rests; `hearth batch resume {id}` goes on with it.",
            fault.message
        );
        return Err(Error::new(fault.code, message));
    }
    if batch.waiting > 0 {
        let message = format!("Batch {id} rests, or another process works on it.");
        return Err(Error::new(Code::Busy, message));
    }
    table.write(hearth, id, json).await?;
    let failed = hearth
        .store
        .batch_rows(id, Some(RowState::Failed), 0, 1)
        .await?;
    if let Some(first) = failed.first() {
        print::remark(&format!(
            "{} prompts failed; `hearth batch retry {id}` asks them again. The first: {}",
            batch.failed,
            first.failure.as_ref().map_or("", |one| &one.message)
        ));
    }
    Ok(())
}

fn list(batches: &[Batch], json: bool) -> Result<(), Error> {
    if json {
        return print::json(&batches);
    }
    let head = [
        "NUMBER", "NAME", "STATE", "DONE", "WAITING", "FAILED", "GIVEN UP",
    ];
    let mut table = print::table(&head);
    for one in batches {
        let state = match one {
            _ if one.waiting == 0 => "finished",
            _ if one.running => "running",
            _ => "rests",
        };
        table.add_row([
            one.id.to_string(),
            one.name.clone(),
            state.to_owned(),
            one.done.to_string(),
            one.waiting.to_string(),
            one.failed.to_string(),
            one.cancelled.to_string(),
        ]);
    }
    print::text(&format!("{table}\n"));
    Ok(())
}
