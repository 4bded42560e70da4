import type { RawDelta } from "../core/raw-delta.ts";

/** What an answer's headers say about the call. Absent stays absent: some models send none of it. */
export interface AnswerHeaders {
  readonly requestId: string | undefined;
  /** Token counts, where AWS sent any. */
  readonly usage: Extract<RawDelta, { type: "usage" }> | undefined;
  /** Milliseconds that Bedrock took. */
  readonly latencyMs: number | undefined;
}

type RawHeaders = Readonly<Record<string, string | undefined>>;

/** Reads Bedrock's answer headers; numbers come as text. */
export function parseAnswerHeaders(headers: RawHeaders): AnswerHeaders {
  return {
    requestId: headers["x-amzn-requestid"],
    usage: parseUsage(headers),
    latencyMs: toCount(headers["x-amzn-bedrock-invocation-latency"]),
  };
}

function parseUsage(headers: RawHeaders): AnswerHeaders["usage"] {
  const promptTokens = toCount(headers["x-amzn-bedrock-input-token-count"]);
  const completionTokens = toCount(headers["x-amzn-bedrock-output-token-count"]);
  const cachedTokens = toCount(headers["x-amzn-bedrock-cache-read-input-token-count"]);
  if (promptTokens === undefined && completionTokens === undefined) return undefined;
  return {
    type: "usage",
    source: "headers",
    ...(promptTokens !== undefined && { promptTokens }),
    ...(completionTokens !== undefined && { completionTokens }),
    ...(cachedTokens !== undefined && { cachedTokens }),
  };
}

/** Seconds to wait, of `retry-after` (seconds or a date) or of AWS's own `x-amz-retry-after` (milliseconds). */
export function parseRetryAfter(headers: RawHeaders, now: number): number | undefined {
  const milliseconds = toCount(headers["x-amz-retry-after"]);
  if (milliseconds !== undefined) return milliseconds / 1000;
  const text = headers["retry-after"];
  if (text === undefined) return undefined;
  const seconds = toCount(text);
  if (seconds !== undefined) return seconds;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

function toCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}
