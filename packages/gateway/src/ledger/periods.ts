import { type Copy, createCopies } from "./copies.ts";

/**
 * AWS bills a copy in windows of five minutes, from its first successful call on and while it is active.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/import-model-calculate-cost.html
 */
export const billingWindowMs = 5 * 60_000;

/** How AWS scales a model's copies; it publishes the idle time alone. */
export interface CopyRule {
  /** Calls that one copy serves at once before another is started. */
  readonly concurrencyPerCopy: number;
  readonly maxCopies: number;
  /** How long a copy stays without calls. */
  readonly idleMs: number;
  /** How long another copy takes to load; absent: as long as the model was last seen to take from zero. */
  readonly loadMs: number | undefined;
}

/** What is assumed where the config says nothing. */
export const defaultRule: CopyRule = {
  concurrencyPerCopy: 8,
  maxCopies: 3,
  idleMs: 5 * 60_000,
  loadMs: undefined,
};

/** What a call tells of the copy that served it: milliseconds since the epoch. */
export interface Use {
  /** When it first went to AWS: earlier than `sentAt` if the model was not ready. */
  readonly askedAt: number;
  /** When it went the time that was answered. */
  readonly sentAt: number;
  readonly answeredAt: number | undefined;
  readonly endedAt: number;
  readonly succeeded: boolean;
}

/** A stretch of time in which a copy was billed. */
export interface CopyPeriod {
  readonly copy: number;
  readonly start: number;
  /** When its last call ended. */
  readonly lastUse: number;
  /** When it was scaled down; `undefined` while it is active. */
  readonly end: number | undefined;
}

export interface Reconstruction {
  readonly periods: readonly CopyPeriod[];
  /** When calls brought the model back from zero. */
  readonly restores: readonly number[];
}

/**
 * Reconstructs from a model's calls when copies of it were active. A call that ends in the millisecond in
 * which another one is sent makes room for it.
 */
export function reconstruct(uses: readonly Use[], rule: CopyRule, now: number): Reconstruction {
  const calls = uses.toSorted((one, other) => one.sentAt - other.sentAt);
  const answers = earliestFrom(calls.map(({ answeredAt = Infinity }) => answeredAt));
  const questions = earliestFrom(calls.map(({ askedAt }) => askedAt));
  const copies = createCopies(rule);
  const releases = createReleases();
  let loadMs = rule.loadMs ?? 0;
  const restores: number[] = [];
  for (const [index, call] of calls.entries()) {
    releases.until(call.sentAt);
    copies.settle(call.sentAt);
    if (copies.readyAt() === undefined) {
      const answeredAt = answers[index] ?? Infinity;
      // Nobody may have stayed until the model was there.
      const readyAt = answeredAt <= call.endedAt + rule.idleMs ? answeredAt : call.endedAt;
      // Whoever was refused first began the restore, and need not be the one who was answered first.
      const askedAt = questions[index] ?? call.askedAt;
      loadMs = rule.loadMs ?? readyAt - askedAt;
      restores.push(askedAt);
      copies.start(call.sentAt, readyAt);
    }
    // Whoever comes to a model that is being restored is served when it is loaded.
    const servedAt = Math.min(Math.max(call.sentAt, copies.readyAt() ?? 0), call.answeredAt ?? call.endedAt);
    releases.until(servedAt);
    const copy = copies.choose(servedAt, loadMs);
    copy.busy += 1;
    copy.lastUse = Math.max(copy.lastUse, servedAt);
    releases.add(copy, call);
  }
  releases.until(Infinity);
  copies.settle(now);
  return { periods: copies.periods(), restores };
}

/** For each call the earliest of the times that belong to it and to those that were sent after it. */
function earliestFrom(times: readonly number[]): readonly number[] {
  let earliest = Infinity;
  return times
    .toReversed()
    .map((time) => (earliest = Math.min(earliest, time)))
    .toReversed();
}

interface Releases {
  add(copy: Copy, call: Use): void;
  /** Ends the calls that are over at a time, in the order of their ends. */
  until(at: number): void;
}

function createReleases(): Releases {
  let open: readonly { readonly copy: Copy; readonly call: Use }[] = [];
  return {
    add(copy, call) {
      open = [...open, { copy, call }];
    },
    until(at) {
      const over = open.filter(({ call }) => call.endedAt <= at);
      if (over.length === 0) return;
      open = open.filter(({ call }) => call.endedAt > at);
      for (const { copy, call } of over.toSorted((one, other) => one.call.endedAt - other.call.endedAt)) {
        copy.busy -= 1;
        copy.lastUse = call.endedAt;
        if (call.succeeded) copy.billedFrom ??= call.endedAt;
      }
    },
  };
}
