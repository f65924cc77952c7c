//! Loading the model file, and making the context in which it works.

use std::cell::RefCell;
use std::num::NonZeroU32;
use std::pin::pin;
use std::time::Instant;

use hearth_protocol::{CacheType, Choice, EngineFault, FaultCode, FromEngine, LoadModel};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::{KvCacheType, LlamaContextParams};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::model::{LlamaLoraAdapter, LlamaModel};
use llama_cpp_2::{LlamaBackendDeviceType, list_llama_ggml_backend_devices};

use crate::draft::DraftModel;
use crate::pipe::Replies;
use crate::scheduler::BATCH;
use crate::threads;

/// Memory that is left free on each GPU, in bytes, for the screen and other programs.
const GPU_MARGIN: usize = 1 << 30;

/// A model in memory.
pub(crate) struct LoadedModel {
    /// The weights and the vocabulary.
    pub(crate) model: LlamaModel,
    /// A change of the weights, and how strongly it acts.
    lora: Option<(RefCell<LlamaLoraAdapter>, f32)>,
    /// The model that guesses ahead.
    pub(crate) draft: Option<DraftModel>,
    /// Layers on a GPU.
    pub(crate) gpu_layers: u32,
    /// What was asked for and could not be had.
    pub(crate) warnings: Vec<String>,
    /// When loading began.
    pub(crate) since: Instant,
}

impl LoadedModel {
    /// Whether the end of what was read can be taken back. Recurrent models remember a summary
    /// alone, and models with a sliding window forget in some layers what is behind it.
    pub(crate) fn can_cut(&self) -> bool {
        !self.model.is_recurrent() && !self.model.is_hybrid() && !has_window(&self.model)
    }
}

