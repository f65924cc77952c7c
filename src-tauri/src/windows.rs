//! The windows beside the main one: a conversation in a window of its own, and one for a quick
//! question. All show the same page; its address says which part of it.

use std::path::{Path, PathBuf};

use hearth_core::store::conversations::ConversationId;
use hearth_core::{Error, Result};
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

/// The main window's label.
pub(crate) const MAIN: &str = "main";
/// The label of the window for a quick question.
const QUICK: &str = "quick";

/// What is wanted of the windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// A conversation in a window of its own.
    Conversation(ConversationId),
    /// The window for a quick question.
    QuickAsk,
    /// The window for a quick question goes out of sight; what stands in it stays.
    NoQuickAsk,
    /// The system's dialog for printing what a window shows: that of a conversation, or the
    /// main one.
    Print(Option<ConversationId>),
}

/// Opens windows, whatever the runtime.
pub(crate) struct Windows(Box<dyn Fn(Want) -> tauri::Result<()> + Send + Sync>);

impl Windows {
    /// The windows of an app on a data folder.
    pub(crate) fn of<R: Runtime>(app: AppHandle<R>, root: PathBuf) -> Self {
        Self(Box::new(move |want| carry_out(&app, &root, want)))
    }

    /// Does what is wanted.
    pub(crate) fn want(&self, want: Want) -> Result<()> {
        (self.0)(want).map_err(|error| Error::internal(format!("a window failed: {error}")))
    }
}

fn carry_out<R: Runtime>(app: &AppHandle<R>, root: &Path, want: Want) -> tauri::Result<()> {
    match want {
        Want::Conversation(id) => {
            let label = label_of(id);
            if let Some(window) = app.get_webview_window(&label) {
                return show(&window);
            }
            let page = format!("index.html?conversation={id}");
            let window = builder(app, root, &label, &page).inner_size(760.0, 720.0);
            window.build().map(drop)
        }
        Want::QuickAsk => {
            if let Some(window) = app.get_webview_window(QUICK) {
                return show(&window);
            }
            let window = builder(app, root, QUICK, "index.html?quick")
                .inner_size(680.0, 420.0)
                .always_on_top(true)
                .center();
            window.build().map(drop)
        }
        Want::NoQuickAsk => match app.get_webview_window(QUICK) {
            Some(window) => window.hide(),
            None => Ok(()),
        },
        Want::Print(conversation) => {
            let label = conversation.map_or_else(|| MAIN.to_owned(), label_of);
            match app.get_webview_window(&label) {
                Some(window) => window.print(),
                None => Ok(()),
            }
        }
    }
}

/// The label of a conversation's own window.
fn label_of(id: ConversationId) -> String {
    format!("chat-{id}")
}

/// A window that leads nowhere but to Hearth's own page.
pub(crate) fn builder<'a, R: Runtime>(
    app: &'a AppHandle<R>,
    root: &Path,
    label: &str,
    page: &str,
) -> WebviewWindowBuilder<'a, R, AppHandle<R>> {
    WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()))
        .title("Hearth")
        .min_inner_size(420.0, 320.0)
        // What the web view wants to keep of its own stays with the user's other data. (A window
        // that keeps nothing cannot be driven by tests.)
        .data_directory(root.join("webview"))
        // Files that are dropped go to the page, which reads them itself.
        .disable_drag_drop_handler()
        // Tauri's own `freezePrototype` breaks libraries that set `toString` on their objects.
        .initialization_script(include_str!("windows/harden.js"))
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
}

/// Brings a window to the front.
pub(crate) fn show<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

/// Whether an address is the page itself. Links are opened by a command, elsewhere.
fn is_own_page(url: &Url) -> bool {
    let is_own_host = matches!(url.host_str(), Some("localhost" | "tauri.localhost"));
    match url.scheme() {
        "tauri" => is_own_host,
        "http" | "https" => url.host_str() == Some("tauri.localhost") || is_dev_page(url),
        "about" => url.as_str() == "about:blank",
        _ => false,
    }
}

/// The page as Vite serves it, in development builds alone.
fn is_dev_page(url: &Url) -> bool {
    tauri::is_dev() && url.host_str() == Some("localhost") && url.port() == Some(1420)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_leads_nowhere_else() {
        let own = |url: &str| is_own_page(&Url::parse(url).unwrap());
        assert!(own("tauri://localhost/index.html"));
        for foreign in [
            "https://example.org/",
            "http://tauri.localhost.evil.example/",
            "file:///etc/passwd",
            "tauri://evil/",
            "about:srcdoc",
            "data:text/html,x",
            "https://localhost/",
        ] {
            assert!(!own(foreign), "{foreign}");
        }
    }
}
