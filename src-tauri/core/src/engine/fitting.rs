//! What of a model fits into the memory, decided before anything is loaded.

use crate::config::engine::Engine;
use crate::models::Model;
use crate::models::need::{Need, size};
use crate::{Code, Error, Result};

/// The context of a model for which nothing was set. More costs memory whether used or not.
pub const DEFAULT_CONTEXT: u32 = 8192;
/// A context is not chosen smaller than this; a conversation would hardly fit.
const LEAST_CONTEXT: u32 = 2048;

/// With what a model is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fitted {
    /// The context, in tokens.
    pub(super) context: u32,
    /// The memory that it needs.
    pub(super) need: Need,
}

/// The context that is wanted, in tokens.
pub(super) fn wanted(model: &Model, settings: &Engine) -> u32 {
    let wanted = match settings.context {
        0 => DEFAULT_CONTEXT,
        set => set,
    };
    wanted.min(model.context)
}

/// The context that a model has in any case, in tokens, where it can be loaded at all.
pub(super) fn least(model: &Model, settings: &Engine) -> u32 {
    let wanted = wanted(model, settings);
    match settings.context {
        0 => wanted.min(LEAST_CONTEXT),
        _ => wanted,
    }
}

/// The largest context that fits into so many free bytes; the one that was set, or none
/// smaller. Refused with both figures where it does not fit.
pub(super) fn fit(model: &Model, settings: &Engine, free: u64) -> Result<Fitted> {
    let mut context = wanted(model, settings);
    loop {
        let need = model.measures.need(context, settings.cache_type);
        if need.total() <= free {
            return Ok(Fitted { context, need });
        }
        if settings.context != 0 || context / 2 < LEAST_CONTEXT {
            return Err(too_large(model, context, need, free));
        }
        context /= 2;
    }
}

fn too_large(model: &Model, context: u32, need: Need, free: u64) -> Error {
    let hint = if need.weights > free {
        "Choose a smaller model, or one with a stronger quantization."
    } else {
        "Set a smaller context or the cache type q8_0 for it, or unload another model."
    };
    let message = format!(
        "{} needs {} of memory, {} are free: {} for the model, {} for {context} tokens of context, \
         {} to compute. {hint}",
        model.name,
        size(need.total()),
        size(free),
        size(need.weights),
        size(need.cache),
        size(need.scratch),
    );
    Error::new(Code::OutOfMemory, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::need::Measures;
    use std::path::PathBuf;

    /// Eight thousand million parameters in four bits, as Llama 3 has them.
    fn llama_8b() -> Model {
        Model {
            id: "llama".into(),
            name: "Llama 8B".into(),
            bytes: 4.9e9,
            context: 131_072,
            quantization: "Q4_K".into(),
            built_in: false,
            path: PathBuf::new(),
            architecture: "llama".into(),
            is_dated: false,
            measures: Measures {
                layers: 32,
                weights: 4_900_000_000,
                cache_numbers: 32 * 8 * 256,
                width: 4096,
                vocabulary: 128_256,
            },
        }
    }

    #[test]
    fn the_context_shrinks_until_it_fits_and_the_refusal_names_both_figures() {
        let context = |free_mb: u64| {
            let settings = Engine::default();
            fit(&llama_8b(), &settings, free_mb * 1_000_000).map(|fitted| fitted.context)
        };
        assert_eq!(context(16_000), Ok(8192));
        assert_eq!(context(6_000), Ok(4096));
        assert_eq!(context(5_400), Ok(2048));
        let refusal = context(5_000).unwrap_err();
        assert_eq!(refusal.code, Code::OutOfMemory);
        assert!(
            refusal.message.contains("needs 5.3 GB") && refusal.message.contains("5.0 GB are free"),
            "{refusal}"
        );
        let refusal = context(2_000).unwrap_err();
        assert!(refusal.message.contains("smaller model"), "{refusal}");
    }

    #[test]
    fn a_context_that_was_set_is_never_made_smaller() {
        let settings = Engine {
            context: 65_536,
            ..Engine::default()
        };
        let refusal = fit(&llama_8b(), &settings, 8_000_000_000).unwrap_err();
        assert!(refusal.message.contains("65536 tokens"), "{refusal}");
        let eight_bits = Engine {
            cache_type: hearth_protocol::CacheType::Q8_0,
            ..settings
        };
        let fitted = fit(&llama_8b(), &eight_bits, 10_000_000_000).unwrap();
        assert_eq!(fitted.context, 65_536);
    }
}
