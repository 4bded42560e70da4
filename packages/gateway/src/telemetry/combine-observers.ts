import type { RequestObserver } from "./request-record.ts";

/** One observer that tells all of them. A fault in one is told to `onFault`, and harms neither the others nor the request. */
export function combineObservers(
  observers: readonly RequestObserver[],
  onFault: (error: unknown) => void,
): RequestObserver {
  function each(tell: (observer: RequestObserver) => void): void {
    for (const observer of observers) {
      try {
        tell(observer);
      } catch (error) {
        onFault(error);
      }
    }
  }
  return {
    started: (start) => each((observer) => observer.started?.(start)),
    finished: (record) => each((observer) => observer.finished(record)),
  };
}
