import { commands, type AttachedFile, type ConversationSettings, type Draft } from "../bindings";
import { failureOf } from "../failure";
import { toasts } from "../shell/toasts.svelte";

/** Nothing is different from everywhere. */
export function unchanged(): ConversationSettings {
  return { model: null, system_prompt: null, sampling: {} as ConversationSettings["sampling"], persona: null, memory: null };
}

/** What stands in the composer: text and files, and what is different for a new conversation. */
class Composed {
  text = $state("");
  files = $state.raw<AttachedFile[]>([]);
  settings = $state.raw<ConversationSettings>(unchanged());
  /** Whether it is sent word for word, also where fewer tokens say the same. */
  verbatim = $state(false);
  /** Names of files that are being read. */
  reading = $state.raw<string[]>([]);

  get isEmpty(): boolean {
    return this.text.trim() === "" && this.files.length === 0;
  }

  /** Reads files and adds them; what cannot be read is said. False where there was any. */
  async add(conversation: number | null, files: Iterable<File>): Promise<boolean> {
    let all = true;
    for (const file of files) {
      this.reading = [...this.reading, file.name];
      try {
        const read = await commands.readFile(conversation, this.settings, file.name, await inBase64(file));
        this.files = [...this.files, read];
      } catch (rejected) {
        all = false;
        toasts.failure(failureOf(rejected));
      } finally {
        this.reading = this.reading.filter((name) => name !== file.name);
      }
    }
    return all;
  }

  remove(file: AttachedFile): void {
    this.files = this.files.filter((other) => other !== file);
  }

  /** Empties the composer. */
  clear(): void {
    this.text = "";
    this.files = [];
    this.verbatim = false;
  }

  /** What would be sent. */
  message(conversation: number | null): Draft {
    return { conversation, text: this.text, files: this.files.map(({ file }) => file), settings: this.settings, verbatim: this.verbatim };
  }
}

async function inBase64(file: File): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,?/, ""));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}

export const draft = new Composed();
