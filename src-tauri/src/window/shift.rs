//! Whether Shift is held while Hearth starts, which asks for the safe mode.

/// Where the system can be asked.
#[cfg(target_os = "linux")]
pub(super) fn is_held() -> bool {
    // Without a display there is no key, and the window says itself what it lacks.
    gtk::init().is_ok()
        && gtk::gdk::Display::default()
            .and_then(|display| gtk::gdk::Keymap::for_display(&display))
            .is_some_and(|keys| {
                let held = gtk::gdk::ModifierType::from_bits_truncate(keys.modifier_state());
                held.contains(gtk::gdk::ModifierType::SHIFT_MASK)
            })
}

/// Elsewhere `--safe-mode` asks for it.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_held() -> bool {
    false
}
