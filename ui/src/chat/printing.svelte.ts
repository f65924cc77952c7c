import { tick } from "svelte";

import { commands } from "../bindings";
import { failureOf } from "../failure";
import { placeOf } from "../shell/place";
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
      const place = placeOf(location.search);
      await commands.printPage(place.kind === "conversation" ? place.id : null);
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
