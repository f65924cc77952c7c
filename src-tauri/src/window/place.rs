//! Size of the window between two starts.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Runtime, WebviewWindow, WebviewWindowBuilder};

const FILE: &str = "window.json";

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Place {
    width: f64,
    height: f64,
    maximized: bool,
}

const FIRST: Place = Place {
    width: 1180.0,
    height: 780.0,
    maximized: false,
};

/// The window as it was when it was last closed.
pub(super) fn restored<'a, R: Runtime>(
    builder: WebviewWindowBuilder<'a, R, AppHandle<R>>,
    root: &Path,
) -> WebviewWindowBuilder<'a, R, AppHandle<R>> {
    let stored = std::fs::read_to_string(root.join(FILE)).ok();
    let place = stored
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or(FIRST);
    let sane = |length: f64, least: f64| {
        if length.is_finite() {
            length.clamp(least, 16_000.0)
        } else {
            least
        }
    };
    builder
        .inner_size(sane(place.width, 640.0), sane(place.height, 480.0))
        .maximized(place.maximized)
}

/// Remembers the window's size. Losing it is a trifle, so a failure is only logged.
pub(super) fn remember<R: Runtime>(window: &WebviewWindow<R>, root: &Path) {
    let place = || {
        let size = window
            .inner_size()?
            .to_logical::<f64>(window.scale_factor()?);
        let maximized = window.is_maximized()?;
        tauri::Result::Ok(Place {
            width: size.width,
            height: size.height,
            maximized,
        })
    };
    let written = place()
        .map_err(|error| error.to_string())
        .and_then(|place| {
            let text = serde_json::to_string(&place).map_err(|error| error.to_string())?;
            std::fs::write(root.join(FILE), text).map_err(|error| error.to_string())
        });
    if let Err(error) = written {
        tracing::warn!(error, "the window's size was not remembered");
    }
}
