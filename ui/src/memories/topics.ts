import type { Memory } from "../bindings";

/** Memories that belong together. */
export interface Cluster {
  topic: string;
  memories: Memory[];
}

/** Memories by their topics, the largest first. */
export function clustered(memories: Memory[]): Cluster[] {
  const topics = new Map<string, Memory[]>();
  for (const memory of memories) topics.set(memory.topic, [...(topics.get(memory.topic) ?? []), memory]);
  const clusters = [...topics].map(([topic, memories]) => ({ topic, memories }));
  return clusters.sort((one, other) => other.memories.length - one.memories.length || one.topic.localeCompare(other.topic));
}
