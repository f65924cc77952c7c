import type { Conversation } from "../bindings";
import type { TextKey } from "../text/en";

const DAY = 24 * 60 * 60 * 1000;

/** Conversations of about the same time. */
export interface Group {
  title: TextKey;
  conversations: Conversation[];
}

/** Groups conversations, which come newest first, by how long ago they were used. */
export function byDay(conversations: Conversation[], now: Date): Group[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const groups: Group[] = [];
  for (const conversation of conversations) {
    const title = groupOf(conversation.updated_at, midnight);
    const last = groups.at(-1);
    if (last?.title === title) last.conversations.push(conversation);
    else groups.push({ title, conversations: [conversation] });
  }
  return groups;
}

function groupOf(time: number, midnight: number): TextKey {
  if (time >= midnight) return "list.today";
  if (time >= midnight - DAY) return "list.yesterday";
  if (time >= midnight - 7 * DAY) return "list.week";
  return "list.older";
}
