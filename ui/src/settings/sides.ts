import type { Line } from "../bindings";

/** A row of two texts side by side; `null` where a side has no line. `skipped` lines are equal. */
export type Row = { before: string | null; after: string | null; changed: boolean } | { skipped: number };

/** Equal lines that are shown around a change. */
const AROUND = 2;

/** The lines of two texts beside each other, with what did not change left out. */
export function sideBySide(lines: Line[]): Row[] {
  const rows: { before: string | null; after: string | null; changed: boolean }[] = [];
  let next = 0;
  // Lines that went, and the lines that came in their place, stand beside each other.
  const run = (side: Line["side"]): string[] => {
    const texts: string[] = [];
    for (let line = lines[next]; line?.side === side; line = lines[++next]) texts.push(line.text);
    return texts;
  };
  while (next < lines.length) {
    for (const text of run("both")) rows.push({ before: text, after: text, changed: false });
    const gone = run("before");
    const come = run("after");
    for (let place = 0; place < Math.max(gone.length, come.length); place++) {
      rows.push({ before: gone[place] ?? null, after: come[place] ?? null, changed: true });
    }
  }
  const shown: Row[] = [];
  let skipped = 0;
  const isNear = (place: number): boolean =>
    rows.slice(Math.max(0, place - AROUND), place + AROUND + 1).some((row) => row.changed);
  rows.forEach((row, place) => {
    if (!isNear(place)) {
      skipped++;
      return;
    }
    if (skipped > 0) shown.push({ skipped });
    skipped = 0;
    shown.push(row);
  });
  if (skipped > 0) shown.push({ skipped });
  return shown;
}
