import { commands, type Memory, type MemoryChange, type MemoryFilter, type Persona } from "../bindings";
import { failureOf } from "../failure";
import { toasts } from "../shell/toasts.svelte";
import { t } from "../text/text";

/** Ways to see what is remembered. */
export const VIEWS = ["list", "topics", "timeline", "trash"] as const;
export type View = (typeof VIEWS)[number];

/** What is shown of the memories. */
export class Remembered {
  list = $state.raw<Memory[] | null>(null);
  changes = $state.raw<MemoryChange[]>([]);
  topics = $state.raw<string[]>([]);
  personas = $state.raw<Persona[]>([]);
  failure = $state("");
  /** Counts readings: an earlier one that comes late shows nothing. */
  private reading = 0;

  async read(view: View, filter: MemoryFilter): Promise<void> {
    const reading = ++this.reading;
    try {
      const [list, changes, topics, personas] = await Promise.all([
        commands.listMemories({ ...filter, forgotten: view === "trash" }),
        view === "timeline" ? commands.memoryChanges(null) : [],
        commands.memoryTopics(filter.persona ?? null),
        commands.listPersonas(),
      ]);
      if (reading !== this.reading) return;
      this.list = list;
      this.changes = changes;
      this.topics = topics.map(({ name }) => name);
      this.personas = personas;
      this.failure = "";
    } catch (rejected) {
      if (reading === this.reading) this.failure = failureOf(rejected).message;
    }
  }

  /** Who knows a memory. */
  knownTo(memory: Memory): string {
    if (memory.shared) return t("memories.shared");
    if (memory.persona === null) return "";
    return this.personas.find((one) => one.id === memory.persona)?.card.name ?? "";
  }
}

/** Forgets memories, with a way back. */
export async function forget(ids: number[], text: string, again: () => unknown): Promise<void> {
  if (!(await toasts.worked(commands.forgetMemories(ids)))) return;
  again();
  toasts.show(text, {
    label: t("undo"),
    run: async () => {
      await toasts.worked(commands.restoreMemories(ids));
      again();
    },
  });
}
