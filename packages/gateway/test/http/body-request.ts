import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** A request whose body comes in these pieces; without a length it says none, as one in chunks. */
export function requestOf(pieces: readonly Uint8Array[], length?: number): IncomingMessage {
  const headers = length === undefined ? {} : { "content-length": String(length) };
  return Object.assign(Readable.from(pieces, { objectMode: false }), {
    headers,
    complete: true,
  }) as unknown as IncomingMessage;
}

export function cut(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}
