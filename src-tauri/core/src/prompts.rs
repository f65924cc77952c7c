//! Prompts that are used again and again: `prompts.toml`, which the window edits and the user
//! may too. In the composer `/name` puts one in; `{{variable}}` in its text is asked for then.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use specta::Type;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::config::file;
use crate::{Code, Error, Result};

/// The file as it is before anything was changed in it.
const DEFAULT: &str = include_str!("../../../assets/prompts.toml");
/// The key under which the file lists them.
const LIST: &str = "prompt";
/// Characters of a name, at most.
const LONGEST_NAME: usize = 40;

/// A prompt with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Prompt {
    /// What is typed behind the slash: no blanks in it.
    pub name: String,
    /// Its text; `{{variable}}` stands for what is asked for when it is used.
    pub text: String,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    prompt: Vec<Prompt>,
}

/// The prompts of a data folder. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Prompts {
    path: Arc<PathBuf>,
    /// Held while the file is read, changed and written.
    changing: Arc<Mutex<()>>,
}

impl Prompts {
    /// Those in this file; the ones that come with Hearth as long as it does not exist.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self {
            path: Arc::new(path),
            changing: Arc::default(),
        }
    }

    /// All of them, in the order of the file.
    pub fn list(&self) -> Result<Vec<Prompt>> {
        let text = file::text(&self.path, DEFAULT)?;
        let parsed = toml::from_str::<File>(&text);
        parsed
            .map(|file| file.prompt)
            .map_err(|error| file::broken(&self.path, &error))
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
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let text = file::text(&self.path, DEFAULT)?;
        let mut document: DocumentMut = text
            .parse()
            .map_err(|error: toml_edit::TomlError| file::broken(&self.path, &error))?;
        let list = document
            .entry(LIST)
            .or_insert(Item::ArrayOfTables(ArrayOfTables::new()))
            .as_array_of_tables_mut()
            .ok_or_else(|| file::broken(&self.path, &"`prompt` has to be a list of tables"))?;
        change(list)?;
        file::replace(&self.path, &document.to_string())
    }
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
