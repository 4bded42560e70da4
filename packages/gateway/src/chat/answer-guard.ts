import { type ChatEvent, OutcropError } from "@outcrop/sdk";
import type { GatewayConfig } from "../config/gateway-config.ts";

/** What an answer may not go beyond. */
export interface AnswerLimits {
  /** MiB of text, reasoning, arguments and log probabilities; absent: any. */
  readonly maxSizeMb: number | undefined;
  /** How often the same piece may come in a row; 0: any number of times. */
  readonly repeatedChunks: number;
}

/** Looks at an answer as it passes. @throws OutcropError `model_error` for one that must not go on. */
export type AnswerGuard = (batch: readonly ChatEvent[]) => void;

/** Up to this many characters a piece may repeat for as long as it likes: spaces, dashes, digits. LiteLLM's measure. */
const longestOrdinary = 2;

/** A fresh guard for one answer, with the config's limits. */
export function createAnswerGuard({ general, litellm }: GatewayConfig): AnswerGuard {
  return guardAnswer({
    maxSizeMb: general.maxResponseSizeMb,
    repeatedChunks: litellm.repeatedStreamingChunkLimit,
  });
}

/** A fresh guard for one answer. */
export function guardAnswer({ maxSizeMb, repeatedChunks }: AnswerLimits): AnswerGuard {
  const countRepeats = createRepeatCount();
  let bytes = 0;
  return (batch) => {
    for (const event of batch) {
      if (maxSizeMb !== undefined && (bytes += sizeOf(event)) > maxSizeMb * 1048576)
        throw tooLarge(maxSizeMb);
      if (repeatedChunks > 0 && countRepeats(event) >= repeatedChunks) throw stuck(repeatedChunks);
    }
  };
}

/** How often in a row each choice has said what it says now. */
function createRepeatCount(): (event: ChatEvent) => number {
  const last = new Map<number, { readonly piece: string; count: number }>();
  return (event) => {
    if (event.type !== "text-delta" && event.type !== "reasoning-delta") return 0;
    const piece = event.text;
    const before = last.get(event.choice);
    if (before?.piece === piece) return ++before.count;
    const count = piece.length > longestOrdinary ? 1 : -Infinity;
    last.set(event.choice, { piece, count });
    return count;
  };
}

/** Bytes of what a client gets to read. */
function sizeOf(event: ChatEvent): number {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
      return Buffer.byteLength(event.text);
    case "tool-call-delta":
      return Buffer.byteLength(event.arguments);
    case "logprobs":
      return Buffer.byteLength(JSON.stringify(event.content));
    case "tool-call-start":
    case "tool-call-end":
    case "finish":
      return 0;
  }
}

function tooLarge(limit: number): OutcropError {
  const message = `The model's answer is larger than the ${limit} MiB that max_response_size_mb allows.`;
  return new OutcropError("model_error", message);
}

function stuck(limit: number): OutcropError {
  return new OutcropError(
    "model_error",
    `The model repeats itself: it said the same ${limit} times in a row.`,
  );
}
