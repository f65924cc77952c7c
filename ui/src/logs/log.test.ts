import { expect, it } from "vitest";

import type { LogLine } from "../bindings";
import { chosen } from "./log.svelte";

const line = (level: LogLine["level"], target: string, text: string): LogLine => ({ at: "", level, target, text });

it("lines are chosen by how bad they are, and by what they say or where", () => {
  const lines = [line("debug", "hearth", "a"), line("warn", "hearth_core::models", "gone"), line("error", "hearth", "Broken")];
  expect(chosen(lines, "trace", "")).toHaveLength(3);
  expect(chosen(lines, "warn", "")).toHaveLength(2);
  expect(chosen(lines, "trace", "MODELS")).toEqual([lines[1]]);
  expect(chosen(lines, "error", "broken ")).toEqual([lines[2]]);
});
