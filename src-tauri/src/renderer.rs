//! WebKitGTK shows an empty window with some graphics drivers, unless it is told not to share
//! buffers with them. It reads that from the environment when it starts.

const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// On machines where the window would stay empty, starts this program again with the switch
/// set, in its own place. A value that the user set is respected.
pub(crate) fn restart_if_needed() {
    #[cfg(target_os = "linux")]
    if std::env::var_os(SWITCH).is_none() && driver_is_affected() {
        use std::os::unix::process::CommandExt;
        let Ok(program) = std::env::current_exe() else {
            return;
        };
        let error = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(SWITCH, "1")
            .exec();
        tracing::warn!(%error, "could not start again with {SWITCH}");
    }
}

/// NVIDIA's own driver, and machines without any graphics device.
#[cfg(target_os = "linux")]
fn driver_is_affected() -> bool {
    use std::path::Path;
    Path::new("/proc/driver/nvidia/version").exists() || !Path::new("/dev/dri").exists()
}
