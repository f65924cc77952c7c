//! Tauri's part of the build: the page to embed, and the list of commands that may be called.

use std::path::Path;
use std::{fs, io};

/// Every command of `commands.rs`. Only these can be allowed in `tauri.conf.json`.
const COMMANDS: &[&str] = &[
    "app_facts",
    "list_conversations",
    "open_thread",
    "send_message",
    "answer_again",
    "follow_answer",
    "stop_answer",
    "delete_conversation",
    "restore_conversation",
    "watch_engines",
    "load_model",
    "unload_model",
    "reload_model",
    "model_sampling",
    "set_model_sampling",
    "label_conversation",
    "watch_conversations",
    "list_trash",
    "purge_conversations",
    "search_messages",
    "edit_message",
    "resume_answer",
    "show_branch",
    "branch_off",
    "export_conversations",
    "import_conversations",
    "preview_context",
    "pin_message",
    "find_conversation",
    "conversation_settings",
    "set_conversation_settings",
    "read_messages",
    "read_file",
    "open_attachment",
    "list_models",
    "search_hub",
    "open_repository",
    "download_files",
    "download_address",
    "watch_downloads",
    "pause_download",
    "resume_download",
    "cancel_download",
    "hurry_download",
    "import_model",
    "models_elsewhere",
    "use_elsewhere",
    "model_card",
    "hub_token",
    "set_hub_token",
    "rename_model",
    "requantize_model",
    "stop_requantizing",
    "verify_model",
    "remove_model",
    "choose_model",
    "installed_models",
    "this_computer",
    "model_details",
    "suggest_model",
    "outlook_of",
    "list_prompts",
    "save_prompt",
    "remove_prompt",
    "setting_sections",
    "watch_settings",
    "set_setting",
    "check_settings",
    "compare_settings_text",
    "save_settings_text",
    "settings_states",
    "sound_settings",
    "keep_settings",
    "compare_settings",
    "restore_settings",
    "list_profiles",
    "preview_profile",
    "apply_profile",
    "save_profile",
    "remove_profile",
    "read_log",
    "bug_report",
    "keep_secrets_in_file",
    "import_hub_token",
    "back_up",
    "open_backup",
    "restore_backup",
    "export_prompts",
    "import_prompts",
    "open_conversation_window",
    "show_quick_ask",
    "print_page",
    "set_theme",
    "open_link",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ensure_page()?;
    println!("cargo:rerun-if-changed=ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}

/// A fresh clone builds and tests before the page is built.
fn ensure_page() -> io::Result<()> {
    if !Path::new("ui/dist/index.html").exists() {
        fs::create_dir_all("ui/dist")?;
        fs::write(
            "ui/dist/index.html",
            "<!doctype html><title>Hearth</title>Run `cargo xtask run`.",
        )?;
    }
    // The bundle's list of files is checked at build time; `xtask bundle` fills this folder.
    fs::create_dir_all("target/engine-bundle")
}
