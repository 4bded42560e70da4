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
  const headers: Record<string, string> = {
    "x-litellm-call-id": callId,
    "x-litellm-model-id": toHeaderText(entry.id),
    "x-litellm-model-group": toHeaderText(modelGroup),
    "x-litellm-model-region": region,
    "x-litellm-version": version,
    "x-litellm-overhead-duration-ms": overheadMs.toFixed(2),
    "x-litellm-attempted-retries": String(attemptedRetries),
    "x-litellm-attempted-fallbacks": String(attemptedFallbacks),
    "x-outcrop-cost-kind": cost.kind,
    "x-outcrop-version": version,
  };
  if (cost.kind !== "unknown") headers["x-litellm-response-cost"] = String(toDollars(cost.cost));
  if (cacheKey !== undefined) headers["x-litellm-cache-key"] = cacheKey;
  if (requestId !== undefined) headers["x-amzn-requestid"] = toHeaderText(requestId);
  return warnings.length === 0 ? headers : { ...headers, ...warningHeaders(warnings) };
}
