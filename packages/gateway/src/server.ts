import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { OutcropError } from "@outcrop/sdk";
import { clientKey, sameKey } from "./http/client-key.ts";
import { type HttpRoute, type RouteTable, createRouteTable } from "./http/route-table.ts";
import { errorHeaders, sendJson } from "./http/send.ts";
import { encodeOpenAIError } from "./dialects/openai-error.ts";
import { toOutcropError } from "./http/to-outcrop-error.ts";

export interface ServerOptions {
  readonly routes: readonly HttpRoute[];
  /** The key that clients must send; read at every request, as a reload may change it. */
  readonly masterKey: () => string | undefined;
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

/** Starts the HTTP server. Every request goes through one gate, on the routed path. */
export async function startServer(
  options: ServerOptions,
  address: { host: string; port: number },
): Promise<RunningServer> {
  const table = createRouteTable(options.routes);
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    void answer({ request, response }, table, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${urlHost(address.host)}:${port}`,
    close: (deadlineMs = 0) => closeServer(server, deadlineMs),
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
  try {
    const url = parseUrl(request.url ?? "/");
    const match = table(request.method ?? "GET", url.pathname);
    if (match.kind === "found") encodeError = match.route.encodeError ?? encodeOpenAIError;
    if (match.kind !== "found" || match.route.public !== true) authorise(request, options.masterKey());
    if (match.kind === "unknown") throw unknownPath(url.pathname, options.routes);
    if (match.kind === "wrong-method") {
      response.setHeader("allow", match.allowed.join(", "));
      throw new OutcropError("method_not_allowed", `${url.pathname} takes ${match.allowed.join(" or ")}.`);
    }
    await match.route.handle({ request, response, url, route: match.route.path, params: match.params });
  } catch (error) {
    const failure = toOutcropError(error);
    if (failure.code === "internal") options.onFault(error);
    sendJson(response, failure.status, { body: encodeError(failure), headers: errorHeaders(failure) });
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text, "http://gateway");
  if (url) return url;
  throw new OutcropError("invalid_request", "The request line holds no URL.");
}

function authorise(request: IncomingMessage, masterKey: string | undefined): void {
  if (masterKey === undefined) return;
  const given = clientKey(request.headers);
  if (given === undefined) {
    throw new OutcropError("authentication", "No key was sent. Send it as: Authorization: Bearer sk-…");
  }
  if (!sameKey(given, masterKey))
    throw new OutcropError("authentication", "The key is not one of this gateway's.");
}

function unknownPath(path: string, routes: readonly HttpRoute[]): OutcropError {
  const known = [...new Set(routes.map((route) => route.path))].join(", ");
  return new OutcropError("not_found", `There is no ${path.slice(0, 200)} here. There is: ${known}.`);
}

function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

async function closeServer(server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
  await closed;
  clearTimeout(timer);
}
