import { expect, it } from "vitest";

import type { Field } from "../bindings";
import { isMeant, labelOf, rangeOf } from "./labels";

const field = (part: Partial<Field>): Field => ({
  key: "engine.slots",
  kind: "whole",
  help: "Requests that one model answers at once.",
  default: "4",
  is_optional: false,
  lowest: 1,
  highest: 64,
  choices: [],
  after_restart: false,
  ...part,
});

it("a setting has a name that people can read", () => {
  expect(labelOf("engine.cache_type")).toBe("Cache type");
  expect(labelOf("engine.mmap")).not.toBe("Mmap");
});

it("a range is said where there is one", () => {
  expect(rangeOf(field({}))).toBe("1 to 64");
  expect(rangeOf(field({ highest: 4294967295 }))).toBe("");
  expect(rangeOf(field({ lowest: null }))).toBe("");
});

it("a search finds a setting by its key, its name or its help, in any order", () => {
  expect(isMeant(field({}), "once MODEL")).toBe(true);
  expect(isMeant(field({}), "engine.sl")).toBe(true);
  expect(isMeant(field({}), "theme")).toBe(false);
});
