//! Hearth's worker: one process, one loaded model, spoken to over stdin and stdout.
//!
//! It is the only program of Hearth that links llama.cpp, so a crash in native code costs one
//! answer and never the window. It opens no port, writes no file but the states of
//! conversations and the copy that it was asked for, and ends when its stdin does. What llama.cpp prints goes to stderr, whose
//! end the core shows when a worker dies.
//!
//! The files, in the order in which a request meets them: `pipe` (frames in and out), `load`
//! (the model and its context), `template` and `prompt` (messages to tokens), `scheduler` and
//! `slot` (which tokens are computed next; `pace` says how many, `draft` guesses ahead),
//! `computation` and `states` (what is remembered, and where), `sampler` (the next token),
//! `text` (tokens back to characters). `embed` turns texts into vectors instead, `requantize`
//! writes a smaller copy of a model.

mod computation;
mod draft;
mod embed;
mod libraries;
mod load;
mod pace;
mod pipe;
mod prompt;
mod requantize;
mod sampler;
mod scheduler;
mod slot;
mod states;
mod template;
mod text;
mod threads;

use std::process::ExitCode;

use hearth_protocol::{FromEngine, PROTOCOL_VERSION, Purpose, ToEngine};

fn main() -> ExitCode {
    die_with_parent();
    threads::be_polite();
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Greets, loads the one model, and answers until the core closes the pipe.
fn serve() -> anyhow::Result<()> {
    let (orders, replies) = pipe::open()?;
    let backend = libraries::start()?;
    replies.send(&FromEngine::Hello {
        protocol: PROTOCOL_VERSION,
        libraries: libraries::loaded(),
    })?;
    let Ok(first) = orders.recv() else {
        return Ok(());
    };
    let order = match first {
        ToEngine::Load(order) => order,
        ToEngine::Requantize(order) => {
            let outcome = requantize::run(&backend, &order);
            let said = outcome.map_or_else(FromEngine::LoadFailed, |()| FromEngine::Requantized);
            return Ok(replies.send(&said)?);
        }
        _ => anyhow::bail!("the first order has to be a model"),
    };
    let model = match load::load(&backend, &order, &replies) {
        Ok(model) => model,
        Err(fault) => return Ok(replies.send(&FromEngine::LoadFailed(fault))?),
    };
    match order.purpose {
        Purpose::Chat => scheduler::run(&backend, &model, &order, &orders, &replies),
        Purpose::Embeddings => embed::run(&backend, &model, &order, &orders, &replies),
    }
}

/// Asks the kernel to end this process when the core's does, whatever ends it. The end of
/// stdin says the same on every system; this one also reaches a worker that hangs.
fn die_with_parent() {
    #[cfg(target_os = "linux")]
    if let Err(error) =
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
    {
        complain(&error.into());
    }
}

#[expect(
    clippy::print_stderr,
    reason = "stderr is where the core looks for last words"
)]
fn complain(error: &anyhow::Error) {
    eprintln!("hearth-engine: {error:#}");
}
