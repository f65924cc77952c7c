/** Where the last finished sentence after `from` ends; `from` when there is none yet. */
export function finishedSentences(text: string, from: number, isWhole: boolean): number {
  if (isWhole) return text.length;
  const rest = text.slice(from);
  let end = 0;
  // A full stop counts once something follows: "3." may become "3.5".
  for (const match of rest.matchAll(/[.!?…](?=\s)|[。！？]|\n/g)) end = match.index + match[0].length;
  return from + end;
}
