import { expect, it } from "vitest";

import { byDay } from "./days";

it("groups conversations by the calendar's days, not by 24 hours", () => {
  const now = new Date(2026, 10, 20, 0, 30);
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour).getTime();
  const conversation = (id: number, updated_at: number) => ({ id, title: "", created_at: 0, updated_at });
  const groups = byDay(
    [
      conversation(5, at(20, 0)),
      conversation(4, at(19, 23)),
      conversation(3, at(19, 1)),
      conversation(2, at(14, 12)),
      conversation(1, at(1, 12)),
    ],
    now,
  );
  expect(groups.map((group) => [group.title, group.conversations.map((one) => one.id)])).toEqual([
    ["list.today", [5]],
    ["list.yesterday", [4, 3]],
    ["list.week", [2]],
    ["list.older", [1]],
  ]);
});
