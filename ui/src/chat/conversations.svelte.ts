import { Channel } from "@tauri-apps/api/core";

import { commands, type Change, type Conversation, type Error as Failure, type Message } from "../bindings";
import { failureOf } from "../failure";
import { toasts } from "../shell/toasts.svelte";
import { t } from "../text/text";
import { channelTo } from "./live";

/** What the model is doing before its first word. */
export type Phase =
  | { kind: "waiting" }
  | { kind: "queued"; ahead: number }
  | { kind: "loading" | "reading"; percent: number };

/** How often an answer of another process is looked at, in milliseconds. */
const LOOK_AGAIN = 1000;

/** The list of conversations, the open one, and the answers in progress. */
class Conversations {
  list = $state.raw<Conversation[]>([]);
  listState = $state<"loading" | "ready" | "failed">("loading");
  current = $state<number | null>(null);
  messages = $state<Message[]>([]);
  threadState = $state<"ready" | "loading">("ready");
  /** The answer that is being written in the open conversation. */
  answering = $state<number | null>(null);
  phase = $state<Phase>({ kind: "waiting" });
  /** What stands in the composer. */
  draft = $state("");
  /** A message is on its way to the disk. */
  sending = $state(false);

  /** Asks for the focus of the composer. */
  wantsFocus = $state(0);
  /** Counts what was opened: whatever was begun for an earlier view changes nothing any more. */
  private view = 0;

  async load(): Promise<void> {
    try {
      this.list = await commands.listConversations();
      this.listState = "ready";
    } catch (rejected) {
      this.listState = "failed";
      toasts.failure(failureOf(rejected));
    }
  }

  /** Reads the list again whenever it has changed by itself, as by a title from the model. */
  async watch(): Promise<void> {
    const channel = new Channel<null>();
    channel.onmessage = () => void this.load();
    await commands.watchConversations(channel);
  }

  /** Opens a conversation, or an empty one. */
  async open(id: number | null): Promise<void> {
    const view = ++this.view;
    this.current = id;
    this.messages = [];
    this.answering = null;
    if (id === null) {
      this.threadState = "ready";
      return;
    }
    this.threadState = "loading";
    try {
      const messages = await commands.openThread(id);
      if (this.view !== view) return;
      this.messages = messages;
      await this.followRunning();
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
      if (this.view === view) void this.open(null);
    } finally {
      if (this.view === view) this.threadState = "ready";
    }
  }

  /** Sends a message; false when it was not saved, so that its text is kept. */
  async send(text: string): Promise<boolean> {
    if (this.sending || this.answering !== null) return false;
    this.sending = true;
    const conversation = this.current;
    try {
      await commands.sendMessage(conversation, text, this.channel(text));
      void this.load();
      return true;
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
      return false;
    } finally {
      this.sending = false;
    }
  }

  /** Answers the question of an answer again. */
  async again(answer: Message): Promise<void> {
    if (this.answering !== null) return;
    const place = this.messages.findIndex((message) => message.id === answer.id);
    const removed = this.messages.slice(place);
    const view = this.view;
    this.messages = this.messages.slice(0, place);
    try {
      await commands.answerAgain(answer.id, this.channel(null));
    } catch (rejected) {
      if (this.view === view) this.messages = [...this.messages, ...removed];
      toasts.failure(failureOf(rejected));
    }
  }

  /** Sends another version of a question; false when it was not saved. */
  async edit(question: Message, text: string): Promise<boolean> {
    if (this.sending || this.answering !== null) return false;
    this.sending = true;
    const place = this.messages.findIndex((message) => message.id === question.id);
    const removed = this.messages.slice(place);
    const view = this.view;
    this.messages = this.messages.slice(0, place);
    try {
      await commands.editMessage(question.id, text, this.channel(text));
      return true;
    } catch (rejected) {
      if (this.view === view) this.messages = [...this.messages, ...removed];
      toasts.failure(failureOf(rejected));
      return false;
    } finally {
      this.sending = false;
    }
  }

  /** Goes on with an answer that ended before its time. */
  async resume(answer: Message): Promise<void> {
    if (this.answering !== null) return;
    const place = this.messages.findIndex((message) => message.id === answer.id);
    const before = this.messages[place];
    const view = this.view;
    this.messages = this.messages.slice(0, place);
    try {
      await commands.resumeAnswer(answer.id, this.channel(null));
    } catch (rejected) {
      if (this.view === view && before) this.messages = [...this.messages, before];
      toasts.failure(failureOf(rejected));
    }
  }

  /** Shows the branch that goes through a message. */
  async showBranch(message: number): Promise<void> {
    const current = this.current;
    try {
      await commands.showBranch(message);
      if (current !== null && this.current === current) await this.reopen();
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
    }
  }

  /** Begins a new conversation with the history up to a message. */
  async branchOff(message: Message): Promise<void> {
    try {
      const branch = await commands.branchOff(message.id);
      await this.load();
      await this.open(branch);
      toasts.show(t("branch.done"));
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
    }
  }

  /** Keeps a message's turn in the context when others are left out, or no longer. */
  async pin(message: Message): Promise<void> {
    try {
      await commands.pinMessage(message.id, !message.pinned);
      await this.reopen();
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
    }
  }

