import { type CancelSignal, type ChatEvent, OneBatch, OutcropError, type Usage } from "@outcrop/sdk";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import type { Batch, Head } from "./peek.ts";
import { toAbortError } from "./scope.ts";

/** How an answer that had begun came to its end. */
export type AnswerEnd =
  | { readonly type: "succeeded"; readonly usage: Usage | undefined }
  | { readonly type: "failed"; readonly error: OutcropError }
  /** Nobody reads on. */
  | { readonly type: "left" };

export interface LeaseOptions {
  readonly signal: CancelSignal;
  /** Done to every batch on its way out. */
  readonly shape: (batch: Batch) => Batch;
  /** Told once, as soon as it is known: even if nobody ever reads. */
  readonly onEnd: (end: AnswerEnd) => void;
}

/**
 * The events of an answer for one reader, who may read to the end, leave, or never come. As soon as the `finish` is there
 * nothing is held any more, whether or not it has been read.
 */
export function createLease({ first, rest }: Head, options: LeaseOptions): AsyncIterable<Batch> {
  const finish = finishOf(first);
  if (!finish || options.signal.aborted) return new Lease(first, rest, options);
  options.onEnd({ type: "succeeded", usage: finish.usage });
  leave(rest);
  return new OneBatch(options.shape(first));
}

/** The last event of an answer, if it is among these. */
function finishOf(batch: Batch): Extract<ChatEvent, { type: "finish" }> | undefined {
  return batch.find((event) => event.type === "finish");
}

function leave(rest: Head["rest"]): void {
  if (rest?.return) void Promise.resolve(rest.return()).catch(() => {});
}

class Lease implements AsyncIterableIterator<Batch, undefined> {
  readonly #rest: Head["rest"];
  readonly #options: LeaseOptions;
  #first: Batch | undefined;
  #isOver = false;
  #failure: OutcropError | undefined;
  #interrupt: ((error: OutcropError) => void) | undefined;

  constructor(first: Batch, rest: Head["rest"], options: LeaseOptions) {
    this.#rest = rest;
    this.#options = options;
    this.#first = first;
    const { signal } = options;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Batch, undefined>> {
    if (this.#failure) throw this.#failure;
    const first = this.#first;
    if (first) {
      this.#first = undefined;
      return { done: false, value: this.#options.shape(first) };
    }
    if (this.#isOver) return { done: true, value: undefined };
    try {
      const result =
        this.#rest && (await interruptible(this.#rest.next(), (reject) => (this.#interrupt = reject)));
      if (!result || result.done)
        throw new OutcropError("stream_incomplete", "The answer broke off before its end.");
      const finish = finishOf(result.value);
      if (finish) this.#end({ type: "succeeded", usage: finish.usage });
      return { done: false, value: this.#options.shape(result.value) };
    } catch (error) {
      throw this.#fail(toOutcropError(error));
    }
  }

  return(): Promise<IteratorResult<Batch, undefined>> {
    this.#first = undefined;
    this.#end({ type: "left" });
    return Promise.resolve({ done: true, value: undefined });
  }

  #end(how: AnswerEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    this.#options.onEnd(how);
    leave(this.#rest);
  }

  #fail(error: OutcropError): OutcropError {
    this.#failure ??= error;
    // Nothing but the reader's own signal ends an answer that has begun from this side.
    this.#end(this.#options.signal.aborted ? { type: "left" } : { type: "failed", error: this.#failure });
    return this.#failure;
  }

  readonly #onAbort = (): void => {
    const error = this.#fail(toAbortError(this.#options.signal));
    this.#interrupt?.(error);
  };
}

/** A promise that can be broken off from outside: a race would hold on to every batch of a long stream. */
function interruptible<T>(
  work: Promise<T>,
  arm: (reject: (error: OutcropError) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    arm(reject);
    work.then(resolve, reject);
  });
}
