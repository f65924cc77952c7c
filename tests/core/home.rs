//! A data folder of its own for each test.

use std::time::Duration;

use hearth_core::chat::{Answer, Follower, Overrides, Send, TurnEvent};
use hearth_core::config::sampling::SamplingConfig;
use hearth_core::engine::Limits;
use hearth_core::folder::DataFolder;
use hearth_core::installed::Installed;
use hearth_core::{Error, Hearth};
use hearth_support::process::becomes_true;
use tempfile::TempDir;

/// Hearth on an empty data folder, which goes with this value.
pub(crate) struct Home {
    pub(crate) hearth: Hearth,
    pub(crate) folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self::with(Limits::default())
    }

    pub(crate) fn with(limits: Limits) -> Self {
        Self::made("", limits)
    }

    /// With more lines under `[engine]` in the settings.
    pub(crate) fn configured(engine: &str) -> Self {
        Self::made(engine, Limits::default())
    }

    /// On a folder that has something in it.
    pub(crate) fn on(folder: TempDir) -> Self {
        Self::filled("", Limits::default(), folder)
    }

    fn made(engine: &str, limits: Limits) -> Self {
        Self::filled(engine, limits, tempfile::tempdir().unwrap())
    }

    fn filled(engine: &str, limits: Limits, folder: TempDir) -> Self {
        // Tests run side by side; more threads would only wait for each other.
        let settings = format!("[engine]\nthreads = 1\n{engine}");
        std::fs::write(folder.path().join("config.toml"), settings).unwrap();
        Self {
            hearth: open(&folder, limits),
            folder,
        }
    }

    /// Another Hearth on the same folder at the same time, as another process has it.
    pub(crate) fn beside(&self) -> Hearth {
        open(&self.folder, Limits::default())
    }

    /// Whether any file of the data folder holds a text.
    pub(crate) fn holds(&self, text: &str) -> bool {
        let files = walkdir::WalkDir::new(self.folder.path())
            .into_iter()
            .flatten();
        files
            .filter(|entry| entry.file_type().is_file())
            .any(|entry| {
                let bytes = std::fs::read(entry.path()).unwrap_or_default();
                bytes
                    .windows(text.len())
                    .any(|window| window == text.as_bytes())
            })
    }

    /// Ends this Hearth and opens another on the same folder.
    pub(crate) fn reopened(self) -> Self {
        drop(self.hearth);
        Self {
            hearth: open(&self.folder, Limits::default()),
            folder: self.folder,
        }
    }

    /// The same when nothing of the ended one works on the folder any more.
    pub(crate) fn started_again(self) -> Self {
        drop(self.hearth);
        let run = self.folder.path().join("run");
        let has_ended = || {
            let entries = std::fs::read_dir(&run).unwrap().flatten();
            let mut ends = entries.map(|entry| entry.path().extension().map(ToOwned::to_owned));
            ends.all(|end| end.as_deref() != Some("session".as_ref()))
        };
        assert!(becomes_true(Duration::from_secs(20), has_ended));
        Self {
            hearth: open(&self.folder, Limits::default()),
            folder: self.folder,
        }
    }

    /// Sends a message and hears the answer out.
    pub(crate) async fn ask(&self, conversation: Option<u32>, text: &str) -> Result<Answer, Error> {
        outcome(self.send(conversation, text).await?).await
    }

    pub(crate) async fn send(
        &self,
        conversation: Option<u32>,
        text: &str,
    ) -> Result<Follower, Error> {
        // Every answer is made: what the cache does is tested in `cache`.
        let overrides = Overrides {
            no_cache: true,
            sampling: SamplingConfig {
                temperature: Some(0.0),
                ..SamplingConfig::default()
            },
            ..Overrides::default()
        };
        self.hearth
            .chat
            .send(Send {
                conversation,
                text: text.into(),
                overrides,
                ..Send::default()
            })
            .await
    }
}

fn open(folder: &TempDir, limits: Limits) -> Hearth {
    let folder = DataFolder::open(Some(folder.path())).unwrap();
    Hearth::open_with(folder, Installed::find().unwrap(), limits).unwrap()
}

/// Hears an answer out.
pub(crate) async fn outcome(mut follower: Follower) -> Result<Answer, Error> {
    loop {
        let events = follower.next().await;
        assert!(!events.is_empty(), "an answer ends with an end");
        for event in events {
            match event {
                TurnEvent::Done(answer) => return Ok(answer),
                TurnEvent::Failed(error) => return Err(error),
                _ => {}
            }
        }
    }
}

/// Hears an answer until its first piece of text; the conversation and the answer's numbers.
pub(crate) async fn first_text(follower: &mut Follower) -> (u32, u32) {
    let mut ids = (0, 0);
    loop {
        let events = follower.next().await;
        assert!(!events.is_empty(), "an answer ends with an end");
        for event in events {
            match event {
                TurnEvent::Started {
                    conversation,
                    answer,
                    ..
                } => ids = (conversation, answer),
                TurnEvent::Text { .. } => return ids,
                TurnEvent::Done(_) | TurnEvent::Failed(_) => panic!("too early: {event:?}"),
                _ => {}
            }
        }
    }
}
