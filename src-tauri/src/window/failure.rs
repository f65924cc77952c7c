//! The window that says why there is no other one: whoever started Hearth from a menu sees no
//! terminal.

use hearth_core::Error;
use tauri::http::Response;
use tauri::{WebviewUrl, WebviewWindowBuilder};

/// Says what keeps Hearth from starting; returns when the window is closed.
pub(super) fn show(error: &Error) -> tauri::Result<()> {
    let page = page(error).into_bytes();
    tauri::Builder::default()
        .register_uri_scheme_protocol("failure", move |_, _| {
            Response::builder()
                .header("Content-Type", "text/html; charset=utf-8")
                .header(
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'",
                )
                .body(page.clone())
                .unwrap_or_default()
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol("failure://localhost/".parse()?);
            WebviewWindowBuilder::new(app, "failure", page)
                .title("Hearth")
                .inner_size(560.0, 300.0)
                .build()?;
            Ok(())
        })
        .run(super::context())
}

fn page(error: &Error) -> String {
    let sentence = error.message.split("\n\n").next().unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"en\"><title>Hearth</title><style>\
         :root {{ color-scheme: light dark }}\
         body {{ font: 15px/1.6 system-ui, sans-serif; margin: 32px; overflow-wrap: anywhere }}\
         h1 {{ font-size: 20px }} p {{ margin: 12px 0 }}\
         </style><main role=\"alert\"><h1>Hearth could not start</h1><p>{}</p>\
         <p>Your conversations were not changed.</p></main></html>",
        escaped(sentence)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_core::Code;

    #[test]
    fn the_page_shows_the_sentence_as_text() {
        let error = Error::new(Code::DataFolder, "No <b>folder</b> & no help.\n\ndetails");
        let page = page(&error);
        assert!(
            page.contains("No &lt;b&gt;folder&lt;/b&gt; &amp; no help."),
            "{page}"
        );
        assert!(!page.contains("details"));
    }
}
