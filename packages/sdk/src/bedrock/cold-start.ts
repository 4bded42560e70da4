import { OutcropError } from "../core/errors.ts";
import type { WarmthBook } from "../warmth/warmth-book.ts";
import { isWarm } from "../warmth/warmth.ts";
import { isDeadline, toAbortError } from "./aborts.ts";
import type { ColdWait } from "./answers.ts";
import type { Clock } from "./clock.ts";
import type { ColdLine } from "./cold-lines.ts";
import { createColdLines } from "./cold-lines.ts";
import type { Patience, Waiter } from "./cold-model.ts";

export interface ColdStarts {
  /**
   * Makes the call. If the model is cold, waits until it is warm: one call asks, the others stand in line behind it.
   * How long it waited is noted in what it gives.
   *
   * @throws OutcropError `model_not_ready` when patience or deadline end first; whatever else `attempt` throws.
   */
  run<T extends ColdWait>(attempt: () => Promise<T>, patience: Patience): Promise<T>;
}

/** What a caller whom we send away is told to wait, in seconds: a restore takes one to five minutes. */
const retryAfter = 30;

/**
 * Patience with models that scale to zero. Bedrock answers ModelNotReadyException while it restores one, or holds the
 * call; each call keeps the restore going, so that one at a time is enough for all.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html
 */
export function createColdStarts(clock: Clock, book: WarmthBook): ColdStarts {
  const lines = createColdLines(clock, book);
  let tickets = 0;

  /** A call to a warm model goes straight through, unless others were there before it. */
  function mustStandInLine({ key, scalesToZero }: Patience): boolean {
    const state = book.stateOf(key);
    if (state === "restoring" || (scalesToZero && !isWarm(state))) return true;
    return lines.find(key)?.hasWaiting() ?? false;
  }

  async function askInTurn<T extends ColdWait>(
    attempt: () => Promise<T>,
    waiter: Waiter,
    refused: OutcropError | undefined,
  ): Promise<T> {
    const line = lines.open(waiter.patience.key);
    try {
      for (let refusal = refused; ;) {
        if (refusal) line.refused(refusal);
        if (refusal && isOver(waiter, clock)) throw gaveUp(waiter, { refusal, clock });
        await turnOf(waiter, line, clock);
        const goneAt = clock.now();
        try {
          const value = await attempt();
          line.answered();
          const coldWaitMs = coldWaitOf(waiter, goneAt, clock);
          return coldWaitMs === undefined ? value : { ...value, coldWaitMs };
        } catch (error) {
          refusal = refusalOf(error);
        }
      }
    } finally {
      line.leave(waiter);
    }
  }

  return {
    async run(attempt, patience) {
      const waiter = createWaiter(patience, tickets++, clock.now());
      if (mustStandInLine(patience)) return askInTurn(attempt, waiter, undefined);
      try {
        const value = await attempt();
        book.answered(patience.key);
        return value;
      } catch (error) {
        return askInTurn(attempt, waiter, refusalOf(error));
      }
    },
  };
}

function createWaiter(patience: Patience, ticket: number, since: number): Waiter {
  return { patience, since, ticket, wasTold: false, wasToldSinceTurn: false, turn: ignore };
}

function ignore(): void {}

/** @throws OutcropError when there will be no turn. */
async function turnOf(waiter: Waiter, line: ColdLine, clock: Clock): Promise<void> {
  const turn = await line.turnOf(waiter);
  if (turn === "go") return;
  const { signal } = waiter.patience;
  const wasCold = waiter.wasTold || line.refusal() !== undefined;
  if (turn === "left" && signal && !(wasCold && isDeadline(signal.reason))) throw toAbortError(signal);
  throw gaveUp(waiter, { refusal: line.refusal(), clock });
}

function isOver({ since, patience }: Waiter, clock: Clock): boolean {
  return clock.now() >= since + patience.limitMs;
}

function gaveUp(
  { since }: Waiter,
  { refusal, clock }: { refusal: OutcropError | undefined; clock: Clock },
): OutcropError {
  const seconds = Math.round((clock.now() - since) / 1000);
  const { message = "Model is not ready for inference.", requestId, awsType } = refusal ?? {};
  const waited = seconds > 0 ? ` It is still being restored after ${seconds} s.` : "";
  return new OutcropError("model_not_ready", `${message}${waited}`, { requestId, awsType, retryAfter });
}

/** What of a call's time was waiting: all until its turn, and after that what it was told of. */
function coldWaitOf(waiter: Waiter, goneAt: number, clock: Clock): number | undefined {
  if (!waiter.wasTold) return undefined;
  return (waiter.wasToldSinceTurn ? clock.now() : goneAt) - waiter.since;
}

/** The error as a model's refusal to answer yet; anything else is thrown on. */
function refusalOf(error: unknown): OutcropError {
  if (error instanceof OutcropError && error.code === "model_not_ready") return error;
  throw error;
}
