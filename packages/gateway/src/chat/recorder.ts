import { randomUUID } from "node:crypto";
import type { ChatEvent, FinishReason, OutcropError, Usage } from "@outcrop/sdk";
import { modelString } from "../config/model-string.ts";
import type { Exchange } from "../http/route-table.ts";
import type { CachedAnswer } from "../cache/response-cache.ts";
import type { RequestObserver } from "../telemetry/request-record.ts";
import type { DialectCall } from "../dialects/dialect.ts";
import { keyHashOf } from "./caller.ts";

/** Gathers what is worth knowing of one request while it is answered, and tells the observers at its end. */
export interface Recorder {
  readonly callId: string;
  /** Milliseconds that the gateway itself has taken: all but the wait for AWS. */
  overheadMs(): number;
  called(call: DialectCall): void;
  /** A deployment is being tried: if nobody answers, the last one is what the record names. */
  tried(deploymentId: string): void;
  answered(answers: readonly CachedAnswer[], warnings: readonly string[]): void;
  /** Events on their way to the client. */
  see(batch: readonly ChatEvent[]): void;
  failed(error: OutcropError): void;
  done(): void;
}

/** What a request is known by before it is read. */
export interface RecorderOptions {
  readonly exchange: Exchange;
  /** Absent for what is no chat. */
  readonly dialect: string | undefined;
  readonly observer: RequestObserver;
}

/** A fresh recorder; the request's time begins now. */
export function createRecorder(options: RecorderOptions): Recorder {
  return new RequestRecorder(options);
}

/** What is found out while a request is answered. */
class RequestRecorder implements Recorder {
  readonly callId: string;
  readonly #options: RecorderOptions;
  readonly #startedAt = performance.now();
  #call: DialectCall | undefined;
  #calledMs = 0;
  #triedId: string | undefined;
  #answer: CachedAnswer | undefined;
  #warnings: readonly string[] = [];
  #upstreamMs: number | undefined;
  #firstEventMs: number | undefined;
  #finish: { readonly reasons: readonly FinishReason[]; readonly usage?: Usage | undefined } | undefined;
  #failure: OutcropError | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.callId = callIdOf(options.exchange);
    const { observer, exchange } = options;
    observer.started?.({ callId: this.callId, ...headOf(exchange) });
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  overheadMs(): number {
    return this.#elapsedMs() - (this.#upstreamMs ?? 0);
  }

  called(call: DialectCall): void {
    this.#calledMs = this.#elapsedMs();
    this.#call = call;
  }

  tried(deploymentId: string): void {
    this.#triedId = deploymentId;
  }

  answered([first]: readonly CachedAnswer[], warnings: readonly string[]): void {
    this.#answer = first;
    this.#warnings = warnings;
    this.#upstreamMs = this.#elapsedMs() - this.#calledMs;
  }

  see(batch: readonly ChatEvent[]): void {
    this.#firstEventMs ??= this.#elapsedMs();
    const last = batch.at(-1);
    if (last?.type === "finish") this.#finish = last;
  }

  failed(error: OutcropError): void {
    this.#failure = error;
  }

  done(): void {
    const { exchange, dialect, observer } = this.#options;
    const { request, response } = exchange;
    const answer = this.#answer;
    const attemptedFallbacks = answer?.attemptedFallbacks ?? 0;
    observer.finished({
      callId: this.callId,
      ...headOf(exchange),
      dialect,
      // The group that was asked for stays the record's own; one that stood in for it is named beside it.
      modelGroup: this.#call?.model,
      fallbackGroup: attemptedFallbacks > 0 ? answer?.modelGroup : undefined,
      deploymentId: answer?.entry.id ?? this.#triedId,
      deploymentModel: answer && modelString(answer.entry),
      region: answer?.region,
      stream: this.#call?.stream ?? false,
      // Whoever has gone before the answer was sent none, whatever Node's default says.
      status: response.headersSent ? response.statusCode : (this.#failure?.status ?? response.statusCode),
      errorCode: this.#failure?.code,
      finishReasons: this.#finish?.reasons ?? [],
      usage: this.#finish?.usage,
      attemptedRetries: answer?.attemptedRetries ?? 0,
      attemptedFallbacks,
      cacheHit: answer?.cacheHit ?? false,
      warnings: this.#warnings,
      upstreamRequestId: answer?.requestId,
      firstEventMs: this.#firstEventMs,
      totalMs: this.#elapsedMs(),
      upstreamMs: this.#upstreamMs,
      keyHash: keyHashOf(request.headers),
    });
  }
}

function headOf({ request, route }: Exchange) {
  return { method: request.method ?? "", route, traceparent: textOf(request.headers.traceparent) };
}

/** The client's own id, if it sent one that can stand in a header. */
function callIdOf({ request }: Exchange): string {
  const given = textOf(request.headers["x-litellm-call-id"]);
  return given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
