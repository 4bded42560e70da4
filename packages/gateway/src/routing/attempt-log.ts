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
export function createAttemptLog(attempt: LoggedAttempt, run: CallRun): AttemptLog {
  return new Attempt(attempt, run);
}

class Attempt implements AttemptLog {
  readonly #attempt: LoggedAttempt;
  readonly #run: CallRun;
  readonly #names: { readonly group: string; readonly deploymentId: string };
  #sentAt: number | undefined;
  #firstEventMs: number | undefined;
  #isCalledCold = false;

  constructor(attempt: LoggedAttempt, run: CallRun) {
    this.#attempt = attempt;
    this.#run = run;
    this.#names = { group: attempt.group.key, deploymentId: attempt.target.entry.id };
    this.#record(picked);
  }

  #record(fact: DeploymentFact): void {
    const { state, clock } = this.#run;
    state.record(this.#names.deploymentId, fact, clock.now());
  }

  #elapsed(): number {
    const now = this.#run.clock.now();
    return now - (this.#sentAt ?? now);
  }

  sent(): void {
    const { clock, emit, tally } = this.#run;
    this.#sentAt = clock.now();
    count(this.#run, this.#attempt.group);
    emit({ type: "attempt-started", ...this.#names, attempt: tally.attempts });
  }

  calledCold({ graceMs, isCold }: { readonly graceMs: number; readonly isCold: () => boolean }): void {
    if (!this.#isCalledCold) this.#run.emit({ type: "cold-model-called", ...this.#names, graceMs, isCold });
    this.#isCalledCold = true;
  }

  waiting(progress: ColdStartProgress): void {
    this.#run.emit({ type: "cold-start-waiting", ...this.#names, progress });
  }

  answered(): void {
    this.#firstEventMs = this.#elapsed();
    // The time that a restore takes says nothing of how fast the model is.
    if (this.#run.call.stream && !this.#isCalledCold)
      this.#record({ type: "measured", kind: "first-event", ms: this.#firstEventMs });
  }

  ended(end: AnswerEnd): void {
    this.#record(released);
    if (this.#sentAt === undefined) return;
    const { emit } = this.#run;
    const times = { totalMs: this.#elapsed(), firstEventMs: this.#firstEventMs };
    switch (end.type) {
      case "succeeded":
        this.#succeeded(end.usage);
        return emit({ type: "attempt-succeeded", ...this.#names, ...times, usage: end.usage });
      case "failed":
        emit({ type: "attempt-failed", ...this.#names, ...times, error: end.error });
        return this.#failed(end.error);
      case "left":
        return emit({ type: "attempt-left", ...this.#names, ...times });
    }
  }

  #failed(error: OutcropError): void {
    const { target, limits } = this.#attempt;
    const { state, clock, emit, config, call } = this.#run;
    const { failureClass, cooldown } = failureRules[error.code];
    const isOwnTimeout = error.code === "timeout" && limits.isAsked;
    if (cooldown === "never" || isOwnTimeout) return;
    this.#record({ type: "failed", failureClass });
    // Whoever lets calls run into the deadline is slow, at the least.
    if (error.code === "timeout")
      this.#record({
        type: "measured",
        kind: call.stream ? "first-event" : "token",
        ms: this.#elapsed(),
      });
    const { minute } = state.view(target.entry.id, clock.now());
    const seconds = cooldownSeconds({ error, target, minute }, config.router);
    if (seconds === 0) return;
    this.#record({ type: "cooled-down", until: clock.now() + seconds * 1000 });
    emit({ type: "cooled-down", ...this.#names, code: error.code, seconds });
  }

  #succeeded(usage: Usage | undefined): void {
    const { config, call } = this.#run;
    this.#record({ type: "succeeded", tokens: countTokens(usage, config.general) });
    if (!call.stream && !this.#isCalledCold) {
      const ms = this.#elapsed() / Math.max(1, usage?.completionTokens ?? 1);
      this.#record({ type: "measured", kind: "token", ms });
    }
  }
}

const picked: DeploymentFact = { type: "picked" };
const released: DeploymentFact = { type: "released" };

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
