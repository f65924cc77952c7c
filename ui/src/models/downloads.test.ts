import { expect, it } from "vitest";

import { namesOf, timeLeft } from "./downloads.svelte";

it("time left is said in the unit in which people read it", () => {
  expect([0.2, 59, 61, 3599, 5400].map(timeLeft)).toEqual(["1 s left", "59 s left", "2 min left", "60 min left", "1.5 h left"]);
});

it("a variant's files are called here as the core calls them", () => {
  const file = (path: string) => ({ path, bytes: 1, sha256: null });
  const variant = { name: "Q4_0-model", quantization: "Q4_0", bytes: 2, files: [file("Q4_0/model.gguf")] };
  expect(namesOf(variant)).toEqual(["Q4_0-model.gguf"]);
  const split = { ...variant, files: [file("a"), file("b")] };
  expect(namesOf(split)).toEqual(["Q4_0-model-00001-of-00002.gguf", "Q4_0-model-00002-of-00002.gguf"]);
});
