import type { ChatEvent, FinishReason, JsonObject, JsonValue, TokenLogprob, Usage } from "@outcrop/sdk";
import { isJsonObject } from "@outcrop/sdk";

/** Reads one event out of JSON; `undefined` for what is none. */
export function readEvent(value: JsonValue): ChatEvent | undefined {
  if (!isJsonObject(value)) return undefined;
  if (value.type === "finish") return readFinish(value);
  const { choice, index } = value;
  if (!isCount(choice)) return undefined;
  switch (value.type) {
    case "text-delta":
    case "reasoning-delta":
      return typeof value.text === "string" ? { type: value.type, choice, text: value.text } : undefined;
    case "logprobs":
      return isLogprobs(value.content) ? { type: value.type, choice, content: value.content } : undefined;
    default:
      return isCount(index) ? readToolCall(value, choice, index) : undefined;
  }
}

function readToolCall(value: JsonObject, choice: number, index: number): ChatEvent | undefined {
  const { type, id, name } = value;
  if (type === "tool-call-end") return { type, choice, index };
  if (type === "tool-call-delta" && typeof value.arguments === "string") {
    return { type, choice, index, arguments: value.arguments };
  }
  if (type === "tool-call-start" && typeof id === "string" && typeof name === "string") {
    return { type, choice, index, id, name };
  }
  return undefined;
}

const reasons: readonly FinishReason[] = ["stop", "length", "tool_calls", "content_filter"];

function readFinish(value: JsonObject): ChatEvent | undefined {
  if (!Array.isArray(value.reasons)) return undefined;
  const read = value.reasons.map((reason: JsonValue) => reasons.find((known) => known === reason));
  const known = read.filter((reason) => reason !== undefined);
  if (known.length === 0 || known.length !== read.length) return undefined;
  if (value.usage === undefined) return { type: "finish", reasons: known };
  const usage = readUsage(value.usage);
  return usage && { type: "finish", reasons: known, usage };
}

function readUsage(value: JsonValue): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const { promptTokens, completionTokens, cachedTokens } = value;
  if (!isCount(promptTokens) || !isCount(completionTokens)) return undefined;
  return isCount(cachedTokens)
    ? { promptTokens, completionTokens, cachedTokens }
    : { promptTokens, completionTokens };
}

function isLogprobs(value: JsonValue | undefined): value is JsonValue & readonly TokenLogprob[] {
  return Array.isArray(value) && value.every(isLogprob);
}

function isLogprob(value: JsonValue): boolean {
  return isJsonObject(value) && typeof value.token === "string" && typeof value.logprob === "number";
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
