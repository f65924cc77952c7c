import { commands, type Theme } from "../bindings";
import { failureOf } from "../failure";
import { toasts } from "./toasts.svelte";

const ORDER: Theme[] = ["system", "light", "dark"];

/** Light, dark, or as the system. */
class ThemeChoice {
  chosen = $state<Theme>("system");
  /** Whether the window is dark now. */
  dark = $state(false);
  private system = window.matchMedia("(prefers-color-scheme: dark)");

  constructor() {
    this.system.addEventListener("change", () => this.apply());
  }

  start(theme: Theme): void {
    this.chosen = theme;
    this.apply();
  }

  async next(): Promise<void> {
    this.chosen = ORDER[(ORDER.indexOf(this.chosen) + 1) % ORDER.length] ?? "system";
    this.apply();
    try {
      await commands.setTheme(this.chosen);
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
    }
  }

  private apply(): void {
    this.dark = this.chosen === "dark" || (this.chosen === "system" && this.system.matches);
    document.documentElement.dataset["theme"] = this.dark ? "dark" : "light";
  }
}

export const theme = new ThemeChoice();
