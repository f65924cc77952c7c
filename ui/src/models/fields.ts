import type { SamplingConfig } from "../bindings";
import type { TextKey } from "../text/en";

/** A field of the sampler that can be set for a model. */
export interface Field {
  name: keyof SamplingConfig;
  label: TextKey;
  help: TextKey;
}

/** What most people ever change. */
export const COMMON: Field[] = [
  { name: "temperature", label: "sampling.temperature", help: "sampling.temperature.help" },
  { name: "top_p", label: "sampling.top_p", help: "sampling.top_p.help" },
  { name: "top_k", label: "sampling.top_k", help: "sampling.top_k.help" },
  { name: "min_p", label: "sampling.min_p", help: "sampling.min_p.help" },
  { name: "repeat_penalty", label: "sampling.repeat_penalty", help: "sampling.repeat_penalty.help" },
  { name: "max_tokens", label: "sampling.max_tokens", help: "sampling.max_tokens.help" },
  { name: "seed", label: "sampling.seed", help: "sampling.seed.help" },
];

/** The rest. */
export const RARE: Field[] = [
  { name: "typical_p", label: "sampling.typical_p", help: "sampling.typical_p.help" },
  { name: "dynamic_range", label: "sampling.dynamic_range", help: "sampling.dynamic_range.help" },
  { name: "dynamic_exponent", label: "sampling.dynamic_exponent", help: "sampling.dynamic_exponent.help" },
  { name: "presence_penalty", label: "sampling.presence_penalty", help: "sampling.presence_penalty.help" },
  { name: "frequency_penalty", label: "sampling.frequency_penalty", help: "sampling.frequency_penalty.help" },
  { name: "penalty_tokens", label: "sampling.penalty_tokens", help: "sampling.penalty_tokens.help" },
  { name: "dry_multiplier", label: "sampling.dry_multiplier", help: "sampling.dry_multiplier.help" },
  { name: "dry_base", label: "sampling.dry_base", help: "sampling.dry_base.help" },
  { name: "dry_length", label: "sampling.dry_length", help: "sampling.dry_length.help" },
  { name: "xtc_probability", label: "sampling.xtc_probability", help: "sampling.xtc_probability.help" },
  { name: "xtc_threshold", label: "sampling.xtc_threshold", help: "sampling.xtc_threshold.help" },
  { name: "mirostat", label: "sampling.mirostat", help: "sampling.mirostat.help" },
  { name: "mirostat_tau", label: "sampling.mirostat_tau", help: "sampling.mirostat_tau.help" },
  { name: "mirostat_eta", label: "sampling.mirostat_eta", help: "sampling.mirostat_eta.help" },
];

/** The number that somebody typed, perhaps with a comma; NaN where it is none. */
export function typed(text: string): number {
  const plain = text.trim().replace(",", ".");
  return plain === "" ? NaN : Number(plain);
}

/** A value for people: without the noise of 32-bit fractions. */
export function shown(value: SamplingConfig[keyof SamplingConfig]): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}
