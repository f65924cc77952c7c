//! The files of a repository, brought together into models to choose from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::models::split::Part;

/// A file of a repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct HubFile {
    /// Its place in the repository.
    pub path: String,
    /// Its size in bytes.
    #[specta(type = u32)]
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal digits, where the hub states it.
    pub sha256: Option<String>,
}

/// A model in one quantization: one file, or several that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Variant {
    /// The name without its ending and without the numbers of its parts.
    pub name: String,
    /// How its weights are stored, from the name; empty where that says nothing.
    pub quantization: String,
    /// Bytes of all its files.
    #[specta(type = u32)]
    pub bytes: u64,
    /// Its files in their order.
    pub files: Vec<HubFile>,
}

/// The models among files, the smallest first. Files of which parts are missing are left out,
/// and what is no language model by itself (a projector for pictures).
pub(super) fn grouped(files: Vec<HubFile>) -> Vec<Variant> {
    let mut groups: BTreeMap<(String, u32), Vec<(u32, HubFile)>> = BTreeMap::new();
    for file in files {
        let Some(stem) = file.path.strip_suffix(".gguf") else {
            continue;
        };
        let own = stem.rsplit('/').next().unwrap_or(stem).to_lowercase();
        if own.starts_with("mmproj") || own.contains("imatrix") {
            continue;
        }
        let (name, part, of) = match Part::of_stem(stem) {
            Some(part) => (part.name, part.number, part.of),
            None => (stem.to_owned(), 1, 1),
        };
        groups.entry((name, of)).or_default().push((part, file));
    }
    let mut variants: Vec<Variant> = groups
        .into_iter()
        .filter_map(|((name, of), mut files)| {
            files.sort_by_key(|&(part, _)| part);
            let whole = files.iter().map(|&(part, _)| part).eq(1..=of);
            let files: Vec<HubFile> = files.into_iter().map(|(_, file)| file).collect();
            let name = local_name(&name);
            whole.then(|| Variant {
                quantization: quantization(&name),
                name,
                bytes: files.iter().map(|file| file.bytes).sum(),
                files,
            })
        })
        .collect();
    variants.sort_by_key(|variant| variant.bytes);
    variants
}

/// What a file of a repository is called here, without its ending. Where only its folder tells
/// which quantization it is, the folder's name comes first: others are called the same.
pub(super) fn local_name(path: &str) -> String {
    let stem = path.strip_suffix(".gguf").unwrap_or(path);
    match stem.rsplit_once('/') {
        Some((folder, name)) if quantization(name).is_empty() => {
            let folder = folder.rsplit('/').next().unwrap_or(folder);
            format!("{folder}-{name}")
        }
        Some((_, name)) => name.to_owned(),
        None => stem.to_owned(),
    }
}

/// Whether a word in capitals is the name of a quantization.
pub(crate) fn is_quantization(word: &str) -> bool {
    let digits = |rest: &str| rest.starts_with(|sign: char| sign.is_ascii_digit());
    let after = |start: &str| word.strip_prefix(start).is_some_and(digits);
    matches!(word, "F16" | "F32" | "BF16" | "MXFP4") || after("Q") || after("IQ") || after("TQ")
}

/// The quantization that a name states: `Q4_K_M`, `IQ2_XS`, `BF16`, `MXFP4`.
fn quantization(name: &str) -> String {
    let upper = name.to_uppercase();
    let words = upper.split(['-', '.', ' ']);
    let is_one = |word: &&str| is_quantization(word);
    // A name like `model_q4_0` has no other mark before it.
    let found = words.clone().rfind(is_one).map(str::to_owned);
    found
        .or_else(|| {
            let place = ["_Q", "_IQ", "_F16", "_BF16"]
                .into_iter()
                .find_map(|mark| upper.rfind(mark));
            let rest = place
                .map(|place| &upper[place + 1..])
                .filter(|rest| is_one(rest));
            rest.map(str::to_owned)
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_told_apart_by_their_folders_are_told_apart_here() {
        assert_eq!(local_name("Q4_0/model.gguf"), "Q4_0-model");
        assert_eq!(
            local_name("Q8_0/model-Q8_0-00001-of-00002.gguf"),
            "model-Q8_0-00001-of-00002"
        );
        assert_eq!(local_name("model.gguf"), "model");
        let files = ["Q4_0/model.gguf", "Q8_0/model.gguf"].map(|path| file(path, 1));
        let names: Vec<String> = grouped(files.to_vec())
            .into_iter()
            .map(|one| one.name)
            .collect();
        assert_eq!(names, ["Q4_0-model", "Q8_0-model"]);
    }

    fn file(path: &str, bytes: u64) -> HubFile {
        HubFile {
            path: path.to_owned(),
            bytes,
            sha256: None,
        }
    }

    #[test]
    fn parts_belong_together_and_what_is_incomplete_is_left_out() {
        let variants = grouped(vec![
            file("README.md", 1),
            file("m-Q8_0-00002-of-00002.gguf", 3),
            file("m-Q8_0-00001-of-00002.gguf", 4),
            file("m-Q4_K_M.gguf", 5),
            file("Q2_K/m-Q2_K-00001-of-00003.gguf", 9),
            file("mmproj-F16.gguf", 1),
        ]);
        let told: Vec<_> = variants
            .iter()
            .map(|one| (one.quantization.as_str(), one.bytes, one.files.len()))
            .collect();
        assert_eq!(told, [("Q4_K_M", 5, 1), ("Q8_0", 7, 2)]);
        assert_eq!(variants[1].files[0].path, "m-Q8_0-00001-of-00002.gguf");
    }

    #[test]
    fn quantizations_are_read_from_names() {
        for (name, wanted) in [
            ("Llama-3.2-1B-Instruct-Q4_K_M", "Q4_K_M"),
            ("gemma-3.IQ2_XXS", "IQ2_XXS"),
            ("qwen2.5-0.5b-instruct-fp16-q8_0", "Q8_0"),
            ("model-BF16", "BF16"),
            ("model_q5_1", "Q5_1"),
            ("gpt-oss-20b-MXFP4", "MXFP4"),
            ("Qwen-7B", ""),
        ] {
            assert_eq!(quantization(name), wanted, "{name}");
        }
    }
}
