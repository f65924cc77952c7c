import type { Count, QuestionKind } from "../bindings";

/** Where an answer can come from, the fastest first; the last two cost their computation. */
export const TIERS = ["memory", "disk", "similar", "missed", "bypassed"] as const;

/** Everything that was counted under a name. */
export function sumOf(counts: Count[], name: string): { count: number; sum: number } {
  const all = counts.filter((one) => one.name === name);
  return {
    count: all.reduce((sum, one) => sum + one.count, 0),
    sum: all.reduce((sum, one) => sum + one.sum, 0),
  };
}

/** Requests that were answered without computing. */
export function hitsOf(counts: Count[]): number {
  return ["memory", "disk", "similar"].reduce((sum, name) => sum + sumOf(counts, name).count, 0);
}

/** For each kind of question that was asked, how many and how often an answer was there. */
export function kindsOf(counts: Count[]): { kind: QuestionKind; hits: number; asked: number }[] {
  const kinds = [...new Set(counts.map((one) => one.kind))];
  return kinds
    .map((kind) => {
      const mine = counts.filter((one) => one.kind === kind);
      const hits = hitsOf(mine);
      return { kind, hits, asked: hits + sumOf(mine, "missed").count };
    })
    .filter((one) => one.asked > 0)
    .sort((one, other) => other.asked - one.asked);
}
