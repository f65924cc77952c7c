import type Katex from "katex";

/**
 * TeX made into MathML, which the web view draws and a screen reader reads. KaTeX is loaded
 * when the first formula is met; until then, and where it fails, the TeX itself is shown.
 */
class Formulas {
  private katex = $state.raw<typeof Katex | null>(null);
  private loading = false;

  /** Changes when formulas can be drawn that could not be before. */
  get ready(): boolean {
    return this.katex !== null;
  }

  /** The MathML of a formula; null while it cannot be drawn. */
  mathml(tex: string, display: boolean): string | null {
    if (!this.katex) {
      void this.load();
      return null;
    }
    try {
      return this.katex.renderToString(tex, {
        displayMode: display,
        output: "mathml",
        throwOnError: true,
        strict: "ignore",
        trust: false,
        // A formula that defines itself would grow for ever.
        maxExpand: 500,
        maxSize: 40,
      });
    } catch {
      return null;
    }
  }

  async load(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    this.katex = (await import("katex")).default;
  }
}

export const formulas = new Formulas();
