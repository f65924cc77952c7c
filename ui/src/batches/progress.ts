import type { Batch } from "../bindings";

/** In which state a batch is, in one word. */
export type BatchState = "running" | "paused" | "waiting" | "finished";

export function stateOf(batch: Batch): BatchState {
  if (batch.waiting === 0) return "finished";
  if (batch.paused) return "paused";
  return batch.running ? "running" : "waiting";
}

/** All its prompts. */
export function wholeOf(batch: Batch): number {
  return batch.waiting + batch.done + batch.failed + batch.cancelled;
}

/** How fast a batch has been since it was first seen. */
export interface Pace {
  at: number;
  waiting: number;
}

/** The milliseconds that a batch still takes at the pace since `first`; null while nobody knows. */
export function leftOf(batch: Batch, first: Pace | undefined, now: number): number | null {
  if (!first || stateOf(batch) !== "running") return null;
  const answered = first.waiting - batch.waiting;
  return answered > 0 ? ((now - first.at) / answered) * batch.waiting : null;
}
