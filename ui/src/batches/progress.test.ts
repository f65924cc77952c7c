import { expect, test } from "vitest";

import type { Batch } from "../bindings";
import { leftOf, stateOf, wholeOf } from "./progress";

const batch = { waiting: 30, done: 60, failed: 6, cancelled: 4, paused: false, running: true } as Batch;

test("a batch's state is one word", () => {
  expect(stateOf(batch)).toBe("running");
  expect(stateOf({ ...batch, paused: true })).toBe("paused");
  expect(stateOf({ ...batch, running: false })).toBe("waiting");
  expect(stateOf({ ...batch, waiting: 0, paused: true })).toBe("finished");
  expect(wholeOf(batch)).toBe(100);
});

test("the time left follows the pace since the first look", () => {
  expect(leftOf(batch, undefined, 1000)).toBeNull();
  expect(leftOf(batch, { at: 0, waiting: 30 }, 1000)).toBeNull();
  expect(leftOf(batch, { at: 0, waiting: 40 }, 1000)).toBe(3000);
  expect(leftOf({ ...batch, paused: true }, { at: 0, waiting: 40 }, 1000)).toBeNull();
});
