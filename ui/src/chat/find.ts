import type { Message } from "../bindings";

/** Places of messages that contain a text, whatever the case. */
export function placesOf(messages: readonly Message[], text: string): number[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === "") return [];
  return messages.flatMap((message, place) => (message.text.toLocaleLowerCase().includes(wanted) ? [place] : []));
}

/** The name under which the page's styles know what was found. */
const FOUND = "found";

/** Marks a text wherever it stands in an element, without touching the element. */
export function mark(element: Element | null, text: string): void {
  const wanted = text.trim().toLocaleLowerCase();
  if (!("highlights" in CSS)) return;
  CSS.highlights.delete(FOUND);
  if (!element || wanted === "") return;
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const lower = (node.textContent ?? "").toLocaleLowerCase();
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + wanted.length)) {
      // Some letters grow in lower case; then the place would be another.
      if (at + wanted.length > (node.textContent ?? "").length) break;
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      ranges.push(range);
    }
  }
  CSS.highlights.set(FOUND, new Highlight(...ranges));
}
