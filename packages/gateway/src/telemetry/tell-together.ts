import type { RequestObserver, RequestRecord } from "./request-record.ts";

/** An observer that is told of requests a little later. */
export interface PatientObserver extends RequestObserver {
  /** Tells what still waits. */
  flush(): void;
}

/**
 * Tells of all requests that have ended in one turn of the event loop when the turn is over. Their answers go out first, and the second
 * of several costs a fraction of what the first does: code and tables are at hand.
 */
export function tellTogether(observer: RequestObserver): PatientObserver {
  let ended: RequestRecord[] = [];

  function flush(): void {
    const records = ended;
    ended = [];
    for (const record of records) observer.finished(record);
  }

  return {
    started: (start) => observer.started?.(start),
    finished(record) {
      if (ended.push(record) === 1) setImmediate(flush);
    },
    flush,
  };
}
