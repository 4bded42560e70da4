import { randomUUID } from "node:crypto";
import { type ChatEvent, OutcropError, createCompletionFold } from "@outcrop/sdk";
import type { AnswerIdentity, Dialect, DialectCall } from "../dialects/dialect.ts";
import { readBody } from "../http/read-body.ts";
import { readJson } from "../http/read-json.ts";
import type { Exchange } from "../http/route-table.ts";
import { errorHeaders, sendJson } from "../http/send.ts";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import type { RoutedAnswer, Router } from "../routing/router.ts";
import type { RequestObserver } from "../telemetry/request-record.ts";
import { answerHeaders } from "./answer-headers.ts";
import { type TakenOptions, takeCallOptions } from "./call-options.ts";
import { mergeAnswers } from "./merge-answers.ts";
import { type Recorder, createRecorder } from "./recorder.ts";
import { sendStream } from "./stream-answer.ts";

/** What a chat route needs of the gateway. */
export interface ChatServices {
  readonly router: () => Router;
  /** Bytes. */
  readonly bodyLimit: number;
  readonly observers: readonly RequestObserver[];
  readonly onFault: (error: unknown) => void;
}

/** One request of a client API, read. */
interface ReadCall {
  readonly call: DialectCall;
  readonly taken: TakenOptions;
}

/** Answers one request of a client API: reads it, routes it, and writes what comes back. */
export async function runDialect(
  dialect: Dialect,
  exchange: Exchange,
  services: ChatServices,
): Promise<void> {
  const { response } = exchange;
  const recorder = createRecorder({ exchange, dialect: dialect.name, observers: services.observers });
  const leaving = abortWhenGone(exchange);
  const fail = (error: unknown): OutcropError => {
    const failure = toOutcropError(error);
    if (failure.code === "internal") services.onFault(error);
    recorder.failed(failure);
    return failure;
  };
  try {
    const read = await readCall(dialect, exchange, services.bodyLimit);
    recorder.called(read.call);
    const answers = await route(read, services.router(), leaving.signal);
    const failure = await sendAnswer(read.call, answers, { exchange, recorder });
    if (failure !== undefined) fail(failure);
  } catch (error) {
    const failure = fail(error);
    const headers = { "x-litellm-call-id": recorder.callId, ...errorHeaders(failure) };
    sendJson(response, failure.status, { body: dialect.encodeError(failure), headers });
  } finally {
    // Whatever of the upstream is still open has nobody to read it any more.
    leaving.abort();
    recorder.done();
  }
}

/** Aborts when the client's connection closes before the answer is out. */
function abortWhenGone({ response }: Exchange): AbortController {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(new OutcropError("cancelled", "The client has gone."));
  });
  return controller;
}

async function readCall(
  dialect: Dialect,
  { request, params }: Exchange,
  bodyLimit: number,
): Promise<ReadCall> {
  const { body, warnings } = readJson(await readBody(request, bodyLimit));
  const taken = takeCallOptions(body, request.headers);
  const call = dialect.parse(
    params.model === undefined ? taken.body : { ...taken.body, model: params.model },
  );
  return { call: { ...call, warnings: [...warnings, ...taken.warnings, ...call.warnings] }, taken };
}

function route(
  { call, taken }: ReadCall,
  router: Router,
  signal: AbortSignal,
): Promise<readonly RoutedAnswer[]> {
  const { model, stream, unsupported, requests } = call;
  const { options } = taken;
  return Promise.all(
    requests.map((request) => router.chat({ model, request, stream, unsupported, signal, options })),
  );
}

interface SendContext {
  readonly exchange: Exchange;
  readonly recorder: Recorder;
}

/** @returns a failure that came after the status was sent. */
async function sendAnswer(
  call: DialectCall,
  answers: readonly RoutedAnswer[],
  { exchange: { response }, recorder }: SendContext,
): Promise<unknown> {
  const [answer] = answers;
  if (!answer) throw new OutcropError("invalid_request", "The request asks for nothing.");
  const events = answers.length === 1 ? answer.events : joined(call, answers);
  const warnings = [...call.warnings, ...answer.warnings];
  recorder.answered(answers, warnings);
  const headers = answerHeaders({
    callId: recorder.callId,
    answer,
    warnings,
    overheadMs: recorder.overheadMs(),
  });
  const identity = createIdentity(call.model);
  if (call.stream) {
    const encoder = call.createStreamEncoder(identity);
    return sendStream(response, { events, headers, encoder, see: (batch) => recorder.see(batch) });
  }
  const fold = createCompletionFold();
  for await (const batch of events) {
    recorder.see(batch);
    for (const event of batch) fold.push(event);
  }
  const completion = fold.result();
  if (!completion) throw new OutcropError("internal", "The answer had no end.");
  sendJson(response, 200, { body: call.encodeWhole(completion, identity), headers });
  return undefined;
}

function joined(call: DialectCall, answers: readonly RoutedAnswer[]): AsyncIterable<readonly ChatEvent[]> {
  return mergeAnswers(
    answers.map((answer) => answer.events),
    call.requests[0]?.parameters.n ?? 1,
  );
}

function createIdentity(model: string): AnswerIdentity {
  return { id: randomUUID().replaceAll("-", ""), created: Math.floor(Date.now() / 1000), model };
}
