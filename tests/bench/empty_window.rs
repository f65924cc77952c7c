//! The baseline for the window's start and memory: Tauri with an empty page and nothing else.
//! Prints a line when the page's script runs, as Hearth's page makes itself heard.

use std::io::Write;

use tauri::http::{Request, Response};
use tauri::{WebviewUrl, WebviewWindowBuilder};

const PAGE: &str =
    "<!doctype html><title>empty</title><script>fetch('empty://localhost/ready')</script>";

fn main() {
    let context = tauri::test::mock_context(tauri::test::noop_assets());
    let built = tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, request| serve(&request))
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol("empty://localhost/".parse()?);
            WebviewWindowBuilder::new(app, "main", page)
                .inner_size(1180.0, 780.0)
                .build()?;
            Ok(())
        })
        .run(context);
    if let Err(error) = built {
        let _ = writeln!(std::io::stderr(), "{error}");
    }
}

fn serve(request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    if request.uri().path() == "/ready" {
        // Whoever measures has gone if this fails.
        let _ = writeln!(std::io::stdout(), "ready");
    }
    Response::builder()
        .header("Content-Type", "text/html")
        .body(PAGE.into())
        .unwrap_or_default()
}
