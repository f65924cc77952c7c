import { expect, it } from "vitest";

import type { Line } from "../bindings";
import { sideBySide } from "./sides";

const both = (text: string): Line => ({ side: "both", text });

it("what went and what came in its place stand beside each other, and the rest is left out", () => {
  const far = Array.from({ length: 10 }, (_, line) => both(`far ${line}`));
  const rows = sideBySide([
    ...far,
    { side: "before", text: "slots = 4" },
    { side: "after", text: "slots = 2" },
    { side: "after", text: "threads = 1" },
    both("end"),
  ]);
  expect(rows).toEqual([
    { skipped: 8 },
    { before: "far 8", after: "far 8", changed: false },
    { before: "far 9", after: "far 9", changed: false },
    { before: "slots = 4", after: "slots = 2", changed: true },
    { before: null, after: "threads = 1", changed: true },
    { before: "end", after: "end", changed: false },
  ]);
});

it("equal texts are left out as a whole", () => {
  expect(sideBySide([both("a"), both("b")])).toEqual([{ skipped: 2 }]);
  expect(sideBySide([])).toEqual([]);
});
