import { Channel } from "@tauri-apps/api/core";

import { commands, type Field, type Section, type SettingsShown } from "../bindings";
import { failureOf } from "../failure";
import { theme } from "../shell/theme.svelte";
import { toasts } from "../shell/toasts.svelte";
import { t } from "../text/text";

/** The settings file, as the core tells it, whoever changes it. */
class SettingsFile {
  sections = $state.raw<Section[]>([]);
  shown = $state.raw<SettingsShown | null>(null);
  /** Why it cannot be shown. */
  failure = $state("");
  /** What was refused, by the setting's name. */
  refusals = $state.raw<Record<string, string>>({});

  /** The text that is being edited; it outlives the view in which it is. */
  draft = $state({ text: "", original: "", base: "" });

  private readonly values = $derived(new Map((this.shown?.values ?? []).map((one) => [one.key, one.value ?? ""])));

  /** Follows the file from now on. */
  async start(): Promise<void> {
    const channel = new Channel<SettingsShown>();
    channel.onmessage = (shown) => this.take(shown);
    try {
      this.sections = await commands.settingSections();
      await commands.watchSettings(channel);
    } catch (rejected) {
      this.failure = failureOf(rejected).message;
    }
  }

  /** A value as the file has it; none where it does not set it. */
  value(key: string): string | undefined {
    return this.values.get(key);
  }

  /** Whether a value differs from its default. */
  isChanged(field: Field): boolean {
    const value = this.value(field.key);
    return value !== undefined && (field.is_optional || value !== field.default);
  }

  /** Sets a value as it was typed. */
  async set(field: Field, typed: string): Promise<void> {
    await this.change(field, typed);
  }

  /** Goes back to the default. What the file always shows stays in it. */
  async reset(field: Field): Promise<void> {
    await this.change(field, field.is_optional ? null : field.default);
  }

  private async change(field: Field, typed: string | null): Promise<void> {
    let refusal: string | undefined;
    try {
      await commands.setSetting(field.key, typed);
    } catch (rejected) {
      refusal = failureOf(rejected).message;
    }
    // Others may have been answered meanwhile.
    const { [field.key]: _, ...others } = this.refusals;
    this.refusals = refusal === undefined ? others : { ...others, [field.key]: refusal };
  }

  private take(shown: SettingsShown): void {
    const wasSound = this.shown !== null && this.shown.faults.length === 0;
    this.shown = shown;
    this.failure = "";
    const [first] = shown.faults;
    // At the start the facts of the app say it.
    if (wasSound && first) {
      const message = t("config.broken", { line: first.line, key: first.key, why: first.why });
      toasts.failure({ code: "bad_setting", message });
    }
    const chosen = this.value("window.theme");
    if (!shown.is_safe && (chosen === "system" || chosen === "light" || chosen === "dark")) theme.start(chosen);
  }
}

export const settings = new SettingsFile();
