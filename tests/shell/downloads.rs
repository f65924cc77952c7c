//! `hearth models`, as a program that is killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use hearth_support::hub::{Hub, Manners, sha256};
use hearth_support::place;
use hearth_support::random::Random;
use serde_json::Value;
use tempfile::TempDir;

use crate::terminal::hearth;

const FILE: &str = "someone/small-gguf/small-Q8_0.gguf";
const MIB: u64 = 1 << 20;

/// A hub with one model, and a data folder that knows it.
fn scene(bytes: usize) -> (Hub, TempDir, Vec<u8>) {
    let hub = Hub::start();
    let mut file = std::fs::read(place::ember()).unwrap();
    file.resize(file.len().max(bytes), 7);
    hub.put(FILE, file.clone());
    let home = tempfile::tempdir().unwrap();
    let settings = format!("[hub]\nendpoint = {:?}\n", hub.endpoint);
    std::fs::write(home.path().join("config.toml"), settings).unwrap();
    (hub, home, file)
}

fn models(home: &TempDir, arguments: &[&str]) -> Output {
    let mut command = hearth(home.path());
    // The system's trash of a home of its own.
    command.env("XDG_DATA_HOME", home.path().join("share"));
    command
        .args(["models", "--json"])
        .args(arguments)
        .output()
        .unwrap()
}

fn said(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|_| panic!("{output:?}"))
}

#[test]
fn a_model_is_searched_pulled_verified_renamed_and_removed() {
    let (_hub, home, file) = scene(0);
    assert_eq!(
        said(&models(&home, &["search", "small"]))[0]["id"],
        "someone/small-gguf"
    );
    let info = said(&models(&home, &["info", "someone/small-gguf"]));
    assert_eq!(info["variants"][0]["quantization"], "Q8_0");
    let pulled = models(&home, &["pull", "someone/small-gguf", "q8_0"]);
    assert_eq!(said(&pulled)["state"], "downloaded", "{pulled:?}");
    let verified = said(&models(&home, &["verify", "small-Q8_0"]));
    assert_eq!(verified["sha256"], sha256(&file));
    assert_eq!(verified["expected"], verified["sha256"]);
    assert_eq!(
        said(&models(&home, &["rename", "small-Q8_0", "mine"]))["model"],
        "mine"
    );
    let path = home.path().join("models/mine.gguf");
    assert!(path.exists());
    assert!(models(&home, &["remove", "mine"]).status.success());
    assert!(!path.exists());
    assert_eq!(
        models(&home, &["remove", "ember-6m-q8_0"]).status.code(),
        Some(1)
    );
    assert_eq!(
        models(&home, &["remove", "../config"]).status.code(),
        Some(1)
    );
}

#[test]
fn a_file_from_elsewhere_is_copied_or_linked_and_a_link_never_removes_what_it_leads_to() {
    let (_hub, home, _) = scene(0);
    let outside = tempfile::tempdir().unwrap();
    let original = outside.path().join("other.gguf");
    std::fs::copy(place::ember(), &original).unwrap();
    let original = original.to_str().unwrap();
    assert_eq!(
        said(&models(&home, &["import", original, "--link"]))["model"],
        "other"
    );
    assert_eq!(models(&home, &["import", original]).status.code(), Some(1));
    assert!(models(&home, &["remove", "other"]).status.success());
    assert!(std::path::Path::new(original).exists());
    assert!(models(&home, &["import", original]).status.success());
    let readme = outside.path().join("x.gguf");
    std::fs::write(&readme, "not a model").unwrap();
    let refused = models(&home, &["import", readme.to_str().unwrap()]);
    assert_eq!(said(&refused)["code"], "model_damaged");
}

/// A download onto a small disk of its own, which nobody else sees and which goes with it.
struct SmallDisk {
    pull: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    home: PathBuf,
}

impl SmallDisk {
    /// Mounts a disk of so many bytes over the data folder and begins the download.
    fn pull(home: &TempDir, bytes: u64) -> Self {
        let config = std::fs::read_to_string(home.path().join("config.toml")).unwrap();
        let script = format!(
            "mount -t tmpfs -o size={bytes} none \"$HEARTH_HOME\" || exit 9
             printf '%s' \"$CONFIG\" > \"$HEARTH_HOME/config.toml\"
             \"$HEARTH\" models --json pull someone/small-gguf && sha256sum \"$HEARTH_HOME\"/models/*"
        );
        let mut pull = Command::new("unshare")
            .args(["--mount", "sh", "-c", &script])
            .env("HEARTH_HOME", home.path())
            .env("HEARTH", env!("CARGO_BIN_EXE_hearth"))
            .env("CONFIG", config)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(pull.stdout.take().unwrap()).lines();
        let home = home.path().to_owned();
        Self { pull, lines, home }
    }

