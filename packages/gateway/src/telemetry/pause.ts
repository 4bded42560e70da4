import { setTimeout } from "node:timers/promises";

/** Waits, or until the signal; then it rejects. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

/** A pause that does not keep the process from ending. */
export const pauseUnheld: Pause = (milliseconds, signal) =>
  setTimeout(milliseconds, undefined, { signal, ref: false });

/** A pause that does. */
export const pauseHeld: Pause = (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal });
