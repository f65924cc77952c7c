/** Widths of the list of conversations, in pixels. */
export const LIST_LEAST = 180;
export const LIST_MOST = 480;
const FIRST = 260;
const NARROW = "(max-width: 840px)";
const KEY = "list-pane";

/** The list of conversations: whether it is shown, and how wide it is, also after a restart. */
class Pane {
  shown = $state(true);
  width = $state(FIRST);

  constructor() {
    const kept = read();
    this.width = limited(kept.width ?? FIRST);
    this.shown = !this.isNarrow && kept.shown !== false;
  }

  /** Whether the window is so narrow that the list lies over the thread. */
  get isNarrow(): boolean {
    return window.matchMedia(NARROW).matches;
  }

  toggle(shown = !this.shown): void {
    this.shown = shown;
    // A drawer is closed again and again; that says nothing about a wide window.
    if (!this.isNarrow) this.keep();
  }

  resize(width: number): void {
    this.width = limited(width);
    this.keep();
  }

  private keep(): void {
    localStorage.setItem(KEY, JSON.stringify({ shown: this.shown, width: this.width }));
  }
}

function limited(width: number): number {
  return Math.round(Math.min(LIST_MOST, Math.max(LIST_LEAST, width)));
}

function read(): { shown?: boolean; width?: number } {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    // What cannot be read is as good as nothing.
    return {};
  }
}

export const pane = new Pane();
