import { once } from "node:events";
import type { ServerResponse } from "node:http";

/** Milliseconds in which a client that has all its buffers full must read something: twice nginx's `send_timeout`. */
const stallLimit = 120_000;

/**
 * Waits for a slow reader, or until it has gone, so that the gateway never holds more than one read for it. A client
 * that takes nothing at all is cut off, or it would hold its connection for ever.
 */
export async function drained(response: ServerResponse, patience: number = stallLimit): Promise<void> {
  if (response.destroyed) return;
  const settled = new AbortController();
  const { signal } = settled;
  const timer = setTimeout(() => response.destroy(), patience);
  try {
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  } finally {
    clearTimeout(timer);
    settled.abort();
  }
}
