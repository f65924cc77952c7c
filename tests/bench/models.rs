//! Model files: how fast they come against `curl`, how smooth the window stays meanwhile, how
//! fast they are listed, and how well memory and speed are foretold.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use hearth_core::chat::{Overrides, Send, TurnEvent};
use hearth_core::config::sampling::SamplingConfig;
use hearth_core::engine::Limits;
use hearth_core::folder::DataFolder;
use hearth_core::installed::Installed;
use hearth_core::models::downloads::Order;
use hearth_core::{Code, Hearth};
use hearth_support::hub::{Hub, Manners};
use hearth_support::place;
use hearth_support::process::cpu_time;
use hearth_support::weights::{
    LLAMA_1B, LLAMA_70B, LLAMA_360M, Quantization, Shape, write, write_hollow,
};

use crate::report::{Goal, Report, percentile};
use crate::thread::driver::Driver;
use crate::thread::run;

const ROUNDS: usize = 5;
/// Bytes of the file that is fetched.
const LARGE: usize = 1 << 30;
/// Models that are listed.
const MANY: usize = 1000;

pub(crate) fn measure(report: &mut Report) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        throughput(report).await;
        list(report);
        foretold(report).await;
        frames(report).await;
    });
}

/// Hearth on a data folder whose settings name a hub.
fn open(home: &Path, settings: &str) -> Hearth {
    std::fs::write(home.join("config.toml"), settings).unwrap();
    let folder = DataFolder::open(Some(home)).unwrap();
    Hearth::open_with(folder, Installed::find().unwrap(), Limits::default()).unwrap()
}

/// A sound model of so many bytes.
fn file_of(bytes: usize) -> Vec<u8> {
    let mut file = std::fs::read(place::ember()).unwrap();
    file.resize(bytes, 7);
    file
}

/// A file of a gigabyte from a hub on this computer, SHA-256, journal and `fsync` included,
/// against `curl`, which only writes it.
async fn throughput(report: &mut Report) {
    let hub = Hub::start();
    hub.put("a/b/large.gguf", file_of(LARGE));
    let url = hub.address("a/b/large.gguf");
    let home = tempfile::tempdir().unwrap();
    let hearth = open(
        home.path(),
        &format!("[hub]\nendpoint = {:?}\n", hub.endpoint),
    );
    let (mut ours, mut curls, mut work) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let target = home.path().join("curl.gguf");
        let start = Instant::now();
        let done = Command::new("curl")
            .args(["-s", "-o"])
            .arg(&target)
            .arg(&url)
            .status();
        assert!(done.unwrap().success());
        // As safe on the disk as ours.
        std::fs::File::open(&target).unwrap().sync_all().unwrap();
        curls.push(LARGE as f64 / 1e6 / start.elapsed().as_secs_f64());
        std::fs::remove_file(&target).unwrap();

        let (start, before) = (Instant::now(), cpu_time(std::process::id()));
        let id = hearth
            .downloads
            .add(Order::at(&url, None).unwrap())
            .await
            .unwrap();
        hearth.downloads.fetch(id).await.unwrap();
        ours.push(LARGE as f64 / 1e6 / start.elapsed().as_secs_f64());
        work.push(
            cpu_time(std::process::id())
                .saturating_sub(before)
                .as_secs_f64()
                / (LARGE as f64 / 1e9),
        );
        std::fs::remove_file(home.path().join("models/large.gguf")).unwrap();
    }
    report.add(
        "download of 1 GiB, checksum included, against curl without one",
        "MB/s",
        &ours,
        &curls,
        Goal::RatioAtLeast(0.9),
    );
    report.add(
        "processor time for each GB (of it the hub's, which runs in the same process)",
        "s",
        &work,
        &[f64::NAN],
        Goal::None,
    );
}

/// A thousand models, and the header of one of 40 GB.
fn list(report: &mut Report) {
    let home = tempfile::tempdir().unwrap();
    let hearth = open(home.path(), "");
    let models = home.path().join("models");
    std::fs::copy(place::ember(), models.join("0.gguf")).unwrap();
    for number in 1..MANY {
        std::fs::hard_link(models.join("0.gguf"), models.join(format!("{number}.gguf"))).unwrap();
    }
    let time = |work: &dyn Fn()| -> Vec<f64> {
        let timed = |_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1000.0
        };
        (0..ROUNDS).map(timed).collect()
    };
    let listed = time(&|| assert!(hearth.models.list().unwrap().len() > MANY));
    report.add(
        "list of 1,000 models",
        "ms",
        &listed,
        &[f64::NAN],
        Goal::AtMost(50.0),
    );
    let large = home.path().join("large.gguf");
    write_hollow(&large, LLAMA_70B, Quantization::Q4_0);
    let bytes = std::fs::metadata(&large).unwrap().len() / 1_000_000_000;
    let name = large.to_str().unwrap();
    let read = time(&|| assert!(hearth.models.find(name).is_ok()));
    let what = format!("header of a file of {bytes} GB");
    report.add(&what, "ms", &read, &[f64::NAN], Goal::AtMost(20.0));
}

