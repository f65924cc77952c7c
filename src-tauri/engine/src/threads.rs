//! How many threads compute, and how politely.

/// Threads for the computation: what was asked for, else one for each physical core. A second
/// thread on the same core shares its arithmetic units and only costs.
pub(crate) fn count(asked: u32) -> u32 {
    let count = if asked > 0 {
        asked as usize
    } else {
        let allowed = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        num_cpus::get_physical().clamp(1, allowed)
    };
    u32::try_from(count.min(512)).unwrap_or(512)
}

/// Lets every other program go first. Where nothing else wants the processor this costs
/// nothing, and where something does, the window stays fluid.
pub(crate) fn be_polite() {
    #[cfg(unix)]
    if let Err(error) = rustix::process::nice(5) {
        crate::complain(&error.into());
    }
}
