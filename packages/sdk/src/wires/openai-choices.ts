import { type JsonObject, type JsonValue, isJsonObject } from "../core/json.ts";
import type { RawDelta } from "../core/raw-delta.ts";
import { logprobsOfChat, logprobsOfCompletion } from "./logprobs.ts";
import { numberAt, objectAt, objectsAt, stringAt } from "./read.ts";

/**
 * Reads any body with OpenAI's `choices`: a chat's `message`, a stream's `delta`, a completion's `text`.
 * vLLM, behind Bedrock, sends the three with the same frame around them.
 */
export function decodeChoices(json: JsonObject): readonly RawDelta[] | undefined {
  const usage = usageOf(json);
  if (!Array.isArray(json.choices)) return usage.length > 0 && "object" in json ? usage : undefined;
  const choices = objectsAt(json, "choices");
  const deltas = choices.map(choiceDeltas);
  if (deltas.includes(undefined)) return undefined;
  return [...deltas.flatMap((list) => list ?? []), ...usage];
}

function choiceDeltas(choice: JsonObject, position: number): readonly RawDelta[] | undefined {
  const index = numberAt(choice, "index") ?? position;
  const body = objectAt(choice, "message") ?? objectAt(choice, "delta");
  const reason = stringAt(choice, "finish_reason");
  if (!body && typeof choice.text !== "string" && reason === undefined) return undefined;
  return [
    ...(body ? messageDeltas(body, index) : textDelta(choice.text, index)),
    ...logprobDeltas(choice, index),
    ...(reason === undefined ? [] : [{ type: "stop", choice: index, reason } as const]),
  ];
}

function messageDeltas(message: JsonObject, choice: number): readonly RawDelta[] {
  const reasoning = stringAt(message, "reasoning_content") ?? stringAt(message, "reasoning");
  return [
    ...(reasoning ? [{ type: "reasoning", choice, text: reasoning } as const] : []),
    ...textDelta(message.content, choice),
    ...objectsAt(message, "tool_calls").map((call, position) => callDelta(call, { choice, position })),
  ];
}

/** Content is a string; some servers send it as a list of text parts. */
function textDelta(content: JsonValue | undefined, choice: number): readonly RawDelta[] {
  const text = Array.isArray(content)
    ? (content as readonly JsonValue[])
        .map((part) => (isJsonObject(part) ? (stringAt(part, "text") ?? "") : ""))
        .join("")
    : content;
  return typeof text === "string" && text !== "" ? [{ type: "text", choice, text }] : [];
}

function callDelta(call: JsonObject, at: { choice: number; position: number }): RawDelta {
  const made = objectAt(call, "function") ?? {};
  const given = made.arguments;
  return {
    type: "tool-call",
    choice: at.choice,
    index: numberAt(call, "index") ?? at.position,
    id: stringAt(call, "id"),
    name: stringAt(made, "name"),
    // Some servers send the arguments as an object where OpenAI has JSON text.
    arguments: isJsonObject(given) ? JSON.stringify(given) : stringAt(made, "arguments"),
  };
}

function logprobDeltas(choice: JsonObject, index: number): readonly RawDelta[] {
  const value = objectAt(choice, "logprobs");
  if (!value) return [];
  const content = Array.isArray(value.content) ? logprobsOfChat(value) : logprobsOfCompletion(value);
  return content.length === 0 ? [] : [{ type: "logprobs", choice: index, content }];
}

function usageOf(json: JsonObject): readonly RawDelta[] {
  const usage = objectAt(json, "usage");
  if (!usage) return [];
  const promptTokens = numberAt(usage, "prompt_tokens");
  const completionTokens = numberAt(usage, "completion_tokens");
  if (promptTokens === undefined && completionTokens === undefined) return [];
  const cachedTokens = numberAt(objectAt(usage, "prompt_tokens_details") ?? {}, "cached_tokens");
  return [{ type: "usage", source: "body", promptTokens, completionTokens, cachedTokens }];
}
