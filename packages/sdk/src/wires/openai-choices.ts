import { type JsonObject, type JsonValue, isJsonObject } from "../core/json.ts";
import type { RawDelta } from "../core/raw-delta.ts";
import { logprobsOfChat, logprobsOfCompletion } from "./logprobs.ts";
import { numberAt, objectAt, objectsAt, stringAt } from "./read.ts";

/**
 * Reads any body with OpenAI's `choices`: a chat's `message`, a stream's `delta`, a completion's `text`.
 * vLLM, behind Bedrock, sends the three with the same frame around them.
 */
export function decodeChoices(json: JsonObject): readonly RawDelta[] | undefined {
  const { choices } = json;
  const deltas: RawDelta[] = [];
  if (Array.isArray(choices)) {
    for (const [position, choice] of choices.filter(isJsonObject).entries()) {
      if (!pushChoice(choice, position, deltas)) return undefined;
    }
    pushUsage(json, deltas);
    return deltas;
  }
  pushUsage(json, deltas);
  return deltas.length > 0 && "object" in json ? deltas : undefined;
}

/** Whether it is a choice at all. */
function pushChoice(choice: JsonObject, position: number, into: RawDelta[]): boolean {
  const index = numberAt(choice, "index") ?? position;
  const body = objectAt(choice, "message") ?? objectAt(choice, "delta");
  const reason = stringAt(choice, "finish_reason");
  if (!body && typeof choice.text !== "string" && reason === undefined) return false;
  if (body) pushMessage(body, index, into);
  else pushText(choice.text, index, into);
  pushLogprobs(choice, index, into);
  if (reason !== undefined) into.push({ type: "stop", choice: index, reason });
  return true;
}

function pushMessage(message: JsonObject, choice: number, into: RawDelta[]): void {
  const reasoning = stringAt(message, "reasoning_content") ?? stringAt(message, "reasoning");
  if (reasoning) into.push({ type: "reasoning", choice, text: reasoning });
  pushText(message.content, choice, into);
  for (const [position, call] of objectsAt(message, "tool_calls").entries())
    into.push(callDelta(call, { choice, position }));
}

/** Content is a string; some servers send it as a list of text parts. */
function pushText(content: JsonValue | undefined, choice: number, into: RawDelta[]): void {
  const text = Array.isArray(content)
    ? (content as readonly JsonValue[])
        .map((part) => (isJsonObject(part) ? (stringAt(part, "text") ?? "") : ""))
        .join("")
    : content;
  if (typeof text === "string" && text !== "") into.push({ type: "text", choice, text });
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

function pushLogprobs(choice: JsonObject, index: number, into: RawDelta[]): void {
  const value = objectAt(choice, "logprobs");
  if (!value) return;
  const content = Array.isArray(value.content) ? logprobsOfChat(value) : logprobsOfCompletion(value);
  if (content.length > 0) into.push({ type: "logprobs", choice: index, content });
}

function pushUsage(json: JsonObject, into: RawDelta[]): void {
  const usage = objectAt(json, "usage");
  if (!usage) return;
  const promptTokens = numberAt(usage, "prompt_tokens");
  const completionTokens = numberAt(usage, "completion_tokens");
  if (promptTokens === undefined && completionTokens === undefined) return;
  const cachedTokens = numberAt(objectAt(usage, "prompt_tokens_details") ?? {}, "cached_tokens");
  into.push({ type: "usage", source: "body", promptTokens, completionTokens, cachedTokens });
}
