/** Something that the palette offers. */
export interface Choice {
  id: string;
  name: string;
  /** Where it is, or its shortcut. */
  hint: string;
  run: () => void;
}

/** At most this many are listed; who looks for more types another letter. */
const LISTED = 50;

/** The choices whose names hold every typed word, those that begin with the first one first. */
export function matching(choices: Choice[], typed: string): Choice[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const first = words[0] ?? "";
  const found = choices.filter((choice) => {
    const name = choice.name.toLocaleLowerCase();
    return words.every((word) => name.includes(word));
  });
  const begins = (choice: Choice) => choice.name.toLocaleLowerCase().startsWith(first);
  return [...found.filter(begins), ...found.filter((choice) => !begins(choice))].slice(0, LISTED);
}
