import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { AnswerFacts, InferenceCall } from "./call.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Ids and times of an answer. */
export function createAnswerFacts(call: InferenceCall, clock: Clock, random: Random): AnswerFacts {
  const start = clock.now();
  let first: number | undefined;
  return {
    call,
    id: random.text(32),
    created: Math.floor(start / 1000),
    elapsed: () => clock.now() - start,
    firstToken: () => (first ?? clock.now()) - start,
    sawToken: () => {
      first ??= clock.now();
    },
    callId: createCallIds(call, random),
  };
}

/** Ids in the manner of each server: Kimi counts over the whole conversation, the others draw lots. */
function createCallIds({ model, prompt, format }: InferenceCall, random: Random): AnswerFacts["callId"] {
  const before = prompt.turns.reduce((sum, turn) => sum + turn.calls.length, 0);
  if (model.dialect === "kimi") return (name, index) => `functions.${name}:${before + index}`;
  if (format === "Converse") return () => `tooluse_${random.text(22, letters)}`;
  return () => `chatcmpl-tool-${random.text(32)}`;
}
