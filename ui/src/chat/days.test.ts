import { expect, it } from "vitest";

import type { Conversation } from "../bindings";
import { grouped } from "./days";

function conversation(id: number, updated_at: number, more: Partial<Conversation> = {}): Conversation {
  const rest = { title: "", created_at: 0, pinned: false, archived: false, folder: null, tags: [] };
  return { ...rest, id, updated_at, ...more };
}

it("groups conversations by the calendar's days, not by 24 hours", () => {
  const now = new Date(2026, 10, 20, 0, 30);
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour).getTime();
  const groups = grouped(
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

it("puts the pinned first, then folders by name", () => {
  const now = new Date(2026, 10, 20);
  const groups = grouped(
    [
      conversation(1, now.getTime()),
      conversation(2, 2, { folder: "Work" }),
      conversation(3, 3, { folder: "Art" }),
      conversation(4, 4, { pinned: true, folder: "Work" }),
      conversation(5, 5, { folder: "Work" }),
    ],
    now,
  );
  expect(groups.map((group) => [group.folder ?? group.title, group.conversations.map((one) => one.id)])).toEqual([
    ["list.pinned", [4]],
    ["Art", [3]],
    ["Work", [2, 5]],
    ["list.today", [1]],
  ]);
});
