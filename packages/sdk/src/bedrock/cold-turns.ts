import type { Warmth, WarmthState } from "../warmth/warmth.ts";
import { isWarm } from "../warmth/warmth.ts";
import type { Waiter } from "./cold-model.ts";

/** A line at a moment: what is known of its model, and who is under way. Times are milliseconds since the epoch. */
export interface LineView {
  readonly now: number;
  readonly warmth: Warmth;
  readonly state: WarmthState;
  /** Until when other processes are expected to find out. */
  readonly othersAskUntil: number;
  readonly asking: number;
  /** When the line began, and when somebody was let go last while the model wasn't warm. */
  readonly createdAt: number;
  readonly lastAskAt: number;
  readonly wave: Wave | undefined;
}

/** The letting go of those who waited, once the model is warm. */
export interface Wave {
  readonly at: number;
  admitted: number;
  answered: number;
}

/** How many may go now, and when more may. */
export interface Allowance {
  readonly count: number;
  readonly moreAt: number;
}

/** How many find out whether a model is warm, and how often a further one may. */
const askers = 3;
const furtherAskerMs = 15_000;
/** A question that has had no answer for so long keeps nobody from asking again. */
const lostQuestionMs = 60_000;
/** No last try so soon after the question before. */
const leastGapMs = 5_000;
/** How long even the impatient wait for those who find out: a refusal comes at once. */
const doubtMs = 1_000;
const firstWave = 4;
const waveMs = 1_000;

/**
 * While nobody knows whether the model is warm, a few find out, and now and then a further one, in case the first are
 * slow for reasons of their own. While it is being restored, one asks for all. When it is warm, they go in order: a
 * few, twice as many each second, and two for each that is answered.
 */
export function allowance(view: LineView): Allowance {
  if (isWarm(view.state)) return inWaves(view.wave ?? { at: view.now, admitted: 0, answered: 0 }, view.now);
  const { warmth } = view;
  return warmth.seen === "refusal" && view.state === "restoring"
    ? oneByOne(view, warmth.askAgainAt)
    : inDoubt(view);
}

function inWaves({ at, admitted, answered }: Wave, now: number): Allowance {
  const past = Math.floor((now - at) / waveMs);
  return { count: firstWave * 2 ** past + 2 * answered - admitted, moreAt: at + (past + 1) * waveMs };
}

function oneByOne({ now, asking, lastAskAt, othersAskUntil }: LineView, askAgainAt: number): Allowance {
  const freeAt = asking > 0 ? lastAskAt + lostQuestionMs : 0;
  const dueAt = Math.max(askAgainAt, othersAskUntil, freeAt);
  return now >= dueAt ? { count: 1, moreAt: now + leastGapMs } : { count: 0, moreAt: dueAt };
}

function inDoubt({ now, asking, createdAt, othersAskUntil }: LineView): Allowance {
  if (othersAskUntil > now) return { count: 0, moreAt: othersAskUntil };
  const further = Math.floor((now - createdAt) / furtherAskerMs);
  return { count: askers + further - asking, moreAt: createdAt + (further + 1) * furtherAskerMs };
}

/** When a call's patience is over; never while it is being let go. */
export function overAt({ since, patience }: Pick<Waiter, "since" | "patience">, state: WarmthState): number {
  if (isWarm(state)) return Infinity;
  return since + (state === "restoring" ? patience.limitMs : Math.max(patience.limitMs, doubtMs));
}

/** Whether one whose patience is over may ask all the same: nobody has been refused, or nobody has asked lately. */
export function mayAskLast(
  { now, state, asking, warmth, lastAskAt }: LineView,
  { patience }: Waiter,
): boolean {
  if (state !== "restoring") return true;
  const lastAt = Math.max(lastAskAt, warmth.seen === "nothing" ? 0 : warmth.at);
  return patience.limitMs > 0 && asking === 0 && now - lastAt >= leastGapMs;
}
