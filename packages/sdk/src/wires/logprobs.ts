import type { TokenLogprob } from "../core/events.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "../core/json.ts";
import { numberAt, objectsAt, stringAt } from "./read.ts";

/**
 * BedrockCompletion's log probabilities: one map a token, from the token's id (as a string) to its
 * value. The token's text is not given, so the id stands in its place, as vLLM writes it with
 * `return_tokens_as_token_ids`.
 */
export function logprobsOfTokenIds(value: JsonValue | undefined): readonly TokenLogprob[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly JsonValue[])
    .filter(isJsonObject)
    .flatMap((entry) =>
      Object.entries(entry).flatMap(([id, logprob]) =>
        typeof logprob === "number"
          ? [{ token: `token_id:${id}`, logprob, bytes: null, top_logprobs: [] }]
          : [],
      ),
    );
}

/** OpenAI's older completions shape: parallel lists of tokens, values and alternatives. */
export function logprobsOfCompletion(value: JsonObject): readonly TokenLogprob[] {
  const tokens = Array.isArray(value.tokens) ? (value.tokens as readonly unknown[]).filter(isString) : [];
  const values = Array.isArray(value.token_logprobs) ? (value.token_logprobs as readonly JsonValue[]) : [];
  const tops = Array.isArray(value.top_logprobs) ? (value.top_logprobs as readonly JsonValue[]) : [];
  return tokens.map((token, index) => ({
    token,
    logprob: Number(values[index] ?? 0),
    bytes: bytesOf(token),
    top_logprobs: alternativesOf(tops[index]),
  }));
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function alternativesOf(value: JsonValue | undefined): TokenLogprob["top_logprobs"] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).map(([token, logprob]) => ({
    token,
    logprob: Number(logprob),
    bytes: bytesOf(token),
  }));
}

function bytesOf(token: string): readonly number[] {
  return [...new TextEncoder().encode(token)];
}

/** OpenAI's chat shape, read leniently. */
export function logprobsOfChat(value: JsonObject): readonly TokenLogprob[] {
  return objectsAt(value, "content").map((entry) => ({
    ...tokenOf(entry),
    top_logprobs: objectsAt(entry, "top_logprobs").map(tokenOf),
  }));
}

function tokenOf(entry: JsonObject): Omit<TokenLogprob, "top_logprobs"> {
  const bytes = Array.isArray(entry.bytes) ? (entry.bytes as readonly JsonValue[]).map(Number) : null;
  return { token: stringAt(entry, "token") ?? "", logprob: numberAt(entry, "logprob") ?? 0, bytes };
}
