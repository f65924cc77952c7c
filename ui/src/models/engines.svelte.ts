import { Channel } from "@tauri-apps/api/core";

import { commands, type EngineStatus } from "../bindings";
import { failureOf } from "../failure";
import { toasts } from "../shell/toasts.svelte";
import { t } from "../text/text";

/** What is loaded, as the core tells it. */
class Engines {
  list = $state.raw<EngineStatus[]>([]);

  /** Follows the core from now on. */
  async start(): Promise<void> {
    const channel = new Channel<EngineStatus[]>();
    channel.onmessage = (list) => {
      this.list = list;
    };
    await this.worked(commands.watchEngines(channel));
  }

  /** The state of a model; none while it is not in memory. */
  of(model: string): EngineStatus | undefined {
    return this.list.find((one) => one.model === model);
  }

  async load(model: string): Promise<void> {
    await this.worked(commands.loadModel(model));
  }

  async unload(model: string): Promise<void> {
    await this.worked(commands.unloadModel(model));
  }

  async reload(model: string): Promise<void> {
    await this.worked(commands.reloadModel(model));
  }

  private async worked(done: Promise<unknown>): Promise<void> {
    try {
      await done;
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
    }
  }
}

/** A state in words. */
export function inWords(status: EngineStatus | undefined): string {
  if (!status) return t("model.away");
  switch (status.state.type) {
    case "loading":
      return t("model.loading", { percent: status.state.percent });
    case "unloading":
      return t("model.unloading");
    case "failed":
      return t("model.failed");
    case "ready":
      if (status.busy === 0) return t("model.ready");
      if (status.queued === 0) return t("model.busy", { busy: status.busy, slots: status.slots });
      return t("model.queued", { busy: status.busy, slots: status.slots, queued: status.queued });
  }
}

export const engines = new Engines();
