/** Which part of the page a window shows: its address says so. */
export type Place = { kind: "main" } | { kind: "conversation"; id: number } | { kind: "quick" };

/** The part that an address asks for. */
export function placeOf(query: string): Place {
  const wanted = new URLSearchParams(query);
  const id = Number(wanted.get("conversation"));
  if (Number.isInteger(id) && id > 0) return { kind: "conversation", id };
  return wanted.has("quick") ? { kind: "quick" } : { kind: "main" };
}

/** The pages of the main window. */
export type Page = "chat" | "models" | "memories" | "personas" | "batches" | "performance" | "settings" | "logs";
