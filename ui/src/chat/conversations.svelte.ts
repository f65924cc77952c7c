import { commands, type Attachment, type Conversation, type Error as Failure, type Message, type SamplingConfig } from "../bindings";
import { failureOf } from "../failure";
import { toasts } from "../shell/toasts.svelte";
import { t } from "../text/text";
import { draft, unchanged } from "./draft.svelte";
import { channelTo } from "./live";

/** What the model is doing before its first word. */
export type Phase =
  | { kind: "waiting" }
  | { kind: "queued"; ahead: number }
  | { kind: "loading" | "reading"; percent: number };

/** Messages that fill most windows: they are shown before the rest of a long thread is read. */
const FIRST_SEEN = 12;
/** How often an answer of another process is looked at, in milliseconds. */
const LOOK_AGAIN = 1000;

/** The open conversation, and the answer in progress. */
class Conversations {
  current = $state<number | null>(null);
  /** The thread. Only the answer that grows is watched itself: watching thousands takes long. */
  messages = $state.raw<Message[]>([]);
  threadState = $state<"ready" | "loading">("ready");
  /** The answer that is being written in the open conversation. */
  answering = $state<number | null>(null);
  phase = $state<Phase>({ kind: "waiting" });
  /** A message is on its way to the disk. */
  sending = $state(false);

  /** The question that is being edited. */
  editing = $state<number | null>(null);
  /** The message that is to be brought into view. */
  wanted = $state.raw<{ message: number } | null>(null);

  /** Asks for the focus of the composer. */
  wantsFocus = $state(0);
  /** Counts what was opened: whatever was begun for an earlier view changes nothing any more. */
  private view = 0;
  /** Ends when the thread is there that was opened last. */
  private opening: Promise<void> = Promise.resolve();

  /** What has changed elsewhere, such as an answer that another window began. */
  async changed(conversation: number | null): Promise<void> {
    const mine = this.current !== null && (conversation === null || conversation === this.current);
    // What is being written here, this window knows best.
    if (!mine || this.busy || this.threadState === "loading") return;
    try {
      await this.reopen();
      await this.followRunning();
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
    }
  }

  /** Whether this window has something under way in the open conversation. */
  get busy(): boolean {
    return this.sending || this.answering !== null;
  }

  /** Opens a conversation, or an empty one. */
  async open(id: number | null): Promise<void> {
    const view = ++this.view;
    this.current = id;
    this.messages = [];
    this.answering = null;
    this.editing = null;
    if (id === null) {
      draft.settings = unchanged();
      this.threadState = "ready";
      return;
    }
    this.threadState = "loading";
    this.opening = this.read(id, view);
    await this.opening;
  }

  /** Reads a thread, its end first. */
  private async read(id: number, view: number): Promise<void> {
    try {
      const end = await commands.openThread(id, FIRST_SEEN);
      if (this.view !== view) return;
      this.messages = end;
      // What is above the window is read while the end is being looked at.
      if (end[0] && end[0].parent !== null) await this.reopen();
      if (this.view === view) await this.followRunning();
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
      if (this.view === view) void this.open(null);
    } finally {
      if (this.view === view) this.threadState = "ready";
    }
  }

  /** Sends what stands in the composer; what could not be saved goes back into it. */
  async send(): Promise<void> {
    if (this.busy) return;
    this.sending = true;
    const message = draft.message(this.current);
    const files = draft.files;
    draft.clear();
    const channel = this.channel({ text: message.text, files: message.files }, false);
    // What is still being read would take the place of what is sent now.
    await this.opening;
    try {
      await commands.sendMessage(message, channel);
      draft.settings = unchanged();
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
      // Before what was typed meanwhile.
      draft.text = joined(message.text, draft.text);
      draft.files = [...files, ...draft.files];
      draft.verbatim = message.verbatim;
    } finally {
      this.sending = false;
    }
  }

  /** Answers the question of an answer again, perhaps with another model or drawn otherwise. */
  async again(answer: Message, model: string | null = null, sampling = {} as SamplingConfig): Promise<void> {
    await this.instead(answer, () => commands.answerAgain(answer.id, model, sampling, this.channel(null, true)));
  }

  /** Sends another version of a question; false when it was not saved. */
  async edit(question: Message, text: string): Promise<boolean> {
    const channel = () => this.channel({ text, files: [] }, true);
    return this.instead(question, () => commands.editMessage(question.id, text, channel()));
  }

  /** Goes on with an answer that ended before its time. */
  async resume(answer: Message): Promise<void> {
    await this.instead(answer, () => commands.resumeAnswer(answer.id, this.channel(null, true)));
  }

