import { beforeEach, expect, it, vi } from "vitest";

import type { Message, TurnEvent } from "../bindings";

type Listener = (events: TurnEvent[]) => void;
const channels: { onmessage: Listener }[] = [];
const threads = new Map<number, Message[]>();
let slow: Promise<void> | null = null;

vi.mock("@tauri-apps/api/core", () => ({
  Channel: class {
    onmessage: Listener = () => {};
    constructor() {
      channels.push(this);
    }
  },
}));
vi.mock("../bindings", () => ({
  commands: {
    listConversations: async () => [],
    openThread: async (id: number) => {
      await slow;
      return structuredClone(threads.get(id) ?? []);
    },
    sendMessage: async () => null,
    followAnswer: async () => true,
  },
}));

const { conversations } = await import("./conversations.svelte");
const { draft } = await import("./draft.svelte");

const started = (conversation: number, question: number, answer: number): TurnEvent => ({
  type: "started",
  conversation,
  question,
  answer,
  model: "m",
});
const text = (piece: string): TurnEvent => ({ type: "text", text: piece });
const shown = () => conversations.messages.map((message) => message.text);

function saved(id: number, conversation: number, role: string, state: Message["state"]): Message {
  const rest = { parent: null, reasoning: "", error: null, created_at: 0, model: null, measured: null, pinned: false, verbatim: false, attachments: [] };
  const none = { recalled: [], noted: [], siblings: [id] };
  return { id, conversation, role, state, text: `${role} ${id}`, ...rest, ...none };
}

beforeEach(async () => {
  channels.length = 0;
  threads.clear();
  await conversations.open(null);
});

it("shows each piece once, also after leaving and coming back", async () => {
  draft.text = "Hello";
  await conversations.send();
  channels[0]?.onmessage([started(1, 10, 11), text("one ")]);
  expect(shown()).toEqual(["Hello", "one "]);
  threads.set(1, [saved(10, 1, "user", "complete"), saved(11, 1, "assistant", "streaming")]);
  await conversations.open(2);
  expect(shown()).toEqual([]);
  await conversations.open(1);
  channels[1]?.onmessage([started(1, 10, 11), text("one "), text("two ")]);
  channels[0]?.onmessage([text("two ")]);
  expect(shown()).toEqual(["user 10", "one two "]);
});

it("keeps an answer out of the conversation that was opened meanwhile", async () => {
  draft.text = "Hello";
  await conversations.send();
  threads.set(2, [saved(20, 2, "user", "complete")]);
  await conversations.open(2);
  channels[0]?.onmessage([started(1, 10, 11), text("one ")]);
  expect(conversations.current).toBe(2);
  expect(shown()).toEqual(["user 20"]);
});

it("stays in the new chat that was asked for before the answer began", async () => {
  draft.text = "Hello";
  await conversations.send();
  await conversations.open(null);
  channels[0]?.onmessage([started(1, 10, 11)]);
  expect(conversations.current).toBeNull();
  expect(shown()).toEqual([]);
});

it("a message that is sent while its conversation is being read stands behind it", async () => {
  threads.set(1, [saved(10, 1, "user", "complete"), saved(11, 1, "assistant", "complete")]);
  let ready = () => {};
  slow = new Promise((done) => (ready = done));
  const opened = conversations.open(1);
  draft.text = "More";
  const sent = conversations.send();
  slow = null;
  ready();
  await Promise.all([opened, sent]);
  channels[0]?.onmessage([started(1, 12, 13), text("one ")]);
  expect(shown()).toEqual(["user 10", "assistant 11", "More", "one "]);
});
