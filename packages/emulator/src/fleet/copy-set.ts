import { scaleDownTime } from "./copies.ts";
import type { BillingPeriod, Copy } from "./copies.ts";
import type { FleetReport, FleetSettings, FleetState } from "./fleet.ts";

/** The copies of a model at any moment. Nothing runs by a timer: each look works out what has happened since. */
export interface CopySet {
  /** When the first copy is loaded; a copy is started if there is none. */
  awake(now: number): number;
  /** A loaded copy for a call. When all are full another one is started, and the emptiest serves meanwhile. */
  choose(now: number): Copy;
  report(now: number): Omit<FleetReport, "refusals">;
}

export function createCopySet(settings: FleetSettings, coldStart: number): CopySet {
  let copies: readonly Copy[] = [];
  const ended: BillingPeriod[] = [];
  let coldStarts = 0;

  const settle = (now: number): void => {
    const gone = copies.filter((copy) => scaleDownTime(copy, settings.idle) <= now);
    for (const copy of gone) {
      if (copy.billedFrom === undefined) continue;
      ended.push({ copy: copy.number, start: copy.billedFrom, end: scaleDownTime(copy, settings.idle) });
    }
    copies = copies.filter((copy) => !gone.includes(copy));
  };
  const start = (now: number): Copy => {
    const number = lowestFree(copies);
    const copy = { number, readyAt: now + coldStart, billedFrom: undefined, lastUse: now, inFlight: 0 };
    copies = [...copies, copy];
    if (coldStart > 0) coldStarts++;
    return copy;
  };
  const ready = (now: number): readonly Copy[] => copies.filter(({ readyAt }) => readyAt <= now);

  return {
    awake: (now) => {
      settle(now);
      if (copies.length === 0) start(now);
      return Math.min(...copies.map(({ readyAt }) => readyAt));
    },
    choose: (now) => {
      const loaded = ready(now);
      const free = loaded.find(({ inFlight }) => inFlight < settings.concurrencyPerCopy);
      if (free !== undefined) return free;
      const loading = copies.length > loaded.length;
      const started = !loading && copies.length < settings.maxCopies ? start(now) : undefined;
      if (started !== undefined && started.readyAt <= now) return started;
      return loaded.toSorted((left, right) => left.inFlight - right.inFlight)[0] ?? started ?? start(now);
    },
    report: (now) => {
      settle(now);
      const loaded = ready(now);
      return {
        state: toState(copies, loaded, coldStart),
        copies: loaded.length,
        readyAt: loaded.length > 0 ? undefined : copies[0]?.readyAt,
        coldStarts,
        periods: [...ended, ...copies.flatMap(toOpenPeriod)],
      };
    },
  };
}

function lowestFree(copies: readonly Copy[]): number {
  let number = 1;
  while (copies.some((copy) => copy.number === number)) number++;
  return number;
}

function toState(copies: readonly Copy[], loaded: readonly Copy[], coldStart: number): FleetState {
  if (loaded.some(({ inFlight }) => inFlight > 0)) return "warm";
  if (loaded.length > 0) return "idle";
  if (copies.length > 0) return "restoring";
  return coldStart === 0 ? "warm" : "cold";
}

function toOpenPeriod({ number, billedFrom }: Copy): BillingPeriod[] {
  return billedFrom === undefined ? [] : [{ copy: number, start: billedFrom, end: undefined }];
}
