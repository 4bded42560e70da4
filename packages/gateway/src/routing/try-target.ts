import { type ChatAnswer, OutcropError } from "@outcrop/sdk";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import { type AttemptLog, createAttemptLog } from "./attempt-log.ts";
import type { CallRun } from "./call-run.ts";
import { type ColdPlan, coldPlanOf } from "./cold-plan.ts";
import { type AnswerEnd, type LeaseOptions, createLease } from "./lease.ts";
import { type TryLimits, tryLimits } from "./limits.ts";
import type { Group, Target } from "./model-groups.ts";
import { type Head, peek } from "./peek.ts";
import { isCoolingDown, noneReady, parallelLimit } from "./readiness.ts";
import { type Scope, createScope, toAbortError, untilAborted } from "./scope.ts";
import { type SendOptions, sendCall } from "./send-call.ts";
import { createReasoningMerger } from "./shaping/merge-reasoning.ts";

/** An answer whose first event has come, from one deployment. */
export interface OpenAnswer extends ChatAnswer {
  readonly target: Target;
  readonly group: Group;
  /** Has somebody told when nothing of it is held any more, or now if that is so. */
  readonly whenEnded: (listener: () => void) => void;
}

/** How far a try has come: what is said when its time is up. */
type Stage = "queued" | "sent" | "cold";

/**
 * Sends a call to one deployment and waits for the first event. Whatever way it ends, the slot is given back, the
 * upstream call ended, and the state told.
 *
 * @throws OutcropError what came instead of a first event.
 */
export function tryTarget(target: Target, group: Group, run: CallRun): Promise<OpenAnswer> {
  return new Try(target, group, run).answer();
}

class Try {
  readonly #target: Target;
  readonly #group: Group;
  readonly #run: CallRun;
  readonly #limits: TryLimits;
  readonly #cold: ColdPlan;
  readonly #scope: Scope;
  readonly #log: AttemptLog;
  #stage: Stage = "queued";
  #giveSlotBack = ignore;
  #hasEnded = false;
  #onEnded = ignore;

  constructor(target: Target, group: Group, run: CallRun) {
    const { call, clock, endsAt } = run;
    this.#target = target;
    this.#group = group;
    this.#run = run;
    const leftMs = endsAt - clock.now();
    this.#limits = tryLimits(target.entry.routing, call.options, { stream: call.stream, leftMs });
    this.#cold = coldPlanOf(target, group, run);
    this.#scope = createScope(call.signal, clock.sleep);
    this.#log = createAttemptLog({ target, group, limits: this.#limits }, run);
  }

  async answer(): Promise<OpenAnswer> {
    const { signal } = this.#scope;
    this.#armFirstEvent();
    const opening = this.#open();
    try {
      const { answer, head } = await untilAborted(opening, signal);
      this.#scope.disarm();
      this.#log.answered();
      const events = createLease(head, { signal, shape: shaperOf(this.#target), onEnd: this.#settle });
      const { warnings, requestId, region, coldWaitMs } = answer;
      const [target, group, whenEnded] = [this.#target, this.#group, this.#whenEnded];
      return { events, warnings, requestId, region, coldWaitMs, target, group, whenEnded };
    } catch (error) {
      const isLeft = this.#run.call.signal.aborted;
      this.#settle(isLeft ? { type: "left" } : { type: "failed", error: toOutcropError(error) });
      // An answer that comes all the same is closed; the scope's signal has ended it already.
      void opening.then(({ head }) => head.rest?.return?.()).catch(ignore);
      throw error;
    }
  }

  async #open(): Promise<{ answer: ChatAnswer; head: Head }> {
    const run = this.#run;
    const { signal } = this.#scope;
    const { entry } = this.#target;
    const limit = parallelLimit(entry, run.config);
    this.#hold(run.slots.takeFree(entry.id, limit) ?? (await run.slots.acquire(entry.id, limit, signal)));
    if (isCoolingDown(this.#target, run)) throw noneReady(this.#group, [this.#target], run);
    this.#stage = "sent";
    this.#log.sent();
    if (this.#cold.isCold()) this.#log.calledCold(this.#cold);
    const options = {
      signal,
      limits: this.#limits,
      onColdStart: this.#onColdStart,
      waits: this.#cold.waits,
    };
    const answer = await sendCall(this.#target, options, run);
    const head = peek(answer.events);
    return { answer, head: head instanceof Promise ? await head : head };
  }

  /** Takes a slot, which may have come in the very moment in which its time was up. */
  #hold(free: () => void): void {
    const { signal } = this.#scope;
    if (signal.aborted) free();
    if (signal.aborted) throw toAbortError(signal);
    this.#giveSlotBack = free;
  }

  /** A model that holds the call of somebody who won't wait is as good as one that refuses it. */
  #armFirstEvent(): void {
    const { silenceMs } = this.#cold;
    const ms = Math.min(this.#limits.firstEventMs, silenceMs);
    this.#scope.arm(ms, () => timeUp(ms === silenceMs ? "cold" : this.#stage, ms, this.#target));
  }

  readonly #onColdStart: SendOptions["onColdStart"] = (progress) => {
    this.#stage = "cold";
    this.#log.calledCold(this.#cold);
    this.#log.waiting(progress);
  };

  readonly #settle = (end: AnswerEnd): void => {
    this.#giveSlotBack();
    this.#log.ended(end);
    this.#scope.close(
      end.type === "succeeded" ? undefined : new OutcropError("cancelled", "The answer is no longer read."),
    );
    this.#hasEnded = true;
    this.#onEnded();
  };

  readonly #whenEnded = (listener: () => void): void => {
    if (this.#hasEnded) listener();
    else this.#onEnded = listener;
  };
}

function shaperOf({ entry }: Target): LeaseOptions["shape"] {
  return entry.shaping.mergeReasoningContent ? createReasoningMerger() : (batch) => batch;
}

function ignore(): void {}

/** What a client that has waited for a model which is being restored is told to wait, in seconds. */
const coldRetryAfter = 30;

function timeUp(stage: Stage, ms: number, { entry }: Target): OutcropError {
  const name = `"${entry.modelName}"`;
  const within = `within ${ms / 1000} s`;
  if (stage === "cold") {
    const text = `${name} is being restored, and was not ready ${within}.`;
    return new OutcropError("model_not_ready", text, { retryAfter: coldRetryAfter });
  }
  const isQueued = stage === "queued";
  const text = isQueued
    ? `${name} is busy, and no call of it has ended ${within}.`
    : `${name} did not answer ${within}.`;
  return new OutcropError("timeout", text);
}
