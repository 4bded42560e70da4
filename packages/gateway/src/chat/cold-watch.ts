import type { ServerResponse } from "node:http";
import { Cancellation, type OutcropError } from "@outcrop/sdk";
import type { AnswerIdentity, DialectCall } from "../dialects/dialect.ts";
import type { Headers } from "../http/send.ts";
import type { RouterClock } from "../routing/call-run.ts";
import type { RouterEvent, RouterObserver } from "../routing/router-event.ts";
import { systemClock } from "../routing/system-clock.ts";
import { version } from "../version.ts";
import { createIdentity } from "./create-identity.ts";
import { streamHeaders } from "./stream-answer.ts";

/** Watches a request for waits on models that are being restored, and keeps its client company meanwhile. */
export interface ColdWatch {
  /** What the answer is known by: whether its stream was opened early or not. */
  readonly identity: AnswerIdentity;
  readonly onEvent: RouterObserver;
  /** The router has done its work: no more comments. */
  end(): void;
  /** `x-outcrop-cold-wait-ms`, if the request has waited: all that it told of, and what the answer says itself. */
  headers(answerWaitMs?: number): Headers;
  /** Ends the stream with a failure, if the stream has been opened already. Answers whether it was. */
  fail(failure: OutcropError): boolean;
}

export interface WatchedCall {
  readonly call: DialectCall;
  readonly response: ServerResponse;
  readonly callId: string;
  readonly clock?: RouterClock | undefined;
}

type ColdModelCalled = RouterEvent & { readonly type: "cold-model-called" };

/** How often a stream that waits gets a comment: often enough for every proxy. */
const commentMs = 5_000;

/**
 * The one exception to "the status comes after the first event": a stream that waits for its model longer than the
 * grace gets its 200 and comment lines, so that nobody on the way gives the connection up.
 */
export function createColdWatch({ call, response, callId, clock = systemClock }: WatchedCall): ColdWatch {
  const identity = createIdentity(call.model);
  const ended = new Cancellation();
  let calledAt: number | undefined;
  let isWaiting = false;
  /** In attempts that are over. */
  let waitedMs = 0;
  let isOpen = false;

  const waitedSoFar = () => waitedMs + (isWaiting && calledAt !== undefined ? clock.now() - calledAt : 0);

  async function keepCompany({ graceMs, isCold }: ColdModelCalled): Promise<void> {
    if (!call.stream || graceMs === 0) return;
    let pauseMs = graceMs;
    while (await pause(pauseMs)) {
      if (response.destroyed) return;
      if (isOpen || (isWaiting && isCold())) comment();
      pauseMs = commentMs;
    }
  }

  async function pause(ms: number): Promise<boolean> {
    await clock.sleep(ms, ended).catch(() => undefined);
    return !ended.aborted;
  }

  function comment(): void {
    if (!isOpen) {
      isOpen = true;
      response.writeHead(200, { ...streamHeaders, ...openingHeaders(callId, waitedSoFar()) });
    }
    response.write(`: the model is being restored, waited ${Math.round(waitedSoFar() / 1000)} s\n\n`);
  }

  return {
    identity,
    onEvent(event) {
      if (event.type === "cold-model-called") {
        isWaiting = true;
        if (calledAt === undefined) void keepCompany(event);
        calledAt = clock.now();
      }
      if (event.type === "attempt-failed" && isWaiting) {
        if (event.error.code === "model_not_ready") waitedMs = waitedSoFar();
        isWaiting = false;
      }
    },
    end: () => ended.abort(undefined),
    headers: (answerWaitMs = 0) => toHeaders(Math.round(waitedMs + answerWaitMs)),
    fail(failure) {
      if (isOpen && !response.destroyed) response.end(call.createStreamEncoder(identity).fail(failure));
      return isOpen;
    },
  };
}

function openingHeaders(callId: string, waitedMs: number): Headers {
  return {
    "x-litellm-call-id": callId,
    "x-litellm-version": version,
    "x-outcrop-version": version,
    ...toHeaders(Math.round(waitedMs)),
  };
}

function toHeaders(waitedMs: number): Headers {
  return waitedMs === 0 ? {} : { "x-outcrop-cold-wait-ms": String(waitedMs) };
}
