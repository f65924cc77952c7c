import { expect, it } from "vitest";

import { finishedSentences } from "./sentences";

it("speaks whole sentences only, and the rest when the answer is over", () => {
  expect(finishedSentences("It costs 3.", 0, false)).toBe(0);
  expect(finishedSentences("It costs 3.50 today. And", 0, false)).toBe(20);
  expect(finishedSentences("One. Two. Th", 4, false)).toBe(9);
  expect(finishedSentences("一つ。二", 0, false)).toBe(3);
  expect(finishedSentences("One. Two", 4, true)).toBe(8);
});
