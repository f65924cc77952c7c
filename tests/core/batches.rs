//! Many prompts in a row: to their end, through pauses, failures and restarts.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hearth_core::batches::{Batches, Source, TableForm, Wanted};
use hearth_core::chat::{Chat, Parts};
use hearth_core::pipeline::group::Group;
use hearth_core::pipeline::{AnswerStream, Event, Finished, Generate, Priority, Request, Terms};
use hearth_core::store::batches::{Batch, BatchId, RowState};
use hearth_core::{Code, Error, Hearth};
use hearth_protocol::{Finish, Message, Role, Sampling, Usage};

use crate::home::Home;

/// A model by a script: it answers what it is asked, and notes when.
#[derive(Clone, Default)]
struct Echo {
    took: Duration,
    /// Prompts that fail with this while it is set.
    breaks: Arc<Mutex<Option<(&'static str, Code)>>>,
    began: Arc<Mutex<Vec<(Instant, String)>>>,
    at_once: Arc<AtomicUsize>,
    most_at_once: Arc<AtomicUsize>,
    stuck: Arc<AtomicBool>,
}

impl Echo {
    fn calls(&self) -> usize {
        self.began.lock().unwrap().len()
    }

    fn breaks_at(&self, what: Option<(&'static str, Code)>) {
        *self.breaks.lock().unwrap() = what;
    }
}

impl Generate for Echo {
    fn generate(&self, request: Request) -> AnswerStream {
        let prompt = request.messages.last().unwrap().content.clone();
        self.began
            .lock()
            .unwrap()
            .push((Instant::now(), prompt.clone()));
        let echo = self.clone();
        AnswerStream::spawn(move |events| async move {
            let now = echo.at_once.fetch_add(1, Ordering::SeqCst) + 1;
            echo.most_at_once.fetch_max(now, Ordering::SeqCst);
            tokio::select! {
                () = tokio::time::sleep(echo.took) => {}
                () = events.cancelled() => {}
            }
            echo.at_once.fetch_sub(1, Ordering::SeqCst);
            if echo.stuck.load(Ordering::SeqCst) {
                events.cancelled().await;
                return;
            }
            let broken = *echo.breaks.lock().unwrap();
            if let Some((_, code)) = broken.filter(|(word, _)| prompt.contains(word)) {
                events
                    .send(Event::Failed(Error::new(code, "on purpose")))
                    .await;
                return;
            }
            events.send(Event::Text(format!("to {prompt}"))).await;
            let end = Finished {
                finish: Finish::Stop,
                usage: Usage {
                    answer_tokens: 3,
                    ..Usage::default()
                },
                first_token_ms: 1.0,
                total_ms: 2.0,
            };
            events.send(Event::Done(end)).await;
        })
    }
}

/// The batches of a data folder, answered by a script.
fn scripted(hearth: &Hearth, echo: &Echo) -> Batches {
    let parts: &Parts = &hearth.chat;
    let chat = Chat::new(Parts {
        pipeline: Arc::new(echo.clone()),
        ..parts.clone()
    });
    Batches::new(hearth.store.clone(), chat)
}

fn numbered(count: usize) -> Wanted {
    let lines = (1..=count).map(|number| format!("Prompt number {number}\n"));
    Wanted {
        text: lines.collect(),
        ..Wanted::default()
    }
}

/// Waits until a batch is as described.
async fn becomes(hearth: &Hearth, id: BatchId, is: impl Fn(&Batch) -> bool) -> Batch {
    let start = Instant::now();
    loop {
        let batch = hearth.store.batch(id).await.unwrap();
        if is(&batch) {
            return batch;
        }
        assert!(start.elapsed() < Duration::from_mins(1), "{batch:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn j5_a_hundred_and_fifty_prompts_are_answered_and_none_is_lost() {
    let home = Home::new();
    let echo = Echo {
        took: Duration::from_millis(20),
        ..Echo::default()
    };
    let batches = scripted(&home.hearth, &echo);
    let id = batches.add(numbered(150)).await.unwrap();
    batches.finished(id).await;
    let batch = home.hearth.store.batch(id).await.unwrap();
    assert_eq!((batch.done, batch.waiting, batch.failed), (150, 0, 0));
    assert_eq!(batch.name, "Prompt number 1");
    assert!(!batch.running);
    assert_eq!(echo.calls(), 150);
    assert!(
        echo.most_at_once.load(Ordering::SeqCst) > 20,
        "many at once"
    );
    let table = batches.table(id, TableForm::Csv).await.unwrap();
    let mut rows = csv_rows(&table);
    assert_eq!(rows.remove(0)[..3], ["prompt", "answer", "state"]);
    assert_eq!(rows.len(), 150);
    for (row, number) in rows.iter().zip(1..) {
        let prompt = format!("Prompt number {number}");
        assert_eq!(
            row[..3],
            [prompt.clone(), format!("to {prompt}"), "done".into()]
        );
    }
    let lines = batches.table(id, TableForm::JsonLines).await.unwrap();
    assert_eq!(lines.lines().count(), 150);
    batches.remove(id).await.unwrap();
    assert!(home.hearth.store.batches().await.unwrap().is_empty());
}

/// Rows of a table without line breaks and quotation marks in its cells.
fn csv_rows(table: &str) -> Vec<Vec<String>> {
    let rows = table
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect());
    rows.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn j5_a_batch_rests_and_goes_on_with_what_is_left() {
    let home = Home::new();
    let echo = Echo {
        took: Duration::from_millis(60),
        ..Echo::default()
    };
    let batches = scripted(&home.hearth, &echo);
    let id = batches.add(numbered(400)).await.unwrap();
    becomes(&home.hearth, id, |batch| batch.done > 0).await;
    batches.pause(id).await.unwrap();
    batches.finished(id).await;
    let resting = home.hearth.store.batch(id).await.unwrap();
    assert!(resting.paused && !resting.running && resting.waiting > 0);
    let done = RowState::Done;
    let store = &home.hearth.store;
    let answered = store.batch_rows(id, Some(done), 0, 400).await.unwrap();
    batches.resume(id).await.unwrap();
    batches.finished(id).await;
    let batch = store.batch(id).await.unwrap();
    assert_eq!((batch.done, batch.waiting), (400, 0));
    assert!(!batch.paused);
    // What had its answer was not asked again.
    let began = echo.began.lock().unwrap();
    for row in answered {
        let calls = began.iter().filter(|(_, prompt)| *prompt == row.prompt);
        assert_eq!(calls.count(), 1, "{}", row.prompt);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn j5_the_rest_is_given_up_and_what_failed_is_asked_again() {
    let home = Home::new();
    let echo = Echo {
        took: Duration::from_millis(5),
        ..Echo::default()
    };
    echo.breaks_at(Some(("7", Code::EngineFailed)));
    let batches = scripted(&home.hearth, &echo);
    let id = batches.add(numbered(30)).await.unwrap();
    batches.finished(id).await;
    let batch = home.hearth.store.batch(id).await.unwrap();
    assert_eq!((batch.done, batch.failed), (27, 3));
    let failed = home
        .hearth
        .store
        .batch_rows(id, Some(RowState::Failed), 0, 9)
        .await
        .unwrap();
    let places: Vec<u32> = failed.iter().map(|row| row.place).collect();
    assert_eq!(places, [7, 17, 27]);
    assert_eq!(failed[0].failure.as_ref().unwrap().message, "on purpose");
    echo.breaks_at(None);
    assert_eq!(batches.retry(id).await.unwrap(), 3);
    batches.finished(id).await;
    assert_eq!(home.hearth.store.batch(id).await.unwrap().done, 30);

    // Also while others are still under way.
    let slow = Echo {
        took: Duration::from_millis(400),
        breaks: Arc::clone(&echo.breaks),
        ..Echo::default()
    };
    slow.breaks_at(Some(("number 3", Code::EngineFailed)));
    home.hearth
        .settings
        .set("queue.group_requests", Some("1"))
        .unwrap();
    let slowly = scripted(&home.hearth, &slow);
    let id = slowly.add(numbered(6)).await.unwrap();
    becomes(&home.hearth, id, |batch| batch.failed == 1).await;
    slow.breaks_at(None);
    assert_eq!(slowly.retry(id).await.unwrap(), 1);
    slowly.finished(id).await;
    assert_eq!(home.hearth.store.batch(id).await.unwrap().done, 6);

    echo.stuck.store(true, Ordering::SeqCst);
    let id = batches.add(numbered(5)).await.unwrap();
    assert_eq!(batches.cancel(id).await.unwrap(), 5);
    batches.finished(id).await;
    let batch = home.hearth.store.batch(id).await.unwrap();
    assert_eq!((batch.cancelled, batch.waiting), (5, 0));
    echo.stuck.store(false, Ordering::SeqCst);
    assert_eq!(batches.retry(id).await.unwrap(), 5);
    batches.finished(id).await;
    assert_eq!(home.hearth.store.batch(id).await.unwrap().done, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_would_meet_all_prompts_lets_the_batch_rest() {
    let home = Home::new();
    let echo = Echo::default();
    echo.breaks_at(Some(("", Code::OutOfMemory)));
    let batches = scripted(&home.hearth, &echo);
    let id = batches.add(numbered(200)).await.unwrap();
    batches.finished(id).await;
    let batch = home.hearth.store.batch(id).await.unwrap();
    assert!(
        batch.paused && batch.failed == 0 && batch.waiting > 100,
        "{batch:?}"
    );
    assert_eq!(batch.fault.unwrap().code, Code::OutOfMemory);
    echo.breaks_at(None);
    batches.resume(id).await.unwrap();
    batches.finished(id).await;
    let batch = home.hearth.store.batch(id).await.unwrap();
    assert_eq!((batch.done, batch.fault), (200, None));

    let mut wanted = numbered(3);
    wanted.settings.model = Some("none-of-this-name".into());
    let refused = batches.add(wanted).await.unwrap_err();
    assert_eq!(refused.code, Code::ModelMissing);
    assert_eq!(home.hearth.store.batches().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_goes_on_after_a_restart_and_one_process_works_on_it() {
    let home = Home::new();
    let echo = Echo::default();
    echo.stuck.store(true, Ordering::SeqCst);
    let batches = scripted(&home.hearth, &echo);
    let id = batches.add(numbered(20)).await.unwrap();
    // Another process leaves it alone.
    let beside = home.beside();
    let other = Echo::default();
    let others = scripted(&beside, &other);
    others.start().await.unwrap();
    others.finished(id).await;
    assert_eq!(other.calls(), 0);
    drop((others, beside));
    batches.close().await;
    drop(batches);
    let home = home.reopened();
    let echo = Echo::default();
    let batches = scripted(&home.hearth, &echo);
    batches.start().await.unwrap();
    batches.finished(id).await;
    assert_eq!(home.hearth.store.batch(id).await.unwrap().done, 20);
    assert_eq!(echo.calls(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_answered_by_the_real_model_and_each_answer_once() {
    let home = Home::new();
    let mut wanted = Wanted {
        text: "country;note\nPeru;x\nFrance;y\nPeru;z\n".into(),
        source: Source::Table,
        template: "What is the capital of {{country}}?".into(),
        ..Wanted::default()
    };
    wanted.settings.sampling.temperature = Some(0.0);
    let id = home.hearth.batches.add(wanted).await.unwrap();
    home.hearth.batches.finished(id).await;
    let table = home.hearth.batches.table(id, TableForm::Csv).await.unwrap();
    let rows = csv_rows(&table);
    assert_eq!(rows[0][..4], ["country", "note", "answer", "state"]);
    assert!(rows[1][2].contains("Lima"), "{table}");
    assert!(rows[2][2].contains("Paris"), "{table}");
    assert_eq!(rows[1][2], rows[3][2]);
    home.hearth.close().await;
}

fn for_batch(model: &str, prompt: &str) -> Request {
    Request {
        model: model.into(),
        messages: vec![Message {
            role: Role::User,
            content: prompt.into(),
        }],
        sampling: Sampling::GREEDY,
        max_tokens: 100,
        terms: Terms {
            priority: Priority::Batch,
            ..Terms::default()
        },
        ..Request::default()
    }
}

/// Starts requests at once; the longest time that one waited before it went on.
async fn longest_wait(home: &Home, requests: Vec<Request>) -> Duration {
    let echo = Echo::default();
    let layer = Group::new(echo.clone(), home.hearth.settings.clone());
    let start = Instant::now();
    let mut streams: Vec<AnswerStream> = requests
        .into_iter()
        .map(|one| layer.generate(one))
        .collect();
    for stream in &mut streams {
        while stream.next().await.is_some() {}
    }
    let began = echo.began.lock().unwrap();
    began.iter().map(|(at, _)| *at - start).max().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn j2_a_group_waits_for_its_window_at_most_and_a_full_one_not_at_all() {
    let home = Home::new();
    let set = |key: &str, value: &str| home.hearth.settings.set(key, Some(value)).unwrap();
    set("queue.group_requests", "5");
    set("queue.group_window_ms", "60000");
    // Two full groups do not wait for a window that would take a minute.
    let ten = (0..10)
        .map(|one| for_batch("m", &format!("{one}")))
        .collect();
    let longest = longest_wait(&home, ten).await;
    assert!(longest < Duration::from_secs(30));
    // One that is not full goes when its window is over.
    set("queue.group_window_ms", "200");
    let three = (0..3)
        .map(|one| for_batch("m", &format!("{one}")))
        .collect();
    let longest = longest_wait(&home, three).await;
    assert!(longest >= Duration::from_millis(190), "{longest:?}");
    // What is no batch waits for nobody.
    set("queue.group_window_ms", "60000");
    let mut now = for_batch("m", "now");
    now.terms.priority = Priority::Interactive;
    let longest = longest_wait(&home, vec![now]).await;
    assert!(longest < Duration::from_secs(30));
}

#[tokio::test(flavor = "multi_thread")]
async fn j4_a_group_keeps_to_the_tokens_and_the_costs_of_its_model() {
    let home = Home::new();
    let set = |key: &str, value: &str| home.hearth.settings.set(key, Some(value)).unwrap();
    set("queue.group_window_ms", "60000");
    // Each is 100 tokens and a few: with a limit of 250 two go together.
    set("models.small.queue.group_tokens", "250");
    set("models.dear.queue.group_cost", "0.25");
    set("models.dear.queue.price", "1000");
    for model in ["small", "dear"] {
        let echo = Echo::default();
        let layer = Group::new(echo.clone(), home.hearth.settings.clone());
        let mut first = layer.generate(for_batch(model, "first"));
        let mut second = layer.generate(for_batch(model, "second"));
        assert_eq!(echo.calls(), 0, "{model}: they wait for others");
        let third = layer.generate(for_batch(model, "third"));
        while first.next().await.is_some() {}
        while second.next().await.is_some() {}
        assert_eq!(echo.calls(), 2, "{model}: the third begins another group");
        drop(third);
    }
}
