//! The baseline for the window's start and memory: Tauri with an empty page and nothing else.
//! Prints a line when the page has loaded.

use std::io::Write;

use tauri::http::Response;
use tauri::webview::PageLoadEvent;
use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() {
    let context = tauri::test::mock_context(tauri::test::noop_assets());
    let built = tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            Response::builder()
                .header("Content-Type", "text/html")
                .body(b"<!doctype html><title>empty</title>".to_vec())
                .unwrap_or_default()
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol("empty://localhost/".parse()?);
            WebviewWindowBuilder::new(app, "main", page)
                .inner_size(1180.0, 780.0)
                .on_page_load(|_, load| {
                    if load.event() == PageLoadEvent::Finished {
                        // Whoever measures has gone if this fails.
                        let _ = writeln!(std::io::stdout(), "ready");
                    }
                })
                .build()?;
            Ok(())
        })
        .run(context);
    if let Err(error) = built {
        let _ = writeln!(std::io::stderr(), "{error}");
    }
}
