import { OutcropError } from "../core/errors.ts";
import type { Sleep } from "./aborts.ts";
import { isDeadline, toAbortError } from "./aborts.ts";
import type { Clock } from "./clock.ts";
import type { ColdModel, Patience, Waiter } from "./cold-model.ts";
import { createColdModel } from "./cold-model.ts";

export interface ColdStarts {
  /**
   * Makes the call. If the model is cold, waits until it is warm: one call probes, the others queue behind it.
   *
   * @throws OutcropError `model_not_ready` when patience or deadline end first; whatever else `attempt` throws.
   */
  run<T>(attempt: () => Promise<T>, patience: Patience): Promise<T>;
}

type Call = Pick<Waiter, "patience" | "since">;

/** What a caller whom we send away is told to wait, in seconds: a restore takes one to five minutes. */
const retryAfter = 30;

/**
 * Patience with models that scale to zero. Bedrock answers ModelNotReadyException while it restores one, and each
 * further call keeps the restore going, so that one probe at a time is enough for all.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html
 */
export function createColdStarts(clock: Clock): ColdStarts {
  /** A model is forgotten as soon as it is warm, or when nobody waits for it any more. */
  const models = new Map<string, ColdModel>();
  const isOver = ({ since, patience }: Call): boolean => clock.now() >= since + patience.limitMs;

  /** A call to a model that isn't known to be cold goes straight through; its refusal makes it known. */
  async function start<T>(attempt: () => Promise<T>, call: Call): Promise<T> {
    const { key } = call.patience;
    const known = models.get(key);
    if (known && !isOver(call)) return wait(attempt, call, known);
    try {
      return await attemptOnce(attempt, key);
    } catch (error) {
      const refusal = refusalOf(error);
      if (isOver(call)) throw gaveUp(call, refusal);
      const model = models.get(key) ?? createColdModel(refusal, clock);
      models.set(key, model);
      return wait(attempt, call, model);
    }
  }

  async function wait<T>(attempt: () => Promise<T>, call: Call, model: ColdModel): Promise<T> {
    const { key } = call.patience;
    const waiter: Waiter = { ...call, wake: () => {} };
    try {
      model.join(waiter);
      while ((await turnOf(waiter, model)) === "probe") {
        try {
          return await attemptOnce(attempt, key);
        } catch (error) {
          const refusal = refusalOf(error);
          if (isOver(call)) throw gaveUp(call, refusal);
          model.refuse(refusal);
        }
      }
    } finally {
      if (model.leave(waiter) && models.get(key) === model) models.delete(key);
    }
    return start(attempt, call);
  }

  async function attemptOnce<T>(attempt: () => Promise<T>, key: string): Promise<T> {
    const result = await attempt();
    models.get(key)?.release();
    models.delete(key);
    return result;
  }

  async function turnOf(waiter: Waiter, model: ColdModel): Promise<"probe" | "go"> {
    for (;;) {
      const step = model.nextStep(waiter);
      if (step.do === "give-up") throw gaveUp(waiter, model.refusal());
      if (step.do !== "nap") return step.do;
      const left = await nap(waiter, step.ms, clock.sleep);
      if (left) throw isDeadline(left.reason) ? gaveUp(waiter, model.refusal()) : toAbortError(left);
    }
  }

  function gaveUp(call: Call, { message, requestId, awsType }: OutcropError): OutcropError {
    const seconds = Math.round((clock.now() - call.since) / 1000);
    const waited = call.patience.limitMs > 0 ? ` It is still being restored after ${seconds} s.` : "";
    return new OutcropError("model_not_ready", `${message}${waited}`, { requestId, awsType, retryAfter });
  }

  return { run: (attempt, patience) => start(attempt, { patience, since: clock.now() }) };
}

/** Waits until the time is up or something has changed. Answers the call's signal if that is what has fired. */
async function nap(waiter: Waiter, ms: number, sleep: Sleep): Promise<AbortSignal | undefined> {
  const { signal } = waiter.patience;
  const alarm = new AbortController();
  waiter.wake = () => alarm.abort();
  try {
    await sleep(ms, signal ? AbortSignal.any([signal, alarm.signal]) : alarm.signal);
  } catch (error) {
    if (!signal?.aborted && !alarm.signal.aborted) throw error;
  }
  return signal?.aborted ? signal : undefined;
}

/** The error as a model's refusal to answer yet; anything else is thrown on. */
function refusalOf(error: unknown): OutcropError {
  if (error instanceof OutcropError && error.code === "model_not_ready") return error;
  throw error;
}
