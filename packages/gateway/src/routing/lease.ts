import { type CancelSignal, OutcropError, type Usage } from "@outcrop/sdk";
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
export function createLease(head: Head, { signal, shape, onEnd }: LeaseOptions): AsyncIterable<Batch> {
  const { rest } = head;
  let first: Batch | undefined = head.first;
  let isOver = false;
  let failure: OutcropError | undefined;
  let interrupt: ((error: OutcropError) => void) | undefined;

  function end(how: AnswerEnd): void {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener("abort", onAbort);
    onEnd(how);
    void Promise.resolve(rest.return?.()).catch(() => {});
  }

  function fail(error: OutcropError): OutcropError {
    failure ??= error;
    // Nothing but the reader's own signal ends an answer that has begun from this side.
    end(signal.aborted ? { type: "left" } : { type: "failed", error: failure });
    return failure;
  }

  function onAbort(): void {
    const error = fail(toAbortError(signal));
    interrupt?.(error);
  }

  function see(batch: Batch): Batch {
    const finish = batch.find((event) => event.type === "finish");
    if (finish) end({ type: "succeeded", usage: finish.usage });
    return batch;
  }

  async function next(): Promise<IteratorResult<Batch, undefined>> {
    if (failure) throw failure;
    if (first) {
      const batch = first;
      first = undefined;
      return { done: false, value: shape(batch) };
    }
    if (isOver) return { done: true, value: undefined };
    try {
      const result = await interruptible(rest.next(), (reject) => (interrupt = reject));
      if (result.done) throw new OutcropError("stream_incomplete", "The answer broke off before its end.");
      return { done: false, value: shape(see(result.value)) };
    } catch (error) {
      throw fail(toOutcropError(error));
    }
  }

  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  see(head.first);
  return {
    [Symbol.asyncIterator]: () => ({
      next,
      async return() {
        first = undefined;
        end({ type: "left" });
        return { done: true, value: undefined };
      },
    }),
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
