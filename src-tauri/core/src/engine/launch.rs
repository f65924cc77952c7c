//! Starts worker processes from a thread that lives as long as the program.
//!
//! On Linux a worker asks the kernel to be ended with its parent, and the kernel means the
//! parent's *thread*. The async runtime's threads come and go; this one stays.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::{Code, Error, Result};

struct Order {
    runtime: Handle,
    reply: oneshot::Sender<std::io::Result<Child>>,
}

/// Starts workers from one binary.
pub(super) struct Launcher {
    binary: PathBuf,
    orders: mpsc::Sender<Order>,
}

impl Launcher {
    pub(super) fn start(binary: PathBuf) -> Result<Self> {
        let (orders, queue) = mpsc::channel::<Order>();
        let path = binary.clone();
        thread::Builder::new()
            .name("engine-launcher".into())
            .spawn(move || {
                while let Ok(Order { runtime, reply }) = queue.recv() {
                    let _inside = runtime.enter();
                    // Where nobody waits any more, the child is dropped, which ends it.
                    let _ = reply.send(command(&path).spawn());
                }
            })
            .map_err(Error::internal)?;
        Ok(Self { binary, orders })
    }

    /// A new worker process.
    pub(super) async fn launch(&self) -> Result<Child> {
        let (reply, child) = oneshot::channel();
        self.orders
            .send(Order {
                runtime: Handle::current(),
                reply,
            })
            .map_err(Error::internal)?;
        child.await.map_err(Error::internal)?.map_err(|error| {
            Error::new(
                Code::Installation,
                format!(
                    "The engine {} could not be started: {error}. Reinstall Hearth.",
                    self.binary.display()
                ),
            )
        })
    }
}

fn command(binary: &std::path::Path) -> Command {
    let mut command = Command::new(binary);
    command
        // The process that parses strangers' files gets none of the user's secrets.
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if let Some(folder) = binary.parent() {
        command.current_dir(folder);
    }
    #[cfg(windows)]
    if let Some(root) = std::env::var_os("SystemRoot") {
        // Without it Windows finds none of its own libraries.
        command.env("SystemRoot", root);
    }
    command
}
