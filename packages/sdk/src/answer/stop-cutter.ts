import type { GrammarEvent } from "../core/grammar.ts";

/** Cuts a choice's text at the first of some stop sequences, as OpenAI does: the sequence itself is left out. */
export interface StopCutter {
  /** The events that may go on; what could still become a stop sequence is held back. */
  push(events: readonly GrammarEvent[]): readonly GrammarEvent[];
  /** What was held back and turned out to be text. */
  end(): readonly GrammarEvent[];
  /** Whether a stop sequence was met: nothing of the choice comes out any more. */
  stopped(): boolean;
}

/**
 * A fresh cutter. AWS is asked to stop as well; not every import does, and then this is what keeps the
 * caller's word. It looks at the content alone, never into thinking or a call's arguments.
 */
export function createStopCutter(sequences: readonly string[]): StopCutter {
  let held = "";
  let met = false;

  return {
    push: (events) => (met ? [] : events.flatMap(pushOne)),
    end: () => flush(),
    stopped: () => met,
  };

  function pushOne(event: GrammarEvent): readonly GrammarEvent[] {
    if (met) return [];
    return event.type === "text-delta" ? pushText(event.text) : [...flush(), event];
  }

  function pushText(text: string): readonly GrammarEvent[] {
    const all = held + text;
    const cut = firstOf(all, sequences);
    if (cut !== -1) {
      met = true;
      held = "";
      return textDelta(all.slice(0, cut));
    }
    const keep = heldLength(all, sequences);
    held = all.slice(all.length - keep);
    return textDelta(all.slice(0, all.length - keep));
  }

  function flush(): readonly GrammarEvent[] {
    const text = held;
    held = "";
    return textDelta(text);
  }
}

function textDelta(text: string): readonly GrammarEvent[] {
  return text === "" ? [] : [{ type: "text-delta", text }];
}

/**
 * Where the sequence that is complete first begins, or -1. The earliest end decides, as for a server that
 * looks after each token; so it makes no difference how the text was cut.
 */
function firstOf(text: string, sequences: readonly string[]): number {
  let start = -1;
  let end = Infinity;
  for (const sequence of sequences) {
    const place = text.indexOf(sequence);
    if (place === -1) continue;
    const after = place + sequence.length;
    if (after < end || (after === end && place < start)) [start, end] = [place, after];
  }
  return start;
}

/** The length of the longest tail that a stop sequence may begin with. */
function heldLength(text: string, sequences: readonly string[]): number {
  let longest = 0;
  for (const sequence of sequences) {
    for (let length = Math.min(sequence.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(sequence.slice(0, length))) longest = length;
    }
  }
  return longest;
}
