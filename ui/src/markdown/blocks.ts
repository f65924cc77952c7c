import MarkdownIt from "markdown-it";
import footnotes from "markdown-it-footnote";

import { formulas } from "./formulas.svelte";
import { withMath } from "./math";
import {
  renderCell,
  renderDisplayMath,
  renderImage,
  renderLink,
  renderLinkEnd,
  renderMath,
  withFootnoteRules,
  withTasks,
} from "./rules";
import { sanitized } from "./sanitized";

/** A top-level block of an answer, ready to show. */
export type Block =
  | { kind: "html"; html: string }
  | { kind: "code"; language: string; text: string }
  | { kind: "diagram"; text: string };

/** Beyond this an answer is shown as plain text: no renderer stays fluid. In characters. */
export const LONGEST = 1024 * 1024;

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false, maxNesting: 40 });
markdown.use(footnotes);
withFootnoteRules(markdown);
withMath(markdown);
withTasks(markdown);
markdown.renderer.rules["math"] = renderMath;
markdown.renderer.rules["math_display"] = renderDisplayMath;
markdown.renderer.rules["image"] = renderImage;
markdown.renderer.rules["link_open"] = renderLink;
markdown.renderer.rules["link_close"] = renderLinkEnd;
markdown.renderer.rules["th_open"] = renderCell;
markdown.renderer.rules["td_open"] = renderCell;

/**
 * Renders a text that grows. Only its last block can change when more arrives, so only that
 * is parsed again: the work for an answer grows with its length, not with its square.
 */
export class GrowingMarkdown {
  private source = "";
  private settled: Block[] = [];
  private settledLength = 0;
  private drewFormulas = false;

  /** The blocks of `source`, of which an earlier call may have seen the beginning. */
  update(source: string): Block[] {
    if (!source.startsWith(this.source) || this.drewFormulas !== formulas.ready) {
      this.settled = [];
      this.settledLength = 0;
    }
    this.source = source;
    this.drewFormulas = formulas.ready;
    if (source.length > LONGEST) return [{ kind: "code", language: "", text: source }];
    const tail = source.slice(this.settledLength);
    const { blocks, lastStart } = parse(tail);
    // Until its first line is whole, the last block may turn out to continue the one before.
    if (lastStart > 0 && tail.includes("\n", lastStart)) {
      this.settled.push(...blocks.slice(0, -1));
      this.settledLength += lastStart;
      return [...this.settled, ...blocks.slice(-1)];
    }
    return [...this.settled, ...blocks];
  }
}

/** The blocks of a whole text. Links that are defined at its end work here. */
export function blocksOf(source: string): Block[] {
  if (source.length > LONGEST) return [{ kind: "code", language: "", text: source }];
  return parse(source).blocks;
}

/** The blocks of a text, and where in it the last one begins. */
function parse(source: string): { blocks: Block[]; lastStart: number } {
  const environment = {};
  const tokens = markdown.parse(source, environment);
  const blocks: Block[] = [];
  let lastLine = 0;
  for (let start = 0; start < tokens.length; ) {
    let end = start;
    let depth = 0;
    do {
      depth += tokens[end]?.nesting ?? 0;
      end += 1;
    } while (depth > 0 && end < tokens.length);
    const first = tokens[start];
    if (first?.type === "fence" || first?.type === "code_block") {
      const language = first.info.trim().split(/\s+/)[0] ?? "";
      const isDiagram = language === "mermaid";
      blocks.push(isDiagram ? { kind: "diagram", text: first.content } : { kind: "code", language, text: first.content });
    } else {
      const html = markdown.renderer.render(tokens.slice(start, end), markdown.options, environment);
      blocks.push({ kind: "html", html: sanitized(html) });
    }
    lastLine = first?.map?.[0] ?? lastLine;
    start = end;
  }
  return { blocks, lastStart: offsetOfLine(source, lastLine) };
}

/** The ends of lines that markdown-it knows. */
const LINE_END = /\r\n?|\n/g;

function offsetOfLine(source: string, line: number): number {
  let offset = 0;
  for (let passed = 0; passed < line; passed += 1) {
    LINE_END.lastIndex = offset;
    if (!LINE_END.test(source)) return 0;
    offset = LINE_END.lastIndex;
  }
  return offset;
}
