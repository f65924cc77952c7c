import { flushSync } from "svelte";

/** Least time between two looks at a growing text, in milliseconds. */
const SHORTEST = 50;
/** Showing a text takes at most one part in so many of the time; the rest is the model's. */
const PARTS = 8;

/**
 * A growing text, shown as often as that is cheap: the longer its last paragraph gets, the
 * longer it takes to draw, and the processor that draws is one that the model could use.
 */
export class Pace {
  shown = $state.raw("");
  private latest: string;
  /** Whether a look is due or being paid for. */
  private busy = false;
  private grows = false;

  /** Begins with a text that is there already; `layOut` lays out what changed. */
  constructor(
    text: string,
    private readonly layOut: () => void,
  ) {
    this.latest = text;
    this.shown = text;
  }

  /** The text is now this one. */
  offer(text: string): void {
    this.grows = true;
    this.latest = text;
    if (this.busy || this.latest === this.shown) return;
    this.busy = true;
    setTimeout(() => this.show(), 0);
  }

  /** It grows no more, for now. */
  end(): void {
    this.grows = false;
  }

  private show(): void {
    if (!this.grows) {
      this.busy = false;
      return;
    }
    const start = performance.now();
    this.shown = this.latest;
    flushSync();
    this.layOut();
    const laidOut = performance.now() - start;
    // What follows in the same frame is painting.
    requestAnimationFrame((frame) => setTimeout(() => this.rest(laidOut + performance.now() - frame), 0));
  }

  /** Rests for as long as the last look has cost, several times over. */
  private rest(cost: number): void {
    setTimeout(() => {
      this.busy = false;
      if (this.grows) this.offer(this.latest);
    }, Math.max(SHORTEST, (PARTS - 1) * cost));
  }
}
