import type { ServerResponse } from "node:http";
import type { ChatEvent } from "@outcrop/sdk";
import type { StreamEncoder } from "../dialects/dialect.ts";
import { drained } from "../http/drained.ts";
import type { Headers } from "../http/send.ts";
import { toOutcropError } from "../http/to-outcrop-error.ts";

/** A stream that is ready to be sent: its first event has come, so the status is known. */
export interface OutgoingStream {
  readonly events: AsyncIterable<readonly ChatEvent[]>;
  readonly encoder: StreamEncoder;
  readonly headers: Headers;
  /** Shown every batch before it is written. */
  readonly see: (batch: readonly ChatEvent[]) => void;
}

/** What every stream of server-sent events says of itself. */
export const streamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache",
  // Tells nginx not to gather the stream.
  "x-accel-buffering": "no",
};

/**
 * Writes a stream as server-sent events, those of one network read in one write. It ends with the
 * encoder's end mark, or after a failure with an error event and no mark.
 *
 * @returns the failure, if there was one.
 */
export async function sendStream(response: ServerResponse, stream: OutgoingStream): Promise<unknown> {
  const { events, encoder, headers, see } = stream;
  // One that waited for a cold model has been opened already.
  if (!response.headersSent) response.writeHead(200, { ...streamHeaders, ...headers });
  try {
    for await (const batch of events) {
      see(batch);
      const text = batch.map((event) => encoder.push(event)).join("");
      if (text !== "" && !response.write(text)) await drained(response);
      if (response.destroyed) return undefined;
    }
    response.end(encoder.end());
    return undefined;
  } catch (error) {
    if (!response.destroyed) response.end(encoder.fail(toOutcropError(error)));
    return error;
  }
}
