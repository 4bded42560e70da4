import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { OutcropError } from "@outcrop/sdk";
import { type Recorder, createRecorder } from "./chat/recorder.ts";
import type { Gate } from "./http/gate.ts";
import { type TlsFiles, createHttpServer } from "./http/http-server.ts";
import { type Exchange, type HttpRoute, type RouteTable, createRouteTable } from "./http/route-table.ts";
import { parseUrl } from "./http/request-url.ts";
import { errorHeaders, sendJson } from "./http/send.ts";
import { encodeOpenAIError } from "./dialects/openai-error.ts";
import { toOutcropError } from "./http/to-outcrop-error.ts";
import type { RequestObserver } from "./telemetry/request-record.ts";

export interface ServerOptions {
  readonly routes: readonly HttpRoute[];
  /** Read at every request, as a reload may change it. */
  readonly gate: () => Gate;
  readonly tls?: TlsFiles;
  /** Told of every request that its route does not record itself. */
  readonly observer: RequestObserver;
  /** Told of what no client is told. */
  readonly onFault: (error: unknown) => void;
}

/** A server that listens, and ends. */
export interface RunningServer {
  /** Where it listens, as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Takes no more requests; resolves when the open ones have ended, or at the deadline. */
  close(deadlineMs?: number): Promise<void>;
}

/** Beyond this a client is asked to come again. */
const mostRequests = 8192;

function tooMany(): OutcropError {
  return new OutcropError("throttled", "The gateway has more requests open than it takes at once.", {
    retryAfter: 1,
  });
}

/** Starts the HTTP server. Every request goes through one gate, on the routed path. */
export async function startServer(
  options: ServerOptions,
  address: { host: string; port: number },
): Promise<RunningServer> {
  const table = createRouteTable(options.routes);
  let open = 0;
  const leave = () => {
    open--;
  };
  const take: RequestListener = (request, response) => {
    if (open >= mostRequests) return sendJson(response, 429, { body: encodeOpenAIError(tooMany()) });
    open++;
    void answer({ request, response }, table, options).then(leave);
  };
  const server = createHttpServer(options.tls, take);
  const port = await server.listen(address);
  return {
    url: `${options.tls ? "https" : "http"}://${urlHost(address.host)}:${port}`,
    close: (deadlineMs = 0) => server.close(deadlineMs),
  };
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(
  { request, response }: Incoming,
  table: RouteTable,
  options: ServerOptions,
): Promise<void> {
  let encodeError = encodeOpenAIError;
  const record = (of: Exchange) =>
    createRecorder({ exchange: of, dialect: undefined, observer: options.observer });
  let exchange: Exchange | undefined;
  let recorder: Recorder | undefined;
  try {
    const path = routedPath(request);
    const match = table(request.method ?? "GET", path);
    const found = match.kind === "found" ? match : undefined;
    if (found?.route.encodeError) encodeError = found.route.encodeError;
    exchange = {
      request,
      response,
      route: found?.route.path ?? noRoute,
      params: found?.params ?? {},
    };
    if (found?.route.recordsItself !== true) recorder = record(exchange);
    if (found?.route.public !== true) options.gate()(request);
    if (match.kind === "unknown") throw unknownPath(path, options.routes);
    if (match.kind === "wrong-method") throw wrongMethod(response, path, match.allowed);
    await match.route.handle(exchange);
  } catch (error) {
    const failure = toOutcropError(error);
    // A route that records itself throws nothing: this one was not let in.
    recorder ??= exchange && record(exchange);
    recorder?.failed(failure);
    if (failure.code === "internal") options.onFault(error);
    // An answer that has begun and can't be finished must not look as if it went on.
    if (response.headersSent && !response.writableEnded) response.destroy();
    sendJson(response, failure.status, { body: encodeError(failure), headers: errorHeaders(failure) });
  }
  recorder?.done();
}

/** What logs and metrics call a path that is none of ours: the path itself could be anything. */
const noRoute = "(no route)";

function wrongMethod(response: ServerResponse, path: string, allowed: readonly string[]): OutcropError {
  response.setHeader("allow", allowed.join(", "));
  return new OutcropError("method_not_allowed", `${path} takes ${allowed.join(" or ")}.`);
}

/** A path as a URL has it when it is parsed already: of segments without dots, escapes or a query. */
const plainPath = /^(?:\/[\w-]+)+$/;

/** The path in the request's URL. @throws OutcropError `invalid_request` */
function routedPath({ url = "/", httpVersion, headers }: IncomingMessage): string {
  if (httpVersion === "1.1" && headers.host === undefined)
    throw new OutcropError("invalid_request", "The request has no Host header, which HTTP/1.1 asks for.");
  if (plainPath.test(url)) return url;
  const parsed = parseUrl(url);
  if (parsed) return parsed.pathname;
  throw new OutcropError("invalid_request", "The request line holds no URL.");
}

function unknownPath(path: string, routes: readonly HttpRoute[]): OutcropError {
  const known = [...new Set(routes.map((route) => route.path))].join(", ");
  return new OutcropError("not_found", `There is no ${path.slice(0, 200)} here. There is: ${known}.`);
}

function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
