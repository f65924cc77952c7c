import { expect, it } from "vitest";

import type { Message } from "../bindings";
import { placeOfTrim } from "./trimmed";

function thread(length: number, trimmed: number): Message[] {
  return Array.from({ length }, (_, place) => ({
    id: place + 1,
    role: place % 2 === 0 ? "user" : "assistant",
    text: "x",
    pinned: false,
    measured: place === length - 1 ? { trimmed_messages: trimmed } : null,
  })) as unknown as Message[];
}

it("marks where what is sent begins, past what was pinned or never answered", () => {
  expect(placeOfTrim(thread(8, 0))).toBe(-1);
  expect(placeOfTrim(thread(8, 4))).toBe(4);
  const pinned = thread(8, 4);
  if (pinned[1]) pinned[1].pinned = true;
  expect(placeOfTrim(pinned)).toBe(6);
  const lost = thread(8, 2);
  if (lost[1]) lost[1].text = "";
  expect(placeOfTrim(lost)).toBe(4);
  expect(placeOfTrim([])).toBe(-1);
});
