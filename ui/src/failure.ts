import type { Error as Failure } from "./bindings";
import { t } from "./text/text";

/** What a rejected command says; anything else becomes a failure of Hearth itself. */
export function failureOf(rejected: unknown): Failure {
  if (typeof rejected === "object" && rejected !== null && "code" in rejected && "message" in rejected) {
    return rejected as Failure;
  }
  const message = rejected instanceof Error ? rejected.message : String(rejected ?? "");
  return { code: "internal", message: message || t("error.unknown") };
}

/** The sentence for the user, apart from the engine's last words. */
export function sentenceAndDetails(message: string): { sentence: string; details: string } {
  const end = message.indexOf("\n\n");
  if (end < 0) return { sentence: message, details: "" };
  return { sentence: message.slice(0, end), details: message.slice(end + 2) };
}
