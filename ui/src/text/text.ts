import { en, type TextKey } from "./en";

/** The text of a key, with `{name}` filled in. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  return en[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A duration in the unit in which people read it. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000
    ? t("thread.milliseconds", { count: Math.round(milliseconds) })
    : t("thread.seconds", { count: (milliseconds / 1000).toFixed(1) });
}

/** A size in the unit in which people read it. */
export function bytes(count: number): string {
  if (count < 1e6) return t("size.kilobytes", { count: Math.ceil(count / 1e3) });
  return count < 1e9
    ? t("size.megabytes", { count: Math.ceil(count / 1e6) })
    : t("size.gigabytes", { count: (count / 1e9).toFixed(1) });
}

/** A number with at most one digit that says nothing. */
export function rounded(number: number): string {
  return number < 10 ? number.toFixed(1) : Math.round(number).toLocaleString();
}

/** The exact time, for a tooltip. */
export function exactTime(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString();
}

/** The steps in which people speak of the past, in milliseconds. */
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 864e5],
  ["month", 30 * 864e5],
  ["week", 7 * 864e5],
  ["day", 864e5],
  ["hour", 36e5],
  ["minute", 6e4],
];

/** How long ago something was. */
export function ago(milliseconds: number, now = Date.now()): string {
  const past = now - milliseconds;
  const step = STEPS.find(([, length]) => past >= length);
  if (!step) return t("time.now");
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.round(past / step[1]), step[0]);
}
