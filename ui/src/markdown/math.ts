import type { MarkdownIt, StateBlock, StateInline } from "markdown-it";

/** A formula's marks: where it begins and ends, and whether it stands on a line of its own. */
const MARKS = [
  { open: "$$", close: "$$", display: true },
  { open: "\\[", close: "\\]", display: true },
  { open: "\\(", close: "\\)", display: false },
  { open: "$", close: "$", display: false },
] as const;

/** Lines of a formula, at most: what is never closed must not be looked through again and again. */
const LONGEST = 200;

/**
 * Adds formulas in TeX to markdown: `$a$` and `\(a\)` in a line, `$$a$$` and `\[a\]` on their
 * own. A lone dollar is a price. The work is linear in the text, whatever stands in it.
 */
export function withMath(markdown: MarkdownIt): void {
  markdown.inline.ruler.before("escape", "math", inline);
  markdown.block.ruler.before("fence", "math", block, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
}

function inline(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  const mark = MARKS.find(({ open }) => src.startsWith(open, pos));
  if (!mark) return false;
  const start = pos + mark.open.length;
  const end = closing(state, mark.close, start);
  if (end < 0 || end === start) return false;
  if (mark.open === "$" && !isFormula(src, start, end)) return false;
  if (!silent) {
    const token = state.push(mark.display ? "math_display" : "math", "", 0);
    token.content = src.slice(start, end);
  }
  state.pos = end + mark.close.length;
  return true;
}

/** Where a mark next stands; what is known to be missing is not looked for again. */
function closing(state: StateInline, close: string, from: number): number {
  // markdown-it keeps this cache for as long as it reads one line of text.
  const missing = state.cache as Record<string, number>;
  if (missing[close] === state.posMax) return -1;
  const end = state.src.indexOf(close, from);
  if (end < 0 || end >= state.posMax) {
    missing[close] = state.posMax;
    return -1;
  }
  return end;
}

/** Between single dollars: no blank inside the marks, no digit behind, as Pandoc has it. */
function isFormula(text: string, start: number, end: number): boolean {
  const inner = /^[^\s](?:[\s\S]*[^\s\\])?$/.test(text.slice(start, end));
  return inner && !/\d/.test(text[end + 1] ?? "");
}

function block(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const line = (at: number) =>
    state.src.slice((state.bMarks[at] ?? 0) + (state.tShift[at] ?? 0), state.eMarks[at]);
  const first = line(startLine);
  const mark = MARKS.find(({ open, display }) => display && first.startsWith(open));
  if (!mark) return false;
  for (let at = startLine; at < Math.min(endLine, startLine + LONGEST); at += 1) {
    const text = line(at).trimEnd();
    // A formula has no empty line in it.
    if (text === "") return false;
    const begins = at === startLine ? mark.open.length : 0;
    const ends = text.length - mark.close.length;
    if (ends >= begins && text.endsWith(mark.close)) {
      if (silent) return true;
      const lines = Array.from({ length: at - startLine + 1 }, (_, offset) => line(startLine + offset).trimEnd());
      const whole = lines.join("\n");
      const token = state.push("math_display", "", 0);
      token.content = whole.slice(mark.open.length, whole.length - mark.close.length).trim();
      token.block = true;
      token.map = [startLine, at + 1];
      state.line = at + 1;
      return true;
    }
  }
  return false;
}
