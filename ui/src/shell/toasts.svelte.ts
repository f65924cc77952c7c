import type { Error as Failure } from "../bindings";
import { sentenceAndDetails } from "../failure";

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

  show(text: string, action: Toast["action"] = null): void {
    this.add({ id: this.next++, text, failure: false, action });
  }

  /** A failure stays until it is dismissed. */
  failure(failure: Failure): void {
    this.add({ id: this.next++, text: sentenceAndDetails(failure.message).sentence, failure: true, action: null });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  private add(toast: Toast): void {
    this.list.push(toast);
    if (!toast.failure) setTimeout(() => this.dismiss(toast.id), SHOWN);
  }
}

export const toasts = new Toasts();
