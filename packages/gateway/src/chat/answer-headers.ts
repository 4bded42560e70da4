import type { Headers } from "../http/send.ts";
import { toHeaderText, warningHeaders } from "../http/send.ts";
import type { CachedAnswer } from "../cache/response-cache.ts";
import { toDollars } from "../ledger/money.ts";
import type { Quote } from "../ledger/quote.ts";
import { version } from "../version.ts";

/** What the headers of an answer tell. */
export interface AnswerFacts {
  readonly callId: string;
  readonly answer: CachedAnswer;
  readonly warnings: readonly string[];
  /** Milliseconds that the gateway itself took, up to here. */
  readonly overheadMs: number;
  /** Known when the headers go out, or not: a stream's is not. */
  readonly cost: Quote;
}

/** LiteLLM's headers, under its names, and our own beside them. */
export function answerHeaders({ callId, answer, warnings, overheadMs, cost }: AnswerFacts): Headers {
  const { entry, modelGroup, region, requestId, attemptedRetries, attemptedFallbacks, cacheKey } = answer;
  return {
    "x-litellm-call-id": callId,
    "x-litellm-model-id": toHeaderText(entry.id),
    "x-litellm-model-group": toHeaderText(modelGroup),
    "x-litellm-model-region": region,
    "x-litellm-version": version,
    "x-litellm-overhead-duration-ms": overheadMs.toFixed(2),
    "x-litellm-attempted-retries": String(attemptedRetries),
    "x-litellm-attempted-fallbacks": String(attemptedFallbacks),
    ...(cost.kind === "unknown" ? {} : { "x-litellm-response-cost": String(toDollars(cost.cost)) }),
    ...(cacheKey === undefined ? {} : { "x-litellm-cache-key": cacheKey }),
    ...(requestId === undefined ? {} : { "x-amzn-requestid": toHeaderText(requestId) }),
    "x-outcrop-cost-kind": cost.kind,
    "x-outcrop-version": version,
    ...warningHeaders(warnings),
  };
}
