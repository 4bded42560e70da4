import type { ServerResponse } from "node:http";
import type { OutcropError } from "@outcrop/sdk";

/** Headers of an answer. */
export type Headers = Readonly<Record<string, string>>;

/** Answers with JSON, unless the answer has begun or the client has gone. */
export function sendJson(
  response: ServerResponse,
  status: number,
  answer: { body: unknown; headers?: Headers },
): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(answer.body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...answer.headers,
  });
  response.end(text);
}

/** The headers that go with a failure. */
export function errorHeaders(error: OutcropError): Headers {
  return {
    ...(error.retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(error.retryAfter)) }),
    ...(error.requestId === undefined ? {} : { "x-amzn-requestid": toHeaderText(error.requestId) }),
  };
}

/** Clients refuse heads of more than 16 KiB, and a request may give reason to as many words as it has itself. */
const longestWarning = 2048;

/** The header that tells what was dropped, clamped, replaced or read leniently. */
export function warningHeaders(warnings: readonly string[]): Headers {
  if (warnings.length === 0) return {};
  const text = warnings.join("; ");
  const bounded = text.length > longestWarning ? `${text.slice(0, longestWarning)} ...` : text;
  return { "x-outcrop-warning": toHeaderText(bounded) };
}

/** A header holds visible ASCII alone; the rest of somebody's own words is not worth an encoding. */
export function toHeaderText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}
