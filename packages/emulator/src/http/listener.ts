import { createServer as createHttp1Server } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { Http2Server, Http2ServerRequest } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { BodyBudget } from "./body.ts";
import { serveExchange } from "./exchange.ts";
import type { HttpHandler, HttpLimits } from "./message.ts";
import { sniffProtocol } from "./sniff.ts";
import type { HttpResponse } from "./write-reply.ts";

export interface ListenerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits: HttpLimits;
}

export interface Listener {
  readonly port: number;
  /** Stops listening and cuts all connections at once. */
  close(): Promise<void>;
}

/** An HTTP/2 session may wait out a cold start of five minutes without a byte passing. */
const sessionIdleTimeout = 15 * 60_000;

/**
 * Listens for HTTP/1.1 and cleartext HTTP/2 on one port. AWS's JavaScript client speaks HTTP/2 by prior
 * knowledge on a plain `http:` endpoint, nearly everybody else HTTP/1.1.
 */
export async function createListener(handle: HttpHandler, options: ListenerOptions): Promise<Listener> {
  const budget: BodyBudget = { limits: options.limits, used: 0 };
  const serve = (message: IncomingMessage | Http2ServerRequest, response: HttpResponse): void => {
    void serveExchange({ message, response, handle, budget });
  };
  const { stall } = options.limits;
  const http1 = createHttp1Server(
    {
      noDelay: true,
      keepAliveTimeout: 60_000,
      headersTimeout: stall,
      // Bodies have a limit of their own: a large one may take long as long as it moves.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(stall, 5000),
    },
    serve,
  );
  const http2 = createHttp2Server({ settings: { maxConcurrentStreams: 1000 } }, serve);
  http2.on("session", (session) => {
    session.setTimeout(sessionIdleTimeout, () => session.close());
    session.on("error", () => session.destroy());
  });
  const sockets = splitProtocols(http1, http2, stall);

  await listen(http1, options);
  return {
    port: (http1.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        http1.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Puts the sniffer before the HTTP/1.1 server, which does the listening; returns the open sockets. */
function splitProtocols(http1: Server, http2: Http2Server, patience: number): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const acceptHttp1 = http1.listeners("connection") as ((socket: Socket) => void)[];
  http1.removeAllListeners("connection").on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    sniffProtocol(socket, patience, (protocol) => {
      if (protocol === "HTTP/2") http2.emit("connection", socket);
      else for (const accept of acceptHttp1) accept.call(http1, socket);
    });
  });
  return sockets;
}

function listen(server: Server, { port, host }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
