import { Channel } from "@tauri-apps/api/core";

import type { Answer, Error as Failure, TurnEvent } from "../bindings";

/** What listens to one answer. */
export interface Listener {
  started(event: Extract<TurnEvent, { type: "started" }>): void;
  loading(percent: number): void;
  queued(ahead: number): void;
  reading(percent: number): void;
  text(piece: string): void;
  reasoning(piece: string): void;
  notice(text: string): void;
  done(answer: Answer): void;
  failed(failure: Failure): void;
}

/** A channel that hands the core's events to a listener, in order. */
export function channelTo(listener: Listener): Channel<TurnEvent[]> {
  const channel = new Channel<TurnEvent[]>();
  channel.onmessage = (events) => {
    for (const event of events) hand(event, listener);
  };
  return channel;
}

function hand(event: TurnEvent, listener: Listener): void {
  switch (event.type) {
    case "started":
      return listener.started(event);
    case "loading":
      return listener.loading(event.percent);
    case "queued":
      return listener.queued(event.ahead);
    case "reused":
      // The badge comes with the end.
      return;
    case "reading":
      return listener.reading(event.percent);
    case "text":
      return listener.text(event.text);
    case "reasoning":
      return listener.reasoning(event.text);
    case "notice":
      return listener.notice(event.text);
    case "done":
      return listener.done(event);
    case "failed":
      return listener.failed(event);
  }
}
