import type { Sleep } from "./aborts.ts";

/** Time and chance, injected so that tests own both. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep: Sleep;
  /** From 0 up to 1. */
  random(): number;
}
