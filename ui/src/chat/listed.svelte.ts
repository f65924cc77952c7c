import { Channel } from "@tauri-apps/api/core";

import { commands, type Change, type Conversation } from "../bindings";
import { failureOf } from "../failure";
import { toasts } from "../shell/toasts.svelte";

/** The list of conversations, the last used first, as it changes in this window and elsewhere. */
class Listed {
  list = $state.raw<Conversation[]>([]);
  phase = $state<"loading" | "ready" | "failed">("loading");

  async load(): Promise<void> {
    try {
      this.list = await commands.listConversations();
      this.phase = "ready";
    } catch (rejected) {
      this.phase = "failed";
      toasts.failure(failureOf(rejected));
    }
  }

  /** Keeps the list up to date, and hands on which conversation has changed; null for any. */
  async watch(onchange: (conversation: number | null) => void): Promise<void> {
    const channel = new Channel<number | null>();
    channel.onmessage = (conversation) => {
      void (conversation === null ? this.load() : this.update(conversation));
      onchange(conversation);
    };
    await commands.watchConversations(channel);
  }

  /** The title of a conversation; empty where it is not in the list. */
  titleOf(id: number | null): string {
    return this.list.find((one) => one.id === id)?.title ?? "";
  }

  /** Changes what orders a conversation; false when that was refused. */
  async label(conversation: Conversation, changes: Change[]): Promise<boolean> {
    try {
      for (const change of changes) await commands.labelConversation(conversation.id, change);
      return true;
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
      return false;
    }
  }

  /** Reads one row again: ten thousand others need not come along. */
  private async update(id: number): Promise<void> {
    const others = (list: Conversation[]) => list.filter((one) => one.id !== id);
    try {
      const changed = await commands.findConversation(id);
      const rest = others(this.list);
      const place = rest.findIndex((one) => one.updated_at <= changed.updated_at);
      this.list = place < 0 ? [...rest, changed] : rest.toSpliced(place, 0, changed);
    } catch {
      // It is gone, so its row goes.
      this.list = others(this.list);
    }
  }
}

export const listed = new Listed();