/// Whether some layers of a model see only a window of the text.
fn has_window(model: &LlamaModel) -> bool {
    let architecture = model.meta_val_str("general.architecture");
    let window = architecture
        .and_then(|name| model.meta_val_str(&format!("{name}.attention.sliding_window")));
    window.is_ok_and(|window| window.parse::<u64>().is_ok_and(|window| window > 0))
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
    let params = model_params(order).with_progress_callback(move |share| {
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
    let mut params = pin!(params);
    let mut warnings = Vec::new();
    let gpu_layers = if has_gpu() {
        fit_gpu(order, params.as_mut(), &mut warnings)
    } else {
        0
    };
    let mut model = LlamaModel::load_from_file(backend, &order.path, &params).map_err(|error| {
        refused(format!(
            "llama.cpp could not load {}: {error}. The file may be damaged, or made for a \
             newer engine.",
            order.path.display()
        ))
    })?;
    if order.mlock {
        warnings.extend(unlocked(model.size()));
    }
    let lora = match &order.lora {
        Some(lora) if !lora.path.is_file() => {
            return Err(refused(format!("{} is not there", lora.path.display())));
        }
        Some(lora) => {
            let adapter = model.lora_adapter_init(&lora.path).map_err(|error| {
                refused(format!(
                    "the adapter {} does not fit this model: {error}",
                    lora.path.display()
                ))
            })?;
            Some((RefCell::new(adapter), lora.scale))
        }
        None => None,
    };
    let draft = order.draft.as_deref();
    let draft = draft.map(|path| DraftModel::load(backend, path, &model));
    Ok(LoadedModel {
        lora,
        draft: draft.transpose()?,
        gpu_layers: gpu_layers.min(model.n_layer() + 1),
        model,
        warnings,
        since,
    })
}

fn model_params(order: &LoadModel) -> LlamaModelParams {
    let params = LlamaModelParams::default()
        .with_use_mmap(order.mmap)
        .with_use_mlock(order.mlock);
    match order.gpu_layers {
        Some(layers) => params.with_n_gpu_layers(layers),
        None => params,
    }
}

fn has_gpu() -> bool {
    list_llama_ggml_backend_devices().iter().any(|device| {
        matches!(
            device.device_type,
            LlamaBackendDeviceType::Gpu | LlamaBackendDeviceType::IntegratedGpu
        )
    })
}

/// As many layers on the GPUs as their memory takes, where none are named.
fn fit_gpu(
    order: &LoadModel,
    params: std::pin::Pin<&mut LlamaModelParams>,
    warnings: &mut Vec<String>,
) -> u32 {
    if let Some(layers) = order.gpu_layers {
        return layers;
    }
    let mut margins = vec![GPU_MARGIN; llama_cpp_2::max_devices()];
    let mut context = context_params(order, order.slots);
    let path = std::ffi::CString::new(order.path.to_string_lossy().as_bytes());
    let fitted = path.map(|path| {
        let level = llama_cpp_sys_2::GGML_LOG_LEVEL_ERROR;
        let mut params = params;
        let fitted =
            params
                .as_mut()
                .fit_params(&path, &mut context, &mut margins, order.context, level);
        fitted.map(|_| u32::try_from(params.n_gpu_layers()).unwrap_or(u32::MAX))
    });
    if let Ok(Ok(layers)) = fitted {
        return layers;
    }
    warnings.push("how much of the model fits on the GPU could not be found out".into());
    u32::MAX
}

/// A warning where the system did not keep the model from being swapped out.
fn unlocked(wanted: u64) -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmLck:"))?;
    let locked: u64 = line.split_whitespace().next()?.parse().ok()?;
    let locked = locked * 1024;
    (locked < wanted).then(|| {
        format!(
            "the system keeps {} of {} MB of the model from being swapped out; raise the limit \
             of locked memory (`ulimit -l`) for more",
            locked / 1_000_000,
            wanted / 1_000_000
        )
    })
}

/// The memory in which a model works.
pub(crate) fn context<'m>(
    backend: &LlamaBackend,
    loaded: &'m LoadedModel,
    order: &LoadModel,
    slots: u32,
) -> Result<LlamaContext<'m>, EngineFault> {
    let tokens = order.context.min(loaded.model.n_ctx_train()).max(64);
    let params = context_params(order, slots).with_n_ctx(NonZeroU32::new(tokens));
    let context = loaded.model.new_context(backend, params);
    let mut context = context.map_err(|error| EngineFault {
        code: FaultCode::OutOfMemory,
        message: format!(
            "there is not enough memory for a context of {tokens} tokens ({error}); set a \
             smaller one, or a smaller cache type"
        ),
    })?;
    if let Some((adapter, scale)) = &loaded.lora {
        context
            .lora_adapter_set(&mut adapter.borrow_mut(), *scale)
            .map_err(|error| refused(format!("the adapter cannot be used: {error}")))?;
    }
    Ok(context)
}

fn context_params(order: &LoadModel, slots: u32) -> LlamaContextParams {
    let count = i32::try_from(threads::count(order.threads)).unwrap_or(i32::MAX);
    let cache = match order.cache_type {
        CacheType::F16 => KvCacheType::F16,
        CacheType::Q8_0 => KvCacheType::Q8_0,
        CacheType::Q4_0 => KvCacheType::Q4_0,
    };
    // llama.cpp keeps the values of a compressed cache only with this attention.
    let flash = match (order.flash_attention, order.cache_type) {
        (Choice::Auto, CacheType::F16) => llama_cpp_sys_2::LLAMA_FLASH_ATTN_TYPE_AUTO,
        (Choice::Off, CacheType::F16) => llama_cpp_sys_2::LLAMA_FLASH_ATTN_TYPE_DISABLED,
        _ => llama_cpp_sys_2::LLAMA_FLASH_ATTN_TYPE_ENABLED,
    };
    LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(order.context))
        .with_n_seq_max(slots)
        .with_kv_unified(true)
        .with_n_batch(BATCH)
        .with_type_k(cache)
        .with_type_v(cache)
        .with_flash_attention_policy(flash)
        .with_n_threads(count)
        .with_n_threads_batch(count)
}

/// A model that llama.cpp does not take.
fn refused(message: String) -> EngineFault {
    EngineFault {
        code: FaultCode::ModelRefused,
        message,
    }
}
