//! The two pipes of a worker process, and the watch over it.

use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use hearth_protocol::frame::{self, FrameError};
use hearth_protocol::{FromEngine, ToEngine};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use crate::engine::last_words::LastWords;
use crate::{Code, Error, Result};

use super::routes::Routes;

/// A running worker process that is spoken with.
pub(super) struct Talk {
    child: Child,
    orders: mpsc::UnboundedSender<Vec<u8>>,
    heard: mpsc::Receiver<FromEngine>,
    last_words: LastWords,
}

impl Talk {
    /// Takes over a new process's pipes.
    pub(super) fn with(mut child: Child) -> Result<Self> {
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(Error::internal("a worker was started without pipes"));
        };
        let last_words = LastWords::default();
        tokio::spawn(last_words.clone().listen(stderr));
        let (orders, queue) = mpsc::unbounded_channel();
        tokio::spawn(write(stdin, queue));
        // Bounded: a worker that writes faster than we read has to wait.
        let (sender, heard) = mpsc::channel(256);
        tokio::spawn(read(stdout, sender));
        Ok(Self {
            child,
            orders,
            heard,
            last_words,
        })
    }

    /// The process's number, while it runs.
    pub(super) fn process(&self) -> Option<u32> {
        self.child.id()
    }

    /// The way to give orders. The process ends when the last copy is dropped.
    pub(super) fn orders(&self) -> mpsc::UnboundedSender<Vec<u8>> {
        self.orders.clone()
    }

    /// Gives an order.
    pub(super) fn say(&self, order: &ToEngine) -> Result<()> {
        // A process that is gone is noticed when its reply is awaited.
        let _ = self.orders.send(encoded(order)?);
        Ok(())
    }

    /// The next message; an error when the process died or is silent for too long.
    pub(super) async fn hear(&mut self, patience: Duration) -> Result<FromEngine> {
        match timeout(patience, self.heard.recv()).await {
            Ok(Some(message)) => Ok(message),
            Ok(None) => Err(self.death().await),
            Err(_) => Err(self.end_hanging(patience).await),
        }
    }

    /// Delivers messages until the process dies; ends it when it is silent for too long while
    /// requests are open.
    pub(super) async fn serve(mut self, routes: Arc<Routes>, patience: Duration) {
        // From here on the worker's owner alone keeps the order pipe open.
        let (none, _) = mpsc::unbounded_channel();
        self.orders = none;
        let death = loop {
            let until = routes.silent_since().map_or_else(
                || Instant::now() + patience,
                |since| Instant::from_std(since) + patience,
            );
            match tokio::time::timeout_at(until, self.heard.recv()).await {
                Ok(Some(message)) => routes.deliver(message),
                Ok(None) => break self.death().await,
                Err(_) => {
                    let overdue = |since: std::time::Instant| since.elapsed() >= patience;
                    if routes.silent_since().is_some_and(overdue) {
                        break self.end_hanging(patience).await;
                    }
                }
            }
        };
        routes.close(&death);
    }

    async fn end_hanging(&mut self, patience: Duration) -> Error {
        // Not awaited without a bound: a process that waits for a dead disk ignores every signal.
        let ended = self.child.start_kill();
        let _ = timeout(Duration::from_secs(2), self.child.wait()).await;
        let seconds = patience.as_secs_f32();
        let mut message = format!(
            "The engine gave no sign for {seconds:.0} seconds and was ended. What had arrived is \
             kept; try again."
        );
        if let Err(error) = ended {
            message = format!("{message} ({error})");
        }
        Error::new(Code::EngineStalled, message)
    }

    async fn death(&mut self) -> Error {
        // The pipe may close a moment before the process ends.
        let status = match timeout(Duration::from_secs(2), self.child.wait()).await {
            Ok(Ok(status)) => cause(status),
            Ok(Err(error)) => error.to_string(),
            Err(_) => {
                // It broke its pipe and goes on: nothing can be had from it.
                let _ = self.child.start_kill();
                "it closed its pipe".to_owned()
            }
        };
        let words = self.last_words.text();
        let mut message = format!(
            "The engine stopped unexpectedly: {status}. What had arrived is kept; try again."
        );
        if !words.trim().is_empty() {
            message = format!("{message}\n\n{}", words.trim());
        }
        Error::new(Code::EngineFailed, message)
    }
}

async fn write(mut stdin: ChildStdin, mut queue: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(frame) = queue.recv().await {
        if let Err(error) = stdin.write_all(&frame).await {
            tracing::warn!(%error, "an order did not reach the engine");
            return;
        }
    }
}

/// An order as it travels. One that is too large costs its own request, and never the worker.
pub(super) fn encoded(order: &ToEngine) -> Result<Vec<u8>> {
    frame::encode(order).map_err(|error| {
        let message = format!("What is to be sent is too large for the engine: {error}.");
        Error::new(Code::PromptTooLong, message)
    })
}

async fn read(stdout: ChildStdout, heard: mpsc::Sender<FromEngine>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        match read_frame(&mut stdout).await {
            Ok(Some(message)) => {
                if heard.send(message).await.is_err() {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "the engine's messages cannot be read");
                return;
            }
        }
    }
}

async fn read_frame(
    from: &mut BufReader<ChildStdout>,
) -> std::result::Result<Option<FromEngine>, FrameError> {
    let mut prefix = [0; 4];
    match from.read_exact(&mut prefix).await {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        result => result?,
    };
    let mut body = vec![0; frame::announced_length(prefix)?];
    from.read_exact(&mut body).await?;
    frame::decode(&body).map(Some)
}

#[cfg(unix)]
fn cause(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match status.signal() {
        Some(7) => "the model file changed on disk while it was in use".to_owned(),
        Some(9) => "it was killed, perhaps because memory ran out".to_owned(),
        Some(4) => "this processor lacks an instruction that it needs".to_owned(),
        Some(signal) => format!("it crashed (signal {signal})"),
        None => status.to_string(),
    }
}

#[cfg(not(unix))]
fn cause(status: ExitStatus) -> String {
    status.to_string()
}
