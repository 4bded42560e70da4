import { type RequestListener, type Server, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createHttp2Side } from "./http2-side.ts";
import { answerProtocolFaults } from "./protocol-faults.ts";
import { splitProtocols } from "./split-protocols.ts";

/** PEM texts; with them the server speaks TLS. */
export interface TlsFiles {
  readonly key: string;
  readonly cert: string;
}

/** One port, on which HTTP/1.1 and HTTP/2 are spoken alike. */
export interface HttpServer {
  /** Resolves with the port. @throws Error when it is taken. */
  listen(address: { readonly host: string; readonly port: number }): Promise<number>;
  /** Takes no more requests; resolves when the open ones have ended, or at the deadline. */
  close(deadlineMs: number): Promise<void>;
}

/** What a client may hold open is bounded from the start: heads, and the time that requests take to come. */
const limits = {
  maxHeaderSize: 64 * 1024,
  headersTimeout: 60_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 75_000,
  // Asked for with our own words.
  requireHostHeader: false,
};

/**
 * AWS's JavaScript client speaks HTTP/2 to Bedrock's runtime, and to whatever stands in its place: in cleartext without
 * asking, over TLS by ALPN. Who can do both gets HTTP/1.1.
 */
const protocols = ["http/1.1", "h2"];

export function createHttpServer(tls: TlsFiles | undefined, listener: RequestListener): HttpServer {
  const http1 = createHttp1Server(tls, listener);
  const http2 = createHttp2Side(listener, limits);
  const connections = splitProtocols(
    { http1, isTls: tls !== undefined, patience: limits.headersTimeout },
    http2.take,
  );
  answerProtocolFaults(http1);
  let isClosing = false;
  http1.on("request", (_, response) => {
    // A client that keeps its connection for more would hold up the end.
    response.once("close", () => isClosing && setImmediate(() => http1.closeIdleConnections()));
  });

  return {
    async listen({ host, port }) {
      await new Promise<void>((resolve, reject) => {
        http1.once("error", reject);
        http1.listen(port, host, resolve);
      });
      return (http1.address() as AddressInfo).port;
    },
    async close(deadlineMs) {
      isClosing = true;
      const closed = new Promise<void>((resolve) => {
        http1.close(() => resolve());
      });
      connections.closeSilent();
      http1.closeIdleConnections();
      http2.close();
      const timer = setTimeout(() => connections.destroyAll(), deadlineMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function createHttp1Server(tls: TlsFiles | undefined, listener: RequestListener): Server {
  if (!tls) return createServer(limits, listener);
  try {
    return createTlsServer({ ...limits, ...tls, ALPNProtocols: protocols }, listener);
  } catch (error) {
    // OpenSSL speaks of routines, and names no file.
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The TLS key and certificate are not a pair of PEM files: ${why}`, { cause: error });
  }
}
