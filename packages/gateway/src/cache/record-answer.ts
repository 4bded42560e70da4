import type { ChatEvent } from "@outcrop/sdk";

type Events = AsyncIterable<readonly ChatEvent[]>;

/** Characters of the pieces that an answer is kept in: fine enough for a stream, and no burden as JSON. */
const pieceLength = 64;

/** Characters of an answer that is still kept. */
const longestAnswer = 2 * 1024 * 1024;

/**
 * Passes an answer's events on as they come, and tells `onWhole` of all of them once the answer has ended as it
 * should. An answer that fails, that nobody reads to its end, or that is very long is told of never.
 */
export async function* recordAnswer(
  events: Events,
  onWhole: (events: readonly ChatEvent[]) => void,
): AsyncGenerator<readonly ChatEvent[]> {
  const tape = createTape();
  for await (const batch of events) {
    for (const event of batch) tape.push(event);
    yield batch;
  }
  const whole = tape.whole();
  if (whole) onWhole(whole);
}

/** Collects events, adjacent deltas of one kind in one piece. */
function createTape() {
  const pieces: ChatEvent[] = [];
  let length = 0;
  return {
    push(event: ChatEvent): void {
      length += lengthOf(event);
      if (length > longestAnswer) return;
      const last = pieces.at(-1);
      const joined = last && join(last, event);
      if (joined) pieces[pieces.length - 1] = joined;
      else pieces.push(event);
    },
    /** `undefined` without an end, and for what was too long. */
    whole(): readonly ChatEvent[] | undefined {
      return length <= longestAnswer && pieces.at(-1)?.type === "finish" ? pieces : undefined;
    },
  };
}

function join(last: ChatEvent, next: ChatEvent): ChatEvent | undefined {
  if (last.type === "finish" || next.type === "finish" || last.choice !== next.choice) return undefined;
  if (lengthOf(last) >= pieceLength) return undefined;
  if (last.type === "text-delta" && next.type === "text-delta")
    return { ...last, text: last.text + next.text };
  if (last.type === "reasoning-delta" && next.type === "reasoning-delta") {
    return { ...last, text: last.text + next.text };
  }
  if (last.type === "tool-call-delta" && next.type === "tool-call-delta" && last.index === next.index) {
    return { ...last, arguments: last.arguments + next.arguments };
  }
  return undefined;
}

function lengthOf(event: ChatEvent): number {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
      return event.text.length;
    case "tool-call-delta":
      return event.arguments.length;
    case "logprobs":
      return JSON.stringify(event.content).length;
    case "tool-call-start":
    case "tool-call-end":
    case "finish":
      return 0;
  }
}

/** Plays a kept answer: each piece is a batch of its own, so that a stream is a stream again. */
export async function* replayAnswer(events: readonly ChatEvent[]): AsyncGenerator<readonly ChatEvent[]> {
  for (const event of events) yield [event];
}
