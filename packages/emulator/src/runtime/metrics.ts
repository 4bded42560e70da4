import type { JsonObject } from "../prompt/json.ts";
import type { AnswerFacts } from "./call.ts";

/** What the last chunk of an InvokeModelWithResponseStream carries. */
export function toInvocationMetrics(
  facts: AnswerFacts,
  outputTokens: number,
  inputTokens?: number,
): JsonObject {
  return {
    "amazon-bedrock-invocationMetrics": {
      inputTokenCount: inputTokens ?? facts.call.promptTokens,
      outputTokenCount: outputTokens,
      invocationLatency: Math.round(facts.elapsed()),
      firstByteLatency: Math.round(facts.firstToken()),
    },
  };
}
