import type { Class, Expectation, Limit } from "../bindings";
import type { TextKey } from "../text/en";
import { bytes, rounded, t } from "../text/text";

/** What to expect of a model here, in words. */
export function fitInWords(expected: Expectation): string {
  if (expected.fit === "too_large") return t("fit.tooLarge", { memory: bytes(expected.memory) });
  const words = { memory: bytes(expected.memory), speed: rounded(expected.speed) };
  if (expected.fit === "tight") return t("fit.tight", words);
  return t(expected.seen ? "fit.seen" : "fit.fits", words);
}

const CLASSES: Record<Class, TextKey> = {
  below: "machine.below",
  minimum: "machine.minimum",
  recommended: "machine.recommended",
  optimal: "machine.optimal",
};
const LIMITS: Record<Limit, TextKey> = {
  processor: "machine.limitProcessor",
  memory: "machine.limitMemory",
  disk: "machine.limitDisk",
  graphics: "machine.limitGraphics",
};

/** The requirements that a computer meets, and what keeps it from the next ones, in words. */
export function classInWords(reached: Class, limit: Limit | null): string {
  return limit === null ? t(CLASSES[reached]) : `${t(CLASSES[reached])} ${t(LIMITS[limit])}`;
}
