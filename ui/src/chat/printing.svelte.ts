import { tick } from "svelte";

import { commands } from "../bindings";
import { failureOf } from "../failure";
import { toasts } from "../shell/toasts.svelte";

/** Printing the open conversation, which is how it becomes a PDF file. */
class Printing {
  /** Whether every message is drawn, not only those near the view. */
  everything = $state(false);

  /** Draws the whole thread and opens the system's dialog for printing. */
  async print(): Promise<void> {
    this.everything = true;
    await tick();
    try {
      await commands.printPage();
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
      this.everything = false;
    }
  }

  /** The dialog is closed. */
  finished(): void {
    this.everything = false;
  }
}

export const printing = new Printing();
