//! The table of figures.

use std::path::PathBuf;

use serde_json::{Value, json};

/// All figures so far.
#[derive(Default)]
pub(crate) struct Report(Vec<Row>);

struct Row {
    what: String,
    unit: &'static str,
    ours: f64,
    base: f64,
    goal: Goal,
}

/// What a figure should reach.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// The ratio to the baseline at most this.
    RatioAtMost(f64),
    /// The ratio to the baseline at least this.
    RatioAtLeast(f64),
    /// At most this much above the baseline.
    AboveAtMost(f64),
    /// At most this, whatever the baseline.
    AtMost(f64),
    /// At least this, whatever the baseline.
    AtLeast(f64),
    /// None: the figure is for information.
    None,
}

impl Report {
    /// Adds the medians of two series that were measured in turn.
    pub(crate) fn add(
        &mut self,
        what: &str,
        unit: &'static str,
        ours: &[f64],
        base: &[f64],
        goal: Goal,
    ) {
        let row = Row {
            what: what.to_owned(),
            unit,
            ours: median(ours),
            base: median(base),
            goal,
        };
        println!("{}", row.line());
        self.0.push(row);
    }

    /// Writes the report and says where.
    pub(crate) fn finish(self) {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench"));
        std::fs::create_dir_all(&folder).unwrap();
        let rows: Vec<Value> = self.0.iter().map(Row::value).collect();
        let json = serde_json::to_string_pretty(&rows).unwrap();
        std::fs::write(folder.join("report.json"), json).unwrap();
        let head = "| what | ours | baseline | ratio | goal | met |\n|---|---|---|---|---|---|\n";
        let lines: Vec<String> = self.0.iter().map(Row::line).collect();
        let table = format!("{head}{}\n", lines.join("\n"));
        std::fs::write(folder.join("report.md"), &table).unwrap();
        println!("\n{table}\nwritten to {}", folder.display());
    }
}

impl Row {
    fn ratio(&self) -> f64 {
        self.ours / self.base
    }

    fn is_met(&self) -> bool {
        match self.goal {
            Goal::RatioAtMost(most) => self.ratio() <= most,
            Goal::RatioAtLeast(least) => self.ratio() >= least,
            Goal::AboveAtMost(most) => self.ours - self.base <= most,
            Goal::AtMost(most) => self.ours <= most,
            Goal::AtLeast(least) => self.ours >= least,
            Goal::None => true,
        }
    }

    fn goal(&self) -> String {
        match self.goal {
            Goal::RatioAtMost(most) => format!("≤ {most}x"),
            Goal::RatioAtLeast(least) => format!("≥ {least}x"),
            Goal::AboveAtMost(most) => format!("≤ baseline + {most} {}", self.unit),
            Goal::AtMost(most) => format!("≤ {most} {}", self.unit),
            Goal::AtLeast(least) => format!("≥ {least} {}", self.unit),
            Goal::None => "–".to_owned(),
        }
    }

    fn line(&self) -> String {
        let ratio = if self.ratio().is_finite() {
            format!("{:.3}x", self.ratio())
        } else {
            "-".to_owned()
        };
        format!(
            "| {} | {:.1} {unit} | {:.1} {unit} | {ratio} | {} | {} |",
            self.what,
            self.ours,
            self.base,
            self.goal(),
            if self.is_met() { "yes" } else { "no" },
            unit = self.unit,
        )
    }

    fn value(&self) -> Value {
        json!({
            "what": self.what,
            "unit": self.unit,
            "ours": self.ours,
            "baseline": self.base,
            "ratio": self.ratio(),
            "goal": self.goal(),
            "met": self.is_met(),
        })
    }
}

/// The value that so many of a hundred do not exceed.
pub(crate) fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
