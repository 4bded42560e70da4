import type { CancelSignal } from "../core/cancellation.ts";
import type { Dispatcher } from "undici";
import { Pool } from "undici";
import { createByteQueue } from "./byte-queue.ts";
import type { HttpRequest, HttpResponse, Send } from "./http.ts";

export interface PooledSend {
  readonly send: Send;
  /** Lets what is under way finish, then closes every connection. */
  close(): Promise<void>;
}

/** Above any concurrency limit of ours: a call that queues for a connection would wait unseen. */
const defaultConnections = 4096;
const connectTimeout = 10_000;
/** Bedrock's front end keeps idle connections longer than this. */
const keepAliveTimeout = 30_000;

/**
 * Sends over keep-alive HTTP/1.1 connections, one pool an origin. It uses undici's `dispatch`, the cheapest way in
 * Node to send a request, and no timeouts of its own but that of connecting: deadlines come by signal.
 */
export function createPooledSend(connections: number = defaultConnections): PooledSend {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    let pool = pools.get(origin);
    if (!pool) {
      pool = new Pool(origin, {
        connections,
        connectTimeout,
        keepAliveTimeout,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      pools.set(origin, pool);
    }
    return pool;
  };
  return {
    send: (request) => exchange(poolOf(request.origin), request),
    async close() {
      const closing = [...pools.values()].map((pool) => pool.close());
      pools.clear();
      await Promise.all(closing);
    },
  };
}

function exchange(pool: Pool, request: HttpRequest): Promise<HttpResponse> {
  const { method, path, headers, body, signal } = request;
  return new Promise((resolve, reject) => {
    const handler = createHandler(signal, { resolve, reject });
    pool.dispatch({ method, path, headers, body: body ?? null }, handler);
  });
}

interface Outcome {
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: unknown) => void;
}

function createHandler(
  signal: CancelSignal | undefined,
  { resolve, reject }: Outcome,
): Dispatcher.DispatchHandler {
  let controller: Dispatcher.DispatchController | undefined;
  let abandoned: Error | undefined;

  /** A request that still queues for a connection has no controller yet: it is ended when it gets one. */
  const abandon = (reason: Error): void => {
    abandoned = reason;
    controller?.abort(reason);
  };
  const onAbort = (): void => {
    const reason: unknown = signal?.reason;
    abandon(reason instanceof Error ? reason : new Error("aborted", { cause: reason }));
    reject(reason);
  };
  const queue = createByteQueue({
    pause: () => controller?.pause(),
    resume: () => controller?.resume(),
    abandon: () => abandon(new Error("the reader has left")),
  });
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });

  return {
    onRequestStart(started) {
      controller = started;
      if (abandoned) started.abort(abandoned);
    },
    onResponseStart(_, status, headers) {
      // 1xx answers only announce the true one.
      if (status >= 200) resolve({ status, headers: toSingleValues(headers), body: queue.bytes });
    },
    onResponseData(_, chunk) {
      queue.push(chunk);
    },
    onResponseEnd() {
      signal?.removeEventListener("abort", onAbort);
      queue.end();
    },
    onResponseError(_, error) {
      signal?.removeEventListener("abort", onAbort);
      reject(error);
      queue.fail(error);
    },
  };
}

/** undici gives a header that came several times as an array. */
function toSingleValues(headers: NodeJS.Dict<string | string[]>): Record<string, string | undefined> {
  const single: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers))
    single[name] = Array.isArray(value) ? value.join(", ") : value;
  return single;
}
