//! Names of settings: their parts, and how they are written with dots.

use toml_edit::Key;

use crate::{Code, Error, Result};

/// The name that these parts make: `models."llama 3".sampling.top_k`.
pub(super) fn joined(path: &[String]) -> String {
    let parts = path
        .iter()
        .map(|part| Key::new(part).display_repr().into_owned());
    parts.collect::<Vec<_>>().join(".")
}

/// The parts of a name.
pub(super) fn parsed(name: &str) -> Result<Vec<String>> {
    let keys = Key::parse(name.trim()).map_err(|error| {
        let why = error.message().trim().replace('\n', "; ");
        Error::new(
            Code::BadSetting,
            format!("“{name}” is no name of a setting: {why}."),
        )
    })?;
    Ok(keys.iter().map(|key| key.get().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_parts_come_back_from_the_name_that_they_make(
            path in proptest::collection::vec(".{0,12}", 1..5)
        ) {
            prop_assert_eq!(parsed(&joined(&path)).unwrap(), path);
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bad in ["", "a..b", "a b", "a.", "[a]", "a = 1"] {
            assert_eq!(parsed(bad).unwrap_err().code, Code::BadSetting, "{bad}");
        }
    }
}
