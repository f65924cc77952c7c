import { expect, it } from "vitest";

import { timeLeft } from "./downloads.svelte";

it("time left is said in the unit in which people read it", () => {
  expect([0.2, 59, 61, 3599, 5400].map(timeLeft)).toEqual(["1 s left", "59 s left", "2 min left", "60 min left", "1.5 h left"]);
});
