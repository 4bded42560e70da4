import { setTimeout as delay } from "node:timers/promises";
import type { HttpReply, StreamReply } from "./message.ts";

/** What the responses of HTTP/1.1 and HTTP/2 have in common. */
export interface HttpResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  /** False when the reader has to catch up. */
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  on(event: "close" | "error", listener: () => void): unknown;
  once(event: "drain", listener: () => void): unknown;
  destroy(): unknown;
}

/** Writes an answer. Resolves when all of it is handed to the socket; a stalled reader is cut off. */
export async function writeReply(
  response: HttpResponse,
  reply: HttpReply,
  watch: { signal: AbortSignal; stall: number },
): Promise<void> {
  if (reply.kind === "stream") return writeStream(response, reply, watch);
  const body = typeof reply.body === "string" ? Buffer.from(reply.body) : reply.body;
  response.writeHead(reply.status, { ...reply.headers, "content-length": String(body.length) });
  response.write(body);
  response.end();
}

async function writeStream(
  response: HttpResponse,
  reply: StreamReply,
  watch: { signal: AbortSignal; stall: number },
): Promise<void> {
  response.writeHead(reply.status, { ...reply.headers });
  for await (const chunk of reply.chunks) {
    if (watch.signal.aborted) return;
    const flowing = response.write(chunk);
    if (!flowing && !(await drained(response, watch))) {
      response.destroy();
      return;
    }
  }
  response.end();
}

/** Waits until the reader has taken what was written; false if it left or stalled. */
async function drained(
  response: HttpResponse,
  watch: { signal: AbortSignal; stall: number },
): Promise<boolean> {
  const over = new AbortController();
  const left = AbortSignal.any([over.signal, watch.signal]);
  const outcome = await Promise.race([
    new Promise<boolean>((resolve) => response.once("drain", () => resolve(true))),
    delay(watch.stall, false, { signal: left }).catch(() => false),
  ]);
  over.abort();
  return outcome;
}
