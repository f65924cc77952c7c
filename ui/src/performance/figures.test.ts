import { expect, test } from "vitest";

import type { Count } from "../bindings";
import { hitsOf, kindsOf, sumOf } from "./figures";

const counts: Count[] = [
  { name: "memory", kind: "general", count: 3, sum: 900 },
  { name: "disk", kind: "general", count: 1, sum: 300 },
  { name: "missed", kind: "general", count: 4, sum: 0 },
  { name: "missed", kind: "code", count: 1, sum: 0 },
  { name: "similar", kind: "code", count: 1, sum: 50 },
  { name: "evicted", kind: "summary", count: 9, sum: 0 },
];

test("i8: the figures equal a sequence of hits and misses", () => {
  expect(hitsOf(counts)).toBe(5);
  expect(sumOf(counts, "memory")).toEqual({ count: 3, sum: 900 });
  expect(kindsOf(counts)).toEqual([
    { kind: "general", hits: 4, asked: 8 },
    { kind: "code", hits: 1, asked: 2 },
  ]);
});