    /// Reads what it says until it says this.
    fn says(&mut self, wanted: &str) {
        let said = self.lines.by_ref().map(Result::unwrap);
        let mut seen = Vec::new();
        for line in said {
            if line.contains(wanted) {
                return;
            }
            seen.push(line);
        }
        panic!("{seen:#?}");
    }

    /// The data folder as the download sees it.
    fn inside(&self) -> PathBuf {
        let root = format!("/proc/{}/root", self.pull.id());
        Path::new(&root).join(self.home.strip_prefix("/").unwrap())
    }

    /// The checksum of the file that came.
    fn ends_with(mut self, wanted: &str) {
        self.says(wanted);
        assert!(self.pull.wait().unwrap().success());
    }
}

#[test]
fn f26_a_disk_without_room_is_waited_for_from_the_start() {
    let (_hub, home, file) = scene(24 << 20);
    let mut disk = SmallDisk::pull(&home, 16 * MIB);
    disk.says("are needed on the disk");
    let target = format!("--target={}", disk.pull.id());
    let remount = ["--mount", "mount", "-o", "remount,size=64m", "none"];
    let larger = Command::new("nsenter")
        .arg(target)
        .args(remount)
        .arg(home.path())
        .status();
    assert!(larger.unwrap().success());
    disk.ends_with(&sha256(&file));
}

#[test]
fn f26_a_disk_that_fills_up_is_waited_for_and_nothing_is_lost() {
    let (hub, home, file) = scene(24 << 20);
    hub.behave(Manners {
        slow: Some(Duration::from_millis(60)),
        ..Manners::default()
    });
    let mut disk = SmallDisk::pull(&home, 40 * MIB);
    disk.says("fetching");
    let filler = disk.inside().join("filler");
    // Until nothing more fits.
    let mut writer = std::fs::File::create(&filler).unwrap();
    while std::io::Write::write_all(&mut writer, &[0; 4096]).is_ok() {}
    drop(writer);
    disk.says("The disk is full");
    hub.behave(Manners::default());
    std::fs::remove_file(filler).unwrap();
    disk.ends_with(&sha256(&file));
    assert!(
        hub.sent() < 2 * file.len() as u64,
        "what came before is kept"
    );
}

#[test]
fn f30_five_hundred_kills_never_show_a_wrong_file_and_cost_little() {
    const KILLS: u32 = 500;
    let (hub, home, file) = scene(48 << 20);
    let wanted = sha256(&file);
    hub.behave(Manners {
        slow: Some(Duration::from_millis(1)),
        ..Manners::default()
    });
    let visible = home.path().join("models/small-Q8_0.gguf");
    let mut random = Random::new(30);
    let (mut kills, mut whole) = (0, 0_u64);
    while kills < KILLS {
        let mut pull = hearth(home.path());
        pull.args(["models", "pull", "someone/small-gguf"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut pull = pull.spawn().unwrap();
        let end = Instant::now() + Duration::from_millis(random.below(160).into());
        let mut ended = None;
        while ended.is_none() && Instant::now() < end {
            std::thread::yield_now();
            ended = pull.try_wait().unwrap();
        }
        if ended.is_none() {
            kills += 1;
            pull.kill().unwrap();
        }
        pull.wait().unwrap();
        if visible.exists() {
            assert_eq!(
                sha256(&std::fs::read(&visible).unwrap()),
                wanted,
                "after {kills} kills"
            );
            whole += 1;
            std::fs::remove_file(&visible).unwrap();
        }
    }
    let most = (whole + 1) * file.len() as u64 + u64::from(kills) * 8 * MIB;
    assert!(
        hub.sent() <= most,
        "{} MiB of {} MiB",
        hub.sent() / MIB,
        most / MIB
    );
    hub.behave(Manners::default());
    assert!(
        models(&home, &["pull", "someone/small-gguf"])
            .status
            .success()
    );
    assert_eq!(sha256(&std::fs::read(&visible).unwrap()), wanted);
    assert_eq!(
        std::fs::read_dir(home.path().join("downloads"))
            .unwrap()
            .count(),
        0
    );
}
