import { type Money, fractionOf } from "./money.ts";
import { type CopyPeriod, billingWindowMs } from "./periods.ts";

/** Five minutes of a copy that AWS bills whole. */
export interface BillingWindow {
  readonly copy: number;
  /** Milliseconds since the epoch; the end is not in it. */
  readonly start: number;
  readonly end: number;
  /** How much of it came after the copy's last call. */
  readonly idleMs: number;
  /** Whether it goes on where another window of the same copy ended. */
  readonly continues: boolean;
}

/** The windows that a period has begun so far. */
export function toWindows(period: CopyPeriod, now: number): readonly BillingWindow[] {
  const { copy, start: opened, lastUse } = period;
  const until = Math.min(period.end ?? now, now);
  const count = Math.max(1, Math.ceil((until - opened) / billingWindowMs));
  return Array.from({ length: count }, (_, index) => {
    const start = opened + index * billingWindowMs;
    const end = start + billingWindowMs;
    // Of a window that is still open, what is left of it may yet be used.
    const past = period.end === undefined ? Math.min(end, Math.max(now, start)) : end;
    return { copy, start, end, idleMs: Math.max(0, past - Math.max(start, lastUse)), continues: index > 0 };
  });
}

/** What a window costs. */
export interface WindowCost {
  readonly compute: Money;
  /** What of it was paid for time after the copy's last call. */
  readonly idle: Money;
}

/** Units of a copy, and the price of one unit and minute. */
export function windowCost({ idleMs }: BillingWindow, units: number, perMinute: Money): WindowCost {
  const compute = perMinute * BigInt(units) * BigInt(billingWindowMs / 60_000);
  return { compute, idle: fractionOf(compute, idleMs, billingWindowMs) };
}
