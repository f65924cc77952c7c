//! Names of model files. What comes from elsewhere becomes one file in the models folder on
//! any system, or is refused.

use crate::{Code, Error, Result};

/// Bytes of a name, at most: file systems allow 255, and endings are added while it comes.
const LONGEST: usize = 200;
/// What Windows means something else by, whatever the ending.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];

/// The name, if it is one file's plain name with the ending `.gguf`.
pub fn checked(name: &str) -> Result<&str> {
    match fault(name) {
        None => Ok(name),
        Some(why) => {
            let shown: String = name
                .chars()
                .filter(|sign| !sign.is_control())
                .take(60)
                .collect();
            Err(Error::new(
                Code::NameRefused,
                format!(
                    "“{}” is no name for a model file: {why}.",
                    shown.escape_debug()
                ),
            ))
        }
    }
}

fn fault(name: &str) -> Option<&'static str> {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let numbered = |device: &str| {
        let number = stem
            .get(..3)
            .filter(|start| start.eq_ignore_ascii_case(device));
        number.is_some() && stem.len() == 4 && stem.ends_with(|sign: char| sign.is_ascii_digit())
    };
    if name.len() > LONGEST {
        return Some("it is too long");
    }
    if name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) {
        return Some("it has a sign that means something in a path");
    }
    if name
        .chars()
        .any(|sign| sign.is_control() || is_invisible(sign))
    {
        return Some("it has an invisible sign");
    }
    if name.starts_with(['.', ' ', '-']) || stem.is_empty() {
        return Some("it begins with a sign that hides it");
    }
    if DEVICES
        .iter()
        .any(|device| stem.eq_ignore_ascii_case(device))
        || numbered("COM")
        || numbered("LPT")
    {
        return Some("Windows keeps it for a device");
    }
    if !name.to_lowercase().ends_with(".gguf") {
        return Some("it has to end in .gguf");
    }
    None
}

/// Signs that turn the direction of writing or show as nothing.
fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{AD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f28_hostile_names_are_refused() {
        let ways = [
            "../x",
            "..\\x",
            "/etc/x",
            "C:x",
            "C:\\x",
            "a\0b",
            ".x",
            "..",
            "\u{202E}x",
            "a\nb",
            "x ",
            "~/x",
            "a/../../x",
            "%2e%2e/x",
            "//x/y",
        ];
        let bodies = [
            "m.gguf",
            "q4.gguf",
            "model-00001-of-00002.gguf",
            "a.gguf.gguf",
            "ü.gguf",
        ];
        let mut tried = 0;
        for way in ways {
            for body in bodies {
                for name in [format!("{way}{body}"), format!("{way}/{body}")] {
                    tried += 1;
                    let plain = !name.contains(['/', '\\', ':', '\0', '\n', '\u{202E}'])
                        && !name.starts_with('.');
                    assert_eq!(checked(&name).is_ok(), plain, "{name:?}");
                }
            }
        }
        let names = [
            "CON.gguf",
            "con.gguf",
            "NUL",
            "com1.gguf",
            "LPT9.gguf",
            "aux .gguf",
            "x.exe",
            "x.gguf.exe",
            "x.gguf ",
            "x.gguf.",
            "",
            ".gguf",
            "-rf.gguf",
        ];
        for name in names {
            tried += 1;
            assert_eq!(
                checked(name).unwrap_err().code,
                Code::NameRefused,
                "{name:?}"
            );
        }
        assert!(checked(&format!("{}.gguf", "a".repeat(300))).is_err());
        assert!(tried >= 150, "{tried}");
    }

    #[test]
    fn usual_names_are_fine() {
        for name in [
            "Llama-3.2-1B-Instruct-Q4_K_M.gguf",
            "模型.gguf",
            "a b (1).gguf",
            "COM10x.gguf",
        ] {
            assert_eq!(checked(name).unwrap(), name);
        }
    }
}
