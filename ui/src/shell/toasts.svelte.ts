import type { Error as Failure } from "../bindings";
import { failureOf, sentenceAndDetails } from "../failure";

/** Something said at the edge of the window, perhaps with a way back. */
export interface Toast {
  id: number;
  text: string;
  failure: boolean;
  action: { label: string; run: () => Promise<void> } | null;
}

/** How long a way back stays open, in milliseconds. */
const SHOWN = 10_000;

class Toasts {
  list = $state<Toast[]>([]);
  private next = 0;
  private timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(text: string, action: Toast["action"] = null): void {
    this.add({ id: this.next++, text, failure: false, action });
  }

  /** A failure stays until it is dismissed. */
  failure(failure: Failure): void {
    this.add({ id: this.next++, text: sentenceAndDetails(failure.message).sentence, failure: true, action: null });
  }

  /** Whether something was done; where it was refused, that is said. */
  async worked(done: Promise<unknown>): Promise<boolean> {
    try {
      await done;
      return true;
    } catch (rejected) {
      this.failure(failureOf(rejected));
      return false;
    }
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Keeps a toast as long as somebody looks at it. */
  hold(toast: Toast): void {
    clearTimeout(this.timers.get(toast.id));
  }

  /** Lets a toast go after a while. */
  release(toast: Toast): void {
    this.hold(toast);
    if (!toast.failure) this.timers.set(toast.id, setTimeout(() => this.dismiss(toast.id), SHOWN));
  }

  private add(toast: Toast): void {
    // The same fault again says nothing new.
    if (!toast.action && this.list.some((one) => one.text === toast.text)) return;
    this.list.push(toast);
    this.release(toast);
  }
}

export const toasts = new Toasts();
