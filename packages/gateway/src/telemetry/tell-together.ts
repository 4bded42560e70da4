import type { RequestObserver, RequestRecord } from "./request-record.ts";

/** Takes things now, and has them dealt with when the turn of the event loop is over. */
export interface Later<T> {
  readonly push: (item: T) => void;
  /** Deals with what still waits. */
  readonly flush: () => void;
}

/**
 * Gathers what comes in one turn of the event loop. Answers go out first, and the second of several costs a fraction of what the first
 * does: code and tables are at hand. What fails is told to `onFault`: nobody else is there to hear of it.
 */
export function together<T>(deal: (item: T) => void, onFault: (error: unknown) => void): Later<T> {
  let waiting: T[] = [];

  function flush(): void {
    const items = waiting;
    waiting = [];
    for (const item of items) {
      try {
        deal(item);
      } catch (error) {
        onFault(error);
      }
    }
  }

  return {
    push(item) {
      if (waiting.push(item) === 1) setImmediate(flush);
    },
    flush,
  };
}

/** An observer that is told a little later. */
export interface PatientObserver extends RequestObserver {
  readonly flush: () => void;
}

/** Tells of all requests that have ended in one turn of the event loop when the turn is over. */
export function tellTogether(observer: RequestObserver, onFault: (error: unknown) => void): PatientObserver {
  const ended = together<RequestRecord>((record) => observer.finished(record), onFault);
  return {
    started: (start) => observer.started?.(start),
    finished: ended.push,
    flush: ended.flush,
  };
}
