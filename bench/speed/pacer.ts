import type { Socket } from "node:net";
import type { CannedStream } from "./canned.ts";

/** Sends streams at a pace. */
export interface Pacer {
  /** The first chunk now, and each of the others `paceMs` after the one before. */
  send(socket: Socket, stream: CannedStream, paceMs: number): void;
}

interface Sending {
  readonly socket: Socket;
  readonly stream: CannedStream;
  readonly startedAt: number;
  readonly paceMs: number;
  next: number;
}

/** One timer for all: a thousand streams of their own timers would measure the timers. */
export function createPacer(): Pacer {
  const sending = new Set<Sending>();
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    const now = performance.now();
    for (const item of sending) advance(item, now);
    if (sending.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  function advance(item: Sending, now: number): void {
    const { socket, stream, startedAt, paceMs } = item;
    if (socket.destroyed) sending.delete(item);
    else if (now >= startedAt + item.next * paceMs) {
      const chunk = stream.chunks[item.next];
      item.next++;
      if (chunk) socket.write(item.next < stream.chunks.length ? chunk : Buffer.concat([chunk, stream.end]));
      if (item.next >= stream.chunks.length) sending.delete(item);
    }
  }

  return {
    send(socket, stream, paceMs) {
      socket.write(stream.head);
      const item = { socket, stream, startedAt: performance.now(), paceMs, next: 0 };
      sending.add(item);
      advance(item, item.startedAt);
      timer ??= setInterval(tick, 1);
    },
  };
}
