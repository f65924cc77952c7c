import type { Message } from "../bindings";

/**
 * Where in a thread the context of the last answer begins: the place of the first message that
 * was sent because of its place, or -1 where nothing was left out. Turns that are pinned are sent
 * wherever they stand, so they are not counted.
 */
export function placeOfTrim(messages: readonly Message[]): number {
  const last = messages.findLast((message) => message.measured !== null);
  let left = last?.measured?.trimmed_messages ?? 0;
  if (left === 0) return -1;
  for (let place = 0; place < messages.length; place += 1) {
    const message = messages[place];
    const next = messages[place + 1];
    const isTurn = message?.role === "user" && next?.role === "assistant";
    const lost = isTurn && next.text === "";
    const kept = message?.pinned || (isTurn && next.pinned);
    if (left <= 0) return place;
    // A question without an answer was never sent again.
    if (!lost && !kept) left -= isTurn ? 2 : 1;
    if (isTurn) place += 1;
  }
  return -1;
}
