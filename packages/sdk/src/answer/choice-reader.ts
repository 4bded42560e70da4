import type { ChatEvent, FinishReason } from "../core/events.ts";
import { type Grammar, type GrammarEvent, toChatEvent } from "../core/grammar.ts";
import type { RawDelta } from "../core/raw-delta.ts";
import { toFinishReason } from "./finish.ts";
import { type StopCutter, createStopCutter } from "./stop-cutter.ts";

/** The deltas that belong to one choice. */
export type ChoiceDelta = Extract<RawDelta, { choice: number }>;

/** Reads one choice of an answer: deltas in, events out, and why it ended. */
export interface ChoiceReader {
  push(delta: ChoiceDelta): readonly ChatEvent[];
  end(): readonly ChatEvent[];
  /** Whether AWS has said why the choice ended. */
  hasStopped(): boolean;
  finishReason(): FinishReason;
}

/** A fresh reader of choice number `choice`. */
export function createChoiceReader(choice: number, grammar: Grammar, stop: readonly string[]): ChoiceReader {
  const cutter: StopCutter | undefined = stop.length > 0 ? createStopCutter(stop) : undefined;
  let reason: string | undefined;
  let hasCalls = false;

  return {
    push: (delta) => {
      if (delta.type === "logprobs") return cutter?.stopped() ? [] : [delta];
      if (delta.type === "stop") {
        reason = delta.reason;
        return [];
      }
      return emit(fed(grammar, delta));
    },
    end: () => [...emit(grammar.end()), ...(cutter?.end() ?? []).map((event) => toChatEvent(event, choice))],
    hasStopped: () => reason !== undefined,
    finishReason: () => toFinishReason(cutter?.stopped() ? "stop" : reason, hasCalls),
  };

  function emit(events: readonly GrammarEvent[]): readonly ChatEvent[] {
    const kept = cutter ? cutter.push(events) : events;
    for (const event of kept) if (event.type === "tool-call-start") hasCalls = true;
    return kept.map((event) => toChatEvent(event, choice));
  }
}

function fed(
  grammar: Grammar,
  delta: Exclude<ChoiceDelta, { type: "stop" | "logprobs" }>,
): readonly GrammarEvent[] {
  switch (delta.type) {
    case "text":
      return grammar.text(delta.text);
    case "reasoning":
      return grammar.reasoning(delta.text);
    case "tool-call":
      return grammar.call(delta);
  }
}
