//! The typed interface between the page and the shell, as `ui/src/bindings.ts` is made of it.

use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

use crate::commands;

/// All commands, with their types.
#[must_use]
pub fn bindings<R: tauri::Runtime>() -> Builder<R> {
    Builder::<R>::new()
        .error_handling(ErrorHandlingMode::Throw)
        .disable_serde_phases()
        .commands(collect_commands![
            commands::app_facts,
            commands::list_conversations,
            commands::open_thread,
            commands::send_message,
            commands::answer_again,
            commands::follow_answer,
            commands::stop_answer,
            commands::delete_conversation,
            commands::restore_conversation,
            commands::models::watch_engines,
            commands::models::load_model,
            commands::models::unload_model,
            commands::models::reload_model,
            commands::models::model_sampling,
            commands::models::set_model_sampling,
            commands::set_theme,
            commands::open_link,
        ])
}
