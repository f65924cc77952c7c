import { commands, type Persona } from "../bindings";
import { failureOf } from "../failure";
import { toasts } from "../shell/toasts.svelte";

/** The traits, in the order in which they are shown. */
export const TRAITS = [
  "friendliness",
  "curiosity",
  "playfulness",
  "empathy",
  "intelligence",
  "humor",
  "patience",
  "enthusiasm",
  "supportiveness",
  "creativity",
] as const;

/** All personas, and their pictures. */
class Personas {
  list = $state.raw<Persona[] | null>(null);
  pictures = $state.raw<Record<number, string>>({});

  async read(): Promise<void> {
    try {
      const list = await commands.listPersonas();
      const pictured = list.filter((one) => one.pictured);
      const opened = await Promise.all(pictured.map((one) => commands.openPersona(one.id)));
      this.pictures = Object.fromEntries(opened.flatMap((one) => (one.picture ? [[one.persona.id, one.picture]] : [])));
      this.list = list;
    } catch (rejected) {
      toasts.failure(failureOf(rejected));
      this.list ??= [];
    }
  }
}

export const personas = new Personas();
