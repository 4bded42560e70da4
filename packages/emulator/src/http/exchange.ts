import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { readBody } from "./body.ts";
import type { BodyBudget } from "./body.ts";
import { ConnectionReset } from "./message.ts";
import type { HttpHandler, HttpRequest } from "./message.ts";
import { writeReply } from "./write-reply.ts";
import type { HttpResponse } from "./write-reply.ts";

const refusedGrace = 2000;

export interface Exchange {
  readonly message: IncomingMessage | Http2ServerRequest;
  readonly response: HttpResponse;
  readonly handle: HttpHandler;
  readonly budget: BodyBudget;
}

/** Serves one request from its first byte to its last. Never rejects: what goes wrong cuts the connection. */
export async function serveExchange(exchange: Exchange): Promise<void> {
  const { message, response, handle, budget } = exchange;
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  response.on("error", () => gone.abort());
  const body = await readBody(message, budget);
  try {
    const request = toRequest(message, { body: body.bytes, refusal: body.refusal, signal: gone.signal });
    const reply = await handle(request);
    await writeReply(response, reply, { signal: gone.signal, stall: budget.limits.stall });
  } catch (error) {
    if (error instanceof ConnectionReset) reset(exchange);
    else response.destroy();
  } finally {
    body.release();
    if (body.refusal !== undefined) discard(message);
  }
}

/** Whoever was refused may still be sending: it gets a moment to read why, and its bytes go nowhere. */
function discard(message: IncomingMessage | Http2ServerRequest): void {
  message.resume();
  const stop = (): void => {
    // When all has come, the connection may already serve its next request.
    if (!message.complete) message.destroy();
  };
  setTimeout(stop, refusedGrace).unref();
}

function toRequest(
  message: IncomingMessage | Http2ServerRequest,
  rest: Pick<HttpRequest, "body" | "refusal" | "signal">,
): HttpRequest {
  return {
    protocol: message.httpVersionMajor === 2 ? "HTTP/2" : "HTTP/1.1",
    method: message.method ?? "",
    target: message.url ?? "",
    headers: joinHeaders(message.rawHeaders),
    ...rest,
  };
}

/** Node drops repeated headers of some names; a signature covers all of them. */
function joinHeaders(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const value = raw[index + 1] ?? "";
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before},${value}`;
  }
  return headers;
}

function reset({ message, response }: Exchange): void {
  if ("stream" in message && message.httpVersionMajor === 2) message.stream.close(2);
  else if ("resetAndDestroy" in message.socket) message.socket.resetAndDestroy();
  else response.destroy();
}
