import type { GrammarEvent } from "../core/grammar.ts";
import { createLane } from "./lane.ts";

/** Where the parts of an answer become events. Loose whitespace between the parts is trimmed here. */
export interface EventWriter {
  readonly text: (text: string) => void;
  readonly reasoning: (text: string) => void;
  /** Thinking begins, or an echoed header was cut: whitespace at the start of the content is dropped. */
  readonly trimText: () => void;
  /** A tool call begins: whitespace beside it is dropped. */
  readonly cutForCall: () => void;
  readonly emit: (event: GrammarEvent) => void;
  readonly end: () => void;
  /** The events since the last time. */
  readonly take: () => readonly GrammarEvent[];
}

/** A fresh writer. Neighbouring deltas of one kind come out as one. */
export function createEventWriter(): EventWriter {
  let events: GrammarEvent[] = [];
  const content = createLane((text) => emit({ type: "text-delta", text }));
  const thoughts = createLane((text) => emit({ type: "reasoning-delta", text }));
  thoughts.trimStart();

  function emit(event: GrammarEvent): void {
    const last = events.at(-1);
    const merged = last && merge(last, event);
    if (merged) events[events.length - 1] = merged;
    else events.push(event);
  }

  return {
    text: content.push,
    reasoning: thoughts.push,
    trimText: content.trimStart,
    cutForCall() {
      content.cut();
      thoughts.cut();
    },
    emit,
    end: content.end,
    take() {
      const taken = events;
      events = [];
      return taken;
    },
  };
}

/** Two deltas as one, if they are of one kind. */
function merge(last: GrammarEvent, next: GrammarEvent): GrammarEvent | undefined {
  if (last.type === "text-delta" && next.type === "text-delta") {
    return { type: "text-delta", text: last.text + next.text };
  }
  if (last.type === "reasoning-delta" && next.type === "reasoning-delta") {
    return { type: "reasoning-delta", text: last.text + next.text };
  }
  if (last.type === "tool-call-delta" && next.type === "tool-call-delta" && last.index === next.index) {
    return { ...next, arguments: last.arguments + next.arguments };
  }
  return undefined;
}
