//! What the system tells the user while the window is out of sight.

use std::collections::{HashMap, HashSet};

use hearth_core::Hearth;
use hearth_core::models::downloads::DownloadState;
use notify_rust::Notification;
use tauri::{AppHandle, Manager};

use crate::windows::MAIN;

/// Says of every download that it came, or failed, for as long as the app runs. Where the window is being
/// looked at, it says so itself.
pub(super) async fn of_downloads(app: AppHandle) {
    let (mut watch, store) = {
        let hearth = app.state::<Hearth>();
        (hearth.downloads.watch(), hearth.store.clone())
    };
    let mut known: HashMap<u32, String> = HashMap::new();
    let mut failed: HashSet<u32> = HashSet::new();
    while watch.changed().await.is_ok() {
        let all = watch.borrow_and_update().clone();
        for one in &all {
            let DownloadState::Failed { error } = &one.state else {
                failed.remove(&one.id);
                continue;
            };
            // What had failed before the start is seen on the page.
            if failed.insert(one.id) && known.contains_key(&one.id) && !is_seen(&app) {
                tell("A download failed", &error.message).await;
            }
        }
        let now: HashMap<u32, String> = all.into_iter().map(|one| (one.id, one.name)).collect();
        for (id, name) in known.iter().filter(|(id, _)| !now.contains_key(id)) {
            // What was given up is not among those that came.
            let came = store.downloaded(name.clone()).await;
            if came.is_ok_and(|came| came.is_some_and(|came| came.id == *id)) && !is_seen(&app) {
                let text = format!("{name} was downloaded and can be used.");
                tell("A model is here", &text).await;
            }
        }
        known = now;
    }
}

fn is_seen(app: &AppHandle) -> bool {
    let window = app.get_webview_window(MAIN);
    window.is_some_and(|window| window.is_focused().unwrap_or(false))
}

async fn tell(summary: &str, text: &str) {
    let mut notice = Notification::new();
    notice.appname("Hearth").summary(summary).body(text);
    let shown = tauri::async_runtime::spawn_blocking(move || notice.show().map(drop)).await;
    // Not every desktop shows notices; the file is there all the same.
    if let Ok(Err(error)) = shown {
        tracing::info!(%error, "the system showed no notice");
    }
}
