import { type CancelSignal, toAbortSignal } from "../core/cancellation.ts";

/** One HTTP request of ours, ready to be sent. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path as it goes on the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  /** Ends the exchange at any time: while connecting, waiting, or reading the body. */
  readonly signal: CancelSignal | undefined;
}

/** What comes back. The body has one reader, who reads it to its end or leaves the loop, which ends the exchange. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: HttpBody;
}

/** A body on its way. */
export interface HttpBody extends AsyncIterable<Uint8Array> {
  /**
   * All of it, which costs less than a loop over its pieces. Where a `send` doesn't offer it, there is the loop.
   * @throws Error for a body of more than `most` bytes, which ends the exchange.
   */
  whole?(most: number): Promise<Uint8Array>;
}

/** The seam below the transport. It rejects when no answer came at all, or with the signal's reason. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** What we need of `fetch`. */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchAnswer>;

interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
  readonly redirect: "manual";
}

interface FetchAnswer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]> | { entries(): Iterable<[string, string]> };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Sends through something like `fetch`, for those who bring their own (a proxy's, a test's). */
export function createFetchSend(fetch: FetchLike): Send {
  return async ({ method, origin, path, headers, body, signal }) => {
    // `fetch` sets the host itself and refuses to be told.
    const { host: _, ...rest } = headers;
    const answer = await fetch(origin + path, {
      method,
      headers: rest,
      redirect: "manual",
      ...(body && { body: Uint8Array.from(body) }),
      ...(signal && { signal: toAbortSignal(signal) }),
    });
    const entries = "entries" in answer.headers ? answer.headers.entries() : answer.headers;
    return { status: answer.status, headers: Object.fromEntries(entries), body: answer.body ?? noBody() };
  };
}

async function* noBody(): AsyncGenerator<Uint8Array> {}
