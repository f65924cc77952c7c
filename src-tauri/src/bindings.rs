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
            commands::conversations::delete_conversation,
            commands::conversations::restore_conversation,
            commands::models::watch_engines,
            commands::models::load_model,
            commands::models::unload_model,
            commands::models::reload_model,
            commands::models::model_sampling,
            commands::models::set_model_sampling,
            commands::conversations::label_conversation,
            commands::conversations::watch_conversations,
            commands::conversations::list_trash,
            commands::conversations::purge_conversations,
            commands::conversations::search_messages,
            commands::conversations::edit_message,
            commands::conversations::resume_answer,
            commands::conversations::show_branch,
            commands::conversations::branch_off,
            commands::conversations::export_conversations,
            commands::conversations::import_conversations,
            commands::conversations::preview_context,
            commands::conversations::pin_message,
            commands::conversations::find_conversation,
            commands::conversations::conversation_settings,
            commands::conversations::set_conversation_settings,
            commands::conversations::read_messages,
            commands::conversations::read_file,
            commands::conversations::open_attachment,
            commands::models::list_models,
            commands::prompts::list_prompts,
            commands::prompts::save_prompt,
            commands::prompts::remove_prompt,
            commands::windows::open_conversation_window,
            commands::windows::show_quick_ask,
            commands::windows::print_page,
            commands::set_theme,
            commands::open_link,
        ])
}
