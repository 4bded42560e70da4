import { randomUUID } from "node:crypto";
import type { ChatEvent, FinishReason, OutcropError, Usage } from "@outcrop/sdk";
import { modelString } from "../config/model-string.ts";
import type { Exchange } from "../http/route-table.ts";
import type { CachedAnswer } from "../cache/response-cache.ts";
import type { RequestObserver, RequestRecord } from "../telemetry/request-record.ts";
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
export function createRecorder({ exchange, dialect, observer }: RecorderOptions): Recorder {
  const { request, response, route } = exchange;
  const startedAt = performance.now();
  const callId = callIdOf(exchange);
  const elapsedMs = () => performance.now() - startedAt;
  const traceparent = textOf(request.headers.traceparent);
  const start = { callId, method: request.method ?? "", route, traceparent };
  let known: Partial<RequestRecord> = {};
  let calledMs = 0;
  let failedStatus: number | undefined;
  observer.started?.(start);

  return {
    callId,
    overheadMs: () => elapsedMs() - (known.upstreamMs ?? 0),
    called({ model, stream }) {
      calledMs = elapsedMs();
      known = { ...known, modelGroup: model, stream };
    },
    tried(deploymentId) {
      known = { ...known, deploymentId };
    },
    answered(answers, warnings) {
      known = { ...known, ...factsOf(answers), warnings, upstreamMs: elapsedMs() - calledMs };
    },
    see(batch) {
      known = { ...known, firstEventMs: known.firstEventMs ?? elapsedMs(), ...endOf(batch) };
    },
    failed(error) {
      known = { ...known, errorCode: error.code };
      failedStatus = error.status;
    },
    done() {
      const record = {
        ...nothingKnown,
        ...start,
        dialect,
        ...known,
        // Whoever has gone before the answer was sent none, whatever Node's default says.
        status: response.headersSent ? response.statusCode : (failedStatus ?? response.statusCode),
        totalMs: elapsedMs(),
        keyHash: keyHashOf(request.headers),
      };
      observer.finished(record);
    },
  };
}

const nothingKnown: Omit<
  RequestRecord,
  "callId" | "method" | "route" | "dialect" | "status" | "totalMs" | "keyHash" | "traceparent"
> = {
  modelGroup: undefined,
  deploymentId: undefined,
  deploymentModel: undefined,
  region: undefined,
  stream: false,
  errorCode: undefined,
  finishReasons: [],
  usage: undefined,
  attemptedRetries: 0,
  attemptedFallbacks: 0,
  cacheHit: false,
  warnings: [],
  upstreamRequestId: undefined,
  firstEventMs: undefined,
  upstreamMs: undefined,
};

/** The group that was asked for stays the record's own; one that stood in for it is named beside it. */
function factsOf([first]: readonly CachedAnswer[]): Partial<RequestRecord> {
  if (!first) return {};
  const { entry, region, requestId, modelGroup, attemptedRetries, attemptedFallbacks, cacheHit } = first;
  return {
    fallbackGroup: attemptedFallbacks > 0 ? modelGroup : undefined,
    deploymentId: entry.id,
    deploymentModel: modelString(entry),
    region,
    upstreamRequestId: requestId,
    attemptedRetries,
    attemptedFallbacks,
    cacheHit,
  };
}

function endOf(batch: readonly ChatEvent[]): { finishReasons?: readonly FinishReason[]; usage?: Usage } {
  const last = batch.at(-1);
  return last?.type === "finish" ? { finishReasons: last.reasons, usage: last.usage } : {};
}

/** The client's own id, if it sent one that can stand in a header. */
function callIdOf({ request }: Exchange): string {
  const given = textOf(request.headers["x-litellm-call-id"]);
  return given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
