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
export function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > limit) return Promise.reject(tooLarge(limit));
  // By events: a stream's own iterator costs more than reading and parsing a small body.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      reject(tooLarge(limit));
      request.destroy();
    });
    request.once("end", () => {
      const [first] = chunks;
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks, size));
    });
    request.once("error", (error) => reject(request.complete ? error : gone(error)));
    request.once("close", () => {
      if (!request.readableEnded) reject(gone(request.errored));
    });
  });
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
