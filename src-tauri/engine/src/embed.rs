//! Texts to vectors: several texts in one computation, each vector of length one.

use std::num::NonZeroU32;
use std::sync::mpsc::Receiver;

use hearth_protocol::{
    EngineFault, FaultCode, FromEngine, LoadModel, Loaded, TemplateSource, ToEngine,
};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::{LlamaContextParams, LlamaPoolingType};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use crate::load::LoadedModel;
use crate::pipe::Replies;
use crate::threads;

/// Texts in one computation, at most.
const TEXTS: usize = 32;
/// Tokens in one computation, at most; a longer text is cut.
const TOKENS: u32 = 2048;

/// Answers orders until the core hangs up or has the model unloaded.
pub(crate) fn run(
    backend: &LlamaBackend,
    loaded: &LoadedModel,
    order: &LoadModel,
    orders: &Receiver<ToEngine>,
    replies: &Replies,
) -> anyhow::Result<()> {
    let mut embedder = match Embedder::new(backend, loaded, order) {
        Ok(embedder) => embedder,
        Err(fault) => return Ok(replies.send(&FromEngine::LoadFailed(fault))?),
    };
    replies.send(&FromEngine::Ready(Loaded {
        context: u32::try_from(embedder.longest)?,
        parameters: loaded.model.n_params(),
        template: TemplateSource::Absent,
        load_ms: u32::try_from(loaded.since.elapsed().as_millis()).unwrap_or(u32::MAX),
        threads: threads::count(order.threads),
        slots: 1,
        gpu_layers: loaded.gpu_layers,
        warnings: loaded.warnings.clone(),
    }))?;
    while let Ok(order) = orders.recv() {
        match order {
            ToEngine::Embed { id, texts } => {
                let reply = match embedder.vectors(&texts) {
                    Ok(vectors) => FromEngine::Embedded { id, vectors },
                    Err(message) => FromEngine::Failed {
                        id,
                        fault: EngineFault {
                            code: FaultCode::Compute,
                            message,
                        },
                    },
                };
                replies.send(&reply)?;
            }
            ToEngine::Unload => return Ok(()),
            // It is over already, or will be in a moment.
            ToEngine::Cancel { .. } => {}
            ToEngine::Load(_) | ToEngine::Requantize(_) => {
                anyhow::bail!("a worker loads one model only")
            }
            ToEngine::Generate(hearth_protocol::GenerateRequest { id, .. })
            | ToEngine::Measure { id, .. } => {
                let fault = EngineFault {
                    code: FaultCode::BadSetting,
                    message: "this model was loaded to turn texts into vectors".to_owned(),
                };
                replies.send(&FromEngine::Failed { id, fault })?;
            }
        }
    }
    Ok(())
}

struct Embedder<'m> {
    loaded: &'m LoadedModel,
    context: LlamaContext<'m>,
    batch: LlamaBatch<'static>,
    longest: usize,
}

impl<'m> Embedder<'m> {
    fn new(
        backend: &LlamaBackend,
        loaded: &'m LoadedModel,
        order: &LoadModel,
    ) -> Result<Self, EngineFault> {
        let longest = order
            .context
            .min(loaded.model.n_ctx_train())
            .clamp(8, TOKENS);
        let count = i32::try_from(threads::count(order.threads)).unwrap_or(i32::MAX);
        // A text is seen whole, so it has to fit into one computation.
        let params = LlamaContextParams::default()
            .with_embeddings(true)
            .with_pooling_type(pooling(loaded))
            .with_n_ctx(NonZeroU32::new(TOKENS))
            .with_n_batch(TOKENS)
            .with_n_ubatch(TOKENS)
            .with_n_seq_max(u32::try_from(TEXTS).unwrap_or(1))
            .with_kv_unified(true)
            .with_n_threads(count)
            .with_n_threads_batch(count);
        let context = loaded.model.new_context(backend, params);
        let context = context.map_err(|error| EngineFault {
            code: FaultCode::OutOfMemory,
            message: format!("there is not enough memory to embed texts ({error})"),
        })?;
        Ok(Self {
            loaded,
            context,
            batch: LlamaBatch::new(TOKENS as usize, 1),
            longest: longest as usize,
        })
    }

    fn vectors(&mut self, texts: &[String]) -> Result<Vec<Vec<f32>>, String> {
        let tokens: Vec<Vec<LlamaToken>> = texts.iter().map(|text| self.tokens(text)).collect();
        let mut vectors = Vec::with_capacity(texts.len());
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            let mut sum = 0;
            let fitting = rest.iter().take(TEXTS).take_while(|tokens| {
                sum += tokens.len();
                sum <= TOKENS as usize
            });
            let (now, later) = rest.split_at(fitting.count().max(1));
            vectors.extend(self.together(now)?);
            rest = later;
        }
        Ok(vectors)
    }

    /// The tokens of a text, cut to what the model takes; the last one, which may close the
    /// text, stays.
    fn tokens(&self, text: &str) -> Vec<LlamaToken> {
        let vocab = self.loaded.model.vocab();
        let mut tokens = vocab.tokenize(text.as_bytes(), true, false);
        if tokens.is_empty() {
            tokens.push(vocab.nl());
        }
        if tokens.len() > self.longest {
            let surplus = tokens.len() - self.longest;
            let end = tokens.len() - 1;
            tokens.drain(end - surplus..end);
        }
        tokens
    }

    fn together(&mut self, texts: &[Vec<LlamaToken>]) -> Result<Vec<Vec<f32>>, String> {
        self.batch.clear();
        for (sequence, tokens) in (0..).zip(texts) {
            self.batch
                .add_sequence(tokens, sequence, true)
                .map_err(|error| error.to_string())?;
        }
        self.context.clear_kv_cache();
        self.context
            .decode(&mut self.batch)
            .map_err(|error| error.to_string())?;
        (0..)
            .take(texts.len())
            .map(|sequence| {
                let vector = self.context.embeddings_seq_ith(sequence);
                vector.map(normalised).map_err(|error| error.to_string())
            })
            .collect()
    }
}

/// How the model's file says that the vectors of its tokens become one; their mean where it
/// says nothing.
fn pooling(loaded: &LoadedModel) -> LlamaPoolingType {
    let architecture = loaded.model.meta_val_str("general.architecture");
    let named = architecture
        .and_then(|name| loaded.model.meta_val_str(&format!("{name}.pooling_type")))
        .ok()
        .and_then(|number| number.parse().ok())
        .map_or(LlamaPoolingType::Unspecified, |number: i32| {
            LlamaPoolingType::from(number)
        });
    match named {
        LlamaPoolingType::Mean | LlamaPoolingType::Cls | LlamaPoolingType::Last => named,
        _ => LlamaPoolingType::Mean,
    }
}

/// The vector with length one; a vector of nothing stays.
fn normalised(vector: &[f32]) -> Vec<f32> {
    let length = vector.iter().map(|one| one * one).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter().map(|one| one / length).collect()
    } else {
        vector.to_vec()
    }
}
