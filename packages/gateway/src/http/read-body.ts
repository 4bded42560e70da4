import type { IncomingMessage } from "node:http";
import { OutcropError } from "@outcrop/sdk";

/**
 * Reads a request's body as text.
 *
 * @throws OutcropError `request_too_large` beyond `limit` bytes, as soon as that is known.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  const [first] = chunks;
  if (first === undefined) return "";
  return (chunks.length === 1 ? first : Buffer.concat(chunks, size)).toString("utf8");
}

function tooLarge(limit: number): OutcropError {
  return new OutcropError(
    "request_too_large",
    `The body is larger than the limit of ${Math.floor(limit / 1048576)} MiB.`,
  );
}
