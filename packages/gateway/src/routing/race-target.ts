import { Cancellation, OutcropError } from "@outcrop/sdk";
import type { CallRun } from "./call-run.ts";
import type { Group, Target } from "./model-groups.ts";
import type { RouterEvent } from "./router-event.ts";
import { type Scope, createScope } from "./scope.ts";
import { type OpenAnswer, tryTarget } from "./try-target.ts";

/** One side of a race. */
interface Runner {
  readonly scope: Scope;
  readonly answer: Promise<OpenAnswer>;
}

/** Milliseconds of silence after which a model that isn't known to be warm gets a rival. */
const headStartMs = 1_000;

/**
 * Asks a model that may be cold, and as soon as that shows also what stands in for it. The first to answer wins, the
 * other's call ends; a model that lost is restored all the same.
 *
 * @throws OutcropError the model's own failure, when nobody answers.
 */
export async function raceTarget(target: Target, group: Group, run: CallRun): Promise<OpenAnswer> {
  const cold = Promise.withResolvers<void>();
  const watch = (event: RouterEvent) => {
    if (event.type === "cold-start-waiting" && event.deploymentId === target.entry.id) cold.resolve();
  };
  const first = startRunner(run, watch, (own) => tryTarget(target, group, own));
  const headStart = new Cancellation();
  run.clock.sleep(headStartMs, headStart).then(cold.resolve, ignore);
  const answered = await Promise.race([first.answer, cold.promise]).finally(() => headStart.abort(undefined));
  if (answered) return won(answered, first);

  const skip = new Set([...run.skip, target.entry.id]);
  const second = startRunner(run, ignore, (own) => run.elsewhere({ ...own, skip }));
  try {
    const answer = await Promise.any([first.answer, second.answer]);
    const isSecond = answer.target !== target;
    if (isSecond) run.keepRestoring(target);
    lose(isSecond ? first : second);
    return won(answer, isSecond ? second : first);
  } catch {
    return await first.answer;
  }
}

function startRunner(
  run: CallRun,
  see: (event: RouterEvent) => void,
  start: (run: CallRun) => Promise<OpenAnswer>,
): Runner {
  const scope = createScope(run.call.signal, run.clock.sleep);
  const emit = (event: RouterEvent) => {
    see(event);
    run.emit(event);
  };
  const answer = start({ ...run, emit, call: { ...run.call, signal: scope.signal } });
  answer.catch(() => scope.close());
  return { scope, answer };
}

/** The winner's scope goes when its answer has been read. */
function won(answer: OpenAnswer, { scope }: Runner): OpenAnswer {
  answer.whenEnded(() => scope.close());
  return answer;
}

function lose({ scope, answer }: Runner): void {
  scope.close(new OutcropError("cancelled", "Another deployment has answered."));
  // One that answers all the same has nobody to read it.
  answer.then(({ events }) => events[Symbol.asyncIterator]().return?.(), ignore);
}

function ignore(): void {}
