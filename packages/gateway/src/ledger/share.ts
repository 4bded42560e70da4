import { apportion } from "./money.ts";
import type { BillingWindow } from "./windows.ts";

/** What a call weighs: when it was served (milliseconds since the epoch), and its tokens where AWS has counted them. */
export interface Sharer {
  readonly sentAt: number;
  readonly endedAt: number;
  readonly tokens: number | undefined;
}

/** A call's part in a window. */
export interface Part {
  /** Its place in the list of calls. */
  readonly call: number;
  readonly weight: bigint;
}

/** Weights are whole numbers: one token, wholly in one window, is this. */
const oneToken = 1_000_000;

/**
 * Says which calls a window is charged to, and by what weights: those that were served in it, by their tokens; a call that
 * reaches over several windows, by the time that it was in each. Nobody knows which copy has served a call, so that the
 * windows of all copies are shared alike. A window without any call is the tail that the calls before it have left.
 *
 * @param windows of one model, those of a period in order
 * @returns for each window its parts; none only if no call belongs to it or to the windows before it
 */
export function shareWindows(
  windows: readonly BillingWindow[],
  calls: readonly Sharer[],
): readonly (readonly Part[])[] {
  const find = createOverlaps(calls);
  const overlaps = windows.map((window) => find(window));
  const served = calls.map(() => 0);
  for (const { call, ms } of overlaps.flat()) served[call] = (served[call] ?? 0) + ms;

  const lastOf = new Map<number, readonly Part[]>();
  return windows.map(({ copy, continues }, index) => {
    const own = toParts(overlaps[index] ?? [], calls, served);
    const parts = own.length > 0 || !continues ? own : (lastOf.get(copy) ?? []);
    lastOf.set(copy, parts);
    return parts;
  });
}

/** A call and how long it was in a window. */
interface Overlap {
  readonly call: number;
  readonly ms: number;
}

/** Who does not know how many tokens a call had takes it for one like the others of its window. */
function toParts(
  overlaps: readonly Overlap[],
  calls: readonly Sharer[],
  served: readonly number[],
): readonly Part[] {
  const known = overlaps.flatMap(({ call }) => calls[call]?.tokens ?? []);
  const mean = known.length === 0 ? 1 : known.reduce((sum, tokens) => sum + tokens, 0) / known.length;
  return overlaps.map(({ call, ms }) => {
    const tokens = calls[call]?.tokens ?? mean;
    const weight = Math.round((tokens * oneToken * ms) / (served[call] ?? ms));
    return { call, weight: BigInt(weight) };
  });
}

/** Finds the calls of a window. A call is in each millisecond from its first to its last, both included. */
function createOverlaps(calls: readonly Sharer[]): (window: BillingWindow) => readonly Overlap[] {
  const order = calls
    .map((call, index) => ({ ...call, index }))
    .toSorted((one, other) => one.sentAt - other.sentAt);
  const longest = calls.reduce((most, { sentAt, endedAt }) => Math.max(most, endedAt - sentAt), 0);
  return ({ start, end }) => {
    const found: Overlap[] = [];
    for (let place = firstFrom(order, start - longest); place < order.length; place += 1) {
      const call = order[place];
      if (!call || call.sentAt >= end) break;
      const ms = Math.min(call.endedAt + 1, end) - Math.max(call.sentAt, start);
      if (ms > 0) found.push({ call: call.index, ms });
    }
    return found;
  };
}

/** Where in a list by time those begin that were sent at a time or later. */
function firstFrom(order: readonly { readonly sentAt: number }[], at: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle]?.sentAt ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Splits an amount of a window among its parts. */
export function splitAmong(amount: bigint, parts: readonly Part[]): readonly bigint[] {
  return apportion(
    amount,
    parts.map(({ weight }) => weight),
  );
}
