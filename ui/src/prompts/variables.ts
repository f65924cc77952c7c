const VARIABLE = /\{\{\s*([^{}\n]{1,60}?)\s*\}\}/g;

/** The variables of a prompt, each once, in their order. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map((match) => match[1] ?? ""))];
}

/** A prompt with its variables filled in; what is not known stays. */
export function filled(text: string, values: Record<string, string>): string {
  return text.replace(VARIABLE, (whole, name: string) => values[name] ?? whole);
}

/** The prompts that a slash and the beginning of a name may mean; null where nothing is asked. */
export function wantedBy<T extends { name: string }>(typed: string, prompts: T[]): T[] | null {
  const name = /^\/(\S*)$/.exec(typed)?.[1]?.toLocaleLowerCase();
  if (name === undefined) return null;
  return prompts.filter((prompt) => prompt.name.toLocaleLowerCase().startsWith(name));
}
