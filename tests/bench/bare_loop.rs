//! The baseline of the engine: the shortest loop around llama.cpp that answers one prompt.
//! Arguments: the model's file, the text, the tokens to generate. Prints JSON.

use std::io::Write;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Instant;

use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::{LlamaBackend, load_backends_from_path};
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::sampling::LlamaSampler;

const BATCH: usize = 512;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, path, text, count] = arguments.as_slice() else {
        anyhow::bail!("three arguments")
    };
    let count: u32 = count.parse()?;
    let here = std::env::current_exe()?;
    let folder: PathBuf = here.ancestors().nth(2).unwrap_or(&here).to_path_buf();
    load_backends_from_path(&folder);
    let backend = LlamaBackend::init()?;
    let model = LlamaModel::load_from_file(&backend, path, &LlamaModelParams::default())?;
    let params = LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(2048))
        .with_n_batch(512)
        .with_n_threads(2)
        .with_n_threads_batch(2);
    let mut context = model.new_context(&backend, params)?;
    let prompt = format!("<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n");
    let tokens = model.vocab().tokenize(prompt.as_bytes(), false, true);
    let mut sampler = LlamaSampler::greedy();
    let mut batch = LlamaBatch::new(BATCH, 1);
    let start = Instant::now();
    let mut position = 0;
    for piece in tokens.chunks(BATCH) {
        batch.clear();
        for &token in piece {
            position += 1;
            let is_last = usize::try_from(position)? == tokens.len();
            batch.add(token, position - 1, &[0], is_last)?;
        }
        context.decode(&mut batch)?;
    }
    let mut token = sampler.sample(&context, batch.n_tokens() - 1);
    let read = start.elapsed().as_secs_f64();
    let second = Instant::now();
    for _ in 1..count {
        batch.clear();
        batch.add(token, position, &[0], true)?;
        position += 1;
        context.decode(&mut batch)?;
        token = sampler.sample(&context, 0);
    }
    let written = second.elapsed().as_secs_f64();
    writeln!(
        std::io::stdout(),
        "{{\"first_token_ms\":{},\"prompt_per_second\":{},\"tokens_per_second\":{}}}",
        read * 1000.0,
        tokens.len() as f64 / read,
        f64::from(count - 1) / written
    )?;
    Ok(())
}