  /** Begins something in the place of a message and all behind it; false when it was refused. */
  private async instead(message: Message, begin: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.sending = true;
    const view = this.view;
    const before = this.messages;
    this.messages = before.slice(0, this.messages.findIndex((one) => one.id === message.id));
    try {
      await begin();
      return true;
    } catch (rejected) {
      if (this.view === view) this.messages = before;
      toasts.failure(failureOf(rejected));
      return false;
    } finally {
      this.sending = false;
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

  /** Shows the open thread as it is now. */
  async refresh(): Promise<void> {
    await toasts.worked(this.reopen());
  }

  /** Reads the open thread again, without leaving it in between. */
  private async reopen(): Promise<void> {
    if (this.current === null) return;
    const view = this.view;
    const messages = await commands.openThread(this.current, null);
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

  /** Opens the last question for another version of it. */
  editLast(): void {
    const last = this.messages.findLast((message) => message.role === "user");
    if (!last || this.busy) return;
    this.wanted = { message: last.id };
    this.editing = last.id;
  }

  /** Opens a conversation at a message. */
  async openAt(conversation: number, message: number): Promise<void> {
    if (this.current !== conversation) await this.open(conversation);
    if (!this.messages.some((one) => one.id === message)) await this.showBranch(message);
    this.wanted = { message };
  }

  /** Puts the question of an answer into the composer. */
  editQuestion(answer: Message): void {
    const question = this.messages.find((message) => message.id === answer.parent);
    if (!question) return;
    draft.text = joined(question.text, draft.text);
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
    toasts.show(t("list.deleted", { title: conversation.title }), {
      label: t("undo"),
      run: async () => {
        await commands.restoreConversation(conversation.id);
        if (wasOpen && this.current === null) await this.open(conversation.id);
      },
    });
  }

  private async followRunning(): Promise<void> {
    const read = this.messages.at(-1);
    if (read?.state !== "streaming") return;
    const view = this.view;
    const last = growing(read);
    this.messages = this.messages.with(-1, last);
    // The log begins with the first word, so what was loaded with the thread goes.
    const loaded = { text: last.text, reasoning: last.reasoning };
    last.text = "";
    last.reasoning = "";
    this.answering = last.id;
    const running = await commands.followAnswer(last.id, this.channel(null, true));
    if (running || this.view !== view) return;
    // It ended in between, or another process is writing it: then look again now and then.
    Object.assign(last, loaded);
    this.answering = null;
    while (this.view === view && this.messages.at(-1)?.state === "streaming") {
      const messages = await commands.openThread(last.conversation, null);
      if (this.view !== view) return;
      this.messages = messages;
      this.threadState = "ready";
      await new Promise((done) => setTimeout(done, LOOK_AGAIN));
    }
  }

  /**
   * A channel for one answer. Its events change the thread only while the view is open that
   * asked for them; what is opened later loads what was saved and follows anew. `branches` says
   * whether other versions may stand beside it, which the thread then shows at its end.
   */
  private channel(question: { text: string; files: Attachment[] } | null, branches: boolean) {
    const view = this.view;
    let answer: number | null = null;
    const shown = () => this.view === view;
    const current = () => (shown() ? this.messages.findLast((message) => message.id === answer) : undefined);
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
        if (question !== null) {
          const asked = blank(event.question, home, "user", question.text);
          const attachments = question.files.map(({ name, text }, id) => ({ id: -id, name, characters: text.length }));
          const parent = this.messages.at(-1)?.id ?? null;
          this.messages = [...this.messages, { ...asked, parent, attachments }];
        }
        if (!current()) {
          const begun = blank(event.answer, home, "assistant", "");
          const answer = growing({ ...begun, parent: event.question, model: event.model, state: "streaming" });
          this.messages = [...this.messages, answer];
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
          message.recalled = end.recalled;
          this.answering = null;
          // Which other versions there are, and the numbers of files.
          if (branches || question?.files.length) void this.reopen();
        }
      },
      failed: (failure) => {
        const message = current();
        if (message) {
          message.state = "failed";
          message.error = { code: failure.code, message: failure.message };
          this.answering = null;
          void this.afterFailure(answer, failure);
        }
      },
    });
  }
}

/** Two texts, of which one may be empty. */
export function joined(first: string, second: string): string {
  return [first, second].filter((text) => text.trim() !== "").join("\n\n");
}

/** A message whose changes are seen. */
function growing(message: Message): Message {
  const watched = $state(message);
  return watched;
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
    verbatim: false,
    attachments: [],
    recalled: [],
    noted: [],
    siblings: [id],
  };
}

export const conversations = new Conversations();
