import type { IncomingMessage } from "node:http";
import { OutcropError, atEndOfTurn, joinInTurns } from "@outcrop/sdk";

/** Node gives a body in chunks of at most 64 KiB: so many are a few MB. */
const manyChunks = 64;

/** Reads a request's body as text. @throws OutcropError as {@link readBytes} does. */
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
  const chunks: Buffer[] = [];
  await readChunks(request, limit, { push: (chunk) => chunks.push(chunk), end: () => {} });
  const [first] = chunks;
  if (first && chunks.length === 1) return first;
  return chunks.length < manyChunks ? Buffer.concat(chunks) : joinInTurns(chunks);
}

/** What a body's chunks are given to as they come, and what becomes of them. */
export interface BodyIntake<T> {
  push(chunk: Buffer): void;
  end(): T;
}

/**
 * Reads a request's body into an intake, and resolves with what comes of it. By events: a stream's own iterator costs
 * more than reading and parsing a small body.
 *
 * @throws OutcropError as {@link readBytes} does; what the intake's end throws.
 */
export function readChunks<T>(request: IncomingMessage, limit: number, intake: BodyIntake<T>): Promise<T> {
  if (Number(request.headers["content-length"] ?? 0) > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) return intake.push(chunk);
      reject(tooLarge(limit));
      // Nothing more is read. To destroy it would take the connection down, and the answer with it.
      request.pause();
    });
    const finish = () => {
      try {
        resolve(intake.end());
      } catch (error) {
        reject(error);
      }
    };
    request.once("end", () => atEndOfTurn(finish));
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
