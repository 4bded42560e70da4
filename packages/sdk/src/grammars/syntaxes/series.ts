import type { Cursor, Reading } from "../cursor.ts";

/** What stands behind a call: another one, the end of them all, or something that is not theirs. */
export type Next = "call" | "end" | "other";

/** How a syntax lines up several calls. */
export interface Series {
  /** Reads one call; false if there is none. */
  readonly readCall: () => Reading<boolean>;
  /** Reads what stands between two calls, or closes the last. */
  readonly readNext: () => Reading<Next>;
}

/** Reads calls one after the other; what was read in vain behind the last is left to the cursor to keep. */
export function* readSeries(cursor: Cursor, { readCall, readNext }: Series): Reading<void> {
  while (yield* readCall()) {
    cursor.mark();
    const next = yield* readNext();
    if (next === "end") cursor.commit();
    if (next !== "call") return;
  }
}
