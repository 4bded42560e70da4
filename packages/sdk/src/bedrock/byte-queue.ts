import { atEndOfTurn } from "../core/turn.ts";
import type { HttpBody } from "./http.ts";

/** How a queue speaks to the socket that fills it. */
export interface ByteSource {
  /** The reader is behind: stop reading. */
  pause(): void;
  resume(): void;
  /** The reader has left before the end. */
  abandon(): void;
}

/** Bytes that may wait before the socket is paused; one network read brings 64 KiB at the most. */
const highWater = 256 * 1024;

interface Reader {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** Somebody who waits for the whole body, and how large it may be. */
interface Collector {
  readonly most: number;
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** A body beyond what its reader takes. */
export class BodyTooLarge extends Error {}

/**
 * A body on its way from a socket's callbacks to its one reader, with back-pressure. What one network read brings comes out together,
 * however many pieces it was cut into: HTTP's own chunks are as small as Bedrock's events.
 */
export class ByteQueue implements HttpBody, AsyncIterator<Uint8Array, undefined> {
  readonly #source: ByteSource;
  #waiting: Uint8Array[] = [];
  #size = 0;
  #reader: Reader | undefined;
  #collector: Collector | undefined;
  #isPaused = false;
  #isCalled = false;
  #finished: { readonly error: unknown } | "cleanly" | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  push(chunk: Uint8Array): void {
    if (this.#finished) return;
    this.#waiting.push(chunk);
    this.#size += chunk.length;
    const collector = this.#collector;
    if (collector) {
      if (this.#size > collector.most) this.#overflow(collector);
    } else if (this.#reader) this.#callReader();
    else if (!this.#isPaused && this.#size >= highWater) {
      this.#isPaused = true;
      this.#source.pause();
    }
  }

  end(): void {
    this.#finish("cleanly");
  }

  fail(error: unknown): void {
    this.#finish({ error });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#waiting.length > 0) return Promise.resolve({ done: false, value: this.#take() });
    if (this.#finished === "cleanly") return Promise.resolve({ done: true, value: undefined });
    if (this.#finished) return Promise.reject(this.#finished.error);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#leave();
    return Promise.resolve({ done: true, value: undefined });
  }

  whole(most: number): Promise<Uint8Array> {
    if (this.#isPaused) this.#resume();
    return new Promise((resolve, reject) => {
      const collector = { most, resolve, reject };
      if (this.#size > most) this.#overflow(collector);
      else if (this.#finished === undefined) this.#collector = collector;
      else this.#settle(collector, this.#finished);
    });
  }

  #finish(how: { readonly error: unknown } | "cleanly"): void {
    if (this.#finished) return;
    this.#finished = how;
    if (this.#collector) this.#settle(this.#collector, how);
    else if (this.#reader) this.#callReader();
  }

  #settle({ resolve, reject }: Collector, how: { readonly error: unknown } | "cleanly"): void {
    if (how === "cleanly") atEndOfTurn(() => resolve(this.#take()));
    else reject(how.error);
  }

  #overflow(collector: Collector): void {
    collector.reject(new BodyTooLarge());
    this.#leave();
  }

  #leave(): void {
    if (this.#finished === undefined) this.#source.abandon();
    this.#finished = "cleanly";
    this.#waiting = [];
    this.#size = 0;
  }

  /** Not at once: the rest of the same network read comes in the same turn. */
  #callReader(): void {
    if (this.#isCalled) return;
    this.#isCalled = true;
    queueMicrotask(() => {
      this.#isCalled = false;
      const reader = this.#reader;
      this.#reader = undefined;
      if (reader) this.next().then(reader.resolve, reader.reject);
    });
  }

  #take(): Uint8Array {
    const [first] = this.#waiting;
    const bytes = first && this.#waiting.length === 1 ? first : Buffer.concat(this.#waiting, this.#size);
    this.#waiting = [];
    this.#size = 0;
    if (this.#isPaused) this.#resume();
    return bytes;
  }

  #resume(): void {
    this.#isPaused = false;
    this.#source.resume();
  }
}
