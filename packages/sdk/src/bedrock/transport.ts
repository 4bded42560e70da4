import type { CancelSignal } from "../core/cancellation.ts";
import type { Operation } from "../core/wire.ts";
import type { Sleep } from "./aborts.ts";
import type { ColdWait, StreamAnswer, WholeAnswer } from "./answers.ts";
import { readStreamAnswer, readWholeAnswer } from "./answers.ts";
import type { CallAuth } from "./call-auth.ts";
import type { Clock } from "./clock.ts";
import { createColdCalls } from "./cold-calls.ts";
import type { ColdStartProgress } from "./cold-progress.ts";
import { createCredentials } from "./credentials.ts";
import { encodeLabel } from "./endpoint.ts";
import type { Environment } from "./environment.ts";
import type { BedrockRequest } from "./exchange.ts";
import { createExchange, createRelay } from "./exchange.ts";
import type { FetchLike, HttpResponse, Send } from "./http.ts";
import { createFetchSend } from "./http.ts";
import type { ImportedModelDescription, ImportedModelQuery } from "./imported-model.ts";
import { getImportedModel } from "./imported-model.ts";
import { createPooledSend } from "./pool.ts";
import { toUpstreamHeaders } from "./request-headers.ts";
import type { RetryInfo } from "./retry.ts";
import { createSigner } from "./sigv4.ts";
import type { WarmthShare } from "../warmth/warmth-book.ts";
import type { ModelPlace, WarmthView } from "../warmth/warmth-view.ts";

export type { AnswerHeaders } from "./answer-headers.ts";
export type { StreamAnswer, WholeAnswer } from "./answers.ts";
export type { ColdStartProgress } from "./cold-progress.ts";
export type { FetchLike, HttpRequest, HttpResponse, Send } from "./http.ts";
export type { ImportedModelDescription, ImportedModelQuery } from "./imported-model.ts";
export type { StreamMessage } from "./message-reader.ts";
export type { RetryInfo } from "./retry.ts";

/** One call of Bedrock's runtime. */
export interface BedrockCall {
  readonly region: string;
  readonly operation: Operation;
  /** ARN or id, as AWS spells it. */
  readonly modelId: string;
  /** JSON, as text, or as its bytes in UTF-8. */
  readonly body: string | Uint8Array;
  /** The operator's own upstream headers (guardrails, service tier); those in `x-amz*` are signed. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly auth: CallAuth;
  /** Goes in place of AWS's own host and of the environment's. */
  readonly endpoint?: string | undefined;
  readonly maxRetries: number;
  /** Seconds to be patient with a model that is being restored; 0: not at all. */
  readonly coldStartTimeout: number;
  /** Deadline and the caller's own abort; it ends the call wherever it is. */
  readonly signal: CancelSignal | undefined;
  /** When the signal's deadline is, in milliseconds since the epoch: no wait is begun that would end later. */
  readonly deadline?: number | undefined;
  readonly onColdStart?: ((progress: ColdStartProgress) => void) | undefined;
  readonly onRetry?: ((info: RetryInfo) => void) | undefined;
  /** Called each time that the call goes out: at first, after a retry's wait, and after one for a cold model. */
  readonly onSend?: (() => void) | undefined;
}

/** A call whose body and answer are nobody's business but the caller's. */
export type RelayCall = Pick<
  BedrockCall,
  "region" | "modelId" | "auth" | "endpoint" | "headers" | "signal"
> & {
  /** Bedrock's own word: `invoke`, `converse`, `count-tokens`, … */
  readonly operation: string;
  readonly body: Uint8Array;
};

/** Where calls meet the network; tests put a fake in its place. */
export interface Transport {
  /** @throws OutcropError for everything but an answer. */
  invoke(call: BedrockCall): Promise<WholeAnswer>;
  /**
   * Resolves when the first messages are there: until then a failed stream is sent again like any other call.
   *
   * @throws OutcropError for everything but an answer; later failures are thrown by `messages`.
   */
  invokeStream(call: BedrockCall): Promise<StreamAnswer>;
}

/** The transport that speaks to Amazon Bedrock. */
export interface BedrockTransport extends Transport {
  /** Asks the control plane what an imported model is. */
  getImportedModel(query: ImportedModelQuery): Promise<ImportedModelDescription>;
  /**
   * Sends one request as it is, signed, and gives back AWS's answer as it is, whatever its status: for callers who
   * speak Bedrock's own protocol. Nothing is retried, and of a refusal only our own credentials are taken out.
   *
   * @throws OutcropError when no answer came at all.
   */
  relay(call: RelayCall): Promise<HttpResponse>;
  /** How warm an imported model is, as far as its last calls showed; `undefined` for models that are always there. */
  warmthOf(model: ModelPlace): WarmthView | undefined;
  /** Lets calls under way finish, then closes the connections. */
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Sends one HTTP request. Default: keep-alive connections of undici. */
  readonly send?: Send | undefined;
  /** In place of `send`: something like `fetch`. */
  readonly fetch?: FetchLike | undefined;
  /** How many connections an origin may have; more than there are calls at once. */
  readonly connections?: number | undefined;
  readonly now?: (() => number) | undefined;
  readonly sleep?: Sleep | undefined;
  readonly random?: (() => number) | undefined;
  /** Tells other processes how warm models are, and hears it from them. Default: each process finds out by itself. */
  readonly warmthShare?: WarmthShare | undefined;
  /** Read at each call. AWS's own credential chain, where a call comes down to it, reads `process.env` itself. */
  readonly env?: (() => Environment) | undefined;
}

/** Creates the transport. It opens no connection before the first call. */
export function createTransport(options: TransportOptions = {}): BedrockTransport {
  const { now = Date.now, sleep = sleepInTime, random = Math.random, env = () => process.env } = options;
  const clock: Clock = { now, sleep, random };
  const pool = createPooledSend(options.connections);
  const send = options.send ?? (options.fetch ? createFetchSend(options.fetch) : pool.send);
  const parts = { send, sign: createSigner(), credentials: createCredentials({ env, now }), env, now };
  const exchange = createExchange(parts);
  const relay = createRelay(parts);
  const cold = createColdCalls(clock, options.warmthShare);

  function make<T extends ColdWait>(
    call: BedrockCall,
    read: (success: HttpResponse) => Promise<T>,
  ): Promise<T> {
    const request = toRequest(call);
    const attempt = () => {
      call.onSend?.();
      return exchange(request, read);
    };
    return cold.run(attempt, call);
  }

  return {
    invoke: (call) => make(call, readWholeAnswer),
    invokeStream: (call) => make(call, (success) => readStreamAnswer(success, call.signal)),
    getImportedModel: (query) => getImportedModel(query, { exchange, clock }),
    relay: (call) => relay(toRequest(call)),
    warmthOf: cold.warmthOf,
    close: () => pool.close(),
  };
}

/** Node's timers fire at once for more than they can count, about 25 days: whoever sleeps looks again after that. */
function sleepInTime(ms: number, signal: CancelSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    };
    const timer = setTimeout(wake, Math.min(ms, 2 ** 31 - 1));
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}

function toRequest(call: RelayCall | BedrockCall): BedrockRequest {
  const { region, operation, modelId, body, auth, endpoint, signal } = call;
  return {
    service: "bedrock-runtime",
    region,
    method: "POST",
    path: `/model/${encodeLabel(modelId)}/${operation}`,
    operation,
    headers: toUpstreamHeaders(operation, call.headers),
    body: typeof body === "string" ? Buffer.from(body) : body,
    auth,
    endpoint,
    signal,
  };
}
