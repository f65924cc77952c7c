import type { Span } from "./colour.worker";

/** Beyond this code stays in one colour, in characters. */
const LONGEST = 100_000;

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, (spans: Span[]) => void>();

/** The coloured spans of some code; they join to its text. Made beside the page, not in it. */
export function coloured(language: string, text: string): Promise<Span[]> {
  if (language === "" || text.length > LONGEST) return Promise.resolve([{ kind: "", text }]);
  worker ??= started();
  const job = ++last;
  return new Promise((done) => {
    waiting.set(job, done);
    worker?.postMessage({ job, language, text });
  });
}

function started(): Worker {
  const worker = new Worker(new URL("./colour.worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = (event: MessageEvent<{ job: number; spans: Span[] }>) => {
    waiting.get(event.data.job)?.(event.data.spans);
    waiting.delete(event.data.job);
  };
  return worker;
}
