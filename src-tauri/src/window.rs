//! The app with its main window: one for each data folder.

mod failure;
mod notices;
mod place;
mod shift;

use std::path::{Path, PathBuf};
use std::time::Duration;

use hearth_core::folder::DataFolder;
use hearth_core::memory::Memories;
use hearth_core::presence::{self, Claim, Wish, requests};
use hearth_core::{Code, Error, Hearth};
use tauri::{AppHandle, Manager, RunEvent, WebviewWindow, WindowEvent};

use crate::commands::backup::Opened;
use crate::commands::hub::Copying;
use crate::files::Files;
use crate::windows::{self, MAIN, Windows};
use crate::{bindings, cli, log, shortcut};

/// Opens the window on a data folder and returns when it is closed. What keeps it from opening
/// is said in a window as well as to the caller.
pub(crate) fn run(data_dir: Option<&Path>, safe_mode: bool) -> Result<(), Error> {
    if !has_display() {
        return Err(Error::new(
            Code::Installation,
            "There is no display here. `hearth chat` talks in the terminal.",
        ));
    }
    let opened = run_main(data_dir, safe_mode);
    if let Err(error) = &opened
        && let Err(untold) = failure::show(error)
    {
        tracing::error!(%untold, "the failure could not be shown");
    }
    opened
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Goes on with what was not finished when Hearth ended.
fn go_on(hearth: &Hearth) {
    let (downloads, batches) = (hearth.downloads.clone(), hearth.batches.clone());
    tauri::async_runtime::spawn(async move {
        if let Err(error) = downloads.start().await {
            tracing::warn!(%error, "downloads did not go on");
        }
        if let Err(error) = batches.start().await {
            tracing::warn!(%error, "batches did not go on");
        }
    });
}

/// What `tauri.conf.json` and the page's files became at build time.
fn context<R: tauri::Runtime>() -> tauri::Context<R> {
    tauri::generate_context!()
}

/// Takes over what other programs write into the settings file.
struct SettingsWatch(#[expect(dead_code, reason = "it works by being there")] Box<dyn Send + Sync>);

/// The main window. Where another process has that of this data folder already, it is shown
/// instead.
fn run_main(data_dir: Option<&Path>, safe_mode: bool) -> Result<(), Error> {
    let folder = DataFolder::open(data_dir)?;
    log::to(&folder.logs());
    let claim = match presence::claim_window(&folder)? {
        Claim::Ours(claim) => claim,
        Claim::Theirs => return Ok(()),
    };
    let safe_mode = safe_mode || shift::is_held();
    let hearth = cli::open(data_dir, safe_mode)?;
    let engines = hearth.engines.clone();
    let root = folder.root().to_path_buf();
    let builder = bindings();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_global_shortcut::Builder::new().build())
        .invoke_handler(builder.invoke_handler())
        .manage(hearth)
        .manage(Copying::default())
        .manage(Opened::default())
        .setup(move |app| {
            app.manage(Files::of(app.handle().clone()));
            app.manage(Windows::of(app.handle().clone(), root.clone()));
            shortcut::register(app.handle());
            let window = open(app.handle(), &root)?;
            let chat = app.state::<Hearth>().chat.clone();
            tauri::async_runtime::spawn(async move {
                if let Err(error) = chat.empty_overdue().await {
                    tracing::warn!(%error, "the trash was not emptied");
                }
            });
            tauri::async_runtime::spawn(upkeep(app.state::<Hearth>().memories.clone()));
            let warming = app.state::<Hearth>().chat.clone();
            tauri::async_runtime::spawn(async move { warming.keep_warm().await });
            go_on(&app.state::<Hearth>());
            tauri::async_runtime::spawn(notices::of_downloads(app.handle().clone()));
            let preloading = engines.clone();
            tauri::async_runtime::spawn(async move { preloading.preload().await });
            let carry_out = move |path: PathBuf| {
                let engines = engines.clone();
                tauri::async_runtime::spawn(async move {
                    requests::carry_out(&engines, &path).await;
                });
            };
            let carry_out_later = carry_out.clone();
            // Without it a second start only ends; that is no reason to have no window at all.
            let watch = claim.on_request(move |wish| match wish {
                Wish::Show => {
                    if let Err(error) = windows::show(&window) {
                        tracing::warn!(%error, "the window could not be shown");
                    }
                }
                Wish::CarryOut(path) => carry_out_later(path),
            });
            let hearth = app.state::<Hearth>();
            tauri::async_runtime::spawn(log::follow(hearth.settings.clone()));
            match hearth.settings.watch() {
                // It lasts as long as the app.
                Ok(watcher) => drop(app.manage(SettingsWatch(watcher))),
                Err(error) => {
                    tracing::warn!(%error, "changes from outside are seen at the next start");
                }
            }
            requests::waiting(&hearth.folder)
                .into_iter()
                .for_each(carry_out);
            // Who cannot be asked does not say that it can.
            tauri::async_runtime::spawn(hearth.tell_others(watch.is_ok()));
            if let Err(error) = &watch {
                tracing::warn!(%error, "other starts cannot ask for this window");
            }
            // Both last as long as the app: the right to the window, and who asks for it.
            app.manage((claim, std::sync::Mutex::new(watch.ok())));
            Ok(())
        })
        .build(context())
        .map_err(|error| Error::internal(format!("the window could not be opened: {error}")))?;
    app.run(|app, event| match event {
        RunEvent::WindowEvent { label, event, .. } if label == MAIN => match event {
            WindowEvent::CloseRequested { .. } => {
                if let Some(window) = app.get_webview_window(MAIN) {
                    place::remember(&window, app.state::<Hearth>().folder.root());
                }
            }
            // The others go with it; one of them may be out of sight.
            WindowEvent::Destroyed => {
                for (label, other) in app.webview_windows() {
                    if let Err(error) = other.destroy() {
                        tracing::warn!(label, %error, "a window was not closed");
                    }
                }
            }
            _ => {}
        },
        RunEvent::ExitRequested { .. } => {
            tauri::async_runtime::block_on(app.state::<Hearth>().close());
        }
        _ => {}
    });
    Ok(())
}

fn open(app: &AppHandle, root: &Path) -> tauri::Result<WebviewWindow> {
    let builder = windows::builder(app, root, MAIN, "index.html").min_inner_size(640.0, 480.0);
    place::restored(builder, root).build()
}

/// What memories need while the window is open: read in advance, and cleaned up every hour.
async fn upkeep(memories: Memories) {
    // First the window.
    tokio::time::sleep(Duration::from_secs(3)).await;
    if let Err(error) = memories.empty_overdue().await {
        tracing::warn!(%error, "what was forgotten long ago was not removed");
    }
    if let Err(error) = memories.warm().await {
        tracing::warn!(%error, "memories were not read in advance");
    }
    loop {
        if let Err(error) = memories.hourly().await {
            tracing::warn!(%error, "memories were not cleaned up");
        }
        tokio::time::sleep(Duration::from_hours(1)).await;
    }
}
