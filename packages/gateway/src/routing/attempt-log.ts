import type { OutcropError, Usage } from "@outcrop/sdk";
import type { GeneralSettings } from "../config/gateway-config.ts";
import type { CallRun } from "./call-run.ts";
import { cooldownSeconds } from "./cooldown.ts";
import { failureRules } from "./failure-rules.ts";
import type { AnswerEnd } from "./lease.ts";
import type { TryLimits } from "./limits.ts";
import type { Group, Target } from "./model-groups.ts";
import type { ColdStartProgress } from "./router-event.ts";
import type { DeploymentFact } from "./state.ts";

/** Keeps the books of one try: tells the state what is learnt, and the observer what happens. */
export interface AttemptLog {
  /** It has a slot, and goes to AWS. */
  sent(): void;
  /** The model isn't known to be warm; once is enough. */
  calledCold(cold: { readonly graceMs: number; readonly isCold: () => boolean }): void;
  waiting(progress: ColdStartProgress): void;
  /** The first event is there. */
  answered(): void;
  ended(end: AnswerEnd): void;
}

export interface LoggedAttempt {
  readonly target: Target;
  readonly group: Group;
  readonly limits: Pick<TryLimits, "isAsked">;
}

/** The deployment counts as picked from here on. */
export function createAttemptLog({ target, group, limits }: LoggedAttempt, run: CallRun): AttemptLog {
  const { state, clock, emit, config, call } = run;
  const { id } = target.entry;
  const names = { group: group.key, deploymentId: id };
  let sentAt: number | undefined;
  let firstEventMs: number | undefined;
  let isCalledCold = false;
  const record = (fact: DeploymentFact) => state.record(id, fact, clock.now());
  const elapsed = () => clock.now() - (sentAt ?? clock.now());

  function failed(error: OutcropError): void {
    const { failureClass, cooldown } = failureRules[error.code];
    const isOwnTimeout = error.code === "timeout" && limits.isAsked;
    if (cooldown === "never" || isOwnTimeout) return;
    record({ type: "failed", failureClass });
    // Whoever lets calls run into the deadline is slow, at the least.
    if (error.code === "timeout")
      record({ type: "measured", kind: call.stream ? "first-event" : "token", ms: elapsed() });
    const { minute } = state.view(id, clock.now());
    const seconds = cooldownSeconds({ error, target, minute }, config.router);
    if (seconds === 0) return;
    record({ type: "cooled-down", until: clock.now() + seconds * 1000 });
    emit({ type: "cooled-down", ...names, code: error.code, seconds });
  }

  function succeeded(usage: Usage | undefined): void {
    record({ type: "succeeded", tokens: countTokens(usage, config.general) });
    if (!call.stream && !isCalledCold)
      record({ type: "measured", kind: "token", ms: elapsed() / Math.max(1, usage?.completionTokens ?? 1) });
  }

  record({ type: "picked" });
  return {
    sent() {
      sentAt = clock.now();
      count(run, group);
      emit({ type: "attempt-started", ...names, attempt: run.tally.attempts });
    },
    calledCold({ graceMs, isCold }) {
      if (!isCalledCold) emit({ type: "cold-model-called", ...names, graceMs, isCold });
      isCalledCold = true;
    },
    waiting: (progress) => emit({ type: "cold-start-waiting", ...names, progress }),
    answered() {
      firstEventMs = elapsed();
      // The time that a restore takes says nothing of how fast the model is.
      if (call.stream && !isCalledCold) record({ type: "measured", kind: "first-event", ms: firstEventMs });
    },
    ended(end) {
      record({ type: "released" });
      if (sentAt === undefined) return;
      const times = { totalMs: elapsed(), firstEventMs };
      switch (end.type) {
        case "succeeded":
          succeeded(end.usage);
          return emit({ type: "attempt-succeeded", ...names, ...times, usage: end.usage });
        case "failed":
          emit({ type: "attempt-failed", ...names, ...times, error: end.error });
          return failed(end.error);
        case "left":
          return emit({ type: "attempt-left", ...names, ...times });
      }
    },
  };
}

function count({ tally }: CallRun, { name }: Group): void {
  tally.attempts += 1;
  if (tally.group === name) tally.retries += 1;
  tally.group = name;
}

/** What `tpm` counts; tokens that AWS did not count are none. */
function countTokens(usage: Usage | undefined, { tokenRateLimitType }: GeneralSettings): number {
  const { promptTokens = 0, completionTokens = 0 } = usage ?? {};
  switch (tokenRateLimitType) {
    case "input":
      return promptTokens;
    case "output":
      return completionTokens;
    case "total":
      return promptTokens + completionTokens;
  }
}
