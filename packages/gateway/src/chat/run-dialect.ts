import { type CancelSignal, Cancellation, type ChatRequest, OutcropError } from "@outcrop/sdk";
import type { CachedAnswer, ResponseCache } from "../cache/response-cache.ts";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { readJsonBody } from "../http/read-json-body.ts";
import type { Exchange } from "../http/route-table.ts";
import { errorHeaders, sendJson } from "../http/send.ts";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import { inlineImages } from "../images/inline-images.ts";
import type { Quoter } from "../ledger/quote.ts";
import type { RouterClock } from "../routing/call-run.ts";
import type { Router } from "../routing/router.ts";
import type { RouterObserver } from "../routing/router-event.ts";
import type { RequestObserver } from "../telemetry/request-record.ts";
import { createAnswerGuard } from "./answer-guard.ts";
import { type ColdWatch, createColdWatch } from "./cold-watch.ts";
import { type ReadCall, readCall } from "./read-call.ts";
import { type Recorder, createRecorder } from "./recorder.ts";
import { sendAnswer } from "./send-answer.ts";

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
    const body = await readJsonBody(exchange.request, services.bodyLimit);
    const config = services.config();
    const read = readCall(body, { dialect, exchange, config });
    const { call } = read;
    recorder.called(call);
    watch = createColdWatch({ call, response, callId: recorder.callId, clock: services.clock });
    const asking = { services, recorder, watch, signal: leaving };
    const [only] = call.requests;
    // Nearly every request asks for one answer.
    const answers =
      only && call.requests.length === 1
        ? [await askFor(only, read, asking)]
        : await Promise.all(call.requests.map((request) => askFor(request, read, asking)));
    watch.end();
    const guard = createAnswerGuard(config);
    const sending = sendAnswer(read, answers, { response, recorder, watch, guard, quote: services.quote });
    const failure = sending && (await sending);
    if (failure !== undefined) fail(failure);
  } catch (error) {
    watch?.end();
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

interface AskContext {
  readonly services: ChatServices;
  readonly recorder: Recorder;
  readonly watch: ColdWatch;
  readonly signal: CancelSignal;
}

function askFor(given: ChatRequest, read: ReadCall, context: AskContext): Promise<CachedAnswer> {
  const { services, signal } = context;
  const { allowedImageHosts: allowedHosts } = services.config().outcrop;
  if (allowedHosts.length === 0) return routed(given, read, context);
  const inlined = inlineImages(given, { allowedHosts, limit: services.bodyLimit }, signal);
  return inlined.then((request) => routed(request, read, context));
}

function routed(request: ChatRequest, read: ReadCall, context: AskContext): Promise<CachedAnswer> {
  const { services, recorder, watch, signal } = context;
  const { dialect, call, taken } = read;
  const { model, stream, unsupported } = call;
  const { options, cacheControls: controls } = taken;
  const { key, user } = read.caller;
  const caller = { key, user, callId: recorder.callId };
  const onEvent: RouterObserver = (event) => {
    if (event.type === "attempt-started") recorder.tried(event.deploymentId);
    watch.onEvent(event);
  };
  return services.cache.wrap({ dialect, model, request, unsupported, options, controls }, () =>
    services.router().chat({ model, request, stream, unsupported, signal, options, caller, onEvent }),
  );
}
