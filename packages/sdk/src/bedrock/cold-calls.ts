import type { WarmthShare } from "../warmth/warmth-book.ts";
import { createWarmthBook } from "../warmth/warmth-book.ts";
import type { ModelPlace, WarmthView } from "../warmth/warmth-view.ts";
import { toModelPlace, viewOfBook } from "../warmth/warmth-view.ts";
import type { ColdWait } from "./answers.ts";
import type { Clock } from "./clock.ts";
import { createColdStarts } from "./cold-start.ts";
import { withRetries } from "./retry.ts";
import type { BedrockCall } from "./transport.ts";

/** Calls that are sent again where that helps and wait for cold models, and what they have shown of the models. */
export interface ColdCalls {
  /** Makes the call, and notes in its answer how long it waited for its model. */
  run<T extends ColdWait>(attempt: () => Promise<T>, call: BedrockCall): Promise<T>;
  readonly warmthOf: (model: ModelPlace) => WarmthView | undefined;
}

export function createColdCalls(clock: Clock, share: WarmthShare | undefined): ColdCalls {
  const book = createWarmthBook(clock, share);
  const coldStarts = createColdStarts(clock, book);
  return {
    run(attempt, call) {
      const { key, scalesToZero } = toModelPlace(call);
      return coldStarts.run(() => withRetries(attempt, call, clock), {
        key,
        scalesToZero,
        modelId: call.modelId,
        limitMs: call.coldStartTimeout * 1000,
        signal: call.signal,
        onProgress: call.onColdStart,
      });
    },
    warmthOf: (model) => viewOfBook(book, model),
  };
}
