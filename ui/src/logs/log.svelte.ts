import { commands, type Level, type LogLine } from "../bindings";
import { failureOf } from "../failure";

/** Lines that are kept, at most; the oldest leave first. */
const KEPT = 5000;
/** How often the log is looked at while it is followed, in milliseconds. */
const EVERY = 1000;

/** Levels, the most detailed first. */
export const LEVELS: Level[] = ["trace", "debug", "info", "warn", "error"];

/** The log, as far as it is shown. */
export class Log {
  lines = $state.raw<LogLine[] | null>(null);
  failure = $state("");
  private end: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Which following is the current one; an older one that comes back late ends. */
  private round = 0;

  /** Reads what is there, and from then on what comes. */
  async follow(round = ++this.round): Promise<void> {
    clearTimeout(this.timer);
    try {
      const { lines, end } = await commands.readLog(this.end);
      if (round !== this.round) return;
      this.end = end;
      this.failure = "";
      // Nothing new is nothing to draw.
      if (lines.length > 0 || this.lines === null) this.lines = [...(this.lines ?? []), ...lines].slice(-KEPT);
    } catch (rejected) {
      if (round !== this.round) return;
      this.failure = failureOf(rejected).message;
    }
    this.timer = setTimeout(() => void this.follow(round), EVERY);
  }

  /** Reads no more. */
  rest(): void {
    this.round++;
    clearTimeout(this.timer);
  }
}

/** The lines of a level or worse that have a text in them. */
export function chosen(lines: LogLine[], level: Level, text: string): LogLine[] {
  const least = LEVELS.indexOf(level);
  const wanted = text.trim().toLowerCase();
  return lines.filter(
    (line) => LEVELS.indexOf(line.level) >= least && `${line.target} ${line.text}`.toLowerCase().includes(wanted),
  );
}
