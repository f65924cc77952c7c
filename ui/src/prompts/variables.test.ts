import { expect, it } from "vitest";

import { filled, variablesOf, wantedBy } from "./variables";

it("finds variables once and fills them in literally", () => {
  expect(variablesOf("{{a}} and {{ b c }}, {{a}}, {not}, {{}}")).toEqual(["a", "b c"]);
  expect(filled("{{a}}-{{ b }}-{{c}}", { a: "$& {{b}}", b: "B" })).toBe("$& {{b}}-B-{{c}}");
});

it("knows when a prompt is asked for", () => {
  const prompts = [{ name: "story" }, { name: "Summarise" }];
  expect(wantedBy("/s", prompts)).toHaveLength(2);
  expect(wantedBy("/su", prompts)).toEqual([{ name: "Summarise" }]);
  expect(wantedBy("/usr/bin is a path", prompts)).toBeNull();
  expect(wantedBy("and /s", prompts)).toBeNull();
});
