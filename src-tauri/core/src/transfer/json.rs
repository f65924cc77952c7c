//! Hearth's own form: everything, to be imported again.

use serde_json::{Value, json};

use crate::store::trees::Tree;
use crate::{Error, Result};

use super::{Found, each};

/// Raised when the form changes its meaning.
const VERSION: u32 = 1;

pub(super) fn write(trees: &[Tree]) -> Result<String> {
    let whole = json!({ "hearth": VERSION, "conversations": trees });
    serde_json::to_string_pretty(&whole).map_err(Error::internal)
}

pub(super) fn read(value: &Value) -> Option<Found> {
    let version = value.get("hearth")?.as_u64()?;
    let list = value["conversations"].as_array()?;
    if version > u64::from(VERSION) {
        return Some(Found {
            left_out: vec![format!(
                "All of it: it was exported by a newer Hearth ({version})"
            )],
            ..Found::default()
        });
    }
    Some(each(list, |entry| {
        let mut tree: Tree =
            serde_json::from_value(entry.clone()).map_err(|error| error.to_string())?;
        // Its number is that of another persona here.
        tree.settings.persona = None;
        let sound = |(place, parent): (usize, Option<usize>)| parent.is_none_or(|one| one < place);
        let parents = tree.messages.iter().map(|node| node.parent).enumerate();
        if parents.into_iter().all(sound) {
            Ok(tree)
        } else {
            Err("a message stands before the one that it follows".to_owned())
        }
    }))
}
