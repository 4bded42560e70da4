import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Http2ServerResponse, type ServerHttp2Session, constants, createServer } from "node:http2";
import type { Socket } from "node:net";

/** HTTP/2 on connections that somebody else has accepted. */
export interface Http2Side {
  readonly take: (socket: Socket) => void;
  /** Lets the open streams end, and takes no more. */
  close(): void;
}

export interface Http2Limits {
  /** Bytes. */
  readonly maxHeaderSize: number;
  /** Milliseconds without a byte. */
  readonly keepAliveTimeout: number;
}

/** As many as browsers and AWS's own front end allow. */
const mostStreams = 128;

/** Serves HTTP/2 through Node's compatibility layer, which speaks to the same listener as HTTP/1.1. */
export function createHttp2Side(listener: RequestListener, limits: Http2Limits): Http2Side {
  const sessions = new Set<ServerHttp2Session>();
  const settings = { maxConcurrentStreams: mostStreams, maxHeaderListSize: limits.maxHeaderSize };
  const server = createServer({ settings }, (request, response) => {
    const exchange: unknown[] = [request, likeHttp1(response)];
    // Node documents the two layers as one API; its types are two.
    const [like, answer] = exchange as [IncomingMessage, ServerResponse & { req: IncomingMessage }];
    listener(like, answer);
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.setTimeout(limits.keepAliveTimeout, () => session.close());
  });
  server.on("sessionError", () => undefined);

  return {
    take: (socket) => void server.emit("connection", socket),
    close: () => sessions.forEach((session) => session.close()),
  };
}

/**
 * What the compatibility layer lacks of a `ServerResponse`, or means otherwise: it never says that it is destroyed, calls
 * an answer finished whose client has gone, and ends a broken answer as if it were whole.
 */
function likeHttp1(response: Http2ServerResponse): Http2ServerResponse {
  const { stream } = response;
  return Object.defineProperties(response, {
    destroyed: { get: () => stream.destroyed },
    writableFinished: { get: () => response.writableEnded && !stream.aborted },
    destroy: { value: () => stream.close(constants.NGHTTP2_INTERNAL_ERROR) },
  });
}
