//! The chain that picks the next token.

use hearth_protocol::Sampling;
use llama_cpp_2::sampling::LlamaSampler;

/// Keeps at least this many candidates, whatever the thresholds say.
const MIN_KEEP: usize = 1;

/// Builds the chain in llama.cpp's own order: cut the tail, then spread, then draw.
/// The settings have passed [`Sampling::check`].
pub(crate) fn chain(sampling: &Sampling) -> LlamaSampler {
    if sampling.temperature <= 0.0 {
        return LlamaSampler::greedy();
    }
    let mut links = Vec::new();
    if sampling.top_k > 0 {
        links.push(LlamaSampler::top_k(
            i32::try_from(sampling.top_k).unwrap_or(i32::MAX),
        ));
    }
    if sampling.top_p < 1.0 {
        links.push(LlamaSampler::top_p(sampling.top_p, MIN_KEEP));
    }
    if sampling.min_p > 0.0 {
        links.push(LlamaSampler::min_p(sampling.min_p, MIN_KEEP));
    }
    links.push(LlamaSampler::temp(sampling.temperature));
    links.push(LlamaSampler::dist(sampling.seed));
    LlamaSampler::chain_simple(links)
}
