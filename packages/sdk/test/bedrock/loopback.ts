import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as a server on loopback has met it. */
export interface Received {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values as they came, duplicates included. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export type Answer = (response: ServerResponse, request: Received, index: number) => unknown;

/** A real HTTP server of one test. */
export interface Loopback extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** How many connections were opened so far. */
  connections(): number;
}

/** Starts a server on a free port of loopback. */
export async function startLoopback(answer: Answer): Promise<Loopback> {
  const received: Received[] = [];
  let connections = 0;
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers, rawHeaders } = request;
    const met: Received = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString("utf8") };
    received.push(met);
    await answer(response, met, received.length - 1);
  }
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with a JSON. */
export function answerJson(
  response: ServerResponse,
  json: unknown,
  own: { status?: number; headers?: Record<string, string> } = {},
): void {
  response.writeHead(own.status ?? 200, { "content-type": "application/json", ...own.headers });
  response.end(JSON.stringify(json));
}

/** Starts an answer in Bedrock's frames. */
export function startFrames(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream", ...headers });
  response.flushHeaders();
}
