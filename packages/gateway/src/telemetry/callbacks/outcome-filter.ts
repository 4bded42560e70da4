import type { LitellmSettings } from "../../config/gateway-config.ts";
import type { CallbackName } from "../../config/gateway-config.ts";
import type { RequestObserver, RequestRecord } from "../request-record.ts";

/** Which requests a callback is told of. */
export interface Outcomes {
  readonly successes: boolean;
  readonly failures: boolean;
}

/** LiteLLM's three lists: `callbacks` hear of all, the other two of one outcome each. `undefined`: not configured. */
export function outcomesFor(
  name: CallbackName,
  settings: Pick<LitellmSettings, "callbacks" | "successCallbacks" | "failureCallbacks">,
): Outcomes | undefined {
  const ofAll = settings.callbacks.includes(name);
  const successes = ofAll || settings.successCallbacks.includes(name);
  const failures = ofAll || settings.failureCallbacks.includes(name);
  return successes || failures ? { successes, failures } : undefined;
}

/** Tells an observer only of those outcomes, and only of what is a model's work. */
export function filterOutcomes(
  observer: RequestObserver,
  { successes, failures }: Outcomes,
): RequestObserver {
  return {
    finished(record) {
      if (isForModel(record) && (record.errorCode === undefined ? successes : failures))
        observer.finished(record);
    },
  };
}

function isForModel({ dialect }: RequestRecord): boolean {
  return dialect !== undefined;
}
