//! What the cache costs and saves. The baselines are what the systems that Hearth unifies claimed
//! (2.1 ms a lookup, 8.7 ms a write, 4.2 MB for 1,000 answers), or a plainer way in the same run.

mod exact;
mod similar;
mod throughput;

use std::time::{Duration, Instant};

use hearth_core::Hearth;
use hearth_core::cache::{Answer, Cache};
use hearth_core::engine::Limits;
use hearth_core::folder::DataFolder;
use hearth_core::installed::Installed;
use hearth_core::pipeline::{AnswerStream, Event, Finished, Generate, Request, Reuse, Terms};
use hearth_protocol::{Finish, Message, Role, Sampling, Usage};
use tempfile::TempDir;

use crate::report::Report;

/// Exact hits, and what keeping costs.
pub(crate) fn measure(report: &mut Report) {
    runtime().block_on(async {
        // First: memory that is free again would hide what it takes.
        exact::room(report).await;
        exact::hits(report).await;
        throughput::measure(report).await;
    });
}

/// Questions that mean the same.
pub(crate) fn similar(report: &mut Report) {
    runtime().block_on(async {
        similar::quality(report).await;
        similar::speed(report).await;
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// Hearth on an empty folder, with these lines in the settings.
struct Home {
    hearth: Hearth,
    folder: TempDir,
}

impl Home {
    fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.toml"), settings).unwrap();
        let data = DataFolder::open(Some(folder.path())).unwrap();
        let hearth =
            Hearth::open_with(data, Installed::find().unwrap(), Limits::default()).unwrap();
        Self { hearth, folder }
    }

    /// Another cache on the same file, as another process has it; nothing in its memory.
    fn beside(&self) -> Cache {
        Cache::open(
            &self.folder.path().join("cache.db"),
            self.hearth.store.clone(),
            self.hearth.settings.clone(),
            self.hearth.engines.clone(),
        )
    }
}

fn request(question: String) -> Request {
    Request {
        model: "ember-6m".into(),
        messages: vec![Message {
            role: Role::User,
            content: question,
        }],
        sampling: Sampling::GREEDY,
        max_tokens: 512,
        maker: "a file of some megabytes".into(),
        terms: Terms {
            reuse: Reuse::Same,
            ..Terms::default()
        },
        ..Request::default()
    }
}

fn answer(text: String) -> Answer {
    Answer {
        text,
        total_ms: 900.0,
        ..Answer::default()
    }
}

/// Text that does not pack to nothing.
fn text(seed: u64, length: usize) -> String {
    let mut random = hearth_support::random::Random::new(seed + 1);
    let mut text = String::with_capacity(length + 16);
    while text.len() < length {
        text.extend([format!("{:x} ", random.below(1 << 20))]);
    }
    text.truncate(length);
    text
}

/// A model that takes fifty milliseconds.
#[derive(Clone, Copy)]
struct Slow;

/// How long it takes.
const TAKES: Duration = Duration::from_millis(50);

impl Generate for Slow {
    fn generate(&self, _: Request) -> AnswerStream {
        AnswerStream::spawn(|events| async move {
            tokio::time::sleep(TAKES).await;
            events.send(Event::Text("An answer.".into())).await;
            events
                .send(Event::Done(Finished {
                    finish: Finish::Stop,
                    usage: Usage::default(),
                    first_token_ms: 0.0,
                    total_ms: 0.0,
                }))
                .await;
        })
    }
}

async fn heard(mut stream: AnswerStream) {
    while stream.next().await.is_some() {}
}

/// Microseconds since a moment.
fn since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e6
}

/// The value below which this share lies.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}
