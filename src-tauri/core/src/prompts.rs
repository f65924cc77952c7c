//! Prompts that are used again and again: `prompts.toml`, which the window edits and the user
//! may too. In the composer `/name` puts one in; `{{variable}}` in its text is asked for then.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use specta::Type;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::config::differences::Differences;
use crate::config::editing;
use crate::config::kept::KeptFile;
use crate::config::timeline::{Reason, State};
use crate::{Code, Error, Result};

/// The file as it is before anything was changed in it.
const DEFAULT: &str = include_str!("../../../assets/prompts.toml");
/// The key under which the file lists them.
const LIST: &str = "prompt";
/// Earlier states of the file that are kept.
const KEPT: usize = 1000;
/// Characters of a name, at most.
const LONGEST_NAME: usize = 40;

/// A prompt with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Prompt {
    /// What is typed behind the slash: no blanks in it.
    pub name: String,
    /// Its text; `{{variable}}` stands for what is asked for when it is used.
    pub text: String,
    /// Under which heading it is listed; empty for none.
    #[serde(default)]
    pub category: String,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    prompt: Vec<Prompt>,
}

/// The prompts of a data folder. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Prompts(KeptFile);

impl Prompts {
    /// Those in this file; the ones that come with Hearth as long as it does not exist.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        let file = KeptFile::new(path, "prompts");
        file.timeline().keep(KEPT);
        Self(file)
    }

    /// All of them, in the order of the file.
    pub fn list(&self) -> Result<Vec<Prompt>> {
        let bytes = self.0.read()?;
        let text = self.readable(bytes.as_deref())?;
        let parsed = toml::from_str::<File>(editing::body(text));
        parsed
            .map(|file| file.prompt)
            .map_err(|error| self.broken(&error))
    }

    /// Saves a prompt: a new one, or in the place of the one of the old name.
    pub fn save(&self, prompt: Prompt, old: Option<&str>) -> Result<()> {
        let prompt = checked(prompt)?;
        self.change(|list| {
            let place = |name: &str| list.iter().position(|one| name_of(one) == Some(name));
            let (old, taken) = (old.and_then(place), place(&prompt.name));
            if taken.is_some() && taken != old {
                let message = format!("There is a prompt “{}” already.", prompt.name);
                return Err(Error::new(Code::BadSetting, message));
            }
            let fill = |table: &mut Table| {
                table["name"] = value(&prompt.name);
                table["text"] = value(&prompt.text);
                if prompt.category.trim().is_empty() {
                    table.remove("category");
                } else {
                    table["category"] = value(prompt.category.trim());
                }
            };
            if let Some(table) = old.and_then(|place| list.get_mut(place)) {
                fill(table);
            } else {
                let mut table = Table::new();
                fill(&mut table);
                list.push(table);
            }
            Ok(())
        })
    }

    /// The file as it is, to be given away.
    pub fn export(&self) -> Result<String> {
        let bytes = self.0.read()?;
        self.readable(bytes.as_deref()).map(str::to_owned)
    }

    /// Adds the prompts of another file: one as [`Prompts::export`] gives it, or a list in JSON
    /// as other programs write it. The names of those that were left out, because there is one of
    /// that name already or they cannot be used.
    pub fn import(&self, text: &str) -> Result<Vec<String>> {
        let mut left_out = Vec::new();
        for prompt in imported(text)? {
            let name = prompt.name.clone();
            if self.list()?.contains(&prompt) {
                continue;
            }
            match self.save(prompt, None) {
                Ok(()) => {}
                Err(error) if error.code == Code::BadSetting => left_out.push(name),
                Err(error) => return Err(error),
            }
        }
        Ok(left_out)
    }

    /// Earlier states of the file, the newest first.
    pub fn states(&self) -> Result<Vec<State>> {
        self.0.timeline().list()
    }

    /// What differs between a state and a later one, or the file as it is now.
    pub fn compare(&self, before: &str, after: Option<&str>) -> Result<Differences> {
        self.0.compare(before, after)
    }

    /// Makes the file what it was. What it is now is kept.
    pub fn restore(&self, id: &str) -> Result<()> {
        self.0.restore(id).map(drop)
    }

    /// Refuses a file that cannot be read as prompts.
    pub(crate) fn check(bytes: &[u8]) -> Result<()> {
        let text = std::str::from_utf8(bytes).map_err(|error| unreadable(&error))?;
        let parsed = toml::from_str::<File>(editing::body(text));
        parsed.map(drop).map_err(|error| unreadable(&error))
    }

    /// Replaces the whole file, as a full backup does.
    pub(crate) fn replace(&self, bytes: Vec<u8>) -> Result<()> {
        self.0.change(Reason::Restore, None, |_| Ok(bytes))?;
        Ok(())
    }

    /// Removes a prompt.
    pub fn remove(&self, name: &str) -> Result<()> {
        self.change(|list| {
            let place = list.iter().position(|one| name_of(one) == Some(name));
            let missing = || Error::new(Code::NotFound, format!("There is no prompt “{name}”."));
            let place = place.ok_or_else(missing)?;
            let first = list.get(0).and_then(|one| one.decor().prefix()?.as_str());
            let remarks = first.filter(|_| place == 0).unwrap_or_default().to_owned();
            list.remove(place);
            // What stands before the first prompt is said of the whole file.
            if let Some(next) = list.get_mut(0).filter(|_| place == 0) {
                let own = next.decor().prefix().and_then(|prefix| prefix.as_str());
                let both = remarks + own.unwrap_or_default();
                next.decor_mut().set_prefix(both);
            }
            Ok(())
        })
    }

    /// Changes the list in the file; comments and everything else in it stay.
    fn change(&self, change: impl FnOnce(&mut ArrayOfTables) -> Result<()>) -> Result<()> {
        self.0.change(Reason::Save, None, |old| {
            let text = self.readable(old)?;
            let mut document: DocumentMut = editing::body(text)
                .parse()
                .map_err(|error: toml_edit::TomlError| self.broken(&error))?;
            let list = document
                .entry(LIST)
                .or_insert(Item::ArrayOfTables(ArrayOfTables::new()))
                .as_array_of_tables_mut()
                .ok_or_else(|| self.broken(&"`prompt` has to be a list of tables"))?;
            change(list)?;
            Ok(editing::in_form_of(text, document.to_string()).into_bytes())
        })?;
        Ok(())
    }

    fn readable<'a>(&self, bytes: Option<&'a [u8]>) -> Result<&'a str> {
        let text = bytes.map_or(Ok(DEFAULT), std::str::from_utf8);
        text.map_err(|error| self.broken(&error))
    }

    /// What is said of a file that cannot be understood.
    fn broken(&self, why: &dyn std::fmt::Display) -> Error {
        let path = self.0.path().display();
        let message = format!("The prompts in {path} have to be mended first: {why}");
        Error::new(Code::BadSetting, message)
    }
}

