import type { ElementContent, RootContent } from "hast";
import { common, createLowlight } from "lowlight";

/** Some code of one kind, such as a keyword. */
export interface Span {
  kind: string;
  text: string;
}

const lowlight = createLowlight(common);

/** The spans of some code; one without a kind where the language is not known. */
export function spansOf(language: string, text: string): Span[] {
  if (!lowlight.registered(language)) return [{ kind: "", text }];
  const spans: Span[] = [];
  const walk = (nodes: (RootContent | ElementContent)[], kind: string) => {
    for (const node of nodes) {
      if (node.type === "text") spans.push({ kind, text: node.value });
      else if (node.type === "element") walk(node.children, kindOf(node.properties["className"]) || kind);
    }
  };
  walk(lowlight.highlight(language, text).children, "");
  return spans;
}

/** highlight.js calls its kinds `hljs-keyword`, `hljs-title function_` and so on. */
function kindOf(classes: unknown): string {
  const first = Array.isArray(classes) ? String(classes[0] ?? "") : "";
  return first.replace(/^hljs-/, "");
}

// Also imported by a test, where no page listens.
if (typeof document === "undefined") {
  self.onmessage = (event: MessageEvent<{ job: number; language: string; text: string }>) => {
    const { job, language, text } = event.data;
    self.postMessage({ job, spans: spansOf(language, text) });
  };
}
