//! The command line: the same core without a window. `--json` puts machine-readable values on
//! stdout; everything for people goes to stderr. Exit 0 on success, 1 on failure, 2 on wrong
//! usage.

mod backup;
mod batch;
mod cache;
mod chat;
mod config;
mod conversations;
mod doctor;
mod memory;
mod models;
mod personas;
mod print;
mod prompt;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hearth_core::{Error, Hearth};

use crate::log;

/// Language models on your own computer: private, fast, and nothing lost.
///
/// Without a command the window opens.
#[derive(Debug, Parser)]
#[command(name = "hearth", version)]
pub struct Arguments {
    /// The folder for conversations, settings and models [default: the system's place for it,
    /// or HEARTH_HOME]
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Print JSON on stdout
    #[arg(long, global = true)]
    json: bool,
    /// Use the default settings, whatever the settings file says; `hearth config` still shows and
    /// changes the file
    #[arg(long, global = true)]
    safe_mode: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Chat in the terminal, or ask one question with --once
    Chat(chat::Chat),
    /// List, show and delete conversations
    #[command(subcommand)]
    Conversations(conversations::Conversations),
    /// Show, change and forget what is remembered of you
    #[command(subcommand)]
    Memory(memory::MemoryCommand),
    /// Have many prompts answered, and get a table of the answers
    #[command(subcommand)]
    Batch(batch::BatchCommand),
    /// List, look up, add and remove answers that are kept
    #[command(subcommand)]
    Cache(cache::CacheCommand),
    /// Show what the cache and the queue have done
    Stats,
    /// List, show, import and export personas
    #[command(subcommand)]
    Personas(personas::PersonaCommand),
    /// List the models, and load or unload them
    #[command(subcommand)]
    Models(models::Models),
    /// Show, change, check and take back settings
    #[command(subcommand)]
    Config(config::Config),
    /// Keep everything in one file, and restore from it
    #[command(subcommand)]
    Backup(backup::Backup),
    /// Check that everything is in its place
    Doctor,
}

impl Arguments {
    /// Whether the window is to be opened.
    #[must_use]
    pub fn wants_window(&self) -> bool {
        self.command.is_none()
    }

    /// The data folder that was named.
    #[must_use]
    pub fn data_dir(&self) -> Option<&Path> {
        self.data_dir.as_deref()
    }

    /// Whether the settings file is to be left out.
    #[must_use]
    pub fn safe_mode(&self) -> bool {
        self.safe_mode
    }
}

/// Everything that Hearth does, on a data folder; with the default settings where asked for.
pub(crate) fn open(data_dir: Option<&Path>, safe_mode: bool) -> Result<Hearth, Error> {
    if safe_mode {
        return Hearth::open_safely(data_dir);
    }
    Hearth::open(data_dir)
}

/// Runs a command.
#[must_use]
pub fn run(arguments: Arguments) -> ExitCode {
    let json = arguments.json;
    let worked = execute(arguments);
    report(worked, json)
}

/// Says what went wrong, if anything, and gives the exit code.
#[must_use]
pub fn report(worked: Result<(), Error>, json: bool) -> ExitCode {
    match worked {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print::failure(&error, json);
            ExitCode::FAILURE
        }
    }
}

fn execute(arguments: Arguments) -> Result<(), Error> {
    let Some(command) = arguments.command else {
        return Ok(());
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Error::internal)?;
    if let Command::Backup(backup) = &command
        && let Some(done) = backup.rescue(arguments.data_dir.as_deref())
    {
        return done;
    }
    let hearth = open(arguments.data_dir.as_deref(), arguments.safe_mode)?;
    log::to(&hearth.folder.logs());
    log::set_levels(&hearth.settings.get().log);
    let json = arguments.json;
    // `hearth config check` says itself what is wrong.
    if let Some(fault) = hearth
        .settings
        .fault()
        .filter(|_| !matches!(command, Command::Config(config::Config::Check { .. })))
    {
        print::remark(&fault.message);
    }
    let work: std::pin::Pin<Box<dyn Future<Output = Result<(), Error>>>> = match command {
        Command::Chat(chat) => Box::pin(chat.run(&hearth, json)),
        Command::Conversations(conversations) => Box::pin(conversations.run(&hearth, json)),
        Command::Memory(memory) => Box::pin(memory.run(&hearth, json)),
        Command::Batch(batch) => Box::pin(batch.run(&hearth, json)),
        Command::Cache(cache) => Box::pin(cache.run(&hearth, json)),
        Command::Stats => Box::pin(cache::stats(&hearth, json)),
        Command::Personas(personas) => Box::pin(personas.run(&hearth, json)),
        Command::Models(models) => Box::pin(models.run(&hearth, json)),
        Command::Config(config) => Box::pin(std::future::ready(config.run(&hearth, json))),
        Command::Backup(backup) => Box::pin(backup.run(&hearth, json)),
        Command::Doctor => Box::pin(doctor::run(&hearth, json)),
    };
    let worked = runtime.block_on(async {
        let telling = tokio::spawn(hearth.tell_others(false));
        let worked = work.await;
        // A command ends when what belongs to its turn is done, such as the title.
        hearth.chat.finish_background().await;
        hearth.close().await;
        // What it wrote goes with the session; it must not write again behind that.
        telling.abort();
        let _ = telling.await;
        worked
    });
    // Whatever still reads stdin must not hold up the end.
    runtime.shutdown_background();
    worked
}