/// A prompt as other programs write it.
#[derive(Deserialize)]
struct Foreign {
    #[serde(alias = "command", alias = "title")]
    name: String,
    #[serde(alias = "content", alias = "prompt")]
    text: String,
    #[serde(default)]
    category: String,
}

fn imported(text: &str) -> Result<Vec<Prompt>> {
    let text = editing::body(text).trim();
    if text.starts_with('[') && !text.starts_with("[[") {
        let list: Vec<Foreign> = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        let ours = |foreign: Foreign| Prompt {
            name: foreign.name.trim().replace(char::is_whitespace, "-"),
            text: foreign.text,
            category: foreign.category,
        };
        return Ok(list.into_iter().map(ours).collect());
    }
    let file = toml::from_str::<File>(text).map_err(|error| unreadable(&error))?;
    Ok(file.prompt)
}

fn unreadable(why: &dyn std::fmt::Display) -> Error {
    let message = format!("The file holds no prompts that can be read: {why}");
    Error::new(Code::ImportUnreadable, message)
}

fn name_of(table: &Table) -> Option<&str> {
    table.get("name").and_then(Item::as_str)
}

fn checked(prompt: Prompt) -> Result<Prompt> {
    let name = prompt.name.trim().trim_start_matches('/').to_owned();
    let fault = if name.is_empty() || name.contains(char::is_whitespace) {
        "The name is what is typed behind the slash: at least one character, and no blanks."
    } else if name.chars().count() > LONGEST_NAME {
        "The name has at most 40 characters."
    } else if prompt.text.trim().is_empty() {
        "The prompt has no text yet."
    } else {
        return Ok(Prompt { name, ..prompt });
    };
    Err(Error::new(Code::BadSetting, fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(name: &str, text: &str) -> Prompt {
        Prompt {
            name: name.to_owned(),
            text: text.to_owned(),
            category: String::new(),
        }
    }

    #[test]
    fn prompts_are_added_changed_and_removed_and_comments_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prompts.toml");
        let prompts = Prompts::new(path.clone());
        let shipped = prompts.list().unwrap();
        assert!(shipped.iter().any(|one| one.text.contains("{{language}}")));
        std::fs::write(
            &path,
            "# mine\n[[prompt]]\nname = \"a\" # keep\ntext = \"A\"\n",
        )
        .unwrap();
        prompts
            .save(prompt("/b", "say \"{{x}}\"\nnow"), None)
            .unwrap();
        prompts.save(prompt("c", "C"), Some("a")).unwrap();
        let expected = [prompt("c", "C"), prompt("b", "say \"{{x}}\"\nnow")];
        assert_eq!(prompts.list().unwrap(), expected);
        for (bad, old) in [
            (prompt("b", "x"), None),
            (prompt("b", "x"), Some("c")),
            (prompt(" ", "x"), None),
            (prompt("two words", "x"), None),
            (prompt("d", " "), None),
        ] {
            assert_eq!(prompts.save(bad, old).unwrap_err().code, Code::BadSetting);
        }
        prompts.remove("c").unwrap();
        assert_eq!(prompts.remove("c").unwrap_err().code, Code::NotFound);
        assert!(
            std::fs::read_to_string(&path)
                .unwrap()
                .starts_with("# mine")
        );
    }

    #[test]
    fn prompts_come_from_ones_own_file_and_from_other_programs() {
        let folder = tempfile::tempdir().unwrap();
        let prompts = Prompts::new(folder.path().join("prompts.toml"));
        let mine = Prompt {
            category: "Work".into(),
            ..prompt("mine", "Mine {{x}}")
        };
        prompts.save(mine.clone(), None).unwrap();
        let other = Prompts::new(folder.path().join("other.toml"));
        assert_eq!(other.import(&prompts.export().unwrap()).unwrap(), [""; 0]);
        assert_eq!(other.list().unwrap(), prompts.list().unwrap());
        let foreign = r#"[{"command": "/sum up", "title": "t", "content": "Sum up."}]"#;
        assert!(other.import(foreign).is_err(), "two names are none");
        let foreign =
            r#"[{"command": "/sum up", "content": "Sum up."}, {"title": "mine", "prompt": "x"}]"#;
        assert_eq!(other.import(foreign).unwrap(), ["mine"]);
        assert!(other.list().unwrap().contains(&prompt("sum-up", "Sum up.")));
        for broken in ["[{]", "[[prompt]\n", "[1]"] {
            assert_eq!(
                other.import(broken).unwrap_err().code,
                Code::ImportUnreadable
            );
        }
        prompts.save(prompt("mine", "y"), Some("mine")).unwrap();
        assert_eq!(prompts.list().unwrap().last().unwrap().category, "");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prompts.toml");
        for broken in ["[[prompt]\n", "prompt = 3\n", "[[prompt]]\nname = 1\n"] {
            std::fs::write(&path, broken).unwrap();
            let prompts = Prompts::new(path.clone());
            let refusal = prompts.list().unwrap_err();
            assert!(refusal.message.contains("prompts.toml"), "{refusal}");
            let _ = prompts.save(prompt("a", "A"), None);
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.starts_with(broken.trim_end()), "{text}");
        }
    }
}
