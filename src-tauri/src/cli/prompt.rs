//! The lines that a person types in `hearth chat`.

use std::io::{BufRead, IsTerminal};
use std::thread;

use hearth_core::{Code, Error};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use tokio::sync::mpsc;

use super::print;

/// Lines from the terminal, with editing and history, or plain ones from a pipe. They are
/// read on a thread of their own and only when asked for, so the prompt never stands in an
/// answer.
pub(super) struct Lines {
    asked: std::sync::mpsc::Sender<()>,
    typed: tokio::sync::Mutex<mpsc::UnboundedReceiver<Result<String, Error>>>,
}

impl Lines {
    pub(super) fn open() -> Self {
        let (asked, questions) = std::sync::mpsc::channel();
        let (lines, typed) = mpsc::unbounded_channel();
        thread::spawn(move || {
            let outcome = if std::io::stdin().is_terminal() {
                print::remark("Type a message. /new begins another conversation, /exit ends.");
                edit(&questions, &lines)
            } else {
                pipe(&questions, &lines)
            };
            if let Err(error) = outcome {
                let _ = lines.send(Err(Error::new(Code::BadSetting, error)));
            }
        });
        Self {
            asked,
            typed: tokio::sync::Mutex::new(typed),
        }
    }

    /// The next line; none when there are no more.
    pub(super) async fn next(&self) -> Result<Option<String>, Error> {
        // A reader that has ended has closed its channel, and the next line says so.
        let _ = self.asked.send(());
        self.typed.lock().await.recv().await.transpose()
    }
}

type Asked = std::sync::mpsc::Receiver<()>;
type Typed = mpsc::UnboundedSender<Result<String, Error>>;

fn edit(asked: &Asked, lines: &Typed) -> Result<(), String> {
    let mut editor = DefaultEditor::new().map_err(|error| error.to_string())?;
    while asked.recv().is_ok() {
        match editor.readline("> ") {
            Ok(line) => {
                // A line that the history does not take is still sent.
                let _ = editor.add_history_entry(&line);
                let _ = lines.send(Ok(line));
            }
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(()),
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(())
}

fn pipe(asked: &Asked, lines: &Typed) -> Result<(), String> {
    let mut stdin = std::io::stdin().lock().lines();
    while asked.recv().is_ok() {
        let Some(line) = stdin.next() else {
            return Ok(());
        };
        let _ = lines.send(Ok(line.map_err(|error| error.to_string())?));
    }
    Ok(())
}
