import type { IncomingMessage } from "node:http";
import { OutcropError } from "@outcrop/sdk";

/** Reads a request's body as text. @throws OutcropError `request_too_large` */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  return (await readBytes(request, limit)).toString("utf8");
}

/**
 * Reads a request's body.
 *
 * @throws OutcropError `request_too_large` beyond `limit` bytes, as soon as that is known; `cancelled` when the client
 * leaves before the end.
 */
export async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    throw request.complete || error instanceof OutcropError ? error : gone(error);
  }
  const [first] = chunks;
  return first && chunks.length === 1 ? first : Buffer.concat(chunks, size);
}

function gone(cause: unknown): OutcropError {
  return new OutcropError("cancelled", "The client has gone before the end of its body.", { cause });
}

function tooLarge(limit: number): OutcropError {
  return new OutcropError(
    "request_too_large",
    `The body is larger than the limit of ${Math.floor(limit / 1048576)} MiB.`,
  );
}
