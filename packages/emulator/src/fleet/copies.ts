/** One running copy of an imported model. */
export interface Copy {
  /** 1 for the first copy of a model, and so on. */
  readonly number: number;
  /** When it is loaded. */
  readonly readyAt: number;
  /** When its first successful call came: billing starts there. */
  billedFrom: number | undefined;
  /** When its last call ended. */
  lastUse: number;
  inFlight: number;
}

/** A stretch of time in which a copy was billed. */
export interface BillingPeriod {
  readonly copy: number;
  readonly start: number;
  /** When the copy was scaled down; undefined while it is active. */
  readonly end: number | undefined;
}

/** AWS bills imported models in windows of five minutes for each copy, from its first successful call on. */
export const billingWindow = 5 * 60_000;

/** When an unused copy is scaled down. */
export function scaleDownTime(copy: Copy, idle: number): number {
  return copy.inFlight > 0 ? Number.POSITIVE_INFINITY : Math.max(copy.lastUse, copy.readyAt) + idle;
}

/** Windows that a period has begun so far. */
export function countWindows({ start, end }: BillingPeriod, now: number): number {
  return Math.max(1, Math.ceil((Math.min(end ?? now, now) - start) / billingWindow));
}
