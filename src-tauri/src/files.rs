//! The system's own dialogs for files. The page never names a path; the user does, here.

use std::path::PathBuf;

use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

type Reply = oneshot::Sender<Option<PathBuf>>;

/// What a dialog is for.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// Where to write a file; its proposed name.
    Save(String),
    /// Which file to read; the endings that are shown.
    Open(&'static [&'static str]),
}

/// Opens dialogs over the window.
pub(crate) struct Files(Box<dyn Fn(Ask, Reply) + Send + Sync>);

impl Files {
    /// Dialogs of an app.
    pub(crate) fn of<R: tauri::Runtime>(app: AppHandle<R>) -> Self {
        Self(Box::new(move |ask, reply| {
            let give = move |path: Option<FilePath>| {
                // Whoever asked may have gone.
                let _ = reply.send(path.and_then(|path| path.into_path().ok()));
            };
            let dialog = app.dialog().file();
            match ask {
                Ask::Save(name) => dialog.set_file_name(name).save_file(give),
                Ask::Open(endings) => dialog
                    .add_filter(endings.join(", "), endings)
                    .pick_file(give),
            }
        }))
    }

    /// The file that the user names; none where none was named.
    pub(crate) async fn ask(&self, ask: Ask) -> Option<PathBuf> {
        let (reply, chosen) = oneshot::channel();
        (self.0)(ask, reply);
        chosen.await.ok().flatten()
    }
}
