import type { CancelSignal } from "../core/cancellation.ts";
import type { OutcropError } from "../core/errors.ts";
import type { WarmthBook } from "../warmth/warmth-book.ts";
import { isWarm } from "../warmth/warmth.ts";
import type { ColdStartProgress } from "./cold-progress.ts";
import { tellProgress } from "./cold-progress.ts";
import type { LineView, Wave } from "./cold-turns.ts";
import { allowance, mayAskLast, overAt } from "./cold-turns.ts";

/** A call's own terms of waiting. */
export interface Patience {
  /** What tells models apart. */
  readonly key: string;
  readonly modelId: string;
  /** Whether Bedrock scales the model to zero, as it does with imported ones; others are taken to be there. */
  readonly scalesToZero: boolean;
  /** How long the call waits at most, in milliseconds; 0: not at all. */
  readonly limitMs: number;
  readonly signal: CancelSignal | undefined;
  readonly onProgress?: ((progress: ColdStartProgress) => void) | undefined;
}

/** A call in a model's line. */
export interface Waiter {
  readonly patience: Patience;
  /** When the call was made, on the clock's time. */
  readonly since: number;
  /** Calls go in the order of their tickets. */
  readonly ticket: number;
  /** Whether it was told of the wait: at all, and since it was last let go. */
  wasTold: boolean;
  wasToldSinceTurn: boolean;
  /** Whoever waits learns through this that it may go, or that its patience is over. */
  turn: (turn: "go" | "over") => void;
}

/**
 * A model's line: the calls that wait, in order, and those that are under way. It does no waiting itself: it is told
 * what happens, and asked to give turns.
 */
export interface ColdModel {
  join(waiter: Waiter): void;
  /** Answers whether the line is empty now. */
  leave(waiter: Waiter): boolean;
  /** Gives everybody whose turn it is their turn. */
  giveTurns(): void;
  /** When turns are due again, whatever happens, in milliseconds since the epoch. */
  nextTurnAt(): number;
  readonly hasWaiting: () => boolean;
  readonly answered: () => void;
  readonly refused: (refusal: OutcropError) => void;
  /** The model's last refusal. */
  readonly refusal: () => OutcropError | undefined;
}

interface Line {
  readonly key: string;
  readonly createdAt: number;
  /** By their tickets. */
  readonly waiting: Waiter[];
  readonly asking: Set<Waiter>;
  lastAskAt: number;
  lastTellAt: number;
  wave: Wave | undefined;
  refusal: OutcropError | undefined;
}

/** How often those who wait are told, and other processes that somebody asks. */
const tellMs = 5_000;

export function createColdModel(key: string, book: WarmthBook, now: () => number): ColdModel {
  const line: Line = {
    key,
    createdAt: now(),
    waiting: [],
    asking: new Set(),
    lastAskAt: 0,
    lastTellAt: now(),
    wave: undefined,
    refusal: undefined,
  };
  const view = () => viewOf(line, book, now());
  return {
    join(waiter) {
      line.asking.delete(waiter);
      const place = line.waiting.findLastIndex(({ ticket }) => ticket < waiter.ticket);
      line.waiting.splice(place + 1, 0, waiter);
      if (book.stateOf(key) === "restoring") tell([waiter], line, view());
    },
    leave(waiter) {
      remove(waiter, line.waiting);
      line.asking.delete(waiter);
      return line.waiting.length + line.asking.size === 0;
    },
    giveTurns: () => giveTurns(line, book, view),
    nextTurnAt: () => nextTurnAt(line, view()),
    hasWaiting: () => line.waiting.length > 0,
    answered() {
      book.answered(key);
      if (line.wave) line.wave.answered += 1;
    },
    refused(refusal) {
      line.refusal = refusal;
      line.lastTellAt = now();
      book.refused(key, (refusal.retryAfter ?? 0) * 1000);
      tell(line.waiting, line, view());
    },
    refusal: () => line.refusal,
  };
}

function viewOf(line: Line, book: WarmthBook, now: number): LineView {
  const { key, createdAt, lastAskAt } = line;
  const state = book.stateOf(key);
  line.wave = isWarm(state) ? (line.wave ?? { at: now, admitted: 0, answered: 0 }) : undefined;
  return {
    now,
    state,
    createdAt,
    lastAskAt,
    warmth: book.of(key),
    othersAskUntil: book.othersAskUntil(key),
    asking: line.asking.size,
    wave: line.wave,
  };
}

function giveTurns(line: Line, book: WarmthBook, view: () => LineView): void {
  const { now, state } = view();
  const { count } = allowance(view());
  for (const waiter of line.waiting.slice(0, Math.max(0, count))) letGo(waiter, line, { book, now });
  for (const waiter of line.waiting.filter((each) => now >= overAt(each, state))) {
    if (mayAskLast(view(), waiter)) letGo(waiter, line, { book, now });
    else {
      remove(waiter, line.waiting);
      waiter.turn("over");
    }
  }
  if (isWarm(state) || now - line.lastTellAt < tellMs) return;
  line.lastTellAt = now;
  if (line.asking.size > 0) book.asked(line.key);
  tell([...line.asking, ...line.waiting], line, view());
}

function letGo(waiter: Waiter, line: Line, { book, now }: { book: WarmthBook; now: number }): void {
  remove(waiter, line.waiting);
  line.asking.add(waiter);
  waiter.wasToldSinceTurn = false;
  if (line.wave) line.wave.admitted += 1;
  else {
    line.lastAskAt = now;
    book.asked(line.key);
  }
  waiter.turn("go");
}

function nextTurnAt(line: Line, view: LineView): number {
  const { waiting, lastTellAt } = line;
  const tellAt = isWarm(view.state) ? Infinity : lastTellAt + tellMs;
  if (waiting.length === 0) return tellAt;
  const soonest = (at: number, waiter: Waiter) => Math.min(at, overAt(waiter, view.state));
  return waiting.reduce(soonest, Math.min(tellAt, allowance(view).moreAt));
}

function tell(waiters: readonly Waiter[], { asking }: Line, view: LineView): void {
  const attempt = view.warmth.seen === "refusal" ? view.warmth.count : 0;
  const nextTryMs = asking.size > 0 ? 0 : Math.max(0, allowance(view).moreAt - view.now);
  tellProgress(waiters, { now: view.now, attempt, nextTryMs });
}

function remove(waiter: Waiter, waiting: Waiter[]): void {
  const place = waiting.indexOf(waiter);
  if (place !== -1) waiting.splice(place, 1);
}
