//! Which links are opened: those that a browser or a mail program handles, and no others. A
//! model's answer may hold any text, and other schemes start programs.

use hearth_core::{Code, Error, Result};
use tauri::Url;

/// What a link may fill in for a mail.
const MAIL_FIELDS: [&str; 4] = ["subject", "body", "cc", "bcc"];

/// The link as it is opened, or why it is not.
pub(crate) fn checked(link: &str) -> Result<String> {
    let refused = |why: &str| {
        Err(Error::new(
            Code::LinkRefused,
            format!("The link was not opened: {why}."),
        ))
    };
    let Ok(url) = Url::parse(link) else {
        return refused("it is not a whole address");
    };
    match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            refused("it hides where it leads behind a user name")
        }
        // Some mail programs attach any file that a link names.
        "mailto"
            if url
                .query_pairs()
                .any(|(name, _)| !MAIL_FIELDS.contains(&&*name)) =>
        {
            refused("it sets more than the text of a mail")
        }
        "http" | "https" | "mailto" => Ok(url.into()),
        other => refused(&format!(
            "Hearth opens web and mail addresses only, not {other:?}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f51_only_web_and_mail_addresses_are_opened() {
        for good in [
            "https://example.org/a?b#c",
            "http://localhost:8080/",
            "mailto:a@example.org?subject=b",
        ] {
            assert_eq!(checked(good).unwrap(), good);
        }
        for bad in [
            "file:///etc/passwd",
            "smb://host/share",
            "ms-msdt:/id",
            "calculator://",
            "javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "\\\\host\\share",
            "/etc/passwd",
            "https://bank@evil.example/",
            "",
            "https://",
            "mailto:a@example.org?attach=/etc/passwd",
        ] {
            assert_eq!(checked(bad).unwrap_err().code, Code::LinkRefused, "{bad}");
        }
    }
}
