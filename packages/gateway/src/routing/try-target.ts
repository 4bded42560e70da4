import { type ChatAnswer, OutcropError } from "@outcrop/sdk";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import { createAttemptLog } from "./attempt-log.ts";
import type { CallRun } from "./call-run.ts";
import { coldPlanOf } from "./cold-plan.ts";
import { type AnswerEnd, type LeaseOptions, createLease } from "./lease.ts";
import { tryLimits } from "./limits.ts";
import type { Group, Target } from "./model-groups.ts";
import { type Head, peek } from "./peek.ts";
import { isCoolingDown, noneReady, parallelLimit } from "./readiness.ts";
import { createScope, toAbortError, untilAborted } from "./scope.ts";
import { sendCall } from "./send-call.ts";
import { createReasoningMerger } from "./shaping/merge-reasoning.ts";

/** An answer whose first event has come, from one deployment. */
export interface OpenAnswer extends ChatAnswer {
  readonly target: Target;
  readonly group: Group;
  /** Resolves when nothing of it is held any more. */
  readonly ended: Promise<void>;
}

/** How far a try has come: what is said when its time is up. */
type Stage = "queued" | "sent" | "cold";

/**
 * Sends a call to one deployment and waits for the first event. Whatever way it ends, the slot is given back, the
 * upstream call ended, and the state told.
 *
 * @throws OutcropError what came instead of a first event.
 */
export async function tryTarget(target: Target, group: Group, run: CallRun): Promise<OpenAnswer> {
  const { entry } = target;
  const { call, clock, slots } = run;
  const limits = tryLimits(entry.routing, call.options, {
    stream: call.stream,
    leftMs: run.endsAt - clock.now(),
  });
  const scope = createScope(call.signal, clock.sleep);
  const cold = coldPlanOf(target, group, run);
  // A model that holds the call of somebody who won't wait is as good as one that refuses it.
  const firstEventMs = Math.min(limits.firstEventMs, cold.silenceMs);
  const log = createAttemptLog({ target, group, limits }, run);
  const { promise: ended, resolve: release } = Promise.withResolvers<void>();
  let stage: Stage = "queued";
  let giveSlotBack: (() => void) | undefined;

  function settle(end: AnswerEnd): void {
    giveSlotBack?.();
    log.ended(end);
    scope.close(
      end.type === "succeeded" ? undefined : new OutcropError("cancelled", "The answer is no longer read."),
    );
    release();
  }

  const onColdStart: Parameters<typeof sendCall>[1]["onColdStart"] = (progress) => {
    stage = "cold";
    log.calledCold(cold);
    log.waiting(progress);
  };

  async function open(): Promise<{ answer: ChatAnswer; head: Head }> {
    const limit = parallelLimit(entry, run.config);
    const free = slots.takeFree(entry.id, limit) ?? (await slots.acquire(entry.id, limit, scope.signal));
    // The slot may have come in the very moment in which its time was up.
    if (scope.signal.aborted) free();
    if (scope.signal.aborted) throw toAbortError(scope.signal);
    giveSlotBack = free;
    if (isCoolingDown(target, run)) throw noneReady(group, [target], run);
    stage = "sent";
    log.sent();
    if (cold.isCold()) log.calledCold(cold);
    const answer = await sendCall(
      target,
      { signal: scope.signal, limits, onColdStart, waits: cold.waits },
      run,
    );
    return { answer, head: await peek(answer.events) };
  }

  scope.arm(firstEventMs, () =>
    timeUp(firstEventMs === cold.silenceMs ? "cold" : stage, firstEventMs, target),
  );
  const opening = open();
  try {
    const { answer, head } = await untilAborted(opening, scope.signal);
    scope.disarm();
    log.answered();
    const events = createLease(head, { signal: scope.signal, shape: shaperOf(target), onEnd: settle });
    return { ...answer, events, target, group, ended };
  } catch (error) {
    settle(call.signal.aborted ? { type: "left" } : { type: "failed", error: toOutcropError(error) });
    // An answer that comes all the same is closed; the scope's signal has ended it already.
    void opening.then(({ head }) => head.rest.return?.()).catch(() => {});
    throw error;
  }
}

function shaperOf({ entry }: Target): LeaseOptions["shape"] {
  return entry.shaping.mergeReasoningContent ? createReasoningMerger() : (batch) => batch;
}

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
