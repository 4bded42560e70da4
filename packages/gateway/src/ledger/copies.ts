import type { CopyPeriod, CopyRule } from "./periods.ts";

/** A copy of an imported model on AWS's hardware. */
export interface Copy {
  /** From 1; the lowest that is free. */
  readonly number: number;
  /** When it is loaded. */
  readonly readyAt: number;
  /** Calls that it serves now. */
  busy: number;
  lastUse: number;
  /** When its first call had succeeded. */
  billedFrom: number | undefined;
}

/** The copies of one model as time goes on; times must not go back. */
export interface Copies {
  /** Takes away what has been idle for too long. */
  settle(at: number): void;
  /** When the first copy is loaded; `undefined` if there is none. */
  readyAt(): number | undefined;
  /** Starts a copy that is loaded at a time. */
  start(at: number, readyAt: number): Copy;
  /** The copy for a call. When all that are loaded are full another one is started, and the emptiest serves meanwhile. */
  choose(at: number, loadMs: number): Copy;
  /** What was billed and what still is. */
  periods(): readonly CopyPeriod[];
}

/** No copy: the model has been scaled to zero. */
export function createCopies({ concurrencyPerCopy, maxCopies, idleMs }: CopyRule): Copies {
  let copies: readonly Copy[] = [];
  const ended: CopyPeriod[] = [];
  const goneAt = ({ busy, lastUse, readyAt }: Copy) =>
    busy > 0 ? Infinity : Math.max(lastUse, readyAt) + idleMs;

  function start(at: number, readyAt: number): Copy {
    const copy = { number: lowestFree(copies), readyAt, busy: 0, lastUse: at, billedFrom: undefined };
    copies = [...copies, copy];
    return copy;
  }

  return {
    settle(at) {
      const gone = copies.filter((copy) => goneAt(copy) <= at);
      if (gone.length === 0) return;
      ended.push(...gone.flatMap((copy) => toPeriod(copy, goneAt(copy))));
      copies = copies.filter((copy) => !gone.includes(copy));
    },
    readyAt: () => (copies.length === 0 ? undefined : Math.min(...copies.map(({ readyAt }) => readyAt))),
    start,
    choose(at, loadMs) {
      const loaded = copies.filter(({ readyAt }) => readyAt <= at);
      const free = loaded.find(({ busy }) => busy < concurrencyPerCopy);
      if (free) return free;
      const isLoading = copies.length > loaded.length;
      const started = isLoading || copies.length >= maxCopies ? undefined : start(at, at + loadMs);
      if (started && loadMs === 0) return started;
      return loaded.toSorted((one, other) => one.busy - other.busy)[0] ?? started ?? start(at, at);
    },
    periods: () => [...ended, ...copies.flatMap((copy) => toPeriod(copy, undefined))],
  };
}

function lowestFree(copies: readonly Copy[]): number {
  let number = 1;
  while (copies.some((copy) => copy.number === number)) number += 1;
  return number;
}

/** A copy that has never answered is not billed. */
function toPeriod({ number, billedFrom, lastUse }: Copy, end: number | undefined): readonly CopyPeriod[] {
  return billedFrom === undefined ? [] : [{ copy: number, start: billedFrom, lastUse, end }];
}
