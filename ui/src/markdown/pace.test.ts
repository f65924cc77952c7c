import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Pace } from "./pace.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** How often a text was shown in two seconds in which it grew all the time. */
function looks(cost: number): number {
  let count = 0;
  const pace = new Pace("", () => {
    count += 1;
    vi.advanceTimersByTime(cost);
  });
  const start = performance.now();
  while (performance.now() - start < 2000) {
    pace.offer(`${performance.now()}`);
    vi.advanceTimersByTime(8);
  }
  pace.end();
  return count;
}

it("what is drawn quickly is drawn often", () => expect(looks(1)).toBeGreaterThan(20));

it("what takes long to draw is drawn seldom", () => expect(looks(40)).toBeLessThanOrEqual(2000 / (8 * 40) + 1));

it("the last text is shown, and nothing after the end", () => {
  const pace = new Pace("", () => undefined);
  pace.offer("one");
  vi.advanceTimersByTime(10);
  pace.offer("one two");
  vi.advanceTimersByTime(1000);
  expect(pace.shown).toBe("one two");
  pace.offer("one two three");
  pace.end();
  vi.advanceTimersByTime(1000);
  expect(pace.shown).toBe("one two");
});

it("an answer that goes on later is shown as it grows again", () => {
  const pace = new Pace("one", () => undefined);
  expect(pace.shown).toBe("one");
  pace.offer("one two");
  pace.end();
  vi.advanceTimersByTime(1000);
  pace.offer("one two three");
  vi.advanceTimersByTime(1000);
  expect(pace.shown).toBe("one two three");
});
