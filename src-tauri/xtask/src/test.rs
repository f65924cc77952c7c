//! `cargo xtask test`: everything that must hold, with the count at the end.

use std::fmt;
use std::time::Instant;

use crate::display::Display;
use crate::setup::Purpose;
use crate::shell::{ENGINE, REST, Run, build_all, cargo, npm, program};
use crate::{bundle, page, setup};

/// What is built and tested of the engine and of the rest. The measurements are only looked at by
/// the lints: building them takes minutes.
const TESTED: [&[&str]; 2] = [&["--bins", "--tests"], &["--lib", "--bins", "--tests"]];

/// Passed and failed so far: tests, and checks that are one each.
#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
    failures: Vec<String>,
}

/// What took how long; the whole must stay within what a machine for checks gives it.
struct Clock {
    start: Instant,
    steps: Vec<(&'static str, f32)>,
}

impl Clock {
    fn started() -> Self {
        Self {
            start: Instant::now(),
            steps: Vec::new(),
        }
    }

    /// A step that began with the end of the one before.
    fn ends(&mut self, step: &'static str) {
        let before: f32 = self.steps.iter().map(|(_, seconds)| seconds).sum();
        self.steps
            .push((step, self.start.elapsed().as_secs_f32() - before));
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            to,
            "{:.1} minutes:",
            self.start.elapsed().as_secs_f32() / 60.0
        )?;
        for (step, seconds) in &self.steps {
            write!(to, " {step} {:.1}", seconds / 60.0)?;
        }
        Ok(())
    }
}

/// Runs everything, goes on after failures, and fails at the end if there were any.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut clock = Clock::started();
    let mut count = Count::default();
    setup::ensure(Purpose::Test)?;
    page::build()?;
    count.check("the page's types", npm(&["run", "--silent", "check"]));
    count.page_tests()?;
    count.check("formatting", cargo(&["fmt", "--all", "--check"]));
    clock.ends("page");
    build_all(TESTED[1])?;
    clock.ends("build");
    let lints: &[&str] = &["--all-targets", "--", "--deny", "warnings"];
    for (packages, targets) in [ENGINE, REST].into_iter().zip(TESTED) {
        let clippy = cargo(&["clippy", "--release", "--locked"])
            .and(packages)
            .and(lints);
        count.check("lints", clippy);
        let doc = cargo(&[
            "doc",
            "--release",
            "--locked",
            "--no-deps",
            "--document-private-items",
        ])
        .and(packages);
        count.check("documentation", doc.env("RUSTDOCFLAGS", "--deny warnings"));
        clock.ends("lints");
        let test = ["test", "--release", "--locked", "--no-fail-fast"];
        let display = Display::start()?;
        let tests = program("dbus-run-session", &["--", "cargo"])
            .started_by_hand()
            .and(&test)
            .and(targets)
            .and(packages);
        count.rust_tests(tests.env("DISPLAY", &display.name))?;
        clock.ends("tests");
    }
    count.audit()?;
    clock.ends("audit");
    match bundle::make().and_then(|package| bundle::try_out(&package)) {
        Ok(()) => count.passed += 1,
        Err(error) => count.fail(format!("the package: {error:#}")),
    }
    clock.ends("package");
    println!("\n{clock}");
    for failure in &count.failures {
        println!("FAILED: {failure}");
    }
    println!("{} passed, {} failed", count.passed, count.failed);
    if count.failed > 0 {
        std::process::exit(1);
    }
    Ok(())
}

impl Count {
    /// A check that passes or fails as a whole.
    fn check(&mut self, what: &str, run: Run) {
        match run.run() {
            Ok(()) => self.passed += 1,
            Err(error) => self.fail(format!("{what}: {error:#}")),
        }
    }

    fn fail(&mut self, what: String) {
        println!("FAILED: {what}");
        self.failed += 1;
        self.failures.push(what);
    }

    /// The page's own tests, counted one by one.
    fn page_tests(&mut self) -> anyhow::Result<()> {
        let report = "../target/page-tests.json";
        let reporters = [
            "--reporter=default",
            "--reporter=json",
            "--outputFile.json",
            report,
        ];
        let tests = npm(&["run", "--silent", "test", "--"]).and(&reporters);
        let worked = tests.run();
        let text = std::fs::read_to_string("target/page-tests.json").unwrap_or_default();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let number = |key: &str| {
            value[key]
                .as_u64()
                .and_then(|count| usize::try_from(count).ok())
                .unwrap_or(0)
        };
        self.add(
            "the page's tests",
            number("numPassedTests"),
            number("numFailedTests"),
            worked.is_ok(),
        );
        Ok(())
    }

    /// The Rust tests of some packages, counted by the harness's closing lines.
    fn rust_tests(&mut self, run: Run) -> anyhow::Result<()> {
        let (worked, text) = run.read()?;
        let (mut passed, mut failed) = (0, 0);
        for line in text.lines().filter(|line| line.starts_with("test result:")) {
            passed += number_before(line, " passed");
            failed += number_before(line, " failed");
        }
        self.add("Rust tests", passed, failed, worked);
        for line in text
            .lines()
            .filter(|line| line.starts_with("test ") && line.ends_with("FAILED"))
        {
            self.failures.push(line.to_owned());
        }
        Ok(())
    }

    fn add(&mut self, what: &str, passed: usize, failed: usize, worked: bool) {
        self.passed += passed;
        self.failed += failed;
        if failed > 0 {
            self.failures.push(format!("{what}: {failed} failed"));
        } else if !worked || passed == 0 {
            self.fail(format!("{what}: they did not run to their end"));
        }
    }

    /// Licences, sources and banned crates, from what is on this machine.
    fn audit(&mut self) -> anyhow::Result<()> {
        if !program("cargo-deny", &["--version"]).works() {
            cargo(&["install", "--locked", "cargo-deny", "--version", "0.20.2"]).run()?;
        }
        // Also the crates that only other systems need: their licences count as well.
        cargo(&["fetch", "--locked"]).run()?;
        let arguments = [
            "deny",
            "--offline",
            "--all-features",
            "check",
            "bans",
            "licenses",
            "sources",
        ];
        self.check("dependency audit", cargo(&arguments));
        Ok(())
    }
}

fn number_before(line: &str, word: &str) -> usize {
    line.split(word)
        .next()
        .and_then(|before| before.rsplit(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}
