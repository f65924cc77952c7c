import { expect, it } from "vitest";

import type { Memory } from "../bindings";
import { clustered } from "./topics";

it("puts memories of a topic together, the largest cluster first", () => {
  const memories = ["home", "food", "pets", "food"].map((topic, id) => ({ id, topic }) as Memory);
  expect(clustered(memories).map(({ topic, memories }) => [topic, memories.map(({ id }) => id)])).toEqual([
    ["food", [1, 3]],
    ["home", [0]],
    ["pets", [2]],
  ]);
});
