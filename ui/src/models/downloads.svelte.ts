import { Channel } from "@tauri-apps/api/core";

import { commands, type DownloadStatus, type HubFile, type Repository, type Variant } from "../bindings";
import { toasts } from "../shell/toasts.svelte";
import { t } from "../text/text";

/** The models that are coming, as the core tells it. */
class Downloads {
  list = $state.raw<DownloadStatus[]>([]);
  /** Counts the files that came: whoever shows what is there looks again. */
  arrived = $state(0);
  private given = new Set<number>();
  /** The name of the file that answers when it is here. */
  private answers: string | null = null;

  /** Follows the core from now on. */
  async start(): Promise<void> {
    const channel = new Channel<DownloadStatus[]>();
    channel.onmessage = (list) => {
      const gone = this.list.filter((one) => !list.some((other) => other.id === one.id));
      for (const one of gone) {
        // What was not given up has come.
        if (this.given.delete(one.id)) continue;
        void this.came(one);
      }
      this.list = list;
    };
    await toasts.worked(commands.watchDownloads(channel));
  }

  /** The first model of a user's own: it answers when it is here. */
  async first(repository: Repository, variant: Variant): Promise<void> {
    await this.files(repository.id, repository.commit, variant.files);
    this.answers = namesOf(variant)[0] ?? null;
  }

  private async came(one: DownloadStatus): Promise<void> {
    if (one.name === this.answers) {
      this.answers = null;
      await toasts.worked(commands.chooseModel(one.name));
    }
    this.arrived += 1;
    toasts.show(t("downloads.done", { name: one.name }));
  }

  async files(repository: string, commit: string, files: HubFile[]): Promise<void> {
    await toasts.worked(commands.downloadFiles(repository, commit, files));
  }

  /** False where the address or the name was refused. */
  async address(url: string, name: string | null): Promise<boolean> {
    return toasts.worked(commands.downloadAddress(url, name));
  }

  async pause(one: DownloadStatus): Promise<void> {
    await toasts.worked(commands.pauseDownload(one.id));
  }

  async resume(one: DownloadStatus): Promise<void> {
    await toasts.worked(commands.resumeDownload(one.id));
  }

  async hurry(one: DownloadStatus): Promise<void> {
    await toasts.worked(commands.hurryDownload(one.id));
  }

  async cancel(one: DownloadStatus): Promise<void> {
    this.given.add(one.id);
    if (!(await toasts.worked(commands.cancelDownload(one.id)))) this.given.delete(one.id);
  }
}

/** What the files of a variant are called here. */
export function namesOf(variant: Variant): string[] {
  const count = variant.files.length;
  const five = (number: number) => String(number).padStart(5, "0");
  if (count === 1) return [`${variant.name}.gguf`];
  return variant.files.map((_, index) => `${variant.name}-${five(index + 1)}-of-${five(count)}.gguf`);
}

/** A time in the unit in which people read it, from seconds. */
export function timeLeft(seconds: number): string {
  if (seconds < 60) return t("downloads.seconds", { count: Math.ceil(seconds) });
  if (seconds < 3600) return t("downloads.minutes", { count: Math.ceil(seconds / 60) });
  return t("downloads.hours", { count: (seconds / 3600).toFixed(1) });
}

export const downloads = new Downloads();
