import { Cancellation } from "../core/cancellation.ts";
import type { WarmthBook } from "../warmth/warmth-book.ts";
import type { Clock } from "./clock.ts";
import type { ColdModel, Waiter } from "./cold-model.ts";
import { createColdModel } from "./cold-model.ts";

/** How a wait ended: it may ask now, its patience is over, or its caller has left. */
export type Turn = "go" | "over" | "left";

/** The line before one model, with the clock that moves it on. */
export interface ColdLine extends Pick<ColdModel, "answered" | "refused" | "refusal" | "hasWaiting"> {
  /** Stands in line; whoever did so before goes back to the same place. */
  turnOf(waiter: Waiter): Promise<Turn>;
  leave(waiter: Waiter): void;
}

/** A line exists while somebody stands in it. */
export interface ColdLines {
  find(key: string): ColdLine | undefined;
  open(key: string): ColdLine;
}

export function createColdLines(clock: Clock, book: WarmthBook): ColdLines {
  const lines = new Map<string, ColdLine & { readonly move: () => void }>();

  function create(key: string) {
    const model = createColdModel(key, book, () => clock.now());
    const alarm = createAlarm(clock, move);

    function move(): void {
      model.giveTurns();
      alarm.set(model.nextTurnAt());
    }

    return {
      move,
      answered: () => model.answered(),
      refused: model.refused,
      refusal: model.refusal,
      hasWaiting: model.hasWaiting,
      turnOf: (waiter: Waiter) =>
        turnOf(waiter, () => {
          model.join(waiter);
          move();
        }),
      leave(waiter: Waiter) {
        if (!model.leave(waiter)) return move();
        alarm.set(Infinity);
        if (lines.get(key)?.move === move) lines.delete(key);
      },
    };
  }

  book.onNews((key) => lines.get(key)?.move());
  return {
    find: (key) => lines.get(key),
    open(key) {
      const line = lines.get(key) ?? create(key);
      lines.set(key, line);
      return line;
    },
  };
}

async function turnOf(waiter: Waiter, join: () => void): Promise<Turn> {
  const { signal } = waiter.patience;
  const { promise, resolve } = Promise.withResolvers<Turn>();
  const onAbort = () => resolve("left");
  waiter.turn = resolve;
  if (signal?.aborted) return "left";
  signal?.addEventListener("abort", onAbort, { once: true });
  join();
  const turn = await promise;
  signal?.removeEventListener("abort", onAbort);
  return turn;
}

/** One timer, set again as often as needed. */
function createAlarm(clock: Clock, ring: () => void): { set(at: number): void } {
  let current: { readonly at: number; readonly off: Cancellation } | undefined;

  async function wait(alarm: NonNullable<typeof current>): Promise<void> {
    try {
      await clock.sleep(Math.max(0, alarm.at - clock.now()), alarm.off);
    } catch {
      return;
    }
    if (current !== alarm) return;
    current = undefined;
    ring();
  }

  return {
    set(at) {
      if (current?.at === at) return;
      current?.off.abort(undefined);
      current = at === Infinity ? undefined : { at, off: new Cancellation() };
      if (current) void wait(current);
    },
  };
}
