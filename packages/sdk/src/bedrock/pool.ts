import type { CancelSignal } from "../core/cancellation.ts";
import type { Dispatcher } from "undici";
import { Pool } from "undici";
import { type ByteSource, ByteQueue } from "./byte-queue.ts";
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
    const handler = new ExchangeHandler(signal, { resolve, reject });
    pool.dispatch({ method, path, headers, body: body ?? null }, handler);
  });
}

interface Outcome {
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: unknown) => void;
}

/** One exchange, as undici tells of it, and the source of its answer's body. */
class ExchangeHandler implements Dispatcher.DispatchHandler, ByteSource {
  readonly #signal: CancelSignal | undefined;
  readonly #outcome: Outcome;
  readonly #queue = new ByteQueue(this);
  #controller: Dispatcher.DispatchController | undefined;
  #abandoned: Error | undefined;

  constructor(signal: CancelSignal | undefined, outcome: Outcome) {
    this.#signal = signal;
    this.#outcome = outcome;
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => {
    const reason = this.#signal?.reason;
    this.#abandon(reason instanceof Error ? reason : new Error("aborted", { cause: reason }));
    this.#outcome.reject(reason);
  };

  /** A request that still queues for a connection has no controller yet: it is ended when it gets one. */
  #abandon(reason: Error): void {
    this.#abandoned = reason;
    this.#controller?.abort(reason);
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  abandon(): void {
    this.#abandon(new Error("the reader has left"));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abandoned) controller.abort(this.#abandoned);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: NodeJS.Dict<string | string[]>,
  ): void {
    // 1xx answers only announce the true one.
    if (status < 200) return;
    this.#outcome.resolve({ status, headers: toSingleValues(headers), body: this.#queue });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#queue.push(chunk);
  }

  onResponseEnd(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#queue.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#outcome.reject(error);
    this.#queue.fail(error);
  }
}

/** undici gives a header that came several times as an array. */
function toSingleValues(headers: NodeJS.Dict<string | string[]>): Record<string, string | undefined> {
  const single: Record<string, string | undefined> = {};
  for (const name in headers) {
    const value = headers[name];
    single[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return single;
}
