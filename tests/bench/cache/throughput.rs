//! Many callers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hearth_core::cache::Key;
use hearth_core::pipeline::coalesce::Coalesce;
use hearth_core::pipeline::observe::Observe;
use hearth_core::pipeline::queue::Queue;
use hearth_core::pipeline::reuse::Reusing;
use hearth_core::pipeline::{Generate, Priority, Request};

use super::{Home, Slow, TAKES, answer, heard, quantile, request, since, text};
use crate::report::{Goal, Report};

/// How long each kind of call is made.
const FOR: Duration = Duration::from_secs(3);
/// Different questions.
const QUESTIONS: usize = 10_000;

pub(super) async fn measure(report: &mut Report) {
    let home = Home::new("[cache]\nmemory_mb = 500\n");
    for number in 0..QUESTIONS {
        let one = request(format!("Often {number}?"));
        let key = Key::of(&one);
        home.hearth
            .cache
            .keep(&one, key, answer(text(number as u64, 600)), 0);
        if number % 4096 == 4095 {
            home.hearth.cache.flush().await;
        }
    }
    home.hearth.cache.flush().await;
    for callers in [100, 500] {
        let memory: Arc<dyn Generate> = Arc::new(Reusing::new(Slow, home.hearth.cache.clone()));
        let rate = calls(callers, &memory, |number| {
            format!("Often {}?", number % QUESTIONS)
        })
        .await;
        report.add(
            &format!("cache: hits from memory, {callers} callers"),
            "/s",
            &[rate],
            &[callers as f64 / TAKES.as_secs_f64()],
            Goal::AtLeast(50_000.0),
        );
        home.hearth
            .settings
            .set("cache.memory_mb", Some("0"))
            .unwrap();
        let disk: Arc<dyn Generate> = Arc::new(Reusing::new(Slow, home.beside()));
        let rate = calls(callers, &disk, |number| {
            format!("Often {}?", number % QUESTIONS)
        })
        .await;
        report.add(
            &format!("cache: hits from the disk, {callers} callers"),
            "/s",
            &[rate],
            &[callers as f64 / TAKES.as_secs_f64()],
            Goal::AtLeast(10_000.0),
        );
        overhead(report, &home, callers).await;
    }
    let shared: Arc<dyn Generate> = Arc::new(Coalesce::new(
        Slow,
        home.hearth.cache.clone(),
        home.hearth.settings.clone(),
    ));
    let rate = calls(500, &shared, |number| format!("Shared {}?", number / 10)).await;
    report.add(
        "coalescing: ten equal requests for each answer, 500 callers",
        "/s",
        &[rate],
        &[500.0 / TAKES.as_secs_f64()],
        Goal::AtLeast(5_000.0),
    );
    behind_others(report, &home).await;
}

/// Calls a second of so many callers, each asking the next question as soon as it has an answer.
async fn calls(callers: usize, layer: &Arc<dyn Generate>, question: fn(usize) -> String) -> f64 {
    let number = Arc::new(AtomicUsize::default());
    let start = Instant::now();
    let all: Vec<_> = (0..callers)
        .map(|_| {
            let (layer, number) = (Arc::clone(layer), Arc::clone(&number));
            tokio::spawn(async move {
                while start.elapsed() < FOR {
                    let mine = number.fetch_add(1, Ordering::Relaxed);
                    heard(layer.generate(request(question(mine)))).await;
                }
            })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
    number.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64()
}

/// What all layers add to a model that takes fifty milliseconds.
async fn overhead(report: &mut Report, home: &Home, callers: usize) {
    let (cache, settings) = (home.hearth.cache.clone(), home.hearth.settings.clone());
    let queue = Queue::new(
        Slow,
        Arc::new(|_: &Request| 1000),
        cache.clone(),
        settings.clone(),
    );
    let layers = Observe(Reusing::new(
        Coalesce::new(queue, cache.clone(), settings),
        cache,
    ));
    let whole = latencies(callers, Arc::new(layers)).await;
    let bare = latencies(callers, Arc::new(Slow)).await;
    let (mut whole, mut bare) = (whole, bare);
    let goal = if callers > 100 { 20.0 } else { 5.0 };
    report.add(
        &format!("layers over a model of 50 ms, p99, {callers} at once"),
        "ms",
        &[quantile(&mut whole, 0.99) / 1000.0],
        &[quantile(&mut bare, 0.99) / 1000.0],
        Goal::AboveAtMost(goal),
    );
}

async fn latencies(callers: usize, layer: Arc<dyn Generate>) -> Vec<f64> {
    const ROUNDS: usize = 20;
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let all: Vec<_> = (0..callers)
        .map(|_| {
            let layer = Arc::clone(&layer);
            tokio::spawn(async move {
                let mut took = Vec::new();
                for _ in 0..ROUNDS {
                    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                    let one = request(format!("New {number}?"));
                    let start = Instant::now();
                    heard(layer.generate(one)).await;
                    took.push(since(start));
                }
                took
            })
        })
        .collect();
    let mut took = Vec::new();
    for one in all {
        took.extend(one.await.unwrap());
    }
    took
}

/// How long a person waits behind two hundred requests that nobody waits for.
async fn behind_others(report: &mut Report, home: &Home) {
    let mut waits = Vec::new();
    for round in 0..20 {
        let queue = Queue::new(
            Slow,
            Arc::new(|_: &Request| 1),
            home.hearth.cache.clone(),
            home.hearth.settings.clone(),
        );
        let others: Vec<_> = (0..200)
            .map(|number| {
                let mut one = request(format!("{round} {number}"));
                one.terms.priority = Priority::Background;
                queue.generate(one)
            })
            .collect();
        let mut mine = request("mine".into());
        mine.terms.priority = Priority::Interactive;
        let start = Instant::now();
        let mut stream = queue.generate(mine);
        while !matches!(
            stream.next().await,
            Some(hearth_core::pipeline::Event::Text(_)) | None
        ) {}
        waits.push(since(start) / 1000.0 - TAKES.as_secs_f64() * 1000.0);
        drop(others);
    }
    report.add(
        "queue: a person behind 200 background requests waits, at most",
        "ms",
        &[quantile(&mut waits, 1.0)],
        &[200.0 * 50.0],
        Goal::AtMost(55.0),
    );
}