  /** Changes what orders a conversation; false when that was refused. */
  async label(conversation: Conversation, changes: Change[]): Promise<boolean> {
    try {
      for (const change of changes) await commands.labelConversation(conversation.id, change);
      await this.load();
      return true;
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
      return false;
    }
  }

  /** Reads the open thread again, without leaving it in between. */
  private async reopen(): Promise<void> {
    if (this.current === null) return;
    const view = this.view;
    const messages = await commands.openThread(this.current);
    if (this.view === view) this.messages = messages;
  }

  /** Another answer that failed before its first word leaves the old branch shown: then say why. */
  private async afterFailure(answer: number | null, failure: Failure): Promise<void> {
    const view = this.view;
    try {
      await this.reopen();
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
    }
    if (this.view === view && !this.messages.some((message) => message.id === answer)) toasts.failure(failure);
  }

  /** Puts the question of an answer into the composer. */
  editQuestion(answer: Message): void {
    const question = this.messages.find((message) => message.id === answer.parent);
    if (!question) return;
    this.draft = joined(question.text, this.draft);
    this.wantsFocus += 1;
  }

  async stop(): Promise<void> {
    if (this.answering !== null) await commands.stopAnswer(this.answering);
  }

  /** Deletes a conversation, with a way back. */
  async remove(conversation: Conversation): Promise<void> {
    const wasOpen = this.current === conversation.id;
    try {
      await commands.deleteConversation(conversation.id);
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
      return;
    }
    if (wasOpen) await this.open(null);
    await this.load();
    toasts.show(t("list.deleted", { title: conversation.title }), {
      label: t("undo"),
      run: async () => {
        await commands.restoreConversation(conversation.id);
        await this.load();
        if (wasOpen && this.current === null) await this.open(conversation.id);
      },
    });
  }

  private async followRunning(): Promise<void> {
    const last = this.messages.at(-1);
    if (last?.state !== "streaming") return;
    const view = this.view;
    // The log begins with the first word, so what was loaded with the thread goes.
    const loaded = { text: last.text, reasoning: last.reasoning };
    last.text = "";
    last.reasoning = "";
    this.answering = last.id;
    const running = await commands.followAnswer(last.id, this.channel(null));
    if (running || this.view !== view) return;
    // It ended in between, or another process is writing it: then look again now and then.
    Object.assign(last, loaded);
    this.answering = null;
    while (this.view === view && this.messages.at(-1)?.state === "streaming") {
      const messages = await commands.openThread(last.conversation);
      if (this.view !== view) return;
      this.messages = messages;
      this.threadState = "ready";
      await new Promise((done) => setTimeout(done, LOOK_AGAIN));
    }
  }

  /**
   * A channel for one answer. Its events change the thread only while the view is open that
   * asked for them; what is opened later loads what was saved and follows anew.
   */
  private channel(question: string | null) {
    const view = this.view;
    let answer: number | null = null;
    const shown = () => this.view === view;
    const current = () => (shown() ? this.messages.find((message) => message.id === answer) : undefined);
    this.phase = { kind: "waiting" };
    return channelTo({
      started: (event) => {
        answer = event.answer;
        const home = event.conversation;
        if (!shown()) {
          // A thread that was read before this turn was saved lacks it.
          const lacks = !this.messages.some((message) => message.id === answer);
          if (this.current === home && lacks) void this.open(home);
          return;
        }
        this.current = home;
        if (question !== null) this.messages.push(blank(event.question, home, "user", question));
        if (!current()) {
          const begun = blank(event.answer, home, "assistant", "");
          this.messages.push({ ...begun, parent: event.question, model: event.model, state: "streaming" });
        }
        this.answering = event.answer;
      },
      loading: (percent) => {
        if (shown()) this.phase = percent >= 100 ? { kind: "waiting" } : { kind: "loading", percent };
      },
      queued: (ahead) => {
        if (shown()) this.phase = { kind: "queued", ahead };
      },
      reading: (percent) => {
        if (shown()) this.phase = { kind: "reading", percent };
      },
      text: (piece) => {
        const message = current();
        if (message) message.text += piece;
      },
      reasoning: (piece) => {
        const message = current();
        if (message) message.reasoning += piece;
      },
      notice: (text) => {
        if (shown()) toasts.show(text);
      },
      done: (end) => {
        const message = current();
        if (message) {
          message.text = end.answer;
          message.reasoning = end.reasoning;
          message.state = end.state;
          message.measured = end.measured;
          this.answering = null;
          // Which other versions there are.
          void this.reopen();
        }
        void this.load();
      },
      failed: (failure) => {
        const message = current();
        if (message) {
          message.state = "failed";
          message.error = { code: failure.code, message: failure.message };
          this.answering = null;
          void this.afterFailure(answer, failure);
        }
        void this.load();
      },
    });
  }
}

/** Two texts, of which one may be empty. */
export function joined(first: string, second: string): string {
  return [first, second].filter((text) => text.trim() !== "").join("\n\n");
}

function blank(id: number, conversation: number, role: string, text: string): Message {
  return {
    id,
    conversation,
    parent: null,
    role,
    text,
    reasoning: "",
    state: "complete",
    error: null,
    created_at: Date.now(),
    model: null,
    measured: null,
    pinned: false,
    siblings: [id],
  };
}

export const conversations = new Conversations();
