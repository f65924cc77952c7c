//! Frames in and out. A thread reads orders, so that the end of stdin ends the process at
//! once, even in the middle of a long computation.

use std::fs::File;
use std::io::{BufReader, Write};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use hearth_protocol::frame::{self, FrameError};
use hearth_protocol::{FromEngine, ToEngine};

/// The way back to the core.
#[derive(Clone)]
pub(crate) struct Replies(Arc<Mutex<Box<dyn Write + Send>>>);

impl Replies {
    /// Sends one message, whole.
    pub(crate) fn send(&self, message: &FromEngine) -> Result<(), FrameError> {
        let mut pipe = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        frame::write(&mut *pipe, message)
    }
}

/// Takes over stdin and stdout.
pub(crate) fn open() -> anyhow::Result<(Receiver<ToEngine>, Replies)> {
    let replies = Replies(Arc::new(Mutex::new(private_stdout()?)));
    let (sender, orders) = channel();
    thread::Builder::new()
        .name("orders".into())
        .spawn(move || {
            let mut stdin = BufReader::new(std::io::stdin());
            let ending = loop {
                match frame::read(&mut stdin) {
                    Ok(Some(order)) => {
                        if sender.send(order).is_err() {
                            break Ok(());
                        }
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            if let Err(error) = ending {
                crate::complain(&error.into());
            }
            // Nobody is left to answer: a computation in progress must not outlive the core.
            std::process::exit(0);
        })?;
    Ok((orders, replies))
}

/// Stdout for our frames alone: whatever a native library prints there lands in stderr.
#[cfg(unix)]
fn private_stdout() -> anyhow::Result<Box<dyn Write + Send>> {
    let ours = rustix::io::dup(rustix::stdio::stdout())?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(Box::new(File::from(ours)))
}

#[cfg(not(unix))]
fn private_stdout() -> anyhow::Result<Box<dyn Write + Send>> {
    Ok(Box::new(std::io::stdout()))
}
