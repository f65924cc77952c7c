import type { Conversation } from "../bindings";
import type { TextKey } from "../text/en";

const DAY = 24 * 60 * 60 * 1000;

/** Conversations that stand together under a heading. */
export interface Group {
  title: TextKey;
  /** The folder that they are in, in place of the title. */
  folder: string | null;
  conversations: Conversation[];
}

/** Groups conversations, which come newest first: the pinned, then folders by name, then days. */
export function grouped(conversations: Conversation[], now: Date): Group[] {
  const pinned = conversations.filter((one) => one.pinned);
  const rest = conversations.filter((one) => !one.pinned);
  const folders = new Map<string, Conversation[]>();
  for (const one of rest) {
    if (one.folder !== null) folders.set(one.folder, [...(folders.get(one.folder) ?? []), one]);
  }
  const named = [...folders].sort(([a], [b]) => a.localeCompare(b));
  return [
    ...(pinned.length > 0 ? [{ title: "list.pinned" as const, folder: null, conversations: pinned }] : []),
    ...named.map(([folder, inside]) => ({ title: "list.pinned" as const, folder, conversations: inside })),
    ...byDay(
      rest.filter((one) => one.folder === null),
      now,
    ),
  ];
}

/** A line of the list: a heading, or a conversation. */
export type Row = { heading: string } | { conversation: Conversation };

/** Groups as the lines of one long list. */
export function rowsOf(groups: Group[], named: (key: TextKey) => string): Row[] {
  return groups.flatMap((group) => [
    { heading: group.folder ?? named(group.title) },
    ...group.conversations.map((conversation) => ({ conversation })),
  ]);
}

/** By how long ago they were used. */
function byDay(conversations: Conversation[], now: Date): Group[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const groups: Group[] = [];
  for (const conversation of conversations) {
    const title = groupOf(conversation.updated_at, midnight);
    const last = groups.at(-1);
    if (last?.title === title) last.conversations.push(conversation);
    else groups.push({ title, folder: null, conversations: [conversation] });
  }
  return groups;
}

function groupOf(time: number, midnight: number): TextKey {
  if (time >= midnight) return "list.today";
  if (time >= midnight - DAY) return "list.yesterday";
  if (time >= midnight - 7 * DAY) return "list.week";
  return "list.older";
}
