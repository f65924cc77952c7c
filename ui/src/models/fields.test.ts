import { expect, test } from "vitest";

import { shown } from "./fields";

test("a fraction of 32 bits is shown as it was typed", () => {
  expect(shown(Math.fround(0.7))).toBe("0.7");
  expect(shown(Math.fround(1.2))).toBe("1.2");
  expect(shown(2048)).toBe("2048");
  expect(shown(4294967295)).toBe("4294967295");
  expect(shown("v2")).toBe("v2");
  expect(shown(null)).toBe("");
});
