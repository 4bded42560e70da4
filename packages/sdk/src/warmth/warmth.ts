/**
 * How an imported model stands. `warm`: a call was answered within five minutes, `idle-soon`: the fifth of them runs;
 * `cold`: nobody has had an answer for longer, so that it has probably been scaled down; `restoring`: it has just
 * refused a call; `unknown`: nothing was seen of it yet.
 */
export type WarmthState = "unknown" | "cold" | "restoring" | "warm" | "idle-soon";

/** The last thing that was seen of a model; the state follows from it and from its age. Times are milliseconds since the epoch. */
export type Warmth =
  | { readonly seen: "nothing" }
  | { readonly seen: "answer"; readonly at: number }
  | Refused;

/** A model that answers ModelNotReadyException. */
export interface Refused {
  readonly seen: "refusal";
  readonly at: number;
  /** When it was first refused since the last answer. */
  readonly since: number;
  /** How often it was asked since then. */
  readonly count: number;
  /** When it is to be asked again. */
  readonly askAgainAt: number;
}

/** What a call shows of a model. */
export type Sighting =
  | { readonly seen: "answer"; readonly at: number }
  | {
      readonly seen: "refusal";
      readonly at: number;
      /** Milliseconds that AWS asks to wait. */
      readonly askedMs: number;
      /** From 0 up to 1: spreads the next questions of many processes. */
      readonly chance: number;
    };

/**
 * Bedrock scales a model down after five minutes without calls.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/import-model-calculate-cost.html
 */
export const idleAfterMs = 5 * 60_000;
const idleSoonMs = 60_000;

const firstWaitMs = 5_000;
const maxWaitMs = 30_000;
const growth = 1.5;

/** Nothing was seen yet. */
export const unseen: Warmth = { seen: "nothing" };

export function stateOf(warmth: Warmth, now: number): WarmthState {
  if (warmth.seen === "nothing") return "unknown";
  const age = now - warmth.at;
  // A restore that nobody has asked after for so long is as good as given up.
  if (age > idleAfterMs) return "cold";
  if (warmth.seen === "refusal") return "restoring";
  return age > idleAfterMs - idleSoonMs ? "idle-soon" : "warm";
}

/** Whether calls may go straight through. */
export function isWarm(state: WarmthState): boolean {
  return state === "warm" || state === "idle-soon";
}

/** What is known after a sighting; one that is older than what is known changes nothing. */
export function see(warmth: Warmth, sighting: Sighting): Warmth {
  if (warmth.seen !== "nothing" && sighting.at < warmth.at) return warmth;
  return sighting.seen === "answer" ? { seen: "answer", at: sighting.at } : refuse(warmth, sighting);
}

/** The waits grow from 5 to 30 s: a restore takes one to five minutes, and each question keeps it going. */
function refuse(warmth: Warmth, { at, askedMs, chance }: Sighting & { readonly seen: "refusal" }): Refused {
  const before = stateOf(warmth, at) === "restoring" && warmth.seen === "refusal" ? warmth : undefined;
  // Calls that were under way together are refused together, and count as one question.
  if (before && at < before.askAgainAt) return { ...before, at };
  const count = (before?.count ?? 0) + 1;
  const grown = Math.round(firstWaitMs * growth ** (count - 1) * (1 + chance / 4));
  const askAgainAt = at + Math.min(maxWaitMs, Math.max(grown, askedMs));
  return { seen: "refusal", at, since: before?.since ?? at, count, askAgainAt };
}
