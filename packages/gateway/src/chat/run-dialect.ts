import { randomUUID } from "node:crypto";
import { type ChatEvent, OutcropError, createCompletionFold } from "@outcrop/sdk";
import type { AnswerIdentity, Dialect, DialectCall } from "../dialects/dialect.ts";
import { readBody } from "../http/read-body.ts";
import { readJson } from "../http/read-json.ts";
import type { Exchange } from "../http/route-table.ts";
import { type Headers, errorHeaders, sendJson } from "../http/send.ts";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import type { RoutedAnswer, Router } from "../routing/router.ts";
import { answerHeaders } from "./answer-headers.ts";
import { type TakenOptions, takeCallOptions } from "./call-options.ts";
import { mergeAnswers } from "./merge-answers.ts";
import { sendStream } from "./stream-answer.ts";

/** What a chat route needs of the gateway. */
export interface ChatServices {
  readonly router: () => Router;
  /** Bytes. */
  readonly bodyLimit: number;
  readonly onFault: (error: unknown) => void;
}

/** One request of a client API, read. */
interface ReadCall {
  readonly call: DialectCall;
  readonly taken: TakenOptions;
  readonly callId: string;
  /** When it came, by the monotonic clock. */
  readonly startedAt: number;
}

/** Answers one request of a client API: reads it, routes it, and writes what comes back. */
export async function runDialect(
  dialect: Dialect,
  exchange: Exchange,
  services: ChatServices,
): Promise<void> {
  const { response } = exchange;
  const callId = callIdOf(exchange);
  const leaving = abortWhenGone(exchange);
  try {
    const read = await readCall(dialect, exchange, { callId, bodyLimit: services.bodyLimit });
    const answers = await route(read, services.router(), leaving.signal);
    const failure = await sendAnswer(read, answers, exchange);
    if (failure !== undefined && toOutcropError(failure).code === "internal") services.onFault(failure);
  } catch (error) {
    const failure = toOutcropError(error);
    if (failure.code === "internal") services.onFault(error);
    const headers = { "x-litellm-call-id": callId, ...errorHeaders(failure) };
    sendJson(response, failure.status, { body: dialect.encodeError(failure), headers });
  } finally {
    // Whatever of the upstream is still open has nobody to read it any more.
    leaving.abort();
  }
}

/** The client's own id, if it sent one that can stand in a header. */
function callIdOf({ request }: Exchange): string {
  const given = request.headers["x-litellm-call-id"];
  return typeof given === "string" && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
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
  { callId, bodyLimit }: { callId: string; bodyLimit: number },
): Promise<ReadCall> {
  const startedAt = performance.now();
  const { body, warnings } = readJson(await readBody(request, bodyLimit));
  const taken = takeCallOptions(body, request.headers);
  const call = dialect.parse(
    params.model === undefined ? taken.body : { ...taken.body, model: params.model },
  );
  return {
    call: { ...call, warnings: [...warnings, ...taken.warnings, ...call.warnings] },
    taken,
    callId,
    startedAt,
  };
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

/** @returns a failure that came after the status was sent. */
async function sendAnswer(
  read: ReadCall,
  answers: readonly RoutedAnswer[],
  { response }: Exchange,
): Promise<unknown> {
  const { call } = read;
  const events = joined(call, answers);
  const identity = createIdentity(call.model);
  const headers = headersOf(read, answers);
  if (call.stream)
    return sendStream(response, { events, headers, encoder: call.createStreamEncoder(identity) });
  const fold = createCompletionFold();
  for await (const batch of events) for (const event of batch) fold.push(event);
  const completion = fold.result();
  if (!completion) throw new OutcropError("internal", "The answer had no end.");
  sendJson(response, 200, { body: call.encodeWhole(completion, identity), headers });
  return undefined;
}

function joined(call: DialectCall, answers: readonly RoutedAnswer[]): AsyncIterable<readonly ChatEvent[]> {
  const [first] = answers;
  if (first && answers.length === 1) return first.events;
  return mergeAnswers(
    answers.map((answer) => answer.events),
    call.requests[0]?.parameters.n ?? 1,
  );
}

function headersOf({ call, callId, startedAt }: ReadCall, [answer]: readonly RoutedAnswer[]): Headers {
  if (!answer) throw new OutcropError("invalid_request", "The request asks for nothing.");
  const warnings = [...call.warnings, ...answer.warnings];
  return answerHeaders({ callId, answer, warnings, overheadMs: performance.now() - startedAt });
}

function createIdentity(model: string): AnswerIdentity {
  return { id: randomUUID().replaceAll("-", ""), created: Math.floor(Date.now() / 1000), model };
}
