//! Loading the model file, and making the context in which it works.

use std::num::NonZeroU32;
use std::time::Instant;

use hearth_protocol::{EngineFault, FaultCode, FromEngine, LoadModel};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;

use crate::pipe::Replies;
use crate::scheduler::BATCH;

/// A model in memory.
pub(crate) struct LoadedModel {
    /// The weights and the vocabulary.
    pub(crate) model: LlamaModel,
    /// When loading began.
    pub(crate) since: Instant,
}

/// Maps the file and reads it in, with a report for every twentieth.
pub(crate) fn load(
    backend: &LlamaBackend,
    order: &LoadModel,
    replies: &Replies,
) -> Result<LoadedModel, EngineFault> {
    let since = Instant::now();
    if !order.path.is_file() {
        return Err(refused(format!("{} is not there", order.path.display())));
    }
    let reports = replies.clone();
    let mut last = None;
    let params = LlamaModelParams::default().with_progress_callback(move |share| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0..=20 first"
        )]
        let percent = (share * 20.0).clamp(0.0, 20.0) as u8 * 5;
        if last.replace(percent) == Some(percent) {
            return true;
        }
        // A core that is gone ends the load.
        reports.send(&FromEngine::Loading { percent }).is_ok()
    });
    LlamaModel::load_from_file(backend, &order.path, &params)
        .map(|model| LoadedModel { model, since })
        .map_err(|error| {
            refused(format!(
                "llama.cpp could not load {}: {error}. The file may be damaged, or made for a \
                 newer engine.",
                order.path.display()
            ))
        })
}

/// The memory in which a model works: `context` tokens for each of `slots` requests.
pub(crate) fn context<'m>(
    backend: &LlamaBackend,
    loaded: &'m LoadedModel,
    context: u32,
    slots: u32,
    threads: u32,
) -> Result<LlamaContext<'m>, EngineFault> {
    let threads = i32::try_from(threads).unwrap_or(i32::MAX);
    let params = LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(context.saturating_mul(slots)))
        .with_n_seq_max(slots)
        .with_n_batch(BATCH)
        .with_n_threads(threads)
        .with_n_threads_batch(threads);
    loaded.model.new_context(backend, params).map_err(|error| {
        refused(format!(
            "there is not enough memory for a context of {context} tokens ({error}); set a \
             smaller one under [engine] in the settings"
        ))
    })
}

/// A model that llama.cpp does not take.
fn refused(message: String) -> EngineFault {
    EngineFault {
        code: FaultCode::ModelRefused,
        message,
    }
}
