//! The interface between page and shell: its types, and the commands through Tauri's own
//! message handling, on its mock window.

use std::path::Path;
use std::time::{Duration, Instant};

use hearth_core::Hearth;
use hearth_core::engine::Limits;
use hearth_core::folder::DataFolder;
use hearth_core::installed::Installed;
use serde_json::{Value, json};
use specta_typescript::Typescript;
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{
    INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets,
};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/bindings.ts");

#[test]
fn the_generated_bindings_are_up_to_date() {
    let fresh = tempfile::Builder::new().suffix(".ts").tempfile().unwrap();
    hearth_lib::bindings::<tauri::Wry>()
        .export(Typescript::default(), fresh.path())
        .unwrap();
    let fresh = std::fs::read_to_string(fresh.path()).unwrap();
    if std::env::var_os("HEARTH_WRITE_BINDINGS").is_some() {
        std::fs::write(FILE, &fresh).unwrap();
    }
    let stored = std::fs::read_to_string(Path::new(FILE)).unwrap_or_default();
    assert!(
        stored == fresh,
        "run `cargo xtask bindings` and commit ui/src/bindings.ts"
    );
}

#[test]
fn the_page_may_load_and_reach_nothing_but_hearth() {
    const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
        font-src 'self'; connect-src ipc: http://ipc.localhost; worker-src 'self'; media-src 'none'; \
        object-src 'none'; frame-src 'none'; child-src 'none'; base-uri 'none'; form-action 'none'; \
        frame-ancestors 'none'";
    let config =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tauri.conf.json")).unwrap();
    let config: Value = serde_json::from_str(&config).unwrap();
    let security = &config["app"]["security"];
    assert_eq!(security["csp"], POLICY);
    // Tauri's own freeze breaks libraries that give an object a `toString` of
    // its own; every window runs src/windows/harden.js instead.
    assert_ne!(security["freezePrototype"], true);
    assert_eq!(config["app"]["withGlobalTauri"], false);
    let permissions = security["capabilities"][0]["permissions"]
        .as_array()
        .unwrap();
    let foreign: Vec<&Value> = permissions
        .iter()
        .filter(|name| !name.as_str().is_some_and(|name| name.starts_with("allow-")))
        .collect();
    assert!(
        foreign.is_empty(),
        "only Hearth's own commands: {foreign:?}"
    );
}

/// A mock window over a real core on a folder of its own.
struct Page {
    _app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
    _folder: tempfile::TempDir,
}

impl Page {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(Some(folder.path())).unwrap();
        let hearth =
            Hearth::open_with(data, Installed::find().unwrap(), Limits::default()).unwrap();
        let app = mock_builder()
            .invoke_handler(hearth_lib::bindings::<MockRuntime>().invoke_handler())
            .manage(hearth)
            .build(mock_context(noop_assets()))
            .unwrap();
        let window = WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default())
            .build()
            .unwrap();
        Self {
            _app: app,
            window,
            _folder: folder,
        }
    }

    fn call(&self, command: &str, body: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.into(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().unwrap(),
            body: InvokeBody::Json(body),
            headers: tauri::http::HeaderMap::new(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&self.window, request).map(|response| response.deserialize().unwrap())
    }
}

#[test]
fn a_message_sent_by_the_page_is_answered_and_saved() {
    let page = Page::open();
    let message = json!({ "conversation": null, "text": "What is the capital of Peru?", "files": [], "settings": {}, "verbatim": false });
    let body = json!({ "message": message, "events": "__CHANNEL__:7" });
    page.call("send_message", body).unwrap();
    let start = Instant::now();
    let thread = loop {
        let thread = page
            .call("open_thread", json!({ "conversation": 1 }))
            .unwrap();
        if thread[1]["state"] == "complete" {
            break thread;
        }
        assert!(start.elapsed() < Duration::from_mins(1), "{thread}");
    };
    assert_eq!(thread[0]["text"], "What is the capital of Peru?");
    assert_eq!(thread[1]["text"], "The capital of Peru is Lima.");
    let list = page.call("list_conversations", json!({})).unwrap();
    assert_eq!(list[0]["title"], "What is the capital of Peru?");
}

#[test]
fn a_failure_reaches_the_page_as_code_and_message() {
    let page = Page::open();
    let failure = page
        .call("open_thread", json!({ "conversation": 99 }))
        .unwrap_err();
    assert_eq!(
        failure,
        json!({ "code": "not_found", "message": "There is no conversation 99." })
    );
    let failure = page
        .call("open_link", json!({ "url": "file:///etc/passwd" }))
        .unwrap_err();
    assert_eq!(failure["code"], "link_refused");
    let message = json!({ "conversation": null, "text": "  ", "files": [], "settings": {}, "verbatim": false });
    let body = json!({ "message": message, "events": "__CHANNEL__:7" });
    assert_eq!(
        page.call("send_message", body).unwrap_err()["code"],
        "prompt_empty"
    );
}

#[test]
fn the_theme_is_kept() {
    let page = Page::open();
    assert_eq!(
        page.call("app_facts", json!({})).unwrap()["theme"],
        "system"
    );
    page.call("set_theme", json!({ "theme": "dark" })).unwrap();
    assert_eq!(page.call("app_facts", json!({})).unwrap()["theme"], "dark");
}
