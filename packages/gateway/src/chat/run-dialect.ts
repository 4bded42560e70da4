import {
  type CancelSignal,
  Cancellation,
  type ChatEvent,
  type ChatRequest,
  type Completion,
  OutcropError,
  createCompletionFold,
} from "@outcrop/sdk";
import type { CachedAnswer, ResponseCache } from "../cache/response-cache.ts";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { Dialect, DialectCall } from "../dialects/dialect.ts";
import type { Exchange } from "../http/route-table.ts";
import { errorHeaders, sendJson } from "../http/send.ts";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import { inlineImages } from "../images/inline-images.ts";
import { type Quote, type Quoter, unknownQuote } from "../ledger/quote.ts";
import type { RouterClock } from "../routing/call-run.ts";
import type { RoutedAnswer, Router } from "../routing/router.ts";
import type { RouterObserver } from "../routing/router-event.ts";
import type { RequestObserver } from "../telemetry/request-record.ts";
import { type AnswerGuard, createAnswerGuard } from "./answer-guard.ts";
import { answerHeaders } from "./answer-headers.ts";
import { type ColdWatch, createColdWatch } from "./cold-watch.ts";
import { mergeAnswers } from "./merge-answers.ts";
import { type ReadCall, readCall } from "./read-call.ts";
import { type Recorder, createRecorder } from "./recorder.ts";
import { sendStream } from "./stream-answer.ts";

/** What a chat route needs of the gateway. */
export interface ChatServices {
  readonly router: () => Router;
  /** Bytes. */
  readonly bodyLimit: number;
  readonly observer: RequestObserver;
  readonly cache: ResponseCache;
  readonly config: () => GatewayConfig;
  readonly onFault: (error: unknown) => void;
  readonly quote: Quoter;
  /** Default: real time. */
  readonly clock?: RouterClock | undefined;
}

/** Answers one request of a client API: reads it, routes it, and writes what comes back. */
export async function runDialect(
  dialect: Dialect,
  exchange: Exchange,
  services: ChatServices,
): Promise<void> {
  const { response } = exchange;
  const recorder = createRecorder({ exchange, dialect: dialect.name, observer: services.observer });
  const leaving = abortWhenGone(exchange);
  const fail = (error: unknown): OutcropError => {
    const failure = toOutcropError(error);
    if (failure.code === "internal") services.onFault(error);
    recorder.failed(failure);
    // Whatever of the upstream is still open has nobody to read it any more.
    leaving.abort(failure);
    return failure;
  };
  let watch: ColdWatch | undefined;
  try {
    const read = await readCall(dialect, exchange, services);
    recorder.called(read.call);
    watch = createColdWatch({ call: read.call, response, callId: recorder.callId, clock: services.clock });
    const answers = await route(read, { services, recorder, watch, signal: leaving });
    const failure = await sendAnswer(read, answers, {
      exchange,
      recorder,
      watch,
      guard: createAnswerGuard(services.config()),
      quote: services.quote,
    });
    if (failure !== undefined) fail(failure);
  } catch (error) {
    const failure = fail(error);
    if (watch?.fail(failure)) return;
    const headers = { "x-litellm-call-id": recorder.callId, ...errorHeaders(failure), ...watch?.headers() };
    sendJson(response, failure.status, { body: dialect.encodeError(failure), headers });
  } finally {
    recorder.done();
  }
}

/** Aborts when the client's connection closes before the answer is out. */
function abortWhenGone({ response }: Exchange): Cancellation {
  const leaving = new Cancellation();
  response.once("close", () => {
    if (!response.writableFinished) leaving.abort(new OutcropError("cancelled", "The client has gone."));
  });
  return leaving;
}

interface RouteContext {
  readonly services: ChatServices;
  readonly recorder: Recorder;
  readonly watch: ColdWatch;
  readonly signal: CancelSignal;
}

async function route(read: ReadCall, context: RouteContext): Promise<readonly CachedAnswer[]> {
  const { requests } = read.call;
  const [only] = requests;
  try {
    // Nearly every request asks for one answer.
    if (only && requests.length === 1) return [await askFor(only, read, context)];
    return await Promise.all(requests.map((request) => askFor(request, read, context)));
  } finally {
    context.watch.end();
  }
}

async function askFor(given: ChatRequest, read: ReadCall, context: RouteContext): Promise<CachedAnswer> {
  const { services, recorder, watch, signal } = context;
  const { dialect, call, taken } = read;
  const { model, stream, unsupported } = call;
  const { options, cacheControls: controls } = taken;
  const caller = { ...read.caller, callId: recorder.callId };
  const { allowedImageHosts: allowedHosts } = services.config().outcrop;
  const request =
    allowedHosts.length === 0
      ? given
      : await inlineImages(given, { allowedHosts, limit: services.bodyLimit }, signal);
  const onEvent: RouterObserver = (event) => {
    if (event.type === "attempt-started") recorder.tried(event.deploymentId);
    watch.onEvent(event);
  };
  return services.cache.wrap({ dialect, model, request, unsupported, options, controls }, () =>
    services.router().chat({ model, request, stream, unsupported, signal, options, caller, onEvent }),
  );
}

interface SendContext {
  readonly exchange: Exchange;
  readonly recorder: Recorder;
  readonly watch: ColdWatch;
  readonly guard: AnswerGuard;
  readonly quote: Quoter;
}

/** @returns a failure that came after the status was sent. */
async function sendAnswer(
  { call, warnings: said }: ReadCall,
  answers: readonly CachedAnswer[],
  { exchange: { response }, recorder, watch, guard, quote }: SendContext,
): Promise<unknown> {
  const [answer] = answers;
  if (!answer) throw new OutcropError("invalid_request", "The request asks for nothing.");
  const events = answers.length === 1 ? answer.events : joined(call, answers);
  const warnings = [...said, ...answer.warnings];
  recorder.answered(answers, warnings);
  const { identity } = watch;
  const see = (batch: readonly ChatEvent[]) => {
    guard(batch);
    recorder.see(batch);
  };
  const headersWith = (cost: Quote) => ({
    ...answerHeaders({ callId: recorder.callId, answer, warnings, overheadMs: recorder.overheadMs(), cost }),
    ...watch.headers(answer.coldWaitMs),
  });
  if (call.stream) {
    const encoder = call.createStreamEncoder(identity);
    return sendStream(response, {
      events,
      headers: headersWith(unknownQuote),
      encoder,
      see,
    });
  }
  const completion = await foldAnswer(events, see);
  const headers = headersWith(quote({ ...answer, usage: completion.usage }));
  sendJson(response, 200, { body: call.encodeWhole(completion, identity), headers });
  return undefined;
}

async function foldAnswer(
  events: AsyncIterable<readonly ChatEvent[]>,
  see: (batch: readonly ChatEvent[]) => void,
): Promise<Completion> {
  const fold = createCompletionFold();
  for await (const batch of events) {
    see(batch);
    for (const event of batch) fold.push(event);
  }
  const completion = fold.result();
  if (!completion) throw new OutcropError("internal", "The answer had no end.");
  return completion;
}

function joined(call: DialectCall, answers: readonly RoutedAnswer[]): AsyncIterable<readonly ChatEvent[]> {
  return mergeAnswers(
    answers.map((answer) => answer.events),
    call.requests[0]?.parameters.n ?? 1,
  );
}
