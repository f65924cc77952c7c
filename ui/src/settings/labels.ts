import type { Field } from "../bindings";
import { t } from "../text/text";
import { en, type TextKey } from "../text/en";

/** The name of a setting for people: its own where it has one, else made of its key. */
export function labelOf(key: string): string {
  // Those of the sampler have their names from the models' page.
  for (const own of [key, `setting.${key}`]) if (own in en) return t(own as TextKey);
  const words = (key.split(".").at(-1) ?? key).replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a setting takes, where its control does not show that. */
export function rangeOf(field: Field): string {
  const { lowest, highest } = field;
  // Numbers without a limit of their own end where 32 bits do.
  if (lowest === null || highest === null || highest >= 2 ** 32 - 1) return "";
  return t("config.range", { lowest: lowest.toLocaleString(), highest: highest.toLocaleString() });
}

/** Whether a setting is meant by what somebody searches for. */
export function isMeant(field: Field, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const said = `${field.key} ${labelOf(field.key)} ${field.help}`.toLowerCase();
  return words.every((word) => said.includes(word));
}
