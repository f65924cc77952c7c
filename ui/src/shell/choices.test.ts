import { expect, it } from "vitest";

import { matching } from "./choices";

it("finds names that hold every word, and puts those that begin with it first", () => {
  const choices = ["A story about a fox", "Fox facts", "New chat"].map((name) => ({
    id: name,
    name,
    hint: "",
    run: () => {},
  }));
  const names = (typed: string) => matching(choices, typed).map((choice) => choice.name);
  expect(names("fox")).toEqual(["Fox facts", "A story about a fox"]);
  expect(names("fox story")).toEqual(["A story about a fox"]);
  expect(names("")).toHaveLength(3);
  expect(names("owl")).toEqual([]);
});
