import type { ErrorCode, FinishReason, Usage } from "@outcrop/sdk";

/** Everything worth knowing of one answered request; it holds no prompt, no answer and no key. */
export interface RequestRecord {
  /** Ours, or the client's own `x-litellm-call-id`. */
  readonly callId: string;
  readonly method: string;
  /** The route's pattern, never the raw path. */
  readonly route: string;
  /** The client API; absent for what is no chat. */
  readonly dialect: string | undefined;
  /** The model as the client named it, where the config knows it. */
  readonly modelGroup: string | undefined;
  /** The group that answered in its place, where it came to that. */
  readonly fallbackGroup?: string | undefined;
  /** The deployment that answered, or failed last. */
  readonly deploymentId: string | undefined;
  /** Its model string: `bedrock/qwen3/arn:…`. */
  readonly deploymentModel: string | undefined;
  readonly region: string | undefined;
  readonly stream: boolean;
  /** The status that went out. */
  readonly status: number;
  /** Set for a failure, also for one after the status went out. */
  readonly errorCode: ErrorCode | undefined;
  readonly finishReasons: readonly FinishReason[];
  readonly usage: Usage | undefined;
  readonly attemptedRetries: number;
  readonly attemptedFallbacks: number;
  readonly cacheHit: boolean;
  readonly warnings: readonly string[];
  /** AWS's request id. */
  readonly upstreamRequestId: string | undefined;
  /** Milliseconds since the request came: to the first event, to the end, and those spent waiting for AWS. */
  readonly firstEventMs: number | undefined;
  readonly totalMs: number;
  readonly upstreamMs: number | undefined;
  /** A hash of the client's key, never the key. */
  readonly keyHash: string | undefined;
  readonly traceparent: string | undefined;
}

/** Told of requests: a log, metrics, traces. It never throws, and never holds up an answer. */
export interface RequestObserver {
  started?(start: Pick<RequestRecord, "callId" | "method" | "route" | "traceparent">): void;
  finished(record: RequestRecord): void;
}
