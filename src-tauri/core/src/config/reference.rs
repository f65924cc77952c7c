//! The settings file of the first start, and the page that lists every setting. Both are made
//! from the schema and lie in `assets`; a test holds them to it.

use std::fmt::Write;

use super::editing::typed;
use super::reading::allowed;
use super::schema::{self, ANY, Field, Kind, Section};

/// The file as it is on the first start.
pub(super) const FILE: &str = include_str!("../../../../assets/config.toml");

/// Characters of a line of remarks, at most.
const LINE: usize = 96;

/// The settings file with every default.
#[must_use]
pub fn file() -> String {
    let mut text = String::from(
        "# Hearth's settings. What you change here holds as soon as you save, unless it says\n\
         # otherwise. A line that begins with # is a remark; remove the # to set what it shows.\n",
    );
    for section in schema::sections() {
        text.push('\n');
        remark(&mut text, &section.help);
        if section.fields.iter().any(|field| field.key.contains(ANY)) {
            of_models(&mut text, section);
        } else {
            of_section(&mut text, section);
        }
    }
    text
}

fn of_section(text: &mut String, section: &Section) {
    line(text, &format!("[{}]", section.name));
    for field in &section.fields {
        remark(text, &help(field));
        let name = field.key.rsplit('.').next().unwrap_or_default();
        let mark = if field.is_optional { "# " } else { "" };
        line(text, &format!("{mark}{name} = {}", example(field)));
    }
}

fn of_models(text: &mut String, section: &Section) {
    let inherited = "They have the names of those above: [models.\"its name\".sampling] takes all \
                     of [sampling], [models.\"its name\".queue] those of [queue] but the first, \
                     and [models.\"its name\".engine] those of [engine] down to lookup, and these:";
    remark(text, inherited);
    for field in section.fields.iter().filter(|field| !field.help.is_empty()) {
        let Some(name) = field.key.strip_prefix("models.*.engine.") else {
            continue;
        };
        remark(
            text,
            &format!("  {name} = {}  {}", example(field), help(field)),
        );
    }
}

/// A page with every setting, in Markdown.
#[must_use]
pub fn page() -> String {
    let mut text = String::from(
        "# Settings\n\n\
         All of them stand in `config.toml`, in Hearth's data folder (`hearth config path`), and \
         are changed there, on the page Settings, or with `hearth config set KEY VALUE`. A value \
         that is wrong is named and its default stands in for it alone; the file is never \
         overwritten by that. Before every change the state before is kept; `hearth config list` \
         prints this table from the program itself.\n",
    );
    for section in schema::sections() {
        let _ = write!(text, "\n## {}\n\n{}\n\n", section.name, section.help);
        text.push_str("| setting | takes | default | what it is for |\n|---|---|---|---|\n");
        for field in &section.fields {
            let default = match field.default.as_str() {
                "" => "–".to_owned(),
                set => format!("`{set}`"),
            };
            let restart = if field.after_restart {
                " *(after restart)*"
            } else {
                ""
            };
            let help = match field.help.as_str() {
                "" => "as above, for this model".to_owned(),
                own => format!("{own}{restart}"),
            };
            let takes = allowed(field);
            let _ = writeln!(text, "| `{}` | {takes} | {default} | {help} |", field.key);
        }
    }
    text
}

/// What a setting is for, and what it takes where its value does not show that.
fn help(field: &Field) -> String {
    let takes = match field.kind {
        Kind::Choice => format!(" One of {}.", allowed(field)),
        Kind::Whole | Kind::Decimal => {
            let is_open = field
                .highest
                .is_none_or(|highest| highest >= f64::from(u32::MAX));
            let range = || {
                format!(
                    " {} to {}.",
                    field.lowest.unwrap_or_default(),
                    field.highest.unwrap_or_default()
                )
            };
            if is_open { String::new() } else { range() }
        }
        _ => String::new(),
    };
    let restart = if field.after_restart {
        " Holds after a restart."
    } else {
        ""
    };
    format!("{}{takes}{restart}", field.help)
}

/// The default as the file has it, or something of the kind.
fn example(field: &Field) -> String {
    let lowest = field.lowest.unwrap_or_default().to_string();
    let text = match (field.default.as_str(), field.kind) {
        ("", Kind::Whole) => &lowest,
        ("", Kind::Decimal) => "1.0",
        ("", Kind::Biases) => "[]",
        (set, _) => set,
    };
    typed(field, text).map_or_else(|_| "\"\"".to_owned(), |value| value.to_string())
}

fn remark(text: &mut String, said: &str) {
    let mut width = 1;
    text.push('#');
    for word in said.split(' ') {
        if width + word.chars().count() + 1 > LINE {
            text.push_str("\n#");
            width = 1;
        }
        text.push(' ');
        text.push_str(word);
        width += word.chars().count() + 1;
    }
    text.push('\n');
}

fn line(text: &mut String, said: &str) {
    text.push_str(said);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::config::reading::{self, Reading};

    /// Set to have the files written instead.
    const WRITE: &str = "HEARTH_WRITE_REFERENCE";

    #[test]
    fn the_file_of_the_first_start_and_the_page_are_those_of_the_schema() {
        let assets = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets");
        for (name, text) in [("config.toml", file()), ("settings.md", page())] {
            let path = format!("{assets}/{name}");
            let is_as_made = || std::fs::read_to_string(&path).is_ok_and(|old| old == text);
            // Touched only where it has to be: the program is built anew with it.
            if std::env::var_os(WRITE).is_some() && !is_as_made() {
                std::fs::write(&path, &text).unwrap();
            }
            let is_same = is_as_made();
            assert!(is_same, "{name} is written anew with {WRITE}=1");
        }
    }

    #[test]
    fn the_file_of_the_first_start_means_the_defaults() {
        let Reading {
            config,
            faults,
            unknown,
        } = reading::read(file().as_bytes()).unwrap();
        assert_eq!(
            (config, faults, unknown),
            (Config::default(), vec![], vec![])
        );
    }

    #[test]
    fn every_line_that_the_file_shows_as_an_example_can_be_set() {
        let file = file();
        let lines = file.lines().filter(|line| !line.starts_with("#   "));
        let shown = lines.map(|line| match line.strip_prefix("# ") {
            Some(example) if example.contains(" = ") && !example.contains("  ") => example,
            _ => line,
        });
        let set = shown.collect::<Vec<_>>().join("\n");
        let Reading {
            faults, unknown, ..
        } = reading::read(set.as_bytes()).unwrap();
        assert_eq!((faults, unknown), (vec![], vec![]), "{set}");
    }
}
