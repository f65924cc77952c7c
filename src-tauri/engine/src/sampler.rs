//! What picks the next token.

use hearth_protocol::{EngineFault, FaultCode, Format, Mirostat, Sampling};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token::data::LlamaTokenData;
use llama_cpp_2::token::data_array::LlamaTokenDataArray;
use llama_cpp_2::token::logit_bias::LlamaLogitBias;

/// Keeps at least this many candidates, whatever the thresholds say.
const MIN_KEEP: usize = 1;
/// Tokens that Mirostat's first version looks at; the paper's value.
const MIROSTAT_TOKENS: i32 = 100;
/// What interrupts a sequence for DRY, as its author proposes.
const DRY_BREAKERS: [&str; 4] = ["\n", ":", "\"", "*"];

/// Draws the tokens of one answer.
pub(crate) struct Sampler {
    chain: LlamaSampler,
    grammar: Option<LlamaSampler>,
}

impl Sampler {
    /// Builds it from settings that have passed their checks.
    pub(crate) fn new(
        model: &LlamaModel,
        sampling: &Sampling,
        format: &Format,
    ) -> Result<Self, EngineFault> {
        let words = model.n_vocab();
        let beyond = |&&(token, _): &&(u32, f32)| i64::from(token) >= i64::from(words);
        if let Some((token, _)) = sampling.logit_bias.iter().find(beyond) {
            return Err(bad(format!(
                "logit_bias names token {token}; this model has 0 to {}",
                words - 1
            )));
        }
        Ok(Self {
            chain: chain(model, words, sampling),
            grammar: grammar(model, format)?,
        })
    }

    /// Draws from a row of results, and remembers what it drew.
    pub(crate) fn draw(
        &mut self,
        results: &LlamaContext<'_>,
        row: i32,
    ) -> Result<LlamaToken, EngineFault> {
        let Some(grammar) = &mut self.grammar else {
            return Ok(self.chain.sample(results, row));
        };
        // Applying a grammar to the whole vocabulary is slow, so the choice is made first.
        let mut all = results.token_data_array_ith(row);
        all.apply_sampler(&mut self.chain);
        let token = match all.selected_token() {
            Some(token) if allows(grammar, token) => token,
            _ => {
                let mut legal = results.token_data_array_ith(row);
                legal.apply_sampler(grammar);
                legal.data.retain(|one| one.logit() > f32::NEG_INFINITY);
                if legal.data.is_empty() {
                    return Err(bad(
                        "the grammar allows nothing that this model can say here".to_owned(),
                    ));
                }
                legal.apply_sampler(&mut self.chain);
                let token = legal.selected_token();
                token.ok_or_else(|| bad("no token is left to choose from".to_owned()))?
            }
        };
        grammar
            .try_accept(token)
            .map_err(|error| bad(format!("the grammar cannot go on: {error}")))?;
        self.chain.accept(token);
        Ok(token)
    }
}

fn allows(grammar: &mut LlamaSampler, token: LlamaToken) -> bool {
    let mut one = LlamaTokenDataArray::new(vec![LlamaTokenData::new(token, 1.0, 0.0)], false);
    one.apply_sampler(grammar);
    one.data
        .first()
        .is_some_and(|one| one.logit() > f32::NEG_INFINITY)
}

/// In llama.cpp's own order: correct the scores, cut the tail, spread, draw.
fn chain(model: &LlamaModel, words: i32, sampling: &Sampling) -> LlamaSampler {
    let mut links = Vec::new();
    if !sampling.logit_bias.is_empty() {
        let biases: Vec<_> = sampling
            .logit_bias
            .iter()
            .map(|&(token, bias)| LlamaLogitBias::new(LlamaToken(whole(token)), bias))
            .collect();
        links.push(LlamaSampler::logit_bias(words, &biases));
    }
    let off = &Sampling::GREEDY;
    let penalties = |one: &Sampling| {
        (
            one.repeat_penalty,
            one.frequency_penalty,
            one.presence_penalty,
        )
    };
    if penalties(sampling) != penalties(off) {
        links.push(LlamaSampler::penalties(
            words,
            whole(sampling.penalty_tokens),
            sampling.repeat_penalty,
            sampling.frequency_penalty,
            sampling.presence_penalty,
        ));
    }
    if sampling.dry_multiplier > 0.0 {
        links.push(LlamaSampler::dry(
            model,
            sampling.dry_multiplier,
            sampling.dry_base,
            whole(sampling.dry_length),
            whole(sampling.penalty_tokens),
            DRY_BREAKERS,
        ));
    }
    if sampling.temperature <= 0.0 {
        links.push(LlamaSampler::greedy());
        return LlamaSampler::chain_simple(links);
    }
    match sampling.mirostat {
        Mirostat::Off => {
            links.extend(filters(sampling));
            links.push(LlamaSampler::dist(sampling.seed));
        }
        Mirostat::V1 => links.extend([
            LlamaSampler::temp(sampling.temperature),
            LlamaSampler::mirostat(
                words,
                sampling.seed,
                sampling.mirostat_tau,
                sampling.mirostat_eta,
                MIROSTAT_TOKENS,
            ),
        ]),
        Mirostat::V2 => links.extend([
            LlamaSampler::temp(sampling.temperature),
            LlamaSampler::mirostat_v2(sampling.seed, sampling.mirostat_tau, sampling.mirostat_eta),
        ]),
    }
    LlamaSampler::chain_simple(links)
}

fn filters(sampling: &Sampling) -> Vec<LlamaSampler> {
    let mut links = Vec::new();
    if sampling.top_k > 0 {
        links.push(LlamaSampler::top_k(whole(sampling.top_k)));
    }
    if sampling.typical_p < 1.0 {
        links.push(LlamaSampler::typical(sampling.typical_p, MIN_KEEP));
    }
    if sampling.top_p < 1.0 {
        links.push(LlamaSampler::top_p(sampling.top_p, MIN_KEEP));
    }
    if sampling.min_p > 0.0 {
        links.push(LlamaSampler::min_p(sampling.min_p, MIN_KEEP));
    }
    if sampling.xtc_probability > 0.0 {
        links.push(LlamaSampler::xtc(
            sampling.xtc_probability,
            sampling.xtc_threshold,
            MIN_KEEP,
            sampling.seed,
        ));
    }
    links.push(if sampling.dynamic_range > 0.0 {
        LlamaSampler::temp_ext(
            sampling.temperature,
            sampling.dynamic_range,
            sampling.dynamic_exponent,
        )
    } else {
        LlamaSampler::temp(sampling.temperature)
    });
    links
}

/// The rules of a format.
fn grammar(model: &LlamaModel, format: &Format) -> Result<Option<LlamaSampler>, EngineFault> {
    format.check().map_err(|error| bad(error.to_string()))?;
    let rules = match format {
        Format::Free => return Ok(None),
        Format::Grammar(text) => text.clone(),
        Format::JsonSchema(text) => llama_cpp_2::json_schema_to_grammar(text).map_err(|error| {
            bad(format!(
                "the JSON schema says something that cannot be enforced: {error}"
            ))
        })?,
    };
    LlamaSampler::grammar(model, &rules, "root")
        .map(Some)
        .map_err(|error| bad(format!("the grammar makes no sense: {error}")))
}

fn bad(message: String) -> EngineFault {
    EngineFault {
        code: FaultCode::BadSetting,
        message,
    }
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
