import { Channel } from "@tauri-apps/api/core";

import { commands } from "../bindings";
import { failureOf } from "../failure";
import { toasts } from "../shell/toasts.svelte";
import { t } from "../text/text";

/** The smaller copy of a model that is being made: one at a time, for each takes all cores. */
class Copying {
  /** The model; none while nothing is made. */
  model = $state<string | null>(null);
  percent = $state(0);

  /** Makes one; true where it is there. */
  async make(model: string, weights: string): Promise<boolean> {
    this.model = model;
    this.percent = 0;
    const progress = new Channel<number>();
    progress.onmessage = (percent) => (this.percent = percent);
    try {
      const copy = await commands.requantizeModel(model, weights, progress);
      if (copy !== null) toasts.show(t("smaller.done", { name: copy }));
      return copy !== null;
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
      return false;
    } finally {
      this.model = null;
    }
  }

  async stop(): Promise<void> {
    await commands.stopRequantizing();
  }
}

export const copying = new Copying();