/// What is said of a model before its first use, against what is seen then. What one model has
/// shown corrects what is said of the others, as it does for users.
async fn foretold(report: &mut Report) {
    let home = tempfile::tempdir().unwrap();
    let hearth = open(
        home.path(),
        "[chat]\ntitles = false\n[engine]\ncontext = 1280\nmax_loaded = 1\n",
    );
    for (name, shape, quantization) in [
        ("360m-q8_0", LLAMA_360M, Quantization::Q8_0),
        ("360m-q4_0", LLAMA_360M, Quantization::Q4_0),
        ("1b-q4_k", LLAMA_1B, Quantization::Q4K),
        ("1b-q8_0", LLAMA_1B, Quantization::Q8_0),
    ] {
        one_foretold(report, &hearth, home.path(), name, shape, quantization).await;
    }
    hearth.close().await;
}

async fn one_foretold(
    report: &mut Report,
    hearth: &Hearth,
    home: &Path,
    name: &str,
    shape: Shape,
    quantization: Quantization,
) {
    write(
        &home.join(format!("models/{name}.gguf")),
        shape,
        quantization,
    );
    let installed = hearth.installed_models().await.unwrap();
    let said = installed.into_iter().find(|one| one.id == name).unwrap();
    let said = said.expected.unwrap();
    for _ in 0..3 {
        answer(hearth, name).await;
    }
    hearth.chat.finish_background().await;
    let seen = hearth.model_details(name).await.unwrap().learned.unwrap();
    let error = |said: f64, seen: f64| (said / seen - 1.0).abs() * 100.0;
    println!(
        "{name}: {:.0} MB foretold, {:.0} seen; {:.1} tokens/s foretold, {:.1} seen",
        said.memory / 1e6,
        seen.memory / 1e6,
        said.speed,
        seen.speed
    );
    report.add(
        &format!("{name}: error of the memory that was foretold"),
        "%",
        &[error(said.memory, seen.memory)],
        &[f64::NAN],
        Goal::AtMost(10.0),
    );
    report.add(
        &format!("{name}: error of the speed that was foretold"),
        "%",
        &[error(said.speed, f64::from(seen.speed))],
        &[f64::NAN],
        Goal::AtMost(25.0),
    );
}

/// An answer of so many tokens that its speed says something.
async fn answer(hearth: &Hearth, model: &str) {
    let sampling = SamplingConfig {
        temperature: Some(1.0),
        max_tokens: Some(64),
        ..SamplingConfig::default()
    };
    let overrides = Overrides {
        model: Some(model.to_owned()),
        sampling,
        ..Overrides::default()
    };
    let send = Send {
        text: "Tell me a story about an owl. ".repeat(40),
        overrides,
        ..Send::default()
    };
    let mut follower = hearth.chat.send(send).await.unwrap();
    loop {
        for event in follower.next().await {
            match event {
                TurnEvent::Done(_) => return,
                TurnEvent::Failed(error) => assert_eq!(error.code, Code::Interrupted, "{error}"),
                _ => {}
            }
        }
    }
}

/// The window's frames while three files come.
async fn frames(report: &mut Report) {
    let hub = Hub::start();
    let file = file_of(LARGE / 4);
    let names = ["one", "two", "three"];
    for name in names {
        hub.put(&format!("a/b/{name}.gguf"), file.clone());
    }
    // As fast as a good line at home: 100 MB/s together.
    hub.behave(Manners {
        slow: Some(Duration::from_millis(6)),
        ..Manners::default()
    });
    let home = tempfile::tempdir().unwrap();
    let settings = format!("[hub]\nendpoint = {:?}\n", hub.endpoint);
    std::fs::write(home.path().join("config.toml"), settings).unwrap();
    let driver = Driver::start(home.path()).await;
    let window = driver.open().await;
    let idle = run(&window, "return framesUntil(pause(3000))").await;
    window.click("nav button[aria-label='Models']").await;
    for name in names {
        let field = "input[type=search][aria-label^='Search the hub']";
        let address = format!("{}\u{E007}", hub.address(&format!("a/b/{name}.gguf")));
        window.type_into(field, &address).await;
    }
    window.find("progress").await;
    let coming = run(&window, "return framesUntil(pause(4000))").await;
    report.add(
        "frames while three files come, p95 (beside: idle)",
        "ms",
        &[percentile(&coming, 95)],
        &[percentile(&idle, 95)],
        Goal::AtMost(20.0),
    );
    window.close().await;
}
