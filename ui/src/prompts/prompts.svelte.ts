import { commands, type Prompt } from "../bindings";
import { failureOf } from "../failure";
import { toasts } from "../shell/toasts.svelte";
import { t } from "../text/text";

/** The prompts that are used again and again. */
class Prompts {
  list = $state.raw<Prompt[]>([]);

  async load(): Promise<void> {
    try {
      this.list = await commands.listPrompts();
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
    }
  }

  /** Saves a prompt; why not, where that was refused. */
  async save(prompt: Prompt, old: string | null): Promise<string | null> {
    try {
      await commands.savePrompt(prompt, old);
      await this.load();
      return null;
    } catch (rejected) {
      return failureOf(rejected).message;
    }
  }

  /** Writes all of them into a file that the user names. */
  async export(): Promise<void> {
    try {
      if (await commands.exportPrompts()) toasts.show(t("prompts.exported"));
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
    }
  }

  /** Adds those of a file that the user names. */
  async import(): Promise<void> {
    try {
      const leftOut = await commands.importPrompts();
      if (leftOut === null) return;
      await this.load();
      toasts.show(leftOut.length === 0 ? t("prompts.imported") : t("prompts.leftOut", { list: leftOut.join(", ") }));
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
    }
  }

  /** Removes a prompt, with a way back. */
  async remove(prompt: Prompt): Promise<void> {
    try {
      await commands.removePrompt(prompt.name);
      await this.load();
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
      return;
    }
    const run = async () => void (await this.save(prompt, null));
    toasts.show(t("prompts.removed", { name: prompt.name }), { label: t("undo"), run });
  }
}

export const prompts = new Prompts();
