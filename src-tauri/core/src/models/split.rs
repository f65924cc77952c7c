//! Models whose file was split into parts: `model-00001-of-00003.gguf`. The first part is the
//! model; the others lie beside it.

use std::path::{Path, PathBuf};

/// One part of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// What all parts' names begin with.
    pub(crate) name: String,
    /// Which part it is, from 1.
    pub(crate) number: u32,
    /// How many there are.
    pub(crate) of: u32,
}

impl Part {
    /// The part that a file's name states; none where it is a whole model.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        Self::of_stem(path.file_stem()?.to_str()?)
    }

    /// The part that a name without its ending states.
    pub(crate) fn of_stem(stem: &str) -> Option<Self> {
        let (rest, of) = stem.rsplit_once("-of-")?;
        let (name, number) = rest.rsplit_once('-')?;
        let five = |text: &str| (text.len() == 5).then(|| text.parse().ok()).flatten();
        let (number, of): (u32, u32) = (five(number)?, five(of)?);
        (number >= 1 && number <= of && of > 1).then(|| Self {
            name: name.to_owned(),
            number,
            of,
        })
    }

    /// All parts of a model whose first is at `path`, in order, whether they are there or not.
    pub(crate) fn all(&self, path: &Path) -> Vec<PathBuf> {
        let of = self.of;
        let name = |number| format!("{}-{number:05}-of-{of:05}.gguf", self.name);
        (1..=of)
            .map(|number| path.with_file_name(name(number)))
            .collect()
    }
}

/// All files of the model at `path`: itself, or it and its other parts.
pub(crate) fn files(path: &Path) -> Vec<PathBuf> {
    Part::of(path).map_or_else(|| vec![path.to_path_buf()], |part| part.all(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_from_whole_models() {
        let part = Part::of(Path::new("/m/a-b-00002-of-00003.gguf")).unwrap();
        assert_eq!((part.name.as_str(), part.number, part.of), ("a-b", 2, 3));
        for whole in [
            "a.gguf",
            "a-00001-of-00001.gguf",
            "a-00004-of-00003.gguf",
            "a-1-of-3.gguf",
            "a-00000-of-00002.gguf",
        ] {
            assert_eq!(Part::of(Path::new(whole)), None, "{whole}");
        }
        let first = files(Path::new("/m/a-00001-of-00002.gguf"));
        assert_eq!(
            first,
            ["/m/a-00001-of-00002.gguf", "/m/a-00002-of-00002.gguf"].map(PathBuf::from)
        );
    }
}
