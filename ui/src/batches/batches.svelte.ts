import { Channel } from "@tauri-apps/api/core";

import { commands, type Batch } from "../bindings";
import { failureOf } from "../failure";

/** The batches, as the core tells them. */
class Batches {
  list = $state.raw<Batch[] | null>(null);
  refusal = $state("");
  private followed = false;

  /** Follows the core from the first look on. */
  async follow(): Promise<void> {
    if (this.followed) return;
    this.followed = true;
    const channel = new Channel<Batch[]>();
    channel.onmessage = (list) => (this.list = list);
    try {
      await commands.watchBatches(channel);
      this.refusal = "";
    } catch (rejected) {
      this.followed = false;
      this.refusal = failureOf(rejected).message;
    }
  }
}

export const batches = new Batches();
