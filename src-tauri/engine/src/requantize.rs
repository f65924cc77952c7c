//! A smaller copy of a model, made by llama.cpp. It is all that this process does then, so it is
//! given up by ending the process.

use std::ffi::CString;
use std::path::Path;

use hearth_protocol::{EngineFault, FaultCode, Requantize, Weights};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_sys_2::{
    LLAMA_FTYPE_MOSTLY_Q2_K, LLAMA_FTYPE_MOSTLY_Q3_K_M, LLAMA_FTYPE_MOSTLY_Q4_K_M,
    LLAMA_FTYPE_MOSTLY_Q5_K_M, LLAMA_FTYPE_MOSTLY_Q6_K, LLAMA_FTYPE_MOSTLY_Q8_0, llama_ftype,
    llama_model_quantize, llama_model_quantize_default_params,
};

/// Writes the copy. The back end has to be there: llama.cpp keeps tables in it.
#[expect(
    unsafe_code,
    reason = "llama-cpp-2 has no safe way to these two functions"
)]
pub(crate) fn run(_: &LlamaBackend, order: &Requantize) -> Result<(), EngineFault> {
    let (from, to) = (text(&order.from)?, text(&order.to)?);
    // SAFETY: it only fills a structure with plain numbers and null pointers.
    let mut wanted = unsafe { llama_model_quantize_default_params() };
    wanted.ftype = number(order.weights);
    // Few people have the uncut weights; a copy of a copy is a little worse, and smaller.
    wanted.allow_requantize = true;
    wanted.nthread = i32::try_from(num_cpus::get_physical()).unwrap_or(1);
    // SAFETY: both texts end with a zero and outlive the call, as do the parameters.
    match unsafe { llama_model_quantize(from.as_ptr(), to.as_ptr(), &raw const wanted) } {
        0 => Ok(()),
        _ => Err(refused("llama.cpp could not write a smaller copy of it")),
    }
}

fn text(path: &Path) -> Result<CString, EngineFault> {
    let text = path.to_str().and_then(|text| CString::new(text).ok());
    text.ok_or_else(|| refused("its path is not Unicode"))
}

fn number(weights: Weights) -> llama_ftype {
    match weights {
        Weights::Q8_0 => LLAMA_FTYPE_MOSTLY_Q8_0,
        Weights::Q6_K => LLAMA_FTYPE_MOSTLY_Q6_K,
        Weights::Q5_K_M => LLAMA_FTYPE_MOSTLY_Q5_K_M,
        Weights::Q4_K_M => LLAMA_FTYPE_MOSTLY_Q4_K_M,
        Weights::Q3_K_M => LLAMA_FTYPE_MOSTLY_Q3_K_M,
        Weights::Q2_K => LLAMA_FTYPE_MOSTLY_Q2_K,
    }
}

fn refused(message: &str) -> EngineFault {
    EngineFault {
        code: FaultCode::ModelRefused,
        message: message.to_owned(),
    }
}
