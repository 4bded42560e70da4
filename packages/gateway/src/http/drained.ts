import { once } from "node:events";
import type { ServerResponse } from "node:http";

/** Waits for a slow reader, or until it has gone, so that the gateway never holds more than one read for it. */
export async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  } finally {
    settled.abort();
  }
}
